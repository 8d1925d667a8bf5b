"""The times of many records at once, each as `times.event_time` reads it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from msgspec import UNSET

from sentinel.detect.times import read_time

LONGEST = 64


def moments(heads: Sequence[Any], getters: Sequence[Callable[[Any], Any]]) -> list[datetime | None]:
    """Return the time of each head; `getters` read the fields that may hold it, the first that does counts."""
    for getter in getters:
        values = list(map(getter, heads))
        kinds = set(map(type, values))
        if kinds == {str}:
            found = _plain(values)
            return found if found is not None else _each(heads, getters)
        if kinds != {type(UNSET)}:
            return _each(heads, getters)
    return [None] * len(heads)


def _plain(values: list[str]) -> list[datetime | None] | None:
    """Return the times of texts that are all in the form most logs have, or None where one is not."""
    if not set(map(_SEPARATORS, values)) <= {("T", ":"), (" ", ":")} or max(map(len, values)) > LONGEST:
        return None
    try:
        found = list(map(datetime.fromisoformat, values))
        if {time.tzinfo for time in found} == {UTC}:
            return list(found)
        return [time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC) for time in found]
    except (ValueError, OverflowError):
        return None


def _each(heads: Sequence[Any], getters: Sequence[Callable[[Any], Any]]) -> list[datetime | None]:
    return [_first(head, getters) for head in heads]


def _first(head: Any, getters: Sequence[Callable[[Any], Any]]) -> datetime | None:  # noqa: ANN401 -- a made class
    for getter in getters:
        value = getter(head)
        if value is not UNSET and (time := read_time(value)) is not None:
            return time
    return None


_SEPARATORS = itemgetter(slice(10, 11), slice(13, 14))
"""What stands between day and time, and between hour and minute, in `2026-10-14T01:45:00Z`."""
