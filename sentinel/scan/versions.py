"""Version texts as services write them: taken apart, ordered, and put into release cycles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from univers.versions import DebianVersion, InvalidVersion

_UPSTREAM = re.compile(r"[vV]?(\d{1,9}(?:\.\d{1,9}){0,7}(?:\.v\d{1,12}|p\d{1,4}|[a-z]{1,2}\d{0,3})?)(?![A-Za-z0-9])")
_DISTRIBUTOR = re.compile(
    r"\b(?:debian|ubuntu|raspbian|red ?hat|rhel|centos|fedora|suse|opensuse|alpine|freebsd|synology)\b"
    r"|deb\d+u\d+|\bel\d+\b|ubuntu\d",
    re.IGNORECASE,
)
_LEADING = re.compile(r"\d{1,9}(?:\.\d{1,9})*")
_RANGE = re.compile(r"\bX\b|\d\s+(?:-|to)\s+\d|\bor (?:later|earlier|above)\b|\.x\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Split:
    """The maker's own version, and the distributor's part of the text; empty where there is none."""

    upstream: str
    revision: str


def split(text: str) -> Split:
    """Take a version text apart: `9.2p1 Debian 2+deb12u10` is 9.2p1 with the revision `Debian 2+deb12u10`.

    A range (`3.X - 4.X`) is no version: its upstream part is empty.
    """
    if _RANGE.search(text):
        return Split("", "")
    found = _UPSTREAM.match(text.strip())
    if found is None:
        return Split("", "")
    rest = text.strip()[found.end() :].strip(" -_()/;,")
    return Split(found[1], rest if _DISTRIBUTOR.search(rest) else "")


def compare(left: str, right: str) -> int | None:
    """Order two versions by Debian's rules: -1, 0 or 1, or None where either is no version."""
    try:
        first, second = DebianVersion(left), DebianVersion(right)
    except (InvalidVersion, ValueError):
        return None
    if first == second:
        return 0
    return -1 if first < second else 1


def in_cycle(version: str, cycle: str) -> bool:
    """Say whether a version belongs to a cycle that is named by its leading numbers: 1.22.1 to 1.22, not to 1.2."""
    have, want = _numbers(version), _numbers(cycle)
    return bool(want) and have[: len(want)] == want


@lru_cache(maxsize=4096)
def _numbers(text: str) -> tuple[int, ...]:
    """Return the leading dotted numbers; 15.00 and 15.0 are the same."""
    found = _LEADING.match(text)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
