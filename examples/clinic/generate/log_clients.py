"""Sysmon on the X-ray PC, which is never switched off, and on the three PCs, which run in opening hours."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from examples.clinic.generate import programs as p
from examples.clinic.generate.clock import closing, hours, later, local, moments, working_days
from examples.clinic.generate.runs import Runs
from examples.clinic.generate.story import (
    AASE,
    BJORN,
    EPJ,
    KAARE,
    PACS,
    PRINTER,
    RECEPTION,
    ROOM1,
    ROOM2,
    SIV,
    XRAY,
    Person,
)
from examples.clinic.generate.sysmon import asked_name, connected, set_value, started, wrote_file
from examples.clinic.generate.windows import WindowsEvent

_SITES = (
    ("www.helsenett.example", "192.0.2.71"),
    ("www.tannlegetidende.example", "192.0.2.72"),
    ("bestilling.dentalvarer.example", "203.0.113.18"),
    ("nyheter.example", "203.0.113.19"),
    ("vær.example", "203.0.113.20"),
)
_BACKGROUND = (
    (p.TASKHOST, "taskhostw.exe SYSTEM", p.SCHEDULER),
    (p.SVCHOST, r"C:\Windows\system32\svchost.exe -k wsappx -p", p.SERVICES),
    (p.DEFENDER, f'"{p.DEFENDER.image}" SignatureUpdate -ScheduleJob -RestrictPrivileges', p.SCHEDULER),
)
_DOCUMENTS = ("Timeplan høst.xlsx", "Innkalling – årskontroll.docx", "Prisliste.xlsx", "Måling av vannkvalitet.docx")


def events(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the month, not in order."""
    yield from _xray(Runs(XRAY), dice)
    desks = ((Runs(RECEPTION), (KAARE,)), (Runs(ROOM1), (AASE,)), (Runs(ROOM2), (BJORN, SIV)))
    for runs, people in desks:
        for day in working_days():
            yield from _day(runs, people[day % len(people)], day, dice)


def _xray(runs: Runs, dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the X-ray PC: a pulse every hour, pictures taken and sent in opening hours."""
    for hour in hours():
        check = f'"{p.XRAY_SENDER.image}" /kø'
        yield started(runs.system(p.XRAY_SENDER, check, p.SCHEDULER), later(hour, dice.uniform(5, 60)))
        program, command, parent = dice.choice(_BACKGROUND)
        yield started(runs.system(program, command, parent), later(hour, dice.uniform(600, 3000)))
    for day in working_days():
        picture = runs.user("rontgen", p.XRAY, f'"{p.XRAY.image}"')
        yield started(picture, local(day, 7, 40, dice.uniform(0, 59)))
        for time in moments(dice, day, 8, closing(day), dice.randrange(8, 15)):
            name = rf"D:\Bilder\2026\10\{day:02d}\intraoral – øvre {dice.randrange(11, 28)}-{time:%H%M%S}.dcm"
            yield wrote_file(picture, time, name)
            sender = runs.user("rontgen", p.XRAY_SENDER, f'"{p.XRAY_SENDER.image}" /send')
            yield connected(sender, later(time, 3.1), (PACS.address, "LV-PACS", 4242), dice)


def _day(runs: Runs, person: Person, day: int, dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield one person's day at a PC."""
    start = local(day, 7, dice.randrange(25, 55), dice.uniform(0, 59))
    yield started(runs.user(person.account, p.EXPLORER, p.EXPLORER.image), start)
    client = runs.user(person.account, p.EPJ_CLIENT, f'"{p.EPJ_CLIENT.image}"')
    yield started(client, later(start, 40))
    yield connected(client, later(start, 43), (EPJ.address, EPJ.fqdn, 443), dice)
    for hour in range(8, closing(day)):
        background = later(local(day, hour), dice.uniform(60, 3500))
        yield started(runs.system(p.TASKHOST, "taskhostw.exe", p.SCHEDULER), background)
    for time in moments(dice, day, 8, closing(day), 14):
        yield from dice.choice(_WORK)(runs, person, time, dice)
    if person is KAARE:
        yield from _reminders(runs, day, dice)


def _browse(runs: Runs, person: Person, time: datetime, dice: random.Random) -> Iterator[WindowsEvent]:
    name, address = dice.choice(_SITES)
    browser = runs.user(person.account, p.EDGE, f'"{p.EDGE.image}" --profile-directory=Default')
    yield started(browser, time)
    yield asked_name(browser, later(time, 1.4), name, address)
    yield connected(browser, later(time, 1.6), (address, name, 443), dice)


def _write(runs: Runs, person: Person, time: datetime, dice: random.Random) -> Iterator[WindowsEvent]:
    name = dice.choice(_DOCUMENTS)
    program = p.EXCEL if name.endswith("xlsx") else p.WORD
    path = rf"C:\Users\{person.account}\Documents\{name}"
    office = runs.user(person.account, program, f'"{program.image}" "{path}"')
    yield started(office, time)
    yield wrote_file(office, later(time, dice.uniform(60, 600)), path)


def _print(runs: Runs, person: Person, time: datetime, dice: random.Random) -> Iterator[WindowsEvent]:
    helper = runs.user(person.account, p.PRINT_DRIVER, r"C:\Windows\splwow64.exe 8192")
    yield started(helper, time)
    spooler = runs.system(p.SPOOLER, p.SPOOLER.image)
    yield connected(spooler, later(time, 2.0), (PRINTER.address, "-", 9100), dice)


def _settle(runs: Runs, person: Person, time: datetime, _dice: random.Random) -> Iterator[WindowsEvent]:
    panel = runs.user(person.account, p.RUNDLL, r"rundll32.exe C:\Windows\system32\shell32.dll,Control_RunDLL")
    yield started(panel, time)
    yield set_value(
        panel, later(time, 4), r"HKU\S-1-5-21\Control Panel\Desktop\Skrivebordsbakgrunn", r"C:\Bilder\Ålesund.jpg"
    )


def _broker(runs: Runs, person: Person, time: datetime, _dice: random.Random) -> Iterator[WindowsEvent]:
    yield started(runs.user(person.account, p.BROKER, rf"{p.BROKER.image} -Embedding", p.COM), time)


_WORK: tuple[Callable[[Runs, Person, datetime, random.Random], Iterator[WindowsEvent]], ...] = (
    *(_browse, _browse, _browse, _write, _write, _print),
    *(_settle, _broker, _broker),
)


def _reminders(runs: Runs, day: int, dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the script that reminds the patients of the next day."""
    start = local(day, 15, 20, dice.uniform(0, 59)) + timedelta(seconds=5)
    command = (
        r'powershell.exe -NoProfile -ExecutionPolicy RemoteSigned -File "C:\Program Files\Tannjournal\Påminnelser.ps1"'
    )
    yield started(runs.user(KAARE.account, p.POWERSHELL, command), start)
