"""Watches over logs: reads each, runs the rules, and keeps account of what was and was not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from sentinel.detect.accounts import correlation_entries
from sentinel.detect.alerts import fingerprint, raise_alert
from sentinel.detect.correlate import Correlator, State
from sentinel.detect.coverage import Watcher, edge_gaps
from sentinel.detect.engine import Engine
from sentinel.detect.readers import recognise
from sentinel.errors import InputError
from sentinel.model.alerts import Alert, Hit, LedgerEntry, LogSource
from sentinel.model.events import Event, Fields
from sentinel.model.skipped import Skipped, Tally
from sentinel.model.track import Track


@dataclass(frozen=True, slots=True)
class Log:
    """A log to read: its name, its files in order, how long it may be silent, and the time it should cover.

    `late` is how much later than newer records a record may come from one run to the next; None: any time.
    """

    name: str
    paths: Sequence[Path]
    max_gap: timedelta | None = None
    start: datetime | None = None
    end: datetime | None = None
    late: timedelta | None = None


@dataclass(slots=True)
class Watch:
    """A detection under way; `sources` and the ledger are complete once `alerts` is used up.

    `state` is what correlations remember of earlier runs, None where nothing is remembered.
    """

    engine: Engine
    state: State | None = None
    sources: list[LogSource] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    correlator: Correlator = field(init=False)
    _lates: list[timedelta | None] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.correlator = Correlator(self.engine.ruleset, self.state, self._view)

    def alerts(self, logs: Iterable[Log], track: Track) -> Iterator[Alert]:
        """Yield each alert once: of a rule as soon as its event is read, of a correlation when all logs are."""
        for log in logs:
            tally, formats = Tally(log.name), set[str]()
            watcher = Watcher(log.name, "", log.max_gap, self.engine.routes)
            events = chain.from_iterable(self._read(path, tally, formats) for path in log.paths)
            for hit in self.engine.run(watcher.watch(track(f"Reading {log.name}", events))):
                yield from self._raise(hit)
            self.sources.append(_summary(log, watcher.summary(tally), formats))
            self._lates.append(log.late)
        yield from self.correlator.settle()
        self._freeze()

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule, every refused document and every correlation."""
        return (*self.engine.ledger(), *correlation_entries(self.correlator.account()))

    def _raise(self, hit: Hit) -> Iterator[Alert]:
        """Hand a hit to the correlations, and yield its alert unless it only feeds them."""
        event_id = fingerprint(hit.event)
        self.correlator.add(hit, event_id)
        if hit.rule.id in self.engine.ruleset.silent:
            return
        alert = raise_alert(hit, event_id)
        if alert.id not in self._seen:
            self._seen.add(alert.id)
            yield alert

    def _freeze(self) -> None:
        """Let correlations forget what no later run may add to, if every log says how late its records may come.

        The log that lags most decides, so that no clock that runs ahead makes the records of others late.
        """
        pairs = [(source.last, late) for source, late in zip(self.sources, self._lates, strict=True)]
        lines = [last - late for last, late in pairs if last is not None and late is not None]
        if lines and len(lines) == len(pairs):
            self.correlator.freeze(min(lines))

    def _view(self, event: Event) -> Fields:
        fields = event.fields
        for route in self.engine.routes.route(event):
            fields = route.view(fields)
        return fields

    def _read(self, path: Path, tally: Tally, formats: set[str]) -> Iterator[Event]:
        """Yield the events of one file; a file that is no log is counted as skipped and named."""
        try:
            kind, events = recognise(path, path.name, tally)
            formats.add(kind)
            yield from events
        except InputError as error:
            self.unreadable.append(str(error))
            tally.skip(Skipped(path.name, "file", "unreadable", error.fault.what))


def _summary(log: Log, source: LogSource, formats: Iterable[str]) -> LogSource:
    """Complete a summary with what only the whole log shows: its formats, and the time before and after it."""
    gaps = (*edge_gaps(source, log.max_gap, log.start, log.end), *source.gaps)
    return replace(source, format=", ".join(sorted(formats)), gaps=tuple(sorted(gaps)))
