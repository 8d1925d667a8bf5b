"""For rules that no needle can wake: the one field, or two, whose values alone say that a rule cannot be true.

The same programs, users and channels come all day, so what a value allows is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import Any, TypeAlias, cast

from msgspec import UNSET

from sentinel.detect.condition import And, FieldTest, Keyword, Node, Or, fields, leaves
from sentinel.detect.evaluate import Look, holds
from sentinel.model.events import Fields, Value

ABSENT = UNSET
"""Stands for the value of a field that is not there."""
MOST_REMEMBERED = 50_000

Gate: TypeAlias = tuple[tuple[str, ...], Node]
"""Fields, and a condition on them alone."""
Cost: TypeAlias = Callable[[Gate], float]


def gate(node: Node, cost: Cost) -> tuple[Gate, ...] | None:
    """Return gates of which at least one is open whenever a condition is true; None where there are none."""
    alone = _alone(node)
    if alone is not None:
        return ((alone, node),)
    match node:
        case And(items=items):
            return min((way for way in _of_and(items, cost) if way), key=lambda way: sum(map(cost, way)), default=None)
        case Or(items=items):
            each = [gate(item, cost) for item in items]
            return None if None in each else tuple(one for way in each if way for one in way)
    return None


def _of_and(items: Sequence[Node], cost: Cost) -> Iterable[tuple[Gate, ...] | None]:
    """Yield the ways of each item; items on the same fields are one gate together."""
    by_fields: dict[tuple[str, ...], list[Node]] = {}
    for item in items:
        alone = _alone(item)
        if alone is None:
            yield gate(item, cost)
        else:
            by_fields.setdefault(alone, []).append(item)
    for names, nodes in by_fields.items():
        yield ((names, nodes[0] if len(nodes) == 1 else And(tuple(nodes))),)


def _alone(node: Node) -> tuple[str, ...] | None:
    """Return the only field that a condition reads; two where it is one test that compares them."""
    if any(isinstance(leaf, Keyword) for leaf in leaves(node)):
        return None
    names = tuple(sorted(fields(node)))
    most = 2 if isinstance(node, FieldTest) else 1
    return names if len(names) <= most else None


class Doorkeeper(dict[Any, tuple[int, ...]]):
    """For the values of some fields, the rules that they let pass; remembers values as they come.

    It is asked for the value of its field, or for the tuple of values where it has several.
    """

    def __init__(self, names: tuple[str, ...], doors: Sequence[Gate], rules: Sequence[int]) -> None:
        super().__init__()
        self.names = names
        self.doors = tuple(zip(doors, rules, strict=True))

    def __missing__(self, key: object) -> tuple[int, ...]:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        values = key if isinstance(key, tuple) else (key,)
        looks = [Look(self._fields(one)) for one in product(*map(_alike, values))]
        found = self[key] = tuple(number for (_, node), number in self.doors if any(holds(node, one) for one in looks))
        return found

    def ask(self, values: tuple[object, ...]) -> tuple[int, ...]:
        """Return the rules that values let pass, also where one is a list, which cannot be remembered."""
        if any(isinstance(value, list | tuple | dict) for value in values):
            look = Look(self._fields(values))
            return tuple(number for (_, node), number in self.doors if holds(node, look))
        return self[values if len(values) > 1 else values[0]]

    def _fields(self, values: Iterable[object]) -> Fields:
        pairs = zip(self.names, values, strict=True)
        return {name: cast("Value", value) for name, value in pairs if value is not ABSENT}


def _alike(value: object) -> Iterator[object]:
    """Yield the values that Python takes for the same key: `0`, `0.0`, `-0.0` and `false` have different texts."""
    yield value
    if isinstance(value, float) and value.is_integer():
        yield int(value)
    if isinstance(value, int) and abs(value) < _EXACT and float(value) == value:
        yield float(value)
    if isinstance(value, int | float) and value in {0, 1}:
        yield from (int(value), float(value), bool(value), -0.0 if value == 0 else 1)


_EXACT = 10**300
