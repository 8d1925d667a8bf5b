"""Some records of one log as the lines of a table, and how they are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.table import Table
from sentinel.model.events import Event

SearchText: TypeAlias = tuple[bytes, Sequence[int]]
"""What needles are looked for in, and the places behind its lines."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """So many records in `block`, a line each. `text` gives their search text, `event` reads the record of a row."""

    table: Table
    block: bytes
    count: int
    text: Callable[[Rows], SearchText]
    event: Callable[[Rows, int], Event]


NO_DAY = -(2**62)
"""Stands for the day of a record without a time, among days since 1970."""
