"""Puts hits aside on disk and gives them back in order of time, however many there are and however they came."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from tempfile import TemporaryFile
from typing import IO

import msgspec

from sentinel.model.correlations import Point

HELD = 50_000
"""So many are held in memory before they are written."""

_FEW = 100
"""So many of each sorted piece are in memory while the pieces are merged."""


class Aside(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A hit that a correlation has yet to take in: its id, the groups that it belongs to, and the hit as it is kept."""

    rule: str
    groups: tuple[tuple[str, ...], ...]
    point: Point


_DECODER = msgspec.msgpack.Decoder(list[Aside])
_by_time = attrgetter("point.time")


@dataclass(slots=True)
class Later:
    """Hits that are put aside. What is on disk has no name there, and is gone with the process."""

    held_at_most: int = HELD
    _held: list[Aside] = field(default_factory=list)
    _file: IO[bytes] | None = None
    _pieces: list[list[tuple[int, int]]] = field(default_factory=list)
    _full: bool = False

    def __bool__(self) -> bool:
        return bool(self._held or self._pieces)

    def add(self, one: Aside) -> bool:
        """Put a hit aside; say no where the disk has no room for more."""
        if len(self._held) >= self.held_at_most:
            self._write()
        if self._full:
            return False
        self._held.append(one)
        return True

    def take(self) -> Iterator[Aside]:
        """Yield all in order of time; afterwards nothing is left."""
        yield from heapq.merge(sorted(self._held, key=_by_time), *map(self._read, self._pieces), key=_by_time)
        self._held, self._pieces, self._full = [], [], False
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self) -> None:
        """Write what is held as a sorted piece, in blocks that are read one by one."""
        self._held.sort(key=_by_time)
        blocks: list[tuple[int, int]] = []
        try:
            file = self._file = self._file or TemporaryFile()  # noqa: SIM115 -- closed when all is taken
            at = file.seek(0, 2)
            for start in range(0, len(self._held), _FEW):
                block = msgspec.msgpack.encode(self._held[start : start + _FEW])
                file.write(block)
                blocks.append((at, len(block)))
                at += len(block)
            file.flush()
        except OSError:
            self._full = True
            return
        self._pieces.append(blocks)
        self._held = []

    def _read(self, blocks: list[tuple[int, int]]) -> Iterator[Aside]:
        assert self._file is not None  # noqa: S101 -- it was written to
        for at, size in blocks:
            self._file.seek(at)
            yield from _DECODER.decode(self._file.read(size))
