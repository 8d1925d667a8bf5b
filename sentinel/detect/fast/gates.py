"""For rules that no needle can wake: the one field, or two, whose values alone say that a rule cannot be true.

The same programs, users and channels come all day, so what a value allows is worked out once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

import numpy as np

from sentinel.detect.condition import And, FieldTest, Keyword, Node, Or, fields, leaves
from sentinel.detect.engine import BREAKS
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.bell import Bell, make_bell
from sentinel.detect.fast.gate_needles import GateNeedles
from sentinel.detect.fast.judging import UNKNOWN
from sentinel.detect.fast.programs import Library
from sentinel.detect.fast.table import Values
from sentinel.detect.fast.tokens import Bytes

MOST_REMEMBERED = 20_000
MOST_TOGETHER = 200_000
"""Values for which all keepers together remember what they open: there are more keepers the longer a log is."""
MOST_ALSO = 6
MANY = 2_000
"""Values times gates from which it pays to compile what the gates look for."""

Key: TypeAlias = int | tuple[int, ...]
"""The number of a value; of several together their numbers, or the number of these."""
K = TypeVar("K", bound=Key)

Gate: TypeAlias = tuple[tuple[str, ...], Node]
"""Fields, and a condition on them alone."""
Way: TypeAlias = tuple[Gate, tuple[Gate, ...]]
"""A gate, and others that must be open too."""
Cost: TypeAlias = Callable[[Gate], float]


def gate(node: Node, cost: Cost) -> tuple[Way, ...] | None:
    """Return ways of which at least one is open whenever a condition is true; None where there are none."""
    alone = _alone(node)
    if alone is not None:
        return (((alone, node), ()),)
    match node:
        case And(items=items):
            return _of_and(items, cost)
        case Or(items=items):
            each = [gate(item, cost) for item in items]
            return None if None in each else tuple(one for ways in each if ways for one in ways)
    return None


def _of_and(items: Sequence[Node], cost: Cost) -> tuple[Way, ...] | None:
    """Return the ways of the cheapest item, each with the gates that the others are; one gate for the same fields."""
    by_fields: dict[tuple[str, ...], list[Node]] = {}
    found: list[tuple[Way, ...]] = []
    for item in items:
        alone = _alone(item)
        if alone is not None:
            by_fields.setdefault(alone, []).append(item)
        elif (ways_in := gate(item, cost)) is not None:
            found.append(ways_in)
    alone_ones = [(names, nodes[0] if len(nodes) == 1 else And(tuple(nodes))) for names, nodes in by_fields.items()]
    alone_ones.sort(key=cost)
    found += [((one, ()),) for one in alone_ones]
    best = min(found, key=lambda each: sum(cost(one) for one, _ in each), default=None)
    if best is None:
        return None
    return tuple((one, (*also, *(other for other in alone_ones if other != one))[:MOST_ALSO]) for one, also in best)


def _alone(node: Node) -> tuple[str, ...] | None:
    """Return the only field that a condition reads; two where it is one test that compares them."""
    if any(isinstance(leaf, Keyword) for leaf in leaves(node)):
        return None
    names = tuple(sorted(fields(node)))
    most = 2 if isinstance(node, FieldTest) else 1
    return names if len(names) <= most else None


class Doorkeeper:
    """For the values of some fields, the rules that they let pass; remembers them by their numbers.

    Where there are `needles`, those of its gates are looked for in new values before these are judged.
    """

    __slots__ = (
        "_age", "_bell", "_known", "_library", "_looked", "_needles", "_programs", "_values", "doors", "names"
    )  # fmt: skip

    def __init__(
        self,
        names: tuple[str, ...],
        doors: Sequence[tuple[Gate, int]],
        values: Values,
        needles: GateNeedles | None,
        library: Library | None = None,
    ) -> None:
        self.names = names
        self._library = library or Library()
        self._programs: dict[int, int | None] = {}
        self.doors = tuple(doors)
        self._values = values
        self._needles = needles
        self._age = values.age
        self._known: dict[Key, tuple[int, ...]] = {}
        self._looked = 0
        self._bell: Bell | None = None

    def opened(self, keys: Collection[Key]) -> dict[Key, tuple[int, ...]]:
        """Return those of many keys that are let pass for some rules, with these."""
        if self._age != self._values.age or len(self._known) + len(keys) > MOST_REMEMBERED:
            self._age = self._values.age
            self._known.clear()
        known = self._known
        fresh = [key for key in keys if key not in known]
        if fresh:
            known.update(dict.fromkeys(fresh, ()))
            known.update(self.look(fresh))
            self._values.remembered += len(fresh)
        return {key: found for key in keys if (found := known[key])}

    def forget(self) -> None:
        """Forget what was worked out so far."""
        self._known.clear()

    def look(self, keys: Sequence[K]) -> dict[K, tuple[int, ...]]:
        """Do the same, and remember nothing.

        The needles of the gates are looked for in all of them at once, if there are many.
        """
        self._looked += len(keys)
        numbers = keys if len(self.names) == 1 else [self._numbers_of(key) for key in keys]
        cells = np.array(numbers, np.int32).reshape(len(keys), -1)
        if self._bell is None and (self._needles is None or self._looked * len(self.doors) < MANY):
            every = range(len(self.doors))
            return self._judged(keys, cells, [(index, every) for index in range(len(keys))])
        texts = self._values.texts(cells, bare=self._bell is None or self._bell.scanner is not None)
        if self._bell is None:
            self._bell = make_bell([node for (_, node), _ in self.doors], texts.lines, self._needles)
        return self._judged(keys, cells, list(self._bell.woken(texts)))

    def _judged(
        self, keys: Sequence[K], cells: Bytes, woken: Sequence[tuple[int, Collection[int]]]
    ) -> dict[K, tuple[int, ...]]:
        """Return those of some keys that gates let pass, of those that each wakes; machine code knows of most."""
        pairs = [(index, gate, self._program(gate)) for index, gates in woken for gate in gates]
        known = [(program, index) for index, _, program in pairs if program is not None]
        verdicts: Iterator[int] = iter(())
        if known:
            programs, rows = np.array(known, np.int64).T
            verdicts = iter(self._library.judge(self._values.known, cells, programs, rows).tolist())
        found: dict[K, list[int]] = {}
        looks: dict[int, Look] = {}
        for index, gate, program in pairs:
            verdict = UNKNOWN if program is None else next(verdicts)
            if verdict == UNKNOWN:
                if index not in looks:
                    looks[index] = self._values.look(self.names, cells[index].tolist())
                verdict = may_hold(self.doors[gate][0][1], looks[index])
            if verdict:
                found.setdefault(keys[index], []).append(self.doors[gate][1])
        return {key: tuple(entries) for key, entries in found.items()}

    def _program(self, gate: int) -> int | None:
        """Return the program of a gate in the library."""
        if gate not in self._programs:
            node = self.doors[gate][0][1]
            self._programs[gate] = self._library.program(node, self.names, lambda name: (self.names.index(name),))
        return self._programs[gate]

    def _numbers_of(self, key: Key) -> Sequence[int]:
        if isinstance(key, tuple):
            return key
        return (key,) if len(self.names) == 1 else self._values.numbers(key)


def may_hold(node: Node, look: Look) -> bool:
    """Say whether a condition is true, or cannot be evaluated."""
    try:
        return holds(node, look)
    except BREAKS:
        return True  # the reference engine finds out on what it breaks


def is_opened_by_values(one: Gate) -> bool:
    """Say whether a gate is over one field, and closed where that is not there."""
    names, node = one
    return len(names) == 1 and not may_hold(node, Look({}))


@dataclass(frozen=True, slots=True)
class Door:
    """A keeper, and for each of its fields the names it may have in a record: the first that is there counts."""

    names: tuple[tuple[str, ...], ...]
    keeper: Doorkeeper


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule behind a door, and other doors that it must pass too."""

    rule: int
    also: tuple[Door, ...]


