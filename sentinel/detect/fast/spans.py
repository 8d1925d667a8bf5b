"""A plain file whose blocks are read from where they stand, by the processes that search them: none is handed over.

One process goes ahead to find where blocks end and how many lines they have. It reads them too, but into the same
memory again and again, and gives away nothing but numbers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from sentinel.detect.fast.blocks import BLOCK_BYTES, count_lines, cuts_of


class Span(NamedTuple):
    """Whole lines of a file: where they begin, their bytes, the number of the first, and how many there are."""

    at: int
    size: int
    first: int
    lines: int


class Spans:
    """The rest of an open file, of which line `number` begins at a place; forked processes may read from it as well."""

    def __init__(self, file: FileIO, at: int, number: int, window: int = BLOCK_BYTES) -> None:
        self._file = file
        self._at = at
        self._number = number
        self._window = window

    @classmethod
    def behind(cls, path: Path, at: int, number: int, last: bytes) -> Spans | None:
        """Return what stands behind `last`, which ends at a place; None where something else stands there.

        So what was read may have been another file, or other letters, than the path now leads to.
        """
        if at < len(last):
            return None
        with suppress(OSError):
            file = path.open("rb", buffering=0)
            if os.pread(file.fileno(), len(last), at - len(last)) == last:
                return cls(file, at, number)
            file.close()
        return None

    def __iter__(self) -> Iterator[Span | int]:
        """Yield the blocks in their order; of a line that is too long its number. OSError: it cannot be read."""
        room = bytearray(self._window)
        while size := self._fill(room, self._at):
            # Less than there is room for is the end of the file, and there the last line may lack its line feed.
            end = size if size < len(room) else room.rfind(b"\n") + 1
            if not end:
                yield self._number
                self._number += 1
                self._at = self._behind_line(self._at + size, room)
            for cut in cuts_of(room, end):
                if cut is None:
                    yield self._number
                    self._number += 1
                else:
                    count = count_lines(memoryview(room)[slice(*cut)])
                    yield Span(self._at + cut[0], cut[1] - cut[0], self._number, count)
                    self._number += count
            self._at += end

    def read(self, span: Span) -> bytes:
        """Return the lines of a span; OSError where they are not there any more."""
        block = os.pread(self._file.fileno(), span.size, span.at)
        if len(block) < span.size:
            raise OSError(0, "it got shorter while it was read")
        return block

    def close(self) -> None:
        """Have no more read."""
        self._file.close()

    def _behind_line(self, at: int, room: bytearray) -> int:
        """Return the place behind the line that goes on at a place."""
        while size := self._fill(room, at):
            end = room.find(b"\n", 0, size) + 1
            if end:
                return at + end
            at += size
        return at

    def _fill(self, room: bytearray, at: int) -> int:
        """Read from a place; other processes read by place alone, so that they do not mind where this one is."""
        self._file.seek(at)
        return self._file.readinto(room) or 0
