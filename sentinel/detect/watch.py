"""Watches over logs: reads each, runs the rules, and keeps account of what was and was not looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol

from sentinel.detect.accounts import correlation_entries
from sentinel.detect.alerts import fingerprint, raise_alert
from sentinel.detect.correlate import Correlator, State
from sentinel.detect.coverage import Watcher, edge_gaps
from sentinel.detect.days import Day
from sentinel.detect.inlet import Inlet, Together
from sentinel.detect.ledger import Ledger
from sentinel.detect.narrow.counted import Counted
from sentinel.detect.readers import open_chunks
from sentinel.detect.readers.unpack import Stream
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

    def together(self, inlet: Inlet, /) -> Together | None:
        """Return what has small streams of a log wait for others, None where each is read by itself."""
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
        inlet = Inlet(log.name, log.name, tally, watcher, track)
        return _Reading(self.engine, log, inlet, self.files, self.unreadable).hits()

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


class _Waits(NamedTuple):
    """A stream whose records wait, and for which reasons it was cut off."""

    name: str
    format: str
    cuts: Sequence[str]


class _Reading:
    """A log of files under way; `files` and `unreadable` are what it adds to."""

    def __init__(self, engine: Runs, log: Log, inlet: Inlet, files: list[LogFile], unreadable: list[str]) -> None:
        self._engine = engine
        self._log = log
        self._inlet = inlet
        self._files = files
        self._unreadable = unreadable
        self._together = engine.together(inlet)
        self._waiting: list[_Waits] = []

    def hits(self) -> Iterator[Hit]:
        """Yield the hits of all streams in their order."""
        tally, unreadable = self._inlet.tally, self._unreadable
        for stream in (one for path in self._log.paths for one in streams_of(path, tally, unreadable)):
            yield from self._read(stream)
        yield from self._passed()

    def _read(self, stream: Stream) -> Iterator[Hit]:
        tally = self._inlet.tally
        before = tally.skipped.copy()
        inlet = replace(self._inlet, name=stream.name, clock=stream.clock, live=stream.live, file=stream.file)
        try:
            kind, chunks = open_chunks(stream, self._log.format)
            left = self._together.take(kind, chunks, inlet) if self._together else chunks
            if self._together and left is None:
                self._waiting.append(_Waits(stream.name, kind, _cuts(before, tally)))
                yield from self._passed() if self._together.is_full else ()
                return
            yield from self._passed()
            yield from self._alone(kind, left or iter(()), inlet)
        except InputError as error:
            refuse(error, tally, self._unreadable)
        cuts = _cuts(before, tally)
        yield from self._passed() if cuts else ()
        self._note(stream.name, cuts, self._inlet.watcher.newest)

    def _alone(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        handled, unknown = inlet.tally.handled, self._engine.accounts.unknown(inlet.source)
        yield from self._engine.read(kind, chunks, inlet)
        unknown = self._engine.accounts.unknown(inlet.source) - unknown
        self._files.append(LogFile(inlet.name, kind, inlet.tally.handled - handled, unknown))

    def _passed(self) -> Iterator[Hit]:
        """Have all that wait looked at."""
        if not self._together or not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        for one, passed in zip(waiting, self._together.passed(), strict=True):
            yield from passed.hits
            self._files.append(LogFile(one.name, one.format, passed.handled, passed.unknown))
            self._note(one.name, one.cuts, passed.newest)

    def _note(self, name: str, cuts: Iterable[str], newest: Day) -> None:
        for reason in cuts:
            self._engine.accounts.note_truncated(self._inlet.source, f"{name}: {reason}", newest)


def _cuts(before: Counter[str], tally: Tally) -> list[str]:
    """Return the reasons, of those for what ends too early, for which something was skipped since."""
    return sorted(CUT & (tally.skipped - before).keys())


def _summary(log: Log | Feed, source: LogSource, formats: Iterable[str]) -> LogSource:
    """Complete a summary with what only the whole log shows: its formats, and the time before and after it."""
    gaps = (*edge_gaps(source, log.max_gap, log.start, log.end), *source.gaps)
    return replace(source, format=", ".join(sorted(formats)), gaps=tuple(sorted(gaps)))


def too_late(newest: datetime, late: timedelta) -> datetime:
    """Return the last moment of which no record may come any more; one that is exactly as late as allowed may."""
    return newest - late - timedelta.resolution
