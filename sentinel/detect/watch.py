"""Watches over logs: reads each, runs the rules, and keeps account of what was and was not looked at."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from sentinel.detect.accounts import correlation_entries
from sentinel.detect.alerts import fingerprint, raise_alert
from sentinel.detect.correlate import Correlator, State
from sentinel.detect.coverage import Watcher, edge_gaps
from sentinel.detect.inlet import Inlet
from sentinel.detect.ledger import Ledger
from sentinel.detect.narrow.counted import Counted
from sentinel.detect.readers import open_chunks
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.streams import refuse, streams_of
from sentinel.errors import InputError
from sentinel.model.alerts import Alert, Hit, LedgerEntry, LogFile, LogSource
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from sentinel.model.track import Track

CUT = frozenset({"truncated", "corrupt"})
"""Reasons of the readers for what ends too early: what would have come after is not known."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log to read: its name, its files in order, how long it may be silent, and the time it should cover.

    Of a folder, every file below is read; `-` is standard input. `format` is that of all its files; without it each
    is recognised by its content.

    `late` is how much later than newer records a record may come from one run to the next; None: any time.
    """

    name: str
    paths: Sequence[Path]
    max_gap: timedelta | None = None
    start: datetime | None = None
    end: datetime | None = None
    format: str | None = None
    late: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A log whose records are events already: what another store holds.

    `events` counts in the tally what it gives and what it skips, and raises InputError where it cannot give all.
    It may leave out records that no rule is about: then it puts into `counted` how many there were, before it gives
    the first. The rest is as with a log of files.
    """

    name: str
    events: Callable[[Tally], Iterable[Event]]
    format: str = ""
    max_gap: timedelta | None = None
    start: datetime | None = None
    end: datetime | None = None
    late: timedelta | None = None
    counted: list[Counted] = field(default_factory=list)


class Runs(Protocol):
    """What a watch needs of an engine."""

    ruleset: RuleSet
    routes: Routes
    accounts: Ledger

    def read(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        """Read one stream of a format, and yield hits as they are found."""
        ...

    def run(self, events: Iterable[Event], source: str | None = None) -> Iterator[Hit]:
        """Yield the hits of events as they are found; they are accounted under the log `source`."""
        ...

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule and every refused document."""
        ...


@dataclass(slots=True)
class Watch:
    """A detection under way; `sources` and the ledger are complete once `alerts` is used up.

    `state` is what correlations remember of earlier runs, None where nothing is remembered. With `keeps` they can be
    run again over what another run left meanwhile.
    """

    engine: Runs
    state: State | None = None
    keeps: bool = False
    sources: list[LogSource] = field(default_factory=list)
    files: list[LogFile] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    correlator: Correlator = field(init=False)
    _lates: list[timedelta | None] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _last: tuple[Event, str] | None = None

    def __post_init__(self) -> None:
        self.correlator = Correlator(self.engine.ruleset, self.state, self.engine.routes.view, keeps=self.keeps)

    def alerts(self, logs: Iterable[Log | Feed], track: Track) -> Generator[Alert, None, None]:
        """Yield each alert once: of a rule as soon as its event is read, of a correlation when all logs are.

        Where it is closed half-way, the log that was being read counts as cut off.
        """
        for log in logs:
            tally, first = Tally(log.name), len(self.files)
            watcher = Watcher(log.name, "", log.max_gap, self.engine.routes)
            whole = False
            try:
                for hit in self._hits(log, tally, watcher, track):
                    yield from self._raise(hit)
                whole = True
            finally:
                if not whole:
                    self.engine.accounts.note_truncated(log.name, f"{log.name}: not read to its end", watcher.newest)
                self.sources.append(_summary(log, watcher.summary(tally), {file.format for file in self.files[first:]}))
                self._lates.append(log.late)
        yield from self.correlator.settle()
        self._freeze()

    def again(self, state: State) -> tuple[Alert, ...]:
        """Return the alerts of correlations anew, over what others left meanwhile; nothing is read again."""
        self.state, self.correlator = state, self.correlator.over(state)
        alerts = self.correlator.settle()
        self._freeze()
        return alerts

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule, every refused document and every correlation."""
        rules = self.engine.ledger()
        return (*rules, *correlation_entries(self.correlator.account(), rules))

    def _raise(self, hit: Hit) -> Iterator[Alert]:
        """Hand a hit to the correlations, and yield its alert unless it only feeds them."""
        if self._last is None or self._last[0] is not hit.event:  # an event may be met by several rules
            self._last = hit.event, hit.event_id or fingerprint(hit.event)
        event_id = self._last[1]
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
        lines = [too_late(last, late) for last, late in pairs if last is not None and late is not None]
        if lines and len(lines) == len(pairs):
            self.correlator.freeze(min(lines))

    def _hits(self, log: Log | Feed, tally: Tally, watcher: Watcher, track: Track) -> Iterator[Hit]:
        if isinstance(log, Feed):
            return self._fed(log, tally, watcher, track)
        return self._read(log, tally, watcher, track)

    def _read(self, log: Log, tally: Tally, watcher: Watcher, track: Track) -> Iterator[Hit]:
        for stream in (one for path in log.paths for one in streams_of(path, tally, self.unreadable)):
            before, handled = tally.skipped.copy(), tally.handled
            unknown = self.engine.accounts.unknown(log.name)
            try:
                kind, chunks = open_chunks(stream, log.format)
                inlet = Inlet(stream.name, log.name, tally, watcher, track, stream.clock, live=stream.live)
                yield from self.engine.read(kind, chunks, inlet)
                unknown = self.engine.accounts.unknown(log.name) - unknown
                self.files.append(LogFile(stream.name, kind, tally.handled - handled, unknown))
            except InputError as error:
                refuse(error, tally, self.unreadable)
            for reason in sorted(CUT & (tally.skipped - before).keys()):
                self.engine.accounts.note_truncated(log.name, f"{stream.name}: {reason}", watcher.newest)

    def _fed(self, feed: Feed, tally: Tally, watcher: Watcher, track: Track) -> Iterator[Hit]:
        try:
            events = watcher.watch(track(f"Reading {feed.name}", feed.events(tally)))
            yield from self.engine.run(events, feed.name)
        except InputError as error:
            refuse(error, tally, self.unreadable)
            self.engine.accounts.note_truncated(feed.name, str(error), watcher.newest)
        finally:
            for one in feed.counted:
                self.engine.accounts.note_counted(feed.name, one)
                watcher.note_many((one.first, one.last), one.routes)
        self.files.append(LogFile(feed.name, feed.format, tally.handled))


def _summary(log: Log | Feed, source: LogSource, formats: Iterable[str]) -> LogSource:
    """Complete a summary with what only the whole log shows: its formats, and the time before and after it."""
    gaps = (*edge_gaps(source, log.max_gap, log.start, log.end), *source.gaps)
    return replace(source, format=", ".join(sorted(formats)), gaps=tuple(sorted(gaps)))


def too_late(newest: datetime, late: timedelta) -> datetime:
    """Return the last moment of which no record may come any more; one that is exactly as late as allowed may."""
    return newest - late - timedelta.resolution
