"""What a log covers: from when to when, of which kinds, and the stretches in between without any record."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from sentinel.detect.routes import Route, Routes, datasets
from sentinel.model.alerts import LogSource
from sentinel.model.events import Event
from sentinel.model.skipped import Tally

HOUR = timedelta(hours=1)
MOST_HOURS = 24 * 366 * 30
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Watcher:
    """Notes what goes by. Events may come in any order; memory is bounded by MOST_HOURS different hours.

    `max_gap`: the longest time without a record that is normal, an hour or more; None where silence says nothing.
    `routes` names the datasets; without it none are named. `newest` is the day in UTC of the event that came last.
    """

    name: str
    format: str
    max_gap: timedelta | None = None
    routes: Routes | None = None
    _hours: dict[int, tuple[datetime, datetime]] = field(default_factory=dict)
    _routes: set[Route] = field(default_factory=set)
    _first: datetime | None = None
    _last: datetime | None = None
    newest: date | None = None

    def watch(self, events: Iterable[Event]) -> Iterator[Event]:
        """Pass events on, unchanged and one at a time, and note when and what they are."""
        for event in events:
            self.note(event)
            yield event

    def note(self, event: Event) -> None:
        """Note one event; one without a time counts for the datasets only."""
        if self.routes is not None:
            self._routes.update(self.routes.route(event))
        self.newest = None if event.time is None else event.time.date()
        if event.time is None:
            return
        self._note_hour((event.time - _EPOCH) // HOUR, event.time, event.time)

    def note_many(self, times: Sequence[datetime | None], routes: Iterable[Route]) -> None:
        """Note many events at once: their times in the order they came, and every route that one of them took."""
        self._routes.update(routes)
        self.newest = times[-1].date() if times and times[-1] is not None else None
        known = sorted(time for time in times if time is not None)
        at = 0
        while at < len(known):
            hour = (known[at] - _EPOCH) // HOUR
            end = bisect_left(known, _EPOCH + (hour + 1) * HOUR, at)
            self._note_hour(hour, known[at], known[end - 1])
            at = end

    def _note_hour(self, hour: int, first: datetime, last: datetime) -> None:
        """Note that between `first` and `last`, both in one hour, there were records."""
        before = self._hours.get(hour, (first, last))
        if hour in self._hours or len(self._hours) < MOST_HOURS:
            self._hours[hour] = min(before[0], first), max(before[1], last)
        self._first = first if self._first is None else min(self._first, first)
        self._last = last if self._last is None else max(self._last, last)

    def absorb(self, other: Watcher) -> None:
        """Add what was noted of what came after."""
        self._routes |= other._routes
        for hour, (first, last) in other._hours.items():
            self._note_hour(hour, first, last)
        self.newest = other.newest

    def summary(self, tally: Tally) -> LogSource:
        """Return what was seen so far. A gap goes from the last record before it to the first one after it."""
        return LogSource(
            source=self.name,
            format=self.format,
            datasets=tuple(sorted(datasets(self._routes))),
            handled=tally.handled,
            skipped=dict(sorted(tally.skipped.items())),
            first=self._first,
            last=self._last,
            gaps=tuple(self._gaps()),
        )

    def _gaps(self) -> Iterator[tuple[datetime, datetime]]:
        if self.max_gap is None:
            return
        seen = (self._hours[hour] for hour in sorted(self._hours))
        for (_, before), (after, _) in pairwise(seen):
            if after - before > self.max_gap:
                yield before, after


def edge_gaps(
    source: LogSource, max_gap: timedelta | None, start: datetime | None, end: datetime | None
) -> Iterator[tuple[datetime, datetime]]:
    """Yield the time from `start` to the first record and from the last record to `end`, where longer than normal.

    A log that never came has no gaps: it is absent, which is another thing.
    """
    if max_gap is None or source.first is None or source.last is None:
        return
    if start is not None and source.first - start > max_gap:
        yield start, source.first
    if end is not None and end - source.last > max_gap:
        yield source.last, end
