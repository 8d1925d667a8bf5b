"""Looks for very many needles in one pass over bytes, with Hyperscan."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

if find_spec("hyperscan") is not None:
    import hyperscan

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
    def expressions(cls, patterns: Sequence[bytes], *, once: bool = False) -> Scanner:
        """Compile regular expressions over bytes, in which a dot is any byte; `once`: one place of each is enough."""
        flags = hyperscan.HS_FLAG_DOTALL | (hyperscan.HS_FLAG_SINGLEMATCH if once else 0)
        return cls._compiled(patterns, flags, literal=False)

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

    @classmethod
    def _compiled(cls, patterns: Sequence[bytes], flags: int, *, literal: bool) -> Scanner:
        database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        ids = list(range(len(patterns)))
        database.compile(expressions=list(patterns), ids=ids, elements=len(ids), flags=flags, literal=literal)
        return cls(database)


def _note(number: int, _start: int, end: int, _flags: int, note: Any) -> None:  # noqa: ANN401 -- a bound method
    note((number, end))
