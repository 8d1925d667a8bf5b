"""Periods that a law or the house sets, and the deadlines they come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sentinel.model.compliance import Reference
from sentinel.model.text import Text

Unit = Literal["hours", "weeks", "months", "years"]
Counting = Literal["regulation-1182-71", "calendar"]
DeadlineState = Literal["running", "near", "passed", "done", "done_late"]


@dataclass(frozen=True, slots=True)
class Extension:
    """How much longer a period may become, and when; in the unit of the period."""

    number: int
    when: Text


@dataclass(frozen=True, slots=True)
class Clock:
    """A period and what starts it. `valid_from` is None for a law that is not in force here.

    `counting` says by which rules a period of days ends (docs/clocks.md); `near` is how many hours before its end
    people are warned; `theirs` is true where somebody else has to keep it and we wait.
    """

    id: str
    title: Text
    starts: Text
    law: Reference
    valid_from: date | None
    valid_to: date | None
    unit: Unit
    number: int
    extension: Extension | None
    counting: Counting
    near: int
    theirs: bool
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a period ends, in UTC: `due` by the reading that ends first, `latest` by the one that ends last.

    `last_day` is the day of which `due` is the end, in Oslo; None where the period is counted in hours.
    """

    clock: str
    start: datetime
    due: datetime
    latest: datetime
    last_day: date | None = None
    why_later: Text | None = None
    extended: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """`sentinel.deadline/1`: a clock, when it ends for one start, and how that stands; `hours_left` may be negative."""

    clock: Clock
    deadline: Deadline
    state: DeadlineState
    hours_left: float
