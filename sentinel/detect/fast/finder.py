"""Looks for names of fields that rules read and that no event was seen to have yet, so that none is called absent.

The fields of most records are never decoded. Some of each kind are, which notes nearly all names there are; for the
few that rules read and that are still missing, every line is searched.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

import orjson

from sentinel.detect.engine import Step
from sentinel.detect.fast.scanner import Scanner


class Finder:
    """Searches for the names it was last told to; they are compiled only when they change."""

    __slots__ = ("_names", "_scanner")

    def __init__(self) -> None:
        self._names: tuple[str, ...] = ()
        self._scanner: Scanner | None = None

    def find(self, names: AbstractSet[str], text: bytes, ends: Sequence[int]) -> Iterator[tuple[int, str]]:
        """Yield lines that may have a field of one of these names; `ends` are the places behind the lines."""
        if names != set(self._names):
            self._names = tuple(sorted(names))
            patterns = [orjson.dumps(name) + b":" for name in self._names]
            self._scanner = Scanner.literals(patterns, cased=True) if patterns else None
        for number, end in self._scanner.scan(text) if self._scanner else ():
            yield bisect_left(ends, end), self._names[number]


def names_read(steps: Sequence[Step]) -> frozenset[str]:
    """Return the names of fields that the rules of some steps read, and those that stand for them in records."""
    read = {name for step in steps for rule in step.rules.values() for name in rule.fields}
    return frozenset(read | {old for step in steps for new, old in step.route.aliases if new in read})
