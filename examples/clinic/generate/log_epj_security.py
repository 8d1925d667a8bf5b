"""The EPJ server's Security log, with the service installations of its System log."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from examples.clinic.generate import night
from examples.clinic.generate.clock import SUPPLIER_DAYS, closing, hours, later, local, moments, working_days
from examples.clinic.generate.security import (
    BATCH,
    NETWORK,
    REMOTE,
    Data,
    Session,
    account_made,
    group_joined,
    new_logon_id,
    privileged,
    reconnected,
    refused,
    service_signed_in,
    signed_in,
    signed_out,
    system_privileged,
    task_made,
)
from examples.clinic.generate.story import (
    DESK,
    EPJ,
    NIGHT_VISITOR,
    SERVICE,
    STAFF,
    SUPPLIER,
    SUPPLIER_ADDRESS,
    digest,
    guid,
)
from examples.clinic.generate.windows import SERVICES, SYSTEM, WindowsEvent, security

_TRIED = (
    *("administrator", "admin", "administrator", "test", "user", "bruker", "gjest", "guest", "scanner", "backup"),
    *("kontor", "resepsjon", "tannlege", "klinikk", "support", "drift", "it", "lyngvik", "aase", "åse", "aase.lyngvik"),
    *("bjørn", "bjorn", "bjorn.saether", "siv", "siv.odegaard", "kåre", "kaare", "kaare.nygaard", "epj", "svc_epj"),
    *("sql", "sa", "faktura", "rdp", "remote", "fjernhjelp", "fjernhjelp1", "fjordnett"),
)
_DEFINITIONS = r"C:\ProgramData\Microsoft\Windows Defender\Definition Updates"
_KNOWN = {person.account for person in (*STAFF, SUPPLIER, SERVICE)} | {"administrator", "guest"}


def events(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the month, not in order."""
    yield from _pulse(dice)
    yield from _staff(dice)
    yield from _supplier(dice)
    yield from _driver_updates(dice)
    yield from _night(dice)


def _pulse(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield what the server does by itself every hour: services, and the EPJ's two scheduled runs."""
    for hour in hours():
        start = later(hour, dice.uniform(20, 400))
        yield security(start, EPJ, 4624, service_signed_in(EPJ))
        yield security(later(start, 0.004), EPJ, 4672, system_privileged())
        for minute in (15, 45):
            session = Session(SERVICE, EPJ, BATCH, "-", new_logon_id(dice))
            begin = hour + timedelta(minutes=minute, seconds=dice.uniform(0, 3))
            yield from _session(session, begin, dice.uniform(3, 50), dice)


def _session(session: Session, start: datetime, seconds: float, dice: random.Random) -> Iterator[WindowsEvent]:
    data = signed_in(session, dice)
    if session.kind == BATCH:
        data |= {"IpPort": "-", "WorkstationName": EPJ.name, "ProcessName": r"C:\Windows\System32\svchost.exe"}
    yield security(start, EPJ, 4624, data)
    yield security(later(start, seconds), EPJ, 4634, signed_out(session))


def _staff(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield people's EPJ clients connecting from their own desks in opening hours, and now and then a slip."""
    for day in working_days():
        for person in STAFF:
            for start in moments(dice, day, 7 if person.role == "resepsjon" else 8, closing(day), 14):
                session = Session(person, EPJ, NETWORK, DESK[person].address, new_logon_id(dice))
                yield from _session(session, start, dice.uniform(30, 1500), dice)
        if dice.random() < 0.5:
            person = dice.choice(STAFF)
            slip = local(day, 8, dice.randrange(5, 50), dice.uniform(0, 59))
            yield security(slip, EPJ, 4625, refused(EPJ, person.account, NETWORK, DESK[person].address, known=True))


def _supplier(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the supplier's two agreed visits, from the agreed address; one password is mistyped."""
    for day, (first, last) in SUPPLIER_DAYS.items():
        start = local(day, first, 4, dice.uniform(0, 50))
        if day == min(SUPPLIER_DAYS):
            slip = refused(EPJ, SUPPLIER.account, REMOTE, SUPPLIER_ADDRESS, known=True)
            yield security(later(start, -21), EPJ, 4625, slip)
        session = Session(SUPPLIER, EPJ, REMOTE, SUPPLIER_ADDRESS, new_logon_id(dice))
        yield security(start, EPJ, 4624, signed_in(session, dice))
        yield security(later(start, 0.003), EPJ, 4672, privileged(session))
        yield security(local(day, last, 26, dice.uniform(0, 50)), EPJ, 4634, signed_out(session))


def _driver_updates(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield the driver that Defender installs with new definitions: a service installation nobody need look at."""
    for day in (2, 6, 9, 13, 20, 23, 27, 30):
        mark = digest("defender", day)[:8]
        folder = rf"{_DEFINITIONS}\{{{guid('defender', day).upper()}}}"
        yield _service_made(
            local(day, 4, dice.randrange(10, 50), dice.uniform(0, 59)),
            f"MpKsl{mark}",
            rf"{folder}\MpKslDrv.sys",
            ("kernel mode driver", "system start", ""),
        )


def _service_made(time: datetime, name: str, path: str, kind: tuple[str, str, str]) -> WindowsEvent:
    data: Data = dict(zip(("ServiceType", "StartType", "AccountName"), kind, strict=True))
    return WindowsEvent(time, EPJ, SYSTEM, SERVICES, 7045, {"ServiceName": name, "ImagePath": path, **data})


def _night(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield 14 October: guesses, the sign-in, what was made; and the session taken up again."""
    yield from _guesses(dice)
    session = night.SESSION
    yield security(night.INSIDE, EPJ, 4624, signed_in(session, dice))
    yield security(later(night.INSIDE, 0.002), EPJ, 4672, privileged(session))
    made = account_made(session, night.BACKUP_ACCOUNT, night.BACKUP_SID)
    yield security(night.USER_MADE, EPJ, 4720, made)
    joined = group_joined(session, night.BACKUP_SID, "Administrators", "S-1-5-32-544")
    yield security(night.GROUP_JOINED, EPJ, 4732, joined)
    service = ("user mode service", "auto start", "LocalSystem")
    yield _service_made(night.SERVICE_MADE, night.SERVICE_NAME, night.SERVICE_PATH, service)
    yield security(night.TASK_MADE, EPJ, 4698, task_made(session, night.TASK_NAME, night.TASK_CONTENT))
    yield security(night.LEFT, EPJ, 4779, reconnected(session))
    for begin, end in night.VISITS:
        yield security(begin, EPJ, 4778, reconnected(session))
        yield security(end, EPJ, 4779, reconnected(session))


def _guesses(dice: random.Random) -> Iterator[WindowsEvent]:
    """Yield three rounds through a list of account names."""
    names = [name for _ in range(3) for name in _TRIED]
    step = (night.LAST_TRY - night.FIRST_TRY) / (len(names) - 1)
    for number, name in enumerate(names):
        wobble = dice.uniform(0, 6) if 0 < number < len(names) - 1 else 0
        data = refused(EPJ, name, REMOTE, NIGHT_VISITOR, known=name in _KNOWN)
        yield security(later(night.FIRST_TRY + number * step, wobble), EPJ, 4625, data)
