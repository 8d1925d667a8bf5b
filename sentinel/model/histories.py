"""What was measured of an organisation and of those that it came from, each by itself: never one line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sentinel.model.compliance import EffectiveState, Level

Succession = Literal["merger", "split"]
"""merger: it was taken in as a whole · split: this one was a part of it, and its results are of the whole."""


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """`sentinel.historypoint/1`: one result of one organisation on one day, as it was measured then.

    `until` is the day a predecessor ended as such; results of it are from before that day. `source` is a file's name or
    «store».
    """

    name: str
    number: str
    when: date
    score: float | None
    coverage: float | None
    worst_case: float | None
    level: Level
    checklist_version: str
    source: str
    succession: Succession | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Predecessor:
    """An organisation that this one took over or was split out of, with its own points, oldest first.

    `fallen` are requirements that stood as met in its last result and do not now, with how they stand. What stands
    better now is not told: it was never measured on the same organisation.
    """

    name: str
    number: str
    ended: date
    succession: Succession
    points: tuple[HistoryPoint, ...]
    fallen: tuple[tuple[str, EffectiveState], ...]
