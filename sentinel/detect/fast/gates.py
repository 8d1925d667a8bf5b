"""For rules that no needle can wake: the one field, or few, whose values alone say that a rule cannot be true.

The same programs, users and channels come all day, so what one value of one field allows is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias, cast

from msgspec import UNSET

from sentinel.detect.condition import And, FieldRef, Keyword, Node, Or, fields, leaves
from sentinel.detect.evaluate import Look, holds
from sentinel.model.events import Value

ABSENT = UNSET
"""Stands for the value of a field that is not there."""
MOST_REMEMBERED = 50_000

Gate: TypeAlias = tuple[str, Node]
"""A field and a condition on it alone."""
Cost: TypeAlias = Callable[[str, Node], float]


def gate(node: Node, cost: Cost) -> tuple[Gate, ...] | None:
    """Return gates of which at least one is open whenever a condition is true; None where there are none."""
    alone = _alone(node)
    if alone is not None:
        return ((alone, node),)
    match node:
        case And(items=items):
            return min((way for way in _of_and(items, cost) if way), key=lambda way: _total(way, cost), default=None)
        case Or(items=items):
            each = [gate(item, cost) for item in items]
            return None if None in each else tuple(one for way in each if way for one in way)
    return None


def _of_and(items: Sequence[Node], cost: Cost) -> Iterable[tuple[Gate, ...] | None]:
    """Yield the ways of each item; items on the same field are one gate together."""
    by_field: dict[str, list[Node]] = {}
    for item in items:
        alone = _alone(item)
        if alone is None:
            yield gate(item, cost)
        else:
            by_field.setdefault(alone, []).append(item)
    for field, nodes in by_field.items():
        yield ((field, nodes[0] if len(nodes) == 1 else And(tuple(nodes))),)


def _alone(node: Node) -> str | None:
    """Return the only field that a condition reads."""
    names = fields(node)
    if len(names) != 1 or any(_reads_more(leaf.tests) or isinstance(leaf, Keyword) for leaf in leaves(node)):
        return None
    return next(iter(names))


def _reads_more(tests: Iterable[object]) -> bool:
    return any(isinstance(test, FieldRef) for test in tests)


def _total(way: Sequence[Gate], cost: Cost) -> float:
    return sum(cost(*one) for one in way)


class Doorkeeper(dict[Any, tuple[int, ...]]):
    """For each value of one field, the rules that it lets pass; remembers values as they come."""

    def __init__(self, field: str, doors: Sequence[tuple[Node, int]]) -> None:
        super().__init__()
        self.field = field
        self.doors = doors

    def __missing__(self, value: object) -> tuple[int, ...]:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        looks = [Look({} if one is ABSENT else {self.field: cast("Value", one)}) for one in _alike(value)]
        passed = {number for node, number in self.doors if any(holds(node, look) for look in looks)}
        found = self[value] = tuple(sorted(passed))
        return found

    def ask(self, value: object) -> tuple[int, ...]:
        """Return the rules that a value lets pass, also for lists, which cannot be remembered."""
        if isinstance(value, list | tuple | dict):
            look = Look({self.field: cast("Value", value)})
            return tuple(number for node, number in self.doors if holds(node, look))
        return self[value]


def _alike(value: object) -> Iterator[object]:
    """Yield the values that Python takes for the same key: `1`, `1.0` and `true` have different texts."""
    yield value
    if isinstance(value, float) and value.is_integer():
        yield int(value)
    if isinstance(value, int) and abs(value) < _EXACT and float(value) == value:
        yield float(value)
    if isinstance(value, int | float) and value in {0, 1}:
        yield from (int(value), float(value), bool(value))


_EXACT = 10**300
