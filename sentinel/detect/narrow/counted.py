"""What a store counted of a log of which it gave only the records that a rule may be about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sentinel.detect.days import Day
from sentinel.detect.routes import Route
from sentinel.detect.rule import LogSourceKey


@dataclass(frozen=True, slots=True)
class Counted:
    """All `records` by day, in whole and by log source, of which `given` were given; `routes` are those they took.

    `first` and `last` are their outermost times, to the millisecond.
    """

    records: int
    given: int
    days: Counter[Day]
    keys: Mapping[LogSourceKey, Counter[Day]]
    routes: frozenset[Route]
    first: datetime | None
    last: datetime | None

    @property
    def left(self) -> int:
        """Return how many records were not given, since no rule is about them."""
        return self.records - self.given

    @property
    def told(self) -> str:
        """Say how the log was looked at."""
        return f"asked of the index, which gave {self.given:,} of {self.records:,} records; fields were not listed"
