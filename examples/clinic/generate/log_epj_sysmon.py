"""Sysmon on the EPJ server."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from examples.clinic.generate import programs as p
from examples.clinic.generate.clock import SUPPLIER_DAYS, hours, later, local
from examples.clinic.generate.log_epj_night import LSASS, REALTIME, night_of_14_october
from examples.clinic.generate.runs import Runs
from examples.clinic.generate.story import EPJ, SERVICE, SUPPLIER
from examples.clinic.generate.sysmon import (
    Parent,
    asked_name,
    connected,
    made_key,
    opened,
    set_value,
    started,
    wrote_file,
)
from examples.clinic.generate.windows import WindowsEvent

_HANDSHAKE = r"HKLM\SOFTWARE\Tannjournal\Meldinger\SisteKjøring"


def events(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the month, not in order."""
    runs = Runs(EPJ)
    yield from _pulse(runs, dice)
    yield from _every_night(runs, dice)
    for day, span in SUPPLIER_DAYS.items():
        yield from _supplier(runs, day, span)
    yield from night_of_14_october(runs, dice)
    yield from _lookups(runs, dice)


def _pulse(runs: Runs, dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield what runs every hour: scheduled tasks, the EPJ's message run, Defender, updates."""
    for hour in hours():
        task = runs.system(p.TASKHOST, "taskhostw.exe SYSTEM", p.SCHEDULER)
        yield started(task, later(hour, dice.uniform(20, 500)))
        for minute in (15, 45):
            start = hour + timedelta(minutes=minute, seconds=dice.uniform(0, 3))
            command = f'"{p.EPJ_CLEANER.image}" /kø:utgående'
            cleaner = runs.user(SERVICE.account, p.EPJ_CLEANER, command, p.SCHEDULER)
            yield started(cleaner, start)
            yield set_value(cleaner, later(start, 1.2), _HANDSHAKE, f"QWORD (0x01dd3a00-0x{dice.randrange(2**32):08x})")
        yield from _hourly_choice(runs, later(hour, dice.uniform(1000, 2500)), dice)


def _hourly_choice(runs: Runs, time: datetime, dice: random.Random) -> Iterator[WindowsEvent]:
    kind = dice.randrange(6)
    if kind == 0:
        update = runs.system(p.UPDATE, r"C:\Windows\system32\MoUsoCoreWorker.exe -Embedding", p.COM)
        yield started(update, time)
        yield asked_name(update, later(time, 0.4), "oppdatering.windows.example", "192.0.2.61")
        yield connected(update, later(time, 0.6), ("192.0.2.61", "oppdatering.windows.example", 443), dice)
    elif kind == 1:
        command = f'"{p.DEFENDER.image}" SignatureUpdate -ScheduleJob -RestrictPrivileges'
        yield started(runs.system(p.DEFENDER, command, p.SCHEDULER), time)
    elif kind == 2:
        engine = runs.system(p.DEFENDER_ENGINE, f'"{p.DEFENDER_ENGINE.image}"')
        yield opened(
            engine,
            time,
            LSASS,
            ("0x1000", r"C:\Windows\SYSTEM32\ntdll.dll+a0a14|C:\Windows\System32\KERNELBASE.dll+2864e"),
        )
    elif kind == 3:
        server = runs.system(p.EPJ_SERVER, f'"{p.EPJ_SERVER.image}" /tjeneste')
        yield made_key(server, time, r"HKLM\SOFTWARE\Tannjournal\Økter\Pågående")
    else:
        yield started(runs.system(p.SVCHOST, r"C:\Windows\system32\svchost.exe -k wsappx -p"), time)


def _every_night(runs: Runs, dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the health check in the morning and the backup job late in the evening."""
    for day in range(1, 32):
        morning = local(day, 6, 2, dice.uniform(0, 20))
        script = r'powershell.exe -NoProfile -ExecutionPolicy RemoteSigned -File "C:\Fjordnett\helsesjekk.ps1"'
        yield started(runs.system(p.POWERSHELL, script, p.SCHEDULER), morning)
        evening = local(day, 23, 30, dice.uniform(0, 9))
        yield started(
            runs.system(p.CMD, r'C:\Windows\system32\cmd.exe /c "D:\Drift\sikkerhetskopi – døgn.cmd"', p.SCHEDULER),
            evening,
        )
        job = Parent(p.CMD.image, r'C:\Windows\system32\cmd.exe /c "D:\Drift\sikkerhetskopi – døgn.cmd"')
        for seconds, program, command in (
            (1, p.NET, r"net  use K: \\LV-NAS\kopi /persistent:no"),
            (3, p.SHADOWS, "vssadmin  list shadows"),
            (5, p.BACKUP, r"wbadmin  start backup -backupTarget:\\LV-NAS\kopi -include:C:,D: -allCritical -quiet"),
            (1610, p.BACKUP, r"wbadmin  get versions -backupTarget:\\LV-NAS\kopi"),
            (1612, p.NET, "net  use K: /delete"),
        ):
            yield started(runs.system(program, command, job), later(evening, seconds))
        if day in {5, 26}:
            engine = runs.system(p.DEFENDER_ENGINE, f'"{p.DEFENDER_ENGINE.image}"')
            yield set_value(engine, local(day, 5, 41), REALTIME, "DWORD (0x00000000)")


def _supplier(runs: Runs, day: int, span: tuple[int, int]) -> Iterator[WindowsEvent]:
    """Yield one agreed visit: ordinary administration."""
    work = (
        (p.CONSOLE, r'"C:\Windows\system32\mmc.exe" "C:\Windows\system32\services.msc"'),
        (p.CMD, r'"C:\Windows\system32\cmd.exe"'),
        (p.SC, "sc  query TannjournalTjener"),
        (p.REG, r'reg  query "HKLM\SOFTWARE\Tannjournal" /v Versjon'),
        (p.CERTUTIL, "certutil  -store My"),
        (p.SCHTASKS, r'schtasks  /query /tn "\Drift\sikkerhetskopi – døgn" /v /fo LIST'),
        (p.GPUPDATE, "gpupdate  /force"),
        (p.POWERSHELL, r'powershell.exe -NoProfile -Command "Get-WindowsUpdateLog"'),
        (p.CONSOLE, r'"C:\Windows\system32\mmc.exe" "C:\Windows\system32\eventvwr.msc" /s'),
    )
    for number, (program, command) in enumerate(work):
        yield started(runs.user(SUPPLIER.account, program, command), local(day, span[0], 6 + 5 * number, 11.5 + number))


def _lookups(runs: Runs, dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the EPJ client in the supplier's session on 15 October, and the twelve files it exported."""
    client = runs.user(SUPPLIER.account, p.EPJ_CLIENT, f'"{p.EPJ_CLIENT.image}"')
    yield started(client, local(15, 2, 18, 44.2))
    for number in range(1, 13):
        time = local(15, 2, 36 + number // 2, 7 + dice.uniform(0, 20) + 25 * (number % 2))
        yield wrote_file(client, time, rf"C:\Users\fjordnett\Documents\Eksport\journal-{number:02d}.pdf")
