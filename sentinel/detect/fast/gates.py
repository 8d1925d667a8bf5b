"""For rules that no needle can wake: the one field, or two, whose values alone say that a rule cannot be true.

The same programs, users and channels come all day, so what a value allows is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate, islice, product
from typing import Any, TypeAlias, cast

from msgspec import UNSET

from sentinel.detect.condition import And, FieldTest, Keyword, Node, Number, Or, fields, leaves
from sentinel.detect.engine import BREAKS
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.alarm import Alarm, make_alarm
from sentinel.detect.fast.texts import search_text, value_text
from sentinel.detect.fast.witness import guessed, ways, witness
from sentinel.model.events import Fields, Value

ABSENT = UNSET
"""Stands for the value of a field that is not there."""
MOST_REMEMBERED = 4_000
MOST_LETTERS = 2_000
"""Letters of the values that are remembered together: a script of a megabyte hardly comes twice."""
MOST_ALIKE = 64
"""Ways to take the values of one key; where a dozen fields hold a 0 or a 1 there are millions, and all gates open."""
MANY = 100
"""Values from which it pays to compile the needles of gates."""

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

    __slots__ = ("_alarm", "_numbers", "doors", "names")

    def __init__(self, names: tuple[str, ...], doors: Sequence[Gate], rules: Sequence[int]) -> None:
        super().__init__()
        self.names = names
        self.doors = tuple(zip(doors, rules, strict=True))
        self._alarm: Alarm | None = None
        self._numbers = [_numbers(node) for (_, node), _ in self.doors]

    def __missing__(self, key: object) -> tuple[int, ...]:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        found = self._judge(key, range(len(self.doors)))
        if letters(_values(key)) <= MOST_LETTERS:
            self[key] = found
        return found

    def opened(self, keys: AbstractSet[Any]) -> dict[object, tuple[int, ...]]:
        """Return those of many keys that are let pass for some rules, with these; needs a machine that can scan."""
        fresh = set(keys - self.keys())
        if len(self) + len(fresh) > MOST_REMEMBERED:
            self.clear()
            fresh = set(keys)
        self._learn(list(fresh))
        opened = {key: found for key in keys if (found := self[key])}
        for key in fresh:
            if letters(_values(key)) > MOST_LETTERS:
                del self[key]
        return opened

    def _learn(self, keys: Sequence[object]) -> None:
        """Judge new keys: the needles of the gates are looked for in all of them at once, if there are many."""
        if self._alarm is None and len(self) + len(keys) < MANY:
            for key in keys:
                self[key] = self._judge(key, range(len(self.doors)))
            return
        if self._alarm is None:
            chosen = {
                index: witness(ways(node, texts=True), guessed) for index, ((_, node), _) in enumerate(self.doors)
            }
            needed = {index: found for index, found in chosen.items() if found is not None}
            self._alarm = make_alarm(needed, len(self.doors))
        texts = [value_text(key) if type(key) is str else self._text(key) for key in keys]
        lines = [text or b"" for text in texts]
        ends = list(accumulate(len(line) + 1 for line in lines))
        woken = self._alarm.woken(b"\n".join((*lines, b"")), ends)
        always = sorted(self._alarm.wakeless)
        for index, (key, text) in enumerate(zip(keys, texts, strict=True)):
            gates = always if index not in woken else sorted(self._alarm.wakeless | woken[index])
            if text is None:
                gates = self._by_number(key)
            self[key] = self._judge(key, gates) if gates else ()

    def _text(self, key: object) -> bytes | None:
        return search_text(self._fields(_values(key))) if _is_plain(key) else None

    def _by_number(self, key: object) -> list[int]:
        """Return the gates that a value which is no text may open: of those that ask for numbers, only theirs."""
        if not isinstance(key, int | float):
            return list(range(len(self.doors)))
        return [index for index, numbers in enumerate(self._numbers) if numbers is None or key in numbers]

    def _judge(self, key: object, gates: Iterable[int]) -> tuple[int, ...]:
        judged = [self.doors[index] for index in gates]
        if isinstance(key, str):
            look = Look({self.names[0]: key})
            return tuple([number for (_, node), number in judged if may_hold(node, look)])
        values = _values(key)
        same = [values] if _is_plain(key) else [*islice(product(*map(_alike, values)), MOST_ALIKE + 1)]
        if len(same) > MOST_ALIKE:
            return tuple(number for _, number in judged)
        looks = [Look(self._fields(one)) for one in same]
        return tuple(number for (_, node), number in judged if any(may_hold(node, one) for one in looks))

    def ask(self, values: tuple[object, ...]) -> tuple[int, ...]:
        """Return the rules that values let pass, also where one is a list, which cannot be remembered."""
        if any(isinstance(value, list | tuple | dict) for value in values):
            look = Look(self._fields(values))
            return tuple(number for (_, node), number in self.doors if may_hold(node, look))
        return self[values if len(values) > 1 else values[0]]

    def _fields(self, values: Iterable[object]) -> Fields:
        pairs = zip(self.names, values, strict=True)
        return {name: cast("Value", value) for name, value in pairs if value is not ABSENT}


def _numbers(node: Node) -> frozenset[float] | None:
    """Return the only numbers that meet a condition, None where it may be met by others."""
    tests = node.tests if isinstance(node, FieldTest) else ()
    found = [test.value for test in tests if isinstance(test, Number)]
    return frozenset(found) if tests and len(found) == len(tests) else None


def letters(values: Iterable[object]) -> int:
    """Return how many letters the texts among some values have."""
    return sum([len(value) for value in values if isinstance(value, str)])


def may_hold(node: Node, look: Look) -> bool:
    """Say whether a condition is true, or cannot be evaluated."""
    try:
        return holds(node, look)
    except BREAKS:
        return True  # the reference engine finds out on what it breaks


def _values(key: object) -> tuple[object, ...]:
    return key if isinstance(key, tuple) else (key,)


def _is_plain(key: object) -> bool:
    """Say whether the values are texts, or not there: then no other value is taken for the same key."""
    return all(isinstance(value, str) or value is ABSENT for value in _values(key))


def _alike(value: object) -> Iterator[object]:
    """Yield the values that Python takes for the same key: `0`, `0.0`, `-0.0` and `false` have different texts."""
    yield value
    if isinstance(value, float) and value.is_integer():
        yield int(value)
    if isinstance(value, int) and abs(value) < _EXACT and float(value) == value:
        yield float(value)
    if value in (0, 1):
        yield from (0, 0.0, -0.0, False) if value == 0 else (1, 1.0, True)


_EXACT = 10**300
