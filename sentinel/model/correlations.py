"""What a correlation remembers from one run to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sentinel.model.alerts import Alert, Match


@dataclass(frozen=True, slots=True)
class Point:
    """One hit as a correlation keeps it.

    `time` is in µs since 1970. `values` are what the correlation counts: texts of `value_count` (a JSON array each
    where it counts several fields together), numbers of sums and percentiles, none for the other types.
    """

    time: int
    event: str
    rule: str
    values: tuple[str | float, ...]
    source: str
    record: str
    matched: tuple[Match, ...]

    @property
    def key(self) -> tuple[int, str, str]:
        """What makes it one hit, however often it is delivered; sorts by time."""
        return self.time, self.event, self.rule


@dataclass(frozen=True, slots=True)
class Episode:
    """The longest stretch in which a correlation stayed met: each moment is at most one timespan after the one before.

    `first` and `last` are the moments (ends of windows) at which it was first and last met, `at` is the hit at `first`
    and `measure` what was counted then. `start` is its earliest hit. `kept` are its first and last hits of `total`.
    `met` are the moments themselves, without those before what is kept. `fed` are alerts of other correlations that
    are among its hits, so that one that goes on is counted once.
    """

    first: int
    last: int
    start: int
    measure: str
    at: Point
    kept: tuple[Point, ...]
    total: int
    met: tuple[int, ...] = ()
    fed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """What one correlation knows of one group.

    `meaning` is a hash of the correlation and of all rules below it. Windows that end at `floor` or before it are
    settled for good: `past` is the episode that may still go on from there, and hits as old as that come too late.
    `told` are the alerts as they were last told. `waiting`: there are windows that could not be judged yet.
    """

    rule: str
    meaning: str
    group: tuple[str, ...]
    points: tuple[Point, ...] = ()
    floor: int | None = None
    past: Episode | None = None
    told: tuple[Alert, ...] = ()
    waiting: bool = False
    useless_after: int | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost without it."""
        return not (self.points or self.past or self.told)


@dataclass(frozen=True, slots=True)
class Learnt:
    """What is to be remembered after a run: the groups that changed, and the moment (µs) up to which all is settled."""

    groups: Sequence[Held]
    line: int | None = None
