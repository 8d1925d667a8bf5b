"""The EPJ's own log of who looked at whom, with the taxonomy's field names; patients are made-up pseudonyms."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from examples.clinic.generate.clock import closing, hours, later, local, moments, stamp, working_days
from examples.clinic.generate.story import (
    AASE,
    BJORN,
    DESK,
    EPJ,
    KAARE,
    ORGANISATION,
    SIV,
    STAFF,
    SUPPLIER,
    Host,
    Person,
    digest,
)
from examples.clinic.generate.writing import Record

GAP = (local(12, 20), local(14, 3))
"""The log is missing between these two heartbeats."""

PATIENTS = tuple(f"p-{digest('patient', number)[:12]}" for number in range(640))
COLLEAGUE, OWN, BLOCKED = (f"p-{digest('patient', name)[:12]}" for name in ("kollega", "egen", "sperret"))
_NIGHT_START = local(15, 2, 20, 11.4)
_OPENED, _EXPORTED = 37, 12


@dataclass(frozen=True, slots=True)
class Look:
    """One use of a record: what was done, to whom, on what ground."""

    action: str
    patient: str
    relation: tuple[str, ...] = ("appointment",)
    basis: str = "TIMEAVTALE"
    extra: dict[str, object] = field(default_factory=dict)
    outcome: str = "success"


def records(dice: random.Random) -> Iterator[Record]:
    """Yield the month in the order of time, without what fell into the gap."""
    every = [*_heartbeats(), *_office(dice), *_planned(), *_night(dice), *_snooping()]
    for time, record in sorted(every, key=lambda item: (item[0], item[1]["event"]["action"])):  # type: ignore[index]  # every record has its event
        if not GAP[0] < time < GAP[1]:
            yield record


def _heartbeats() -> Iterator[tuple[datetime, Record]]:
    for hour in hours():
        yield (
            hour,
            {
                "@timestamp": stamp(hour),
                "event": {"dataset": "epj.access", "action": "heartbeat", "outcome": "success"},
                "user": {"name": "svc_epj", "roles": ["system"]},
                "host": {"name": EPJ.name},
                "organization": {"id": ORGANISATION},
                "helse": {"actor": {"type": "system"}},
            },
        )


def _record(time: datetime, person: Person, desk: Host, look: Look) -> tuple[datetime, Record]:
    patient: dict[str, object] = {"pseud": look.patient}
    if look.relation:
        patient["relation"] = list(look.relation)
    record: dict[str, object] = {
        "@timestamp": stamp(time),
        "event": {"dataset": "epj.access", "action": look.action, "outcome": look.outcome},
        "user": {"name": person.account, "roles": [person.role]},
        "source": {"ip": desk.address},
        "host": {"name": desk.name},
        "organization": {"id": ORGANISATION},
        "helse": {
            "actor": {"type": "human", "acute_unit": False},
            "patient": patient,
            "access": {"basis": look.basis, "explicit": bool(look.extra.get("explicit", False))},
            "block": {"hit": "block" in look.extra} | ({"type": look.extra["block"]} if "block" in look.extra else {}),
        },
    }
    return time, record


def _office(dice: random.Random) -> Iterator[tuple[datetime, Record]]:
    """Yield appointments: reception finds and opens, the one who treats reads twice or more, some get a print."""
    for day in working_days():
        for person in (AASE, BJORN, SIV):
            for time in moments(dice, day, 8, closing(day), dice.randrange(9, 14)):
                patient = dice.choice(PATIENTS)
                yield from _appointment(time, person, patient, dice)
        for time in moments(dice, day, 8, closing(day), dice.randrange(10, 20)):
            patient = dice.choice(PATIENTS)
            yield _record(time, KAARE, DESK[KAARE], Look("search", patient, ("appointment",)))


def _appointment(
    time: datetime, person: Person, patient: str, dice: random.Random
) -> Iterator[tuple[datetime, Record]]:
    known = dice.random() < 0.15
    relation = ("appointment", "flr") if known else ("appointment",)
    yield _record(later(time, -dice.uniform(30, 400)), KAARE, DESK[KAARE], Look("read", patient, relation))
    for seconds in (0.0, dice.uniform(60, 900), dice.uniform(900, 1700))[: dice.randrange(2, 4)]:
        look = Look("read", patient, ("flr",), "BEHANDLER") if known and seconds else Look("read", patient, relation)
        yield _record(later(time, seconds), person, DESK[person], look)
    if dice.random() < 0.08:
        yield _record(later(time, 1750), person, DESK[person], Look("print", patient, relation))


def _planned() -> Iterator[tuple[datetime, Record]]:
    """Yield what looks odd and is not: a planned export, a planned round of prints, reading up in the evening."""
    for number in range(6):
        look = Look("print", PATIENTS[40 + number])
        yield _record(local(8, 12, 10 + number, 21), KAARE, DESK[KAARE], look)
    moved = PATIENTS[77]
    yield _record(local(22, 12, 14, 3), AASE, DESK[AASE], Look("read", moved))
    yield _record(local(22, 12, 15, 40), AASE, DESK[AASE], Look("export", moved))
    yield _record(local(20, 20, 31, 12), BJORN, DESK[BJORN], Look("read", PATIENTS[91], extra={"explicit": True}))


def _night(dice: random.Random) -> Iterator[tuple[datetime, Record]]:
    """Yield 15 October, 02:20 to 02:50: records opened, exported, one as an emergency, one refused."""
    chosen = dice.sample(PATIENTS, _OPENED)
    for number, patient in enumerate(chosen):
        look = Look("read", patient, ("none",), "ITSYSARB")
        yield _record(later(_NIGHT_START, 26 * number + dice.uniform(0, 14)), SUPPLIER, EPJ, look)
    for number, patient in enumerate(chosen[:_EXPORTED]):
        look = Look("export", patient, ("none",), "ITSYSARB")
        yield _record(later(_NIGHT_START, 1030 + 25 * number + dice.uniform(0, 12)), SUPPLIER, EPJ, look)
    refused = Look("denied", BLOCKED, (), "ITSYSARB", {"block": "Block"}, "failure")
    yield _record(local(15, 2, 44, 8.2), SUPPLIER, EPJ, refused)
    emergency = Look("read", chosen[20], ("none",), "BLAALYS", {"explicit": True})
    yield _record(local(15, 2, 48, 51.6), SUPPLIER, EPJ, emergency)


def _snooping() -> Iterator[tuple[datetime, Record]]:
    """Yield 16 October: a colleague's record, and one's own."""
    colleague = Look("read", COLLEAGUE, ("colleague",), "BEHANDLER")
    yield _record(local(16, 11, 52, 30.1), SIV, DESK[SIV], colleague)
    own = Look("read", OWN, ("self",), "BEHANDLER")
    yield _record(local(16, 14, 6, 44.9), KAARE, DESK[KAARE], own)


def everyone() -> tuple[str, ...]:
    """Return the accounts that use the EPJ."""
    return tuple(person.account for person in (*STAFF, SUPPLIER))