class Remembers(Protocol):
    """What remembers something by numbers of values."""

    def forget(self) -> None:
        """Forget what was worked out so far."""


R = TypeVar("R", bound=Remembers)


class Porter:
    """Makes keepers, and numbers what stands behind them; plans share both, with what is remembered."""

    def __init__(self, values: Values, needles: GateNeedles | None) -> None:
        self._values = values
        self._needles = needles
        self.library = Library()
        self._keepers: dict[tuple[tuple[Gate, int], ...], Doorkeeper] = {}
        self._others: list[Remembers] = []
        self._numbers: dict[Entry, int] = {}
        self.entries: list[Entry] = []

    def door(self, names: tuple[tuple[str, ...], ...], gates: Sequence[tuple[Gate, int]]) -> Door:
        """Return the door for some gates with what they let pass, by number."""
        key = tuple(gates)
        if key not in self._keepers:
            self._keepers[key] = Doorkeeper(gates[0][0][0], key, self._values, self._needles, self.library)
        return Door(names, self._keepers[key])

    def remember(self, other: R) -> R:
        """Have something else forget together with the keepers."""
        self._others.append(other)
        return other

    def tidy(self) -> None:
        """Have all keepers forget, once they remember too much together."""
        if self._values.remembered > MOST_TOGETHER:
            self._values.remembered = 0
            for one in (*self._keepers.values(), *self._others):
                one.forget()

    def entry(self, entry: Entry) -> int:
        """Return the number of an entry."""
        if entry not in self._numbers:
            self._numbers[entry] = len(self.entries)
            self.entries.append(entry)
        return self._numbers[entry]
