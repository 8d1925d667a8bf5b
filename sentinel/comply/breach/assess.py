"""Puts a breach together: severity, outcome, duties with deadlines, and what remains to be found out or written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sentinel.comply.breach.case import KINDS, UNKNOWN, CaseFile
from sentinel.comply.breach.duties import DutyEntry, duties_of, load_duties
from sentinel.comply.breach.outcome import decide
from sentinel.comply.breach.severity import severity
from sentinel.comply.breach.table import Table, load_table
from sentinel.comply.breach.wording import Wording, load_wording
from sentinel.comply.clocks import load_clocks
from sentinel.content import content_hash, yaml_files
from sentinel.errors import ContentError, Fault
from sentinel.model.breach import BreachAssessment, Duty, Register
from sentinel.model.clocks import Clock
from sentinel.model.text import Text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pack:
    """The content that a breach is assessed with; `hash` is over all of its files."""

    table: Table
    wording: Wording
    duties: tuple[DutyEntry, ...]
    clocks: tuple[Clock, ...]
    hash: str

    @property
    def names(self) -> frozenset[str]:
        """Return the names by which a file says what is done."""
        return frozenset(entry.id for entry in self.duties)


def load_pack(base: Path) -> Pack:
    """Read the clocks and `checklists/breach`; raise ContentError with all faults of all files."""
    faults: list[Fault] = []
    clocks = _tried(lambda: load_clocks(base), faults) or ()
    table = _tried(lambda: load_table(base), faults)
    wording = _tried(lambda: load_wording(base), faults)
    duties = _tried(lambda: load_duties(base, clocks), faults)
    if faults or table is None or wording is None or duties is None:
        raise ContentError(faults)
    files = [*yaml_files(base / "checklists" / "breach"), *yaml_files(base / "checklists" / "clocks")]
    return Pack(table, wording, duties, clocks, content_hash(files, base))


def _tried(read: Callable[[], T], faults: list[Fault]) -> T | None:
    """Return what is read; add its faults to those of the other files where it cannot be."""
    try:
        return read()
    except ContentError as error:
        faults += error.faults
        return None


def assess(case: CaseFile, pack: Pack, now: datetime) -> BreachAssessment:
    """Assess a breach as it is known at `now`."""
    decision = decide(case, pack.table, pack.wording)
    duties = duties_of(case, decision, pack.duties, pack.clocks, now)
    return BreachAssessment(
        case=case.case,
        organisation=case.organisation.name,
        number=case.organisation.number,
        role=case.role,
        at=now,
        register=_register(case),
        severity=severity(case, pack.table, pack.wording),
        decision=decision,
        duties=duties,
        remains=tuple(dict.fromkeys(_remains(case, duties, pack.wording))),
        content=pack.hash,
    )


def is_late(duty: Duty) -> bool:
    """Say whether a deadline has passed, also where it was done after it."""
    return duty.state in {"passed", "done_late"}


def open_questions(case: CaseFile) -> Iterator[str]:
    """Yield what is not known yet, by the keys of the sentences that name it."""
    times = {"began": case.times.began, "ended": case.times.ended, "found": case.times.found}
    yield from (name for name, value in times.items() if value == UNKNOWN)
    if case.persons.number == UNKNOWN:
        yield "persons"
    if case.records.number == UNKNOWN:
        yield "records"
    if any(UNKNOWN in {entry.type, entry.context} for entry in case.data):
        yield "data"
    yield from (kind for kind in KINDS if getattr(case.circumstances, kind) == UNKNOWN)
    if case.circumstances.malicious == UNKNOWN:
        yield "malicious"
    for name in _QUESTIONS:
        if getattr(case, name) == UNKNOWN:
            yield name


_QUESTIONS = ("identification", "unreadable", "patient_safety", "helsenett", "essential_service", "medical_device")


def unwritten(case: CaseFile, duties: tuple[Duty, ...]) -> Iterator[str]:
    """Yield what a notification has to hold and nobody has written, by the same keys."""
    contact = case.organisation.contact
    written = {
        "organisation": case.organisation.name and case.organisation.number,
        "contact": contact.role and (contact.email or contact.phone),
        "what": case.what,
        "effects": case.effects,
        "measures": case.measures.taken or case.measures.planned,
    }
    yield from (name for name, value in written.items() if not value)
    if not case.why_late and any(duty.id == "datatilsynet" and is_late(duty) for duty in duties):
        yield "why_late"


def _remains(case: CaseFile, duties: tuple[Duty, ...], words: Wording) -> Iterator[Text]:
    if case.role == "processor":
        yield words.text("remains.processor")
    for question in open_questions(case):
        yield words.text("remains.unknown", question=words.text(f"q.{question}"))
    for question in unwritten(case, duties):
        yield words.text("remains.write", question=words.text(f"q.{question}"))


def _register(case: CaseFile) -> Register:
    times, measures = case.times, case.measures
    return Register(
        what=case.what,
        kinds=case.kinds,
        began=_moment(times.began),
        ended=_moment(times.ended),
        ongoing=times.ended == "ongoing",
        found=_moment(times.found),
        known=times.known,
        persons=None if case.persons.number == UNKNOWN else case.persons.number,
        records=None if case.records.number == UNKNOWN else case.records.number,
        groups=case.persons.groups,
        data=tuple(entry.what or entry.type for entry in case.data),
        effects=case.effects,
        taken=measures.taken,
        planned=measures.planned,
        unlikely_risk=case.unlikely_risk,
        no_telling=case.no_telling.reason if case.no_telling else "",
        why_late=case.why_late,
    )


def _moment(value: datetime | str) -> datetime | None:
    """Return a moment, or None where it is not known or has not come."""
    return value if isinstance(value, datetime) else None
