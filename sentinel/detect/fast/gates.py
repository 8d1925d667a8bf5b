"""For rules that no needle can wake: the one field, or two, whose values alone say that a rule cannot be true.

The same programs, users and channels come all day, so what a value allows is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from typing import TypeAlias, cast

from sentinel.detect.condition import And, FieldTest, Keyword, Node, Number, Or, fields, leaves
from sentinel.detect.engine import BREAKS
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.alarm import Alarm, make_alarm
from sentinel.detect.fast.table import Values
from sentinel.detect.fast.texts import search_text, value_text
from sentinel.detect.fast.witness import guessed, ways, witness
from sentinel.model.events import Fields

MOST_REMEMBERED = 20_000
MANY = 100
"""Values from which it pays to compile the needles of gates."""

Gate: TypeAlias = tuple[tuple[str, ...], Node]
"""Fields, and a condition on them alone."""
Cost: TypeAlias = Callable[[Gate], float]
Key: TypeAlias = int
"""The number of a value; of two fields, that of the first in the upper half."""
HALF = 32
LOW = (1 << HALF) - 1


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


class Doorkeeper:
    """For the values of some fields, the rules that they let pass; remembers them by their numbers.

    Where `scanning`, the needles of its gates are looked for in new values before these are judged.
    """

    __slots__ = ("_age", "_alarm", "_known", "_numbers", "_scanning", "_values", "doors", "names")

    def __init__(self, names: tuple[str, ...], doors: Sequence[Gate], rules: Sequence[int], values: Values, *, scanning: bool) -> None:
        self.names = names
        self.doors = tuple(zip(doors, rules, strict=True))
        self._values = values
        self._scanning = scanning
        self._age = values.age
        self._known: dict[Key, tuple[int, ...]] = {}
        self._alarm: Alarm | None = None
        self._numbers = [_numbers(node) for (_, node), _ in self.doors]

    def opened(self, keys: Collection[Key]) -> dict[Key, tuple[int, ...]]:
        """Return those of many keys that are let pass for some rules, with these."""
        if self._age != self._values.age or len(self._known) + len(keys) > MOST_REMEMBERED:
            self._age = self._values.age
            self._known.clear()
        known = self._known
        fresh = [key for key in keys if key not in known]
        if fresh:
            self._learn(fresh)
        return {key: found for key in keys if (found := known[key])}

    def _learn(self, keys: Sequence[Key]) -> None:
        """Judge new keys: the needles of the gates are looked for in all of them at once, if there are many."""
        found = [self._fields(key) for key in keys]
        woken = self._woken(found, len(self._known) + len(keys) >= MANY)
        for key, fields, gates in zip(keys, found, woken, strict=True):
            self._known[key] = self._judge(fields, gates) if gates else ()

    def _woken(self, found: Sequence[Fields], many: bool) -> Iterator[Collection[int]]:  # noqa: FBT001 -- private
        every = range(len(self.doors))
        if self._alarm is None and not (many and self._scanning):
            yield from (every if (numbers := self._by_number(fields)) is None else numbers for fields in found)
            return
        if self._alarm is None:
            chosen = {index: witness(ways(node, texts=True), guessed) for index, ((_, node), _) in enumerate(self.doors)}
            needed = {index: needles for index, needles in chosen.items() if needles is not None}
            self._alarm = make_alarm(needed, len(self.doors))
        texts = [_text_of(fields) for fields in found]
        lines = [text or b"" for text in texts]
        ends = list(accumulate(len(line) + 1 for line in lines))
        woken = self._alarm.woken(b"\n".join((*lines, b"")), ends)
        always = sorted(self._alarm.wakeless)
        for index, (fields, text) in enumerate(zip(found, texts, strict=True)):
            if text is None:
                numbers = self._by_number(fields)
                yield every if numbers is None else numbers
            else:
                yield sorted(self._alarm.wakeless | woken[index]) if index in woken else always

    def _by_number(self, fields: Fields) -> list[int] | None:
        """Return the gates that a value which is a number may open: of those that ask for numbers, only theirs."""
        (value,) = fields.values() if len(fields) == 1 == len(self.names) else (None,)
        if not isinstance(value, int | float):
            return None
        return [index for index, numbers in enumerate(self._numbers) if numbers is None or value in numbers]

    def _judge(self, fields: Fields, gates: Iterable[int]) -> tuple[int, ...]:
        look = Look(fields)
        return tuple([self.doors[index][1] for index in gates if may_hold(self.doors[index][0][1], look)])

    def _fields(self, key: Key) -> Fields:
        numbers = (key,) if len(self.names) == 1 else (key >> HALF, key & LOW)
        pairs = zip(self.names, numbers, strict=True)
        return {name: self._values.value(number) for name, number in pairs if number}


def _text_of(fields: Fields) -> bytes | None:
    """Return the search text of values that are texts, None for any others."""
    if any(not isinstance(value, str) for value in fields.values()):
        return None
    if len(fields) == 1:
        (value,) = fields.values()
        return value_text(cast("str", value))
    return search_text(fields)


def _numbers(node: Node) -> frozenset[float] | None:
    """Return the only numbers that meet a condition, None where it may be met by others."""
    tests = node.tests if isinstance(node, FieldTest) else ()
    found = [test.value for test in tests if isinstance(test, Number)]
    return frozenset(found) if tests and len(found) == len(tests) else None


def may_hold(node: Node, look: Look) -> bool:
    """Say whether a condition is true, or cannot be evaluated."""
    try:
        return holds(node, look)
    except BREAKS:
        return True  # the reference engine finds out on what it breaks
