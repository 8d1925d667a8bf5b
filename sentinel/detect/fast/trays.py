"""Room that several processes share: blocks of a log lie there, and then what came of them.

Through a pipe each would be copied four times, and who writes to it would wait until somebody has time to read.
"""

from __future__ import annotations

import mmap
from typing import NamedTuple

from sentinel.detect.fast.blocks import BLOCK_BYTES
from sentinel.detect.readers.jsonl import MAX_LINE
from sentinel.detect.readers.unpack import READ_BYTES

TRAY_BYTES = BLOCK_BYTES + READ_BYTES + MAX_LINE
"""Most that a block has; one of a reader that hands out more at once does not fit, and goes through the pipe."""


class Lot(NamedTuple):
    """Where bytes lie: in a tray, or, where they did not fit, here."""

    tray: int
    size: int
    held: bytes = b""


class Trays:
    """So many trays, made before the processes are that share them; one process hands them out and frees them."""

    def __init__(self, count: int, size: int = TRAY_BYTES) -> None:
        self._size = size
        self._room = mmap.mmap(-1, count * size)
        self._free = list(range(count))

    def put(self, data: bytes) -> Lot:
        """Lay bytes down, none for a tray that is to be filled by another process, and say where."""
        return self.fill(Lot(self._free.pop() if self._free else -1, 0), data)

    def fill(self, lot: Lot, data: bytes) -> Lot:
        """Lay bytes down instead of those that lay somewhere, and say where they are."""
        if lot.tray < 0 or len(data) > self._size:
            return Lot(lot.tray, len(data), data)
        start = lot.tray * self._size
        self._room[start : start + len(data)] = data
        return Lot(lot.tray, len(data))

    def take(self, lot: Lot) -> bytes:
        """Return what lies somewhere."""
        start = lot.tray * self._size
        return lot.held or self._room[start : start + lot.size]

    def free(self, lot: Lot) -> None:
        """Have room again where something lay that nobody will take any more."""
        if lot.tray >= 0:
            self._free.append(lot.tray)
