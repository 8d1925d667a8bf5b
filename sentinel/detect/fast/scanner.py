"""Looks for very many needles in one pass over bytes, with Hyperscan."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

if find_spec("hyperscan") is not None:
    import hyperscan


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression over bytes of ASCII, a text a line."""

    pattern: bytes
    caseless: bool


Found = list[tuple[int, int]]
"""Number of the needle and where it ends, in the order of the ends."""


def available() -> bool:
    """Say whether this machine can scan."""
    return find_spec("hyperscan") is not None


class Scanner:
    """Compiled needles. One scanner serves one thread: Hyperscan needs a scratch area of its own for each."""

    __slots__ = ("_database",)

    def __init__(self, database: Any) -> None:  # noqa: ANN401 -- hyperscan publishes no types
        self._database = database

    @classmethod
    def literals(cls, needles: Sequence[bytes], *, cased: bool = False) -> Scanner:
        """Compile plain texts, at least one, looked for without regard to the case of A–Z unless `cased`.

        None may be empty or hold a zero byte, which JSON never does.
        """
        return cls._compiled(needles, 0 if cased else hyperscan.HS_FLAG_CASELESS, literal=True)

    @classmethod
    def expressions(cls, expressions: Sequence[Expression]) -> Scanner:
        """Compile regular expressions, to find at least what they find; ValueError where that cannot be."""
        flags = [flags_of(one) for one in expressions]
        try:
            return cls._compiled([one.pattern for one in expressions], flags, literal=False)
        except hyperscan.error as error:
            raise ValueError(str(error)) from error

    @classmethod
    def loaded(cls, data: bytes) -> Scanner:
        """Take up what `dump` gave on the same kind of machine and version; ValueError for anything else."""
        try:
            database = hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)  # what is compiled here gets one by itself
            return cls(database)
        except hyperscan.error as error:
            raise ValueError(str(error)) from error

    def dump(self) -> bytes:
        """Return what `loaded` takes up."""
        return bytes(hyperscan.dumpb(self._database))

    def scan(self, data: bytes) -> Found:
        """Return every place where a needle ends."""
        found: Found = []
        self._database.scan(data, match_event_handler=_note, context=found.append)
        return found

    def scan_lines(self, data: bytes, ends: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield the number of each that was found, with that of the line; where one ends, also with that of the next.

        `ends` are the places behind the lines.
        """
        # One more line feed: Hyperscan 0.9.1 may not say of `s+$` that it was found right before the last one.
        for number, end in self.scan(data + b"\n"):
            line = min(bisect_left(ends, end), len(ends) - 1)
            yield number, line
            if line + 1 < len(ends) and ends[line] == end:
                yield number, line + 1

    @classmethod
    def _compiled(cls, patterns: Sequence[bytes], flags: int | Sequence[int], *, literal: bool) -> Scanner:
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        ids = list(range(len(patterns)))
        database.compile(expressions=list(patterns), ids=ids, elements=len(ids), flags=flags, literal=literal)
        return cls(database)


def _note(number: int, _start: int, end: int, _flags: int, note: Any) -> None:  # noqa: ANN401 -- a bound method
    note((number, end))


def flags_of(expression: Expression) -> int:
    """Return how an expression is looked for: Hyperscan's flags."""
    caseless = hyperscan.HS_FLAG_CASELESS if expression.caseless else 0
    return int(hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_MULTILINE | caseless)


@cache
def compiles(expression: Expression) -> bool:
    """Say whether an expression can be looked for here."""
    try:
        Scanner.expressions([expression])
    except ValueError:
        return False
    return True
