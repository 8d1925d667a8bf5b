"""Room that several processes share, in which blocks of a log lie: through a pipe each would be copied four times."""

from __future__ import annotations

import mmap
from typing import NamedTuple

from sentinel.detect.fast.blocks import BLOCK_BYTES
from sentinel.detect.readers.jsonl import MAX_LINE
from sentinel.detect.readers.unpack import READ_BYTES

TRAY_BYTES = BLOCK_BYTES + READ_BYTES + MAX_LINE
"""Most that a block has; one of a reader that hands out more at once does not fit, and goes through the pipe."""


class Lot(NamedTuple):
    """Where a block lies: in a tray, or, where it did not fit, here."""

    tray: int
    size: int
    block: bytes = b""


class Trays:
    """Trays for so many blocks, made before the processes are that take from them; one process fills and frees them."""

    def __init__(self, count: int, size: int = TRAY_BYTES) -> None:
        self._size = size
        self._room = mmap.mmap(-1, count * size)
        self._free = list(range(count))

    def put(self, block: bytes) -> Lot:
        """Lay a block down, and say where."""
        if len(block) > self._size or not self._free:
            return Lot(-1, len(block), block)
        tray = self._free.pop()
        start = tray * self._size
        self._room[start : start + len(block)] = block
        return Lot(tray, len(block))

    def take(self, lot: Lot) -> bytes:
        """Return the block that lies somewhere."""
        start = lot.tray * self._size
        return lot.block if lot.tray < 0 else self._room[start : start + lot.size]

    def free(self, lot: Lot) -> None:
        """Have room again where a block lay that nobody will take any more."""
        if lot.tray >= 0:
            self._free.append(lot.tray)
