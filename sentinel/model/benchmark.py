"""What may be told of many organisations: figures of groups, and never of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sentinel.model.compliance import Level
from sentinel.model.text import Text


@dataclass(frozen=True, slots=True)
class Group:
    """Organisations that are compared: types that are asked the same `part`. None is in more than one group."""

    id: str
    title: Text
    part: Literal["small", "full"]
    types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Counted:
    """One organisation as it is counted: its owner, its three numbers, and a letter for each requirement, in order."""

    number: str
    owner: str
    score: float | None
    coverage: float | None
    worst_case: float | None
    level: Level
    states: str
    print: str


@dataclass(frozen=True, slots=True)
class Quartiles:
    """A quarter of the group is at `low` or below, half at `middle` or below, three quarters at `high` or below."""

    low: int
    middle: int
    high: int


@dataclass(frozen=True, slots=True)
class Spread:
    """How all that is asked of a group stands, each part in whole percent; `unseen` is what nobody looked at."""

    met: int
    partly: int
    lacking: int
    unknown: int
    unseen: int
    declared: int


@dataclass(frozen=True, slots=True)
class Lack:
    """A requirement that many in a group lack; both in percent of those asked, rounded to 5."""

    requirement: str
    title: Text
    lacking: int
    unseen: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of one group. Counts are rounded down to 5; below that, they are 0 and read «under 5»."""

    day: date
    version: str
    members: int
    score: Quartiles | None
    coverage: Quartiles | None
    worst_case: Quartiles | None
    levels: dict[Level, int]
    spread: Spread
    lacks: tuple[Lack, ...]


Shown = Literal["new", "repeated", "held_back", "too_few"]
"""new: figures of today · repeated: those of an earlier release, since too few have changed since · held_back: too few
have changed, and somebody has withdrawn · too_few: not enough organisations, or too many of one owner."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One group of a release; without figures it says why."""

    group: str
    title: Text
    part: Literal["small", "full"]
    types: tuple[str, ...]
    shown: Shown
    because: Text
    figures: Figures | None


@dataclass(frozen=True, slots=True)
class Brought:
    """What one organisation brought to a release: a hash of its answers and facts, and who owned it then."""

    number: str
    owner: str
    print: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A group as it was released before, and what each member had brought."""

    release: int
    group: str
    figures: Figures
    brought: tuple[Brought, ...]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`sentinel.benchmark/1`: a release. It holds no name, no number of an organisation and no sum over groups."""

    day: date
    least: int
    checklist: str
    version: str
    groups: str
    says: Text
    cells: tuple[Cell, ...]


Quarter = Literal["lowest", "second", "third", "highest"]


@dataclass(frozen=True, slots=True)
class PlacedNumber:
    """One number of an organisation beside the quartiles of its group; None where there is nothing to compare."""

    name: Literal["score", "coverage", "worst_case"]
    own: int | None
    group: Quartiles | None
    quarter: Quarter | None


@dataclass(frozen=True, slots=True)
class Placing:
    """`sentinel.placing/1`: an organisation's own place in a published benchmark, worked out at home."""

    group: str
    title: Text
    day: date | None
    version: str
    own_version: str
    numbers: tuple[PlacedNumber, ...]
    says: Text
