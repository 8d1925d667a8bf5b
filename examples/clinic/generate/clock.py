"""The clinic's month: local times as UTC, its hours, its working days and its agreed days of supplier work."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")
SUPPLIER_DAYS = {7: (10, 11), 21: (13, 14)}
"""Day of October → first and last hour in which the supplier was asked to work."""

LATE_DAY = 3
"""Thursday: the clinic stays open until six."""


def local(day: int, hour: int, minute: int = 0, second: float = 0.0) -> datetime:
    """Return a local time in October 2026 as UTC."""
    whole = int(second)
    micro = int((second - whole) * 1_000_000)
    return datetime(2026, 10, day, hour, minute, whole, micro, tzinfo=OSLO).astimezone(UTC)


START = local(1, 0)
END = datetime(2026, 11, 1, tzinfo=OSLO).astimezone(UTC)


def hours() -> Iterator[datetime]:
    """Yield every whole hour of the month; the night the clocks go back has one more."""
    moment = START
    while moment < END:
        yield moment
        moment += timedelta(hours=1)


def working_days() -> Iterator[int]:
    """Yield the days of October the clinic is open."""
    for day in range(1, 32):
        if date(2026, 10, day).weekday() < 5:
            yield day


def closing(day: int) -> int:
    """Return the hour at which the last patient leaves."""
    return 18 if date(2026, 10, day).weekday() == LATE_DAY else 16


def moments(dice: random.Random, day: int, first: int, last: int, count: int) -> list[datetime]:
    """Return count times of one day from the hour first up to the hour last, in order."""
    start, end = local(day, first), local(day, last)
    span = int((end - start).total_seconds() * 1000)
    return sorted(start + timedelta(milliseconds=dice.randrange(span)) for _ in range(count))


def later(moment: datetime, seconds: float) -> datetime:
    """Return the moment some seconds later."""
    return moment + timedelta(seconds=seconds)


def stamp(moment: datetime) -> str:
    """Return the time as JSON logs write it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
