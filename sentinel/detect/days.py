"""Joins days on which something had the same state into windows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TypeAlias

from sentinel.model.alerts import RuleState, Window
from sentinel.model.events import Event

Day: TypeAlias = date | None
"""A day in UTC; None holds what has no time."""

_Stretch: TypeAlias = tuple[int, int, RuleState, int]
"""First and last day as ordinals (a day after the last of the calendar is a number too), state, events."""


def day_of(event: Event) -> Day:
    """Return the day under which an event is accounted."""
    return None if event.time is None else event.time.date()


def windows(days: Mapping[Day, int], around: Iterable[Day], state: Callable[[Day], RuleState]) -> tuple[Window, ...]:
    """Return windows over `days` (with their count of events), in order, with the days between that had none.

    They reach from the first to the last day of `around`; what had no time is a window of its own at the end.
    """
    made: list[_Stretch] = []
    for stretch in _stretches(days, around, state):
        if made and made[-1][2] == stretch[2] and made[-1][1] + 1 == stretch[0]:
            made[-1] = (made[-1][0], stretch[1], stretch[2], made[-1][3] + stretch[3])
        else:
            made.append(stretch)
    dated = (Window(date.fromordinal(first), date.fromordinal(last), what, count) for first, last, what, count in made)
    undated = [Window(None, None, state(None), days[None])] if None in days else []
    return (*dated, *undated)


def _stretches(days: Mapping[Day, int], around: Iterable[Day], state: Callable[[Day], RuleState]) -> Iterator[_Stretch]:
    span = [day.toordinal() for day in (*around, *days) if day is not None]
    if not span:
        return
    free = min(span)
    for day in sorted(day for day in days if day is not None):
        if free < day.toordinal():
            yield free, day.toordinal() - 1, "source-absent", 0
        yield day.toordinal(), day.toordinal(), state(day), days[day]
        free = day.toordinal() + 1
    if free <= max(span):
        yield free, max(span), "source-absent", 0
