"""The witness of a rule: needles of which at least one is there whenever its condition is true."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from sentinel.detect.condition import And, FieldTest, Keyword, Node, Not, Or
from sentinel.detect.fast.needles import Needles, needles

Cost: TypeAlias = Callable[[bytes], float]
"""How often a needle is there, as a share of the events; the lower the better."""

MOST = 2_000
"""Needles that a rule may need; what needs more is no help."""


def witness(node: Node, cost: Cost) -> Needles | None:
    """Return the cheapest witness of a condition, or None where nothing must be there for it to be true.

    It comes from the tree, never from the named parts of a rule: below a `not`, and beside a branch of an `or` that
    asks for nothing, nothing needs to be there.
    """
    match node:
        case FieldTest() | Keyword():
            return _of_tests(node, cost)
        case And(items=items):
            return _cheapest((witness(item, cost) for item in items), cost)
        case Or(items=items):
            return _either([witness(item, cost) for item in items])
        case Not(item=Not(item=item)):
            return witness(item, cost)
    return None


def all_needles(node: Node) -> Iterator[bytes]:
    """Yield every needle that any witness of a condition could be made of."""
    match node:
        case FieldTest() | Keyword():
            for test in node.tests:
                for way in needles(test, keyword=isinstance(node, Keyword)):
                    yield from way
        case And(items=items) | Or(items=items):
            for item in items:
                yield from all_needles(item)
        case Not(item=Not(item=item)):
            yield from all_needles(item)


def total(found: Needles, cost: Cost) -> float:
    """Return the cost of a witness: that of all its needles."""
    return sum(map(cost, found))


def measured(counts: Mapping[bytes, int], events: int) -> Cost:
    """Return the cost as it was counted in a sample of events."""
    return lambda needle: counts.get(needle, 0) / max(events, 1) + guessed(needle) / 1e4


def guessed(needle: bytes) -> float:
    """Guess the cost where nothing was counted: what is longer is rarer, and what begins a value is rarer still."""
    return 4.0 / len(needle) ** 3


def _of_tests(node: FieldTest | Keyword, cost: Cost) -> Needles | None:
    each = [_cheapest(needles(test, keyword=isinstance(node, Keyword)), cost) for test in node.tests]
    return _cheapest(each, cost) if node.every else _either(each)


def _cheapest(ways: Iterable[Needles | None], cost: Cost) -> Needles | None:
    return min((way for way in ways if way is not None), key=lambda way: total(way, cost), default=None)


def _either(each: Sequence[Needles | None]) -> Needles | None:
    found = frozenset[bytes]().union(*(one for one in each if one is not None))
    return None if None in each or len(found) > MOST else found
