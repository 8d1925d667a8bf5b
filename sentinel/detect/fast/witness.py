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

MOST = 5_000
"""Needles that a rule may need; what needs more is no help."""

_OF_WINDOWS = (
    b"svchost.exe",
    b"services.exe",
    b"lsass.exe",
    b"conhost.exe",
    b"cmd.exe",
    b"rundll32.exe",
    b"werfault.exe",
    b"dllhost.exe",
    b"searchprotocolhost.exe",
    rb"wbem\\wmiprvse.exe",
    rb"windowspowershell\\v1.0\\powershell.exe",
)
COMMON = (
    *(rb"c:\\windows\\system32\\" + name for name in _OF_WINDOWS),
    *(rb"|c:\\windows\\system32\\" + name + b"+" for name in (b"ntdll.dll", b"kernel32.dll", b"kernelbase.dll")),
    rb"c:\\windows\\syswow64\\",
    rb"c:\\windows\\prefetch\\",
    rb"c:\\windows\\explorer.exe",
    rb"c:\\users\\",
    rb"\\appdata\\",
    rb"c:\\program files\\google\\chrome\\application\\chrome.exe",
    rb"c:\\program files (x86)\\microsoft\\edge\\application\\msedge.exe",
    rb"c:\\program files\\microsoft office\\root\\office16\\outlook.exe",
    rb"\\microsoft office\\root\\office16\\winword.exe",
    rb"\\microsoft office\\root\\office16\\excel.exe",
    rb"\\google\\chrome\\user data\\",
    rb"\\software\\microsoft\\office\\",
    b"md5=,sha1=,sha256=,imphash=",
    b"medium",
    b"valid",
    b"true",
    b"false",
    b"0x3e7",
    b"s-1-0-0",
    b"s-1-5-18",
    b"s-1-5-21-",
    b"s-1-16-8192",
    b"dword (0x00000001)",
    b"kerberos",
    b"0x40810000",
    b"%%1538",
    b"domain",
    b"command",
    b"administrator",
    b"%%1833",
    b"tcp",
    b"service control manager",
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


def ways(node: Node, *, texts: bool = False) -> Ways:
    """Return the ways of a condition; where `texts`, for events of which all values are texts.

    They come from the tree, never from the named parts of a rule: below a `not`, and beside a branch of an `or` that
    asks for nothing, nothing needs to be there.
    """
    match node:
        case FieldTest() | Keyword():
            each = tuple(
                Pick(tuple(needles(test, keyword=isinstance(node, Keyword), texts=texts))) for test in node.tests
            )
            return Pick(each) if node.every else Union(each)
        case And(items=items):
            return Pick(tuple(ways(item, texts=texts) for item in items))
        case Or(items=items):
            return Union(tuple(ways(item, texts=texts) for item in items))
        case Not(item=Not(item=item)):
            return ways(item, texts=texts)
    return None


def witness(found: Ways, cost: Cost) -> Needles | None:
    """Return the cheapest witness, or None where nothing must be there."""
    match found:
        case Pick(items=items):
            each = [way for item in items if (way := witness(item, cost)) is not None]
            return each[0] if len(each) == 1 else min(each, key=lambda way: total(way, cost), default=None)
        case Union(items=items):
            return _together([witness(item, cost) for item in items])
    return found


def is_witness(needles: Needles, found: Ways) -> bool:
    """Say whether one of some needles is there whenever the condition with these ways is true."""
    match found:
        case Pick(items=items):
            return any(is_witness(needles, item) for item in items)
        case Union(items=items):
            return all(is_witness(needles, item) for item in items)
    return found is not None and found <= needles


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


_FOUR_BYTES = 0xF0
"""The lowest byte that begins a letter beyond the first 65,536."""
_ALL_COMMON = b"\n".join(COMMON)
"""No needle holds a line's end, so that it is in one of them or in none."""


def measured(counts: Mapping[bytes, int], events: int) -> Cost:
    """Return the cost as it was counted in a sample of events."""
    return lambda needle: counts.get(needle, 0) / max(events, 1) + guessed(needle) / 1e4


@cache
def guessed(needle: bytes) -> float:
    """Guess the cost where nothing was counted: what every Windows log is full of is frequent, and so are words.

    Pictures are rare, of which rules list a thousand: each of them has four bytes of UTF-8.
    """
    bare = needle.strip(b'":')
    if max(bare, default=0) >= _FOUR_BYTES:
        return 1e-6
    if bare in _ALL_COMMON:
        return 1.0
    return (1.0 if bare.isalpha() else 0.1) / max(1, len(bare)) ** 3


def _together(each: Sequence[Needles | None]) -> Needles | None:
    found = frozenset[bytes]().union(*(one for one in each if one is not None))
    return None if None in each or len(found) > MOST else found
