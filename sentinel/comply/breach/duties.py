"""Reads whom a breach has to be told (`checklists/breach/duties.yml`), and says which of it applies and by when."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sentinel.comply.answers import Day
from sentinel.comply.breach.case import CaseFile
from sentinel.comply.checklist import ReferenceEntry
from sentinel.comply.clocks import OSLO, ClockId, deadline, hours_left, in_force, state
from sentinel.comply.files import Spoken, meant, one
from sentinel.content import Item, Schema
from sentinel.errors import ContentError, Fault
from sentinel.model.breach import Applies, Decision, Duty
from sentinel.model.clocks import Clock, DeadlineState
from sentinel.model.compliance import Reference

When = Literal[
    "always",
    "notify",
    "tell",
    "public",
    "helsenett",
    "essential_service",
    "patient_safety",
    "medical_device",
    "malicious",
]


class DutyEntry(Schema):
    """One who has to be told; `starts` is the moment its clock runs from."""

    id: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
    to: Spoken
    what: Spoken
    law: ReferenceEntry
    roles: Annotated[tuple[Literal["controller", "processor"], ...], Field(min_length=1)]
    when: When
    valid_from: Day | None
    valid_to: Day | None = None
    clock: ClockId | None = None
    starts: Literal["known", "found"] = "known"
    draft: Literal["", "datatilsynet", "persons", "nhn"] = ""


class DutiesFile(Schema):
    """Everybody who may have to be told, in the order in which a person should look."""

    duties: Annotated[tuple[DutyEntry, ...], Field(min_length=1)]


def load_duties(base: Path, clocks: Sequence[Clock]) -> tuple[DutyEntry, ...]:
    """Read them; raise ContentError with every fault, such as a clock that is not there."""
    faults: list[Fault] = []
    item = one(base / "checklists" / "breach" / "duties.yml", DutiesFile, base, faults)
    if item:
        faults += _wrong(item, {clock.id for clock in clocks})
    if faults or item is None:
        raise ContentError(faults)
    return item.value.duties


def duties_of(
    case: CaseFile, decision: Decision, entries: Sequence[DutyEntry], clocks: Sequence[Clock], now: datetime
) -> tuple[Duty, ...]:
    """Return what the role has to do by the laws of its day, in the order of the file; also what does not apply."""
    day = case.times.known.astimezone(OSLO).date()
    running = in_force(clocks, day)
    return tuple(
        _duty(case, entry, _applies(entry.when, case, decision), running, now)
        for entry in entries
        if case.role in entry.roles and _in_force(entry, day)
    )


def _in_force(entry: DutyEntry, day: date) -> bool:
    return bool(entry.valid_from and entry.valid_from <= day and (entry.valid_to is None or day <= entry.valid_to))


def _applies(when: When, case: CaseFile, decision: Decision) -> Applies:
    settled = {
        "always": True,
        "notify": decision.outcome != "document",
        "tell": decision.outcome == "tell",
        "public": decision.spared == "disproportionate",
    }
    if when in settled:
        return "yes" if settled[when] else "no"
    answer = case.circumstances.malicious if when == "malicious" else getattr(case, when)
    known: Mapping[str, Applies] = {"no": "no", "unknown": "unknown"}
    return known.get(answer, "yes")


def _duty(case: CaseFile, entry: DutyEntry, applies: Applies, clocks: Mapping[str, Clock], now: datetime) -> Duty:
    clock = clocks.get(entry.clock or "")
    made = deadline(clock, _start(case, entry)) if clock and applies != "no" else None
    done = case.done.get(entry.id)
    undated: DeadlineState | None = "done" if done else None
    return Duty(
        id=entry.id,
        to=entry.to.text(),
        what=entry.what.text(),
        law=Reference(entry.law.source, entry.law.place, entry.law.confidence),
        applies=applies,
        deadline=made,
        state=state(made, clock.near, now, done) if made and clock else undated,
        hours_left=hours_left(made, now) if made and not done else None,
        done=done,
        draft=entry.draft,
    )


def _start(case: CaseFile, entry: DutyEntry) -> datetime:
    """Return the moment that starts the clock: of two that it may be, the earlier."""
    found = case.times.found
    return min(case.times.known, found) if entry.starts == "found" and isinstance(found, datetime) else case.times.known


def _wrong(item: Item[DutiesFile], clocks: Collection[str]) -> Iterator[Fault]:
    for index, entry in enumerate(item.value.duties):
        if entry.clock and entry.clock not in clocks:
            yield item.document.fault(
                ["duties", index, "clock"], f"unknown clock '{entry.clock}'{meant(entry.clock, clocks)}"
            )
        for other in item.value.duties[:index]:
            if other.id == entry.id and other.valid_from == entry.valid_from:
                yield item.document.fault(["duties", index, "id"], f"duty {entry.id} is written twice for one day")
