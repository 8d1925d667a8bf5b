"""The witness of a rule: needles of which at least one is there whenever its condition is true."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from sentinel.detect.condition import And, FieldTest, Keyword, Node, Not, Or
from sentinel.detect.fast.needles import Needles, needles

Cost: TypeAlias = Callable[[bytes], float]
"""How often a needle is there, as a share of the events; the lower the better."""

MOST = 2_000
"""Needles that a rule may need; what needs more is no help."""

COMMON = (
    b"c:\\\\windows\\\\system32\\\\svchost.exe",
    b"c:\\\\windows\\\\syswow64\\\\",
    b"c:\\\\windows\\\\explorer.exe",
    b"c:\\\\program files (x86)\\\\",
    b"c:\\\\programdata\\\\microsoft\\\\",
    b"c:\\\\users\\\\public\\\\appdata\\\\local\\\\temp\\\\",
    b"hklm\\\\software\\\\microsoft\\\\windows\\\\currentversion\\\\",
    b"hklm\\\\system\\\\currentcontrolset\\\\services\\\\",
    b"nt authority\\\\system",
    b"microsoft corporation",
    b"windows operating system",
    b"microsoft-windows-security-auditing",
    b".dll",
    b"process",
    b"service",
    b"name",
    b"https://",
)


@dataclass(frozen=True, slots=True)
class Pick:
    """Any one of the items is enough to look for."""

    items: tuple[Ways, ...]


@dataclass(frozen=True, slots=True)
class Union:
    """All of the items must be looked for."""

    items: tuple[Ways, ...]


Ways: TypeAlias = Needles | Pick | Union | None
"""How it can be known that a condition may be true; None where it may be so with nothing there."""


def ways(node: Node) -> Ways:
    """Return the ways of a condition.

    They come from the tree, never from the named parts of a rule: below a `not`, and beside a branch of an `or` that
    asks for nothing, nothing needs to be there.
    """
    match node:
        case FieldTest() | Keyword():
            each = tuple(Pick(tuple(needles(test, keyword=isinstance(node, Keyword)))) for test in node.tests)
            return Pick(each) if node.every else Union(each)
        case And(items=items):
            return Pick(tuple(map(ways, items)))
        case Or(items=items):
            return Union(tuple(map(ways, items)))
        case Not(item=Not(item=item)):
            return ways(item)
    return None


def witness(found: Ways, cost: Cost) -> Needles | None:
    """Return the cheapest witness, or None where nothing must be there."""
    match found:
        case Pick(items=items):
            each = (witness(item, cost) for item in items)
            return min((way for way in each if way is not None), key=lambda way: total(way, cost), default=None)
        case Union(items=items):
            return _together([witness(item, cost) for item in items])
    return found


def all_needles(found: Ways) -> Iterator[bytes]:
    """Yield every needle that a witness could be made of."""
    match found:
        case Pick(items=items) | Union(items=items):
            for item in items:
                yield from all_needles(item)
        case frozenset():
            yield from found


def total(found: Needles, cost: Cost) -> float:
    """Return the cost of a witness: that of all its needles."""
    return sum(map(cost, found))


def measured(counts: Mapping[bytes, int], events: int) -> Cost:
    """Return the cost as it was counted in a sample of events."""
    return lambda needle: counts.get(needle, 0) / max(events, 1) + guessed(needle) / 1e4


@cache
def guessed(needle: bytes) -> float:
    """Guess the cost where nothing was counted: what every Windows log is full of is frequent, what is longer rarer."""
    bare = needle.strip(b'":')
    return 1.0 if any(bare in common for common in COMMON) else 4.0 / len(needle) ** 3


def _together(each: Sequence[Needles | None]) -> Needles | None:
    found = frozenset[bytes]().union(*(one for one in each if one is not None))
    return None if None in each or len(found) > MOST else found
