"""An owner and its units: how each of them stands by itself, and how they stand together without an average."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sentinel.model.compliance import EffectiveState, Giver, InheritedState, Judgement, Level, Score
from sentinel.model.text import Text


@dataclass(frozen=True, slots=True)
class Shown:
    """One unit as it was read: who it is and how it was judged."""

    name: str
    number: str
    kind: str
    score: Score
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class Lacking:
    """A requirement that is answered once for all and does not stand in a unit, and why."""

    requirement: str
    state: InheritedState


@dataclass(frozen=True, slots=True)
class OpenGate:
    """A gate that is not met in a unit, and how it stands there."""

    requirement: str
    state: EffectiveState


@dataclass(frozen=True, slots=True)
class GroupUnit:
    """`sentinel.groupunit/1`: one unit by itself.

    `asked` is how many requirements apply, `open_gates` the gates not met, `inherited` how many answers of others
    count, `lacking` what is answered for it and does not stand there. `assessed` is False where nobody has looked.
    """

    name: str
    number: str
    kind: str
    level: Level
    level_reason: Text
    score: float | None
    coverage: float | None
    worst_case: float | None
    counts: dict[EffectiveState, int]
    asked: int
    assessed: bool
    gates: int
    open_gates: tuple[OpenGate, ...]
    inherited: int
    lacking: tuple[Lacking, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """How one requirement stands across the units: how many in each state, which do not have it in place, inherited."""

    requirement: str
    title: Text
    weight: int
    gate: bool
    counts: dict[EffectiveState, int]
    open_in: tuple[str, ...]
    inherited: int


@dataclass(frozen=True, slots=True)
class Handed:
    """One answer that an owner or operator handed on, and what became of it.

    `hits` are numbers of units where it is not in place and their own answer is not worse. `until` is the first day on
    which it stops to stand in a unit.
    """

    giver: Giver
    name: str
    number: str
    requirement: str
    title: Text
    state: EffectiveState
    stands_in: int
    not_in: int
    hits: tuple[str, ...]
    until: date
    does: str
    stays: str


@dataclass(frozen=True, slots=True)
class Range:
    """The lowest and the highest of one number over all units, never their mean; None where a unit has none."""

    lowest: float | None
    highest: float | None


@dataclass(frozen=True, slots=True)
class Group:
    """`sentinel.groupscore/1`: an owner with its units, the worst first.

    The level is that of the worst unit. `levels` counts units, `unseen` those where nobody has looked at anything,
    which are in `levels` too. `silent` are units without any file of answers.
    """

    name: str
    owner: str
    number: str
    as_of: date
    level: Level
    level_reason: Text
    levels: dict[Level, int]
    unseen: int
    silent: tuple[str, ...]
    score: Range
    coverage: Range
    worst_case: Range
    units: tuple[GroupUnit, ...]
    requirements: tuple[Spread, ...]
    handed: tuple[Handed, ...]
    checklist_version: str
    checklist_hash: str
