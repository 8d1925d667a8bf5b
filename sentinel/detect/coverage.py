"""What a log covers: from when to when, of which kinds, and the stretches in between without any record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
        hour = (event.time - _EPOCH) // HOUR
        first, last = self._hours.get(hour, (event.time, event.time))
        if hour in self._hours or len(self._hours) < MOST_HOURS:
            self._hours[hour] = min(first, event.time), max(last, event.time)
        self._first = event.time if self._first is None else min(self._first, event.time)
        self._last = event.time if self._last is None else max(self._last, event.time)

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
