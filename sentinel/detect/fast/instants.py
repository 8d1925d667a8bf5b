"""Reads the time of a record where it is written in the way that most logs have."""

from __future__ import annotations

import numpy as np

from sentinel.detect.fast.tokens import Bytes
from sentinel.native import compiled

NO_TIME = -(2**63)
"""Stands for the time of a record that has none."""
ODD_TIME = NO_TIME + 1
"""Stands for a time, or something else, that is written in another way; `times.event_time` reads it."""

_DAYS_BEFORE = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365])
_TO_1970 = 719_162
_SHORTEST, _LONGEST = 19, 40


@compiled
def read_instant(data: Bytes, at: int, end: int) -> int:
    """Return the microseconds since 1970 of `2026-10-14T01:45:00.123Z`, ODD_TIME for anything else.

    A space may stand for the T; the Z may be missing; of the fraction, six digits count. `end` is behind the text.
    """
    if not _SHORTEST <= end - at <= _LONGEST or data[at + 4] != 0x2D or data[at + 7] != 0x2D:
        return ODD_TIME
    if (data[at + 10] != 0x54 and data[at + 10] != 0x20) or data[at + 13] != 0x3A or data[at + 16] != 0x3A:
        return ODD_TIME
    day = _read_day(data, at)
    hour, minute, second = _digits(data, at + 11, 2), _digits(data, at + 14, 2), _digits(data, at + 17, 2)
    if day < 0 or min(hour, minute, second) < 0 or hour > 23 or minute > 59 or second > 59:
        return ODD_TIME
    at += _SHORTEST
    fraction = 0
    if at < end and data[at] == 0x2E:
        at += 1
        size = 0
        while at < end and 0x30 <= data[at] <= 0x39:
            if size < 6:
                fraction = fraction * 10 + int(data[at]) - 0x30
            size += 1
            at += 1
        if size == 0:
            return ODD_TIME
        for _ in range(size, 6):
            fraction *= 10
    if at < end and data[at] == 0x5A:
        at += 1
    return ((day * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000 + fraction if at == end else ODD_TIME


@compiled
def _read_day(data: Bytes, at: int) -> int:
    """Return the days since 1970, or -1 for one that no calendar has, or that is before it."""
    year, month, day = _digits(data, at, 4), _digits(data, at + 5, 2), _digits(data, at + 8, 2)
    if year < 1970 or not 1 <= month <= 12 or day < 1:
        return -1
    leap = int(year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))
    longest = _DAYS_BEFORE[month] - _DAYS_BEFORE[month - 1] + (leap if month == 2 else 0)
    if day > longest:
        return -1
    past = year - 1
    before = past * 365 + past // 4 - past // 100 + past // 400 - _TO_1970
    return int(before + _DAYS_BEFORE[month - 1] + (leap if month > 2 else 0) + day - 1)


@compiled
def _digits(data: Bytes, at: int, count: int) -> int:
    found = 0
    for place in range(at, at + count):
        if not 0x30 <= data[place] <= 0x39:
            return -1
        found = found * 10 + int(data[place]) - 0x30
    return found
