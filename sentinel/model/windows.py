"""Stretches of an index that are watched over, one after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

WindowState = Literal["owed", "done"]


@dataclass(frozen=True, slots=True)
class WatchWindow:
    """`sentinel.watchwindow/1`: all records of `target` that came in from `start` to before `end` (UTC).

    owed   not looked at to its end yet; `reason` says what stood in the way at the last of `tries`
    done   every record was read and judged, and the alerts are kept; `records` came, `rules` counts those of each state

    A window that is done is owed again where more records are found in it later.
    """

    site: str
    target: str
    start: datetime
    end: datetime
    state: WindowState
    tries: int = 0
    reason: str = ""
    records: int | None = None
    alerts: int | None = None
    rules: dict[str, int] = field(default_factory=dict)
    done: datetime | None = None
