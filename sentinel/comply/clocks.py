"""Reads the clocks of `checklists/clocks`, one file a clock, and counts what they come to (docs/clocks.md)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import Field

from sentinel.comply.answers import Day
from sentinel.comply.checklist import ReferenceEntry
from sentinel.comply.files import Spoken
from sentinel.comply.holidays import working_day_from
from sentinel.content import Item, Schema, load, relative
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.clocks import Clock, Counted, Counting, Deadline, DeadlineState, Extension, Unit
from sentinel.model.compliance import Reference
from sentinel.model.text import Text

OSLO: Final = ZoneInfo("Europe/Oslo")
ClockId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Number = Annotated[int, Field(ge=1, le=1_000, strict=True)]

WHOLE_HOUR = Text(
    "den timen da fristen begynte å løpe, er ikke talt med", "the hour in which the period began is not counted"
)
WORKING_DAY = Text(
    "siste dag er lørdag, søndag eller helligdag, og fristen flyttes til neste virkedag",
    "the last day is a Saturday, Sunday or public holiday, and the period ends with the next working day",
)


class PeriodEntry(Schema):
    """How long, in one unit."""

    unit: Unit
    number: Number


class ExtensionEntry(Schema):
    """How much longer, in the same unit, and when."""

    number: Number
    when: Spoken


class ClockFile(Schema):
    """One clock; a new law, or a new version of one, is a new file. `valid_from: null` is not in force."""

    id: ClockId
    title: Spoken
    starts: Spoken
    law: ReferenceEntry
    valid_from: Day | None
    valid_to: Day | None = None
    period: PeriodEntry
    extension: ExtensionEntry | None = None
    counting: Counting
    near_hours: Annotated[int, Field(ge=1, le=24 * 90, strict=True)]
    theirs: Annotated[bool, Field(strict=True)] = False
    notes: tuple[Spoken, ...] = ()


def load_clocks(base: Path) -> tuple[Clock, ...]:
    """Read every clock, in the order of ids and days; raise ContentError with all faults of all files."""
    folder = base / "checklists" / "clocks"
    items = load(folder, ClockFile, base)
    faults = list(_wrong(items))
    if not items:
        faults.append(Fault(Location(relative(folder, base)), "holds no clocks"))
    if faults:
        raise ContentError(faults)
    return tuple(sorted((_as_clock(item.value) for item in items), key=lambda c: (c.id, c.valid_from or date.max)))


def in_force(clocks: Sequence[Clock], day: date) -> Mapping[str, Clock]:
    """Return the clocks that apply to what begins on a day, by id."""
    return {
        clock.id: clock
        for clock in clocks
        if clock.valid_from and clock.valid_from <= day and (clock.valid_to is None or day <= clock.valid_to)
    }


def moment(wall: datetime) -> datetime:
    """Return a time in UTC; one without zone is what a clock in Oslo showed, the earlier where it can be two.

    In the night when the hour from 02 to 03 comes twice, its first turn is meant; in the night when it is left out, the
    offset that gives the earlier time is taken, so that no deadline is ever too late.
    """
    if wall.tzinfo:
        return wall.astimezone(UTC)
    return min(wall.replace(tzinfo=OSLO, fold=fold).astimezone(UTC) for fold in (0, 1))


def deadline(clock: Clock, start: datetime, *, extended: bool = False, paused: int = 0) -> Deadline:
    """Return when a period ends that began at `start` (aware); `paused` is the whole days it was suspended.

    Regulation 1182/71 art. 3: hours run on through nights, weekends and both changes of the clock; of weeks, months and
    years the day of the start is not counted, and they end with the day that has its name or number, or with the last
    day of a shorter month. Where the law is read in two ways, `due` is the earlier.
    """
    number = clock.number + (clock.extension.number if extended and clock.extension else 0)
    begun = start.astimezone(UTC)
    made = _in_hours(clock, begun, number, paused) if clock.unit == "hours" else _in_days(clock, begun, number, paused)
    return replace(made, extended=extended and clock.extension is not None)


def state(due: Deadline, near: int, now: datetime, done: datetime | None = None) -> DeadlineState:
    """Return how a deadline stands at `now`; a moment exactly at its end is in time, and what is done stays so."""
    if done and done <= now:
        return "done" if done <= due.due else "done_late"
    if now > due.due:
        return "passed"
    return "near" if due.due - now <= timedelta(hours=near) else "running"


def count(clock: Clock, start: datetime, now: datetime, *, extended: bool = False, paused: int = 0) -> Counted:
    """Return a clock's deadline with how it stands at `now`."""
    made = deadline(clock, start, extended=extended, paused=paused)
    return Counted(clock, made, state(made, clock.near, now), hours_left(made, now))


def hours_left(made: Deadline, now: datetime) -> float:
    """Return the hours to a deadline, to a hundredth; negative after it."""
    return round((made.due - now).total_seconds() / 3600, 2)


def _in_hours(clock: Clock, start: datetime, number: int, paused: int) -> Deadline:
    length = timedelta(hours=number, days=paused)
    due, latest = start + length, start
    if clock.counting == "regulation-1182-71":
        latest = start.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    latest += length
    return Deadline(clock.id, start, due, latest, why_later=WHOLE_HOUR if latest > due else None)


def _in_days(clock: Clock, start: datetime, number: int, paused: int) -> Deadline:
    last = _later(start.astimezone(OSLO).date(), clock.unit, number) + timedelta(days=paused)
    moved = working_day_from(last) if clock.counting == "regulation-1182-71" else last
    return Deadline(clock.id, start, _end_of(last), _end_of(moved), last, WORKING_DAY if moved > last else None)


def _later(day: date, unit: Unit, number: int) -> date:
    if unit == "weeks":
        return day + timedelta(weeks=number)
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _end_of(day: date) -> datetime:
    """Return the midnight that ends a day in Oslo; its clocks never change at midnight."""
    return datetime.combine(day + timedelta(days=1), time(), OSLO).astimezone(UTC)


def _as_clock(entry: ClockFile) -> Clock:
    extension = entry.extension
    return Clock(
        id=entry.id,
        title=entry.title.text(),
        starts=entry.starts.text(),
        law=Reference(entry.law.source, entry.law.place, entry.law.confidence),
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        unit=entry.period.unit,
        number=entry.period.number,
        extension=Extension(extension.number, extension.when.text()) if extension else None,
        counting=entry.counting,
        near=entry.near_hours,
        theirs=entry.theirs,
        notes=tuple(note.text() for note in entry.notes),
    )


def _wrong(items: Sequence[Item[ClockFile]]) -> Iterator[Fault]:
    """Yield spans that end before they begin, and two clocks of one name that are in force at a time."""
    for index, item in enumerate(items):
        entry = item.value
        if entry.valid_to and (entry.valid_from is None or entry.valid_to < entry.valid_from):
            yield item.document.fault(["valid_to"], f"{entry.valid_to} is before it is valid")
        for other in items[:index]:
            if other.value.id == entry.id and _meet(other.value, entry):
                what = f"clock {entry.id} is also in {other.document.location.path}, for some of the same days"
                yield item.document.fault(["id"], what)


def _meet(one: ClockFile, other: ClockFile) -> bool:
    if one.valid_from is None or other.valid_from is None:
        return one.valid_from == other.valid_from
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)
