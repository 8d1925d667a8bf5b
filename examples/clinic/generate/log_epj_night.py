"""Sysmon's part of 14 October on the EPJ server: the commands, and what they left behind."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

from examples.clinic.generate import night
from examples.clinic.generate import programs as p
from examples.clinic.generate.clock import later
from examples.clinic.generate.runs import Runs
from examples.clinic.generate.story import DC, NIGHT_VISITOR, SUPPLIER
from examples.clinic.generate.sysmon import (
    Parent,
    Process,
    Program,
    connected,
    made_key,
    opened,
    set_value,
    started,
    user_of,
    wrote_file,
)
from examples.clinic.generate.windows import WindowsEvent

LSASS = r"C:\Windows\System32\lsass.exe"
REALTIME = r"HKLM\SOFTWARE\Microsoft\Windows Defender\Real-Time Protection\DisableRealtimeMonitoring"

_WHOAMI = (night.WHOAMI, p.WHOAMI, "whoami  /all")
_ADMINS = (night.ADMINS, p.NET, 'net  group "Domain Admins" /domain')
_DOWNLOAD = (night.POWERSHELL, p.POWERSHELL, f"powershell.exe  -nop -w hidden -enc {night.ENCODED}")
_DEFENDER_OFF = (
    night.DEFENDER_OFF,
    p.POWERSHELL,
    "powershell.exe  -nop -Command Set-MpPreference -DisableRealtimeMonitoring $true",
)
_DUMP = (
    night.DUMP,
    p.RUNDLL,
    rf"rundll32.exe  C:\Windows\System32\comsvcs.dll, MiniDump 716 {night.DUMP_FILE} full",
)
_ACCOUNT = (later(night.USER_MADE, -0.3), p.NET, f"net  user {night.BACKUP_ACCOUNT} Vinter2026! /add")
_ADMIN = (later(night.GROUP_JOINED, -0.2), p.NET, f"net  localgroup Administrators {night.BACKUP_ACCOUNT} /add")
_SERVICE = (
    later(night.SERVICE_MADE, -0.1),
    p.SC,
    f'sc  create {night.SERVICE_NAME} binPath= "{night.SERVICE_PATH}" start= auto',
)
_TASK = (
    later(night.TASK_MADE, -0.2),
    p.SCHTASKS,
    rf'schtasks  /create /tn "{night.TASK_NAME}" /tr {night.TASK_COMMAND} /sc daily /st 02:10 /ru SYSTEM',
)
_ONWARDS = (later(night.ON_DC, -9), p.REMOTE_DESKTOP, "mstsc  /v:LV-DC01")


def night_of_14_october(runs: Runs, dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the night, not in order; each command comes from a command window of the supplier's session."""
    user = user_of(SUPPLIER.account)
    window = Parent(p.CMD.image, r'"C:\Windows\system32\cmd.exe"', user)

    def run(command: tuple[datetime, Program, str]) -> Process:
        return runs.user(SUPPLIER.account, command[1], command[2], window)

    shell, dumper, client = run(_DOWNLOAD), run(_DUMP), run(_ONWARDS)
    yield started(runs.user(SUPPLIER.account, p.CMD, window.command), later(night.WHOAMI, -6))
    for command in (_WHOAMI, _ADMINS, _DEFENDER_OFF, _ACCOUNT, _ADMIN, _SERVICE, _TASK):
        yield started(run(command), command[0])
    for process, command in ((shell, _DOWNLOAD), (dumper, _DUMP), (client, _ONWARDS)):
        yield started(process, command[0])
    yield connected(shell, later(night.POWERSHELL, 0.9), (NIGHT_VISITOR, "-", 80), dice)
    yield wrote_file(shell, later(night.POWERSHELL, 2.4), night.TASK_COMMAND)
    yield connected(client, later(night.ON_DC, -4), (DC.address, DC.fqdn, 3389), dice)
    yield from _memory_read(dumper)
    yield from _windows_itself(runs)


def _memory_read(dumper: Process) -> Iterator[WindowsEvent]:
    trace = "|".join(
        rf"C:\Windows\{part}"
        for part in (
            r"SYSTEM32\ntdll.dll+9fc24",
            r"System32\KERNELBASE.dll+20d0e",
            r"System32\comsvcs.dll+25f31",
            r"SYSTEM32\dbgcore.DLL+6a1b",
        )
    )
    yield opened(dumper, later(night.DUMP, 0.05), LSASS, ("0x1fffff", trace))
    yield wrote_file(dumper, later(night.DUMP, 0.3), night.DUMP_FILE)


def _windows_itself(runs: Runs) -> Iterator[WindowsEvent]:
    """Yield what Defender and the service manager wrote because of the commands."""
    engine = runs.system(p.DEFENDER_ENGINE, f'"{p.DEFENDER_ENGINE.image}"')
    yield set_value(engine, later(night.DEFENDER_OFF, 1.1), REALTIME, "DWORD (0x00000001)")
    services = runs.system(p.windows("services.exe", "Services and Controller app"), "services.exe")
    key = rf"HKLM\System\CurrentControlSet\Services\{night.SERVICE_NAME}"
    yield made_key(services, later(night.SERVICE_MADE, -0.02), key)
    yield set_value(services, later(night.SERVICE_MADE, -0.01), rf"{key}\ImagePath", night.SERVICE_PATH)
    yield started(runs.system(p.INTRUDER, night.SERVICE_PATH), later(night.SERVICE_MADE, 2.2))
