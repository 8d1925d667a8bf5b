"""Gives the functions that machine code is made of something to point at, so that they can be called in Python."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sentinel.scan.passive import directions, skimmer
from sentinel.scan.passive.directions import INDEX, MOST, ROOM, ROW, ROWS, SLOTS, WALK
from sentinel.scan.passive.skim import NUMBERS

PACKETS = 64
"""Packets that a walk has room for."""
_MODULES = (directions, skimmer)


class Memory:
    """Arrays under numbers that stand for their addresses."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, rows: int = 64) -> None:
        self.arrays: dict[int, Any] = {}
        self.frame = [0] * (directions.WHAT + 1)
        for name, kind in (("bytes_at", np.uint8), ("int32_at", np.int32), ("int64_at", np.int64)):
            for module in _MODULES:
                monkeypatch.setattr(module, name, self._pointer(kind), raising=False)
        self.found = np.zeros(NUMBERS * PACKETS, np.int64)
        self.frame[INDEX], self.frame[ROWS] = self.put(np.zeros(SLOTS, np.int32)), self.put(table(rows))
        self.frame[MOST], self.frame[WALK], self.frame[ROOM] = rows, 1, PACKETS

    def put(self, array: Any) -> int:  # noqa: ANN401 -- an array of numpy, bytes or a list
        """Return a number that stands for where an array is."""
        self.arrays[len(self.arrays) + 1] = array
        return len(self.arrays)

    def _pointer(self, kind: Any) -> Any:  # noqa: ANN401 -- a type of numpy
        def pointer(number: int) -> Any:  # noqa: ANN401 -- as above
            array = self.arrays[number]
            return _Whole(array.view(kind)) if isinstance(array, np.ndarray) else array

        return pointer

    def rows(self) -> list[bytes]:
        """Return the keys of the table in their order."""
        rows = self.arrays[self.frame[ROWS]]
        return [bytes(row[: row[directions.SIZE]]) for row in rows.reshape(-1, ROW)[: self.frame[directions.COUNT]]]


class _Whole:
    """Numbers of numpy as those of Python, which do not run over."""

    def __init__(self, array: Any) -> None:  # noqa: ANN401 -- as above
        self._array = array

    def __getitem__(self, place: int) -> int:
        assert place >= 0
        return int(self._array[place])

    def __setitem__(self, place: int, number: int) -> None:
        assert place >= 0
        self._array[place] = number


def table(rows: int) -> Any:  # noqa: ANN401 -- as above
    """Return an empty table."""
    return np.zeros(rows * ROW, np.uint8)
