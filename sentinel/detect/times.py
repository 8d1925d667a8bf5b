"""Finds and reads the time of an event, always as UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sentinel.model.events import Fields, Value

TIME_FIELDS = (
    "TimeCreated",
    "@timestamp",
    "timestamp",
    "Timestamp",
    "event.created",
    "eventTime",
    "time",
    "Time",
    "UtcTime",
    "EventTime",
    "datetime",
    "ts",
)
"""Looked at in this order; the first that holds a readable time is the event's time."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = ((10**11, 10**6), (10**14, 10**3), (10**17, 1), (10**20, 0))
_OLDEST = 10**8  # 1973; smaller numbers are counters or durations, not times


def event_time(fields: Fields) -> datetime | None:
    """Return the time of the first readable field of TIME_FIELDS."""
    for name in TIME_FIELDS:
        if name in fields:
            found = read_time(fields[name])
            if found is not None:
                return found
    return None


def read_time(value: Value) -> datetime | None:
    """Return a time as UTC, cut to microseconds.

    Reads ISO 8601 with any number of fraction digits, and numbers since 1970 in s, ms, µs or ns by their size.
    A text without a time zone is taken as UTC. Anything else, and a day without a time, is None.
    """
    if isinstance(value, str):
        return _read_text(value)
    return _since_1970(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _read_text(value: str) -> datetime | None:
    if not 9 < len(value) <= 64:  # noqa: PLR2004 - no time is shorter or longer
        return None
    text = value.strip()
    return _number(text) if "-" not in text and text.replace(".", "", 1).isdecimal() else _iso(text)


def _number(text: str) -> datetime | None:
    return _since_1970(float(text) if "." in text else int(text))


def _since_1970(number: float) -> datetime | None:
    if not number >= _OLDEST:  # also false for NaN
        return None
    for below, factor in _UNITS:
        if number < below:
            micros = number * factor if factor else number // 1000
            try:
                return _EPOCH + timedelta(microseconds=int(micros))
            except OverflowError:
                return None
    return None


def _iso(text: str) -> datetime | None:
    if ":" not in text and "T" not in text.upper():
        return None
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is UTC:  # as for every text that ends in Z
            return found
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
