"""What the fast path does with events whose deciding fields are equal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

from sentinel.detect.engine import Step
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.gates import ABSENT, Cost, Doorkeeper, Gate, gate
from sentinel.detect.fast.refute import refuted
from sentinel.model.events import Fields

Decided: TypeAlias = tuple[Fields, frozenset[str]]
"""The deciding fields that events have, and the names of all of them: those that are not there are absent."""

_SINGLE = {str, int, float, bool, type(None), type(ABSENT)}
"""Types of values that a key may be made of."""
Keepers: TypeAlias = dict[tuple[tuple[Gate, int], ...], Doorkeeper]
"""Keepers by the gates and rules that they stand for: plans share them, with what they remember."""

OPEN = 20.0
"""What an open gate costs against a value not met before: a whole event is decoded, and a rule evaluated."""


@dataclass(frozen=True, slots=True)
class Door:
    """A keeper, and for each of its fields the names it may have in a record: the first that is there counts."""

    names: tuple[tuple[str, ...], ...]
    keeper: Doorkeeper

    def keys(self, many: Sequence[Fields]) -> list[Any]:
        """Return what the keeper is asked for each of many events."""
        columns = [
            [fields.get(names[0], ABSENT) for fields in many]
            if len(names) == 1
            else [_first(fields, names) for fields in many]
            for names in self.names
        ]
        return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of the reference engine, and how its rules are woken: `always` are those that nothing can hold back."""

    steps: tuple[Step, ...]
    rules: AbstractSet[int]
    always: frozenset[int]
    doors: tuple[Door, ...]

    def passed(self, fields: Fields) -> set[int]:
        """Return the rules that no gate holds back."""
        wanted = set(self.always)
        for door in self.doors:
            wanted.update(door.keeper.ask(tuple(_first(fields, names) for names in door.names)))
        return wanted

    def passed_each(self, many: Sequence[Fields]) -> list[set[int]]:
        """Do the same for many events at once; needs a machine that can scan."""
        wanted = [set(self.always) for _ in many]
        for door in self.doors:
            keys = door.keys(many)
            if not _SINGLE.issuperset(map(type, keys if len(door.names) == 1 else chain.from_iterable(keys))):
                for rules, key in zip(wanted, keys, strict=True):
                    rules.update(door.keeper.ask(key if len(door.names) > 1 else (key,)))
                continue
            opened = door.keeper.opened(set(keys))
            for rules, key in zip(wanted, keys, strict=True) if opened else ():
                rules.update(opened.get(key, ()))
        return wanted


def make_plan(
    steps: Sequence[Step], wakeless: AbstractSet[int], decided: Decided, sample: Sequence[Fields], keepers: Keepers
) -> Plan:
    """Leave out the rules that the decided fields refute, and build the gates of those that no needle wakes.

    `sample` are some of the events, which tell good gates from bad. `keepers` are those of other plans.
    """
    always: set[int] = set()
    doors: dict[tuple[tuple[str, ...], ...], list[tuple[Gate, int]]] = {}
    kept = tuple(_kept(step, decided) for step in steps)
    for step in kept:
        hard = sorted(wakeless & step.rules.keys())
        cost = _cost([step.route.view(one) for one in sample] if hard else ())
        for number in hard:
            gates = gate(step.rules[number].widest, cost)
            if gates is None:
                always.add(number)
            for one in gates or ():
                doors.setdefault(tuple(names_in(step, field) for field in one[0]), []).append((one, number))
    made = tuple(_door(names, found, keepers) for names, found in doors.items())
    rules = frozenset(number for step in kept for number in step.rules)
    return Plan(tuple(step for step in kept if step.rules), rules, frozenset(always), made)


def _kept(step: Step, decided: Decided) -> Step:
    """Return a step with those rules only that may be true for events whose decided fields are these."""
    fields, names = decided
    aliased = {new for new, _ in step.route.aliases if new not in fields}
    known = names - aliased
    kept = {number: rule for number, rule in step.rules.items() if not refuted(rule.widest, fields, known)}
    return Step(step.route, kept)


def names_in(step: Step, field: str) -> tuple[str, ...]:
    """Return the names of a field in a record, as the view of a step takes them: the first that is there counts."""
    return (field, *(old for new, old in step.route.aliases if new == field))


def _door(names: tuple[tuple[str, ...], ...], found: Sequence[tuple[Gate, int]], keepers: Keepers) -> Door:
    key = tuple(found)
    if key not in keepers:
        gates, rules = zip(*found, strict=True)
        keepers[key] = Doorkeeper(gates[0][0], gates, rules)
    return Door(names, keepers[key])


def _first(fields: Fields, names: Collection[str]) -> object:
    return next((fields[name] for name in names if name in fields), ABSENT)


def _cost(sample: Sequence[Fields]) -> Cost:
    """Return what a gate costs on a sample: the share of values it has not met before, and how often it opens."""

    def cost(one: Gate) -> float:
        names, node = one
        views = [{name: view[name] for name in names if name in view} for view in sample]
        opened = sum(holds(node, Look(view)) for view in views)
        return (len(set(map(repr, views))) + OPEN * opened + 1) / (len(sample) + 1)

    return cost
