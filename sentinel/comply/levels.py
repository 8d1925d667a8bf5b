"""What each level asks for: thresholds of the worst case, caps of the gates, and each gate's name in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from sentinel.comply.files import RequirementId, Spoken, meant
from sentinel.content import Item, Schema
from sentinel.errors import Fault
from sentinel.model.compliance import EffectiveState, Level
from sentinel.model.text import Text

RANK: Mapping[Level, int] = {"red": 0, "yellow": 1, "green": 2}

GateState = Literal["not_assessed", "unknown", "not_met", "planned", "disputed", "partly"]
WORST_FIRST: tuple[GateState, ...] = ("not_assessed", "unknown", "not_met", "planned", "disputed", "partly")
"""Caps may not fall in this order: else withdrawing or worsening an answer could raise the level."""

Percent = Annotated[int, Field(ge=0, le=100, strict=True)]


class ThresholdEntry(Schema):
    """The least that a level asks for, in percent by weight.

    `worst_case` counts what is not assessed as not in place; `in_place` also counts what somebody set to not relevant,
    so that nobody reaches a level by declaring requirements away.
    """

    level: Level
    worst_case: Percent
    in_place: Percent
    because: Spoken


class CapEntry(Schema):
    """The best level that is left when a gate is in `state`."""

    state: GateState
    level: Level
    because: Spoken


class GateEntry(Schema):
    """A gate in words: a clause for when it is not in place, and what is asked, as it follows «om» or “whether”."""

    requirement: RequirementId
    lacking: Spoken
    whether: Spoken


class LevelsFile(Schema):
    """The file `levels.yml`."""

    thresholds: list[ThresholdEntry]
    caps: list[CapEntry]
    gates: list[GateEntry]


@dataclass(frozen=True, slots=True)
class Threshold:
    """The least that a level asks for, as fractions of 1."""

    level: Level
    worst_case: Fraction
    in_place: Fraction


@dataclass(frozen=True, slots=True)
class GateWords:
    """A gate in words: `lacking` is a clause, `whether` follows «om» and “whether”."""

    lacking: Text
    whether: Text


@dataclass(frozen=True, slots=True)
class Levels:
    """Thresholds with the best level first, the cap of each state a gate can be in, and the gates' words."""

    thresholds: tuple[Threshold, ...]
    caps: Mapping[EffectiveState, Level]
    words: Mapping[str, GateWords]

    def from_shares(self, worst_case: Fraction | None, in_place: Fraction | None) -> Level:
        """Return the best level whose thresholds are reached; red where there is nothing to count."""
        if worst_case is None or in_place is None:
            return "red"
        reached = (t.level for t in self.thresholds if worst_case >= t.worst_case and in_place >= t.in_place)
        return next(reached, "red")

    def cap(self, state: EffectiveState) -> Level:
        """Return the best level that a gate in `state` leaves possible."""
        return self.caps.get(state, "green")


def as_levels(entry: LevelsFile) -> Levels:
    """Return the noun for the file."""
    best_first = sorted(entry.thresholds, key=lambda threshold: -RANK[threshold.level])
    return Levels(
        thresholds=tuple(
            Threshold(t.level, Fraction(t.worst_case, 100), Fraction(t.in_place, 100)) for t in best_first
        ),
        caps={cap.state: cap.level for cap in entry.caps},
        words={gate.requirement: GateWords(gate.lacking.text(), gate.whether.text()) for gate in entry.gates},
    )


def worded(levels: Levels, titles: Mapping[str, Text]) -> Levels:
    """Return the same thresholds and caps for other gates, each in words made of its title."""
    return replace(levels, words={name: _by_title(title) for name, title in titles.items()})


def _by_title(title: Text) -> GateWords:
    return GateWords(
        Text(f"«{title.nb}» er ikke på plass", f"“{title.en}” is not in place"),
        Text(f"«{title.nb}» er på plass", f"“{title.en}” is in place"),
    )


def wrong_levels(item: Item[LevelsFile], gates: Mapping[str, bool]) -> Iterator[Fault]:
    """Yield what would make levels contradict themselves; `gates` says of each requirement whether it is one."""
    yield from _wrong_thresholds(item)
    yield from _wrong_caps(item)
    named = [gate.requirement for gate in item.value.gates]
    for index, name in enumerate(named):
        where: list[str | int] = ["gates", index, "requirement"]
        if name not in gates:
            yield item.document.fault(where, f"unknown requirement '{name}'{meant(name, gates)}")
        elif not gates[name]:
            yield item.document.fault(where, f"{name} is not a gate")
        if name in named[:index]:
            yield item.document.fault(where, f"{name} is written twice")
    missing = sorted(name for name, is_gate in gates.items() if is_gate and name not in named)
    if missing:
        yield item.document.fault(["gates"], f"no words for {', '.join(missing)}")


def _wrong_thresholds(item: Item[LevelsFile]) -> Iterator[Fault]:
    found = {threshold.level: threshold for threshold in item.value.thresholds}
    if sorted(t.level for t in item.value.thresholds) != ["green", "yellow"]:
        yield item.document.fault(["thresholds"], "needs green and yellow once each; red is what is left")
        return
    green, yellow = found["green"], found["yellow"]
    if green.worst_case < yellow.worst_case or green.in_place < yellow.in_place:
        yield item.document.fault(["thresholds"], "green asks for less than yellow")
    if not (green.in_place and green.worst_case):
        yield item.document.fault(["thresholds"], "green asks for nothing")


def _wrong_caps(item: Item[LevelsFile]) -> Iterator[Fault]:
    found = {cap.state: RANK[cap.level] for cap in item.value.caps}
    if sorted(cap.state for cap in item.value.caps) != sorted(WORST_FIRST):
        yield item.document.fault(["caps"], f"needs each of {', '.join(WORST_FIRST)} once")
        return
    ranks = [found[state] for state in WORST_FIRST]
    if ranks != sorted(ranks):
        yield item.document.fault(["caps"], f"may not fall in the order {', '.join(WORST_FIRST)}")
    if max(ranks) == RANK["green"]:
        yield item.document.fault(["caps"], "a gate that is not in place may not leave green possible")
