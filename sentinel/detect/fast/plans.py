"""What the fast path does with the events of one combination of log sources."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sentinel.detect.condition import Node
from sentinel.detect.engine import Step
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.gates import ABSENT, Cost, Doorkeeper, gate
from sentinel.model.events import Fields, Value

OPEN = 20.0
"""What an open gate costs against one look into a memory: a whole event is decoded and a rule evaluated."""


@dataclass(frozen=True, slots=True)
class Door:
    """A keeper and the names of its field in a record: the first that is there counts."""

    names: tuple[str, ...]
    keeper: Doorkeeper


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of the reference engine, and how its rules are woken: `always` are those that nothing can hold back."""

    steps: tuple[Step, ...]
    rules: frozenset[int]
    always: frozenset[int]
    doors: tuple[Door, ...]

    def passed(self, fields: Fields) -> set[int]:
        """Return the rules that no gate holds back."""
        wanted = set(self.always)
        for door in self.doors:
            wanted.update(door.keeper.ask(_first(fields, door.names)))
        return wanted


def make_plan(
    steps: Sequence[Step], order: Mapping[int, int], wakeless: AbstractSet[int], sample: Sequence[Fields]
) -> Plan:
    """Build the gates of those rules that no needle wakes; `sample` are some events, which tell good gates from bad."""
    always: set[int] = set()
    doors: dict[tuple[str, ...], list[tuple[Node, int]]] = {}
    fields: dict[tuple[str, ...], str] = {}
    for step in steps:
        cost = _cost([step.route.view(one) for one in sample])
        for rule in step.rules:
            number = order[id(rule)]
            if number not in wakeless:
                continue
            gates = gate(rule.condition, cost)
            if gates is None:
                always.add(number)
            for field, node in gates or ():
                names = (field, *(old for new, old in reversed(step.route.aliases) if new == field))
                doors.setdefault(names, []).append((node, number))
                fields[names] = field
    made = tuple(Door(names, Doorkeeper(fields[names], found)) for names, found in doors.items())
    rules = frozenset(order[id(rule)] for step in steps for rule in step.rules)
    return Plan(tuple(steps), rules, frozenset(always), made)


def _first(fields: Fields, names: Collection[str]) -> object:
    return next((fields[name] for name in names if name in fields), ABSENT)


def _cost(sample: Sequence[Fields]) -> Cost:
    """Return what a gate costs on a sample: the share of values it has not met before, and how often it opens."""

    def cost(field: str, node: Node) -> float:
        values = [_comparable(view.get(field)) for view in sample]
        opened = sum(holds(node, Look({field: view[field]} if field in view else {})) for view in sample)
        return (len(set(values)) + OPEN * opened + 1) / (len(sample) + 1)

    return cost


def _comparable(value: Value) -> str:
    return value if isinstance(value, str) else repr(value)


