"""Watches over an index: window after window of what came in is read to its end, judged, and kept with its alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sentinel.detect.compiled import Compiled
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.routes import load_routes
from sentinel.detect.rule_cache import RuleCache
from sentinel.detect.watch import Feed, Watch
from sentinel.elastic.pages import Reader, Span
from sentinel.errors import StoreError
from sentinel.model.alerts import Alert
from sentinel.model.track import Track
from sentinel.model.windows import WatchWindow
from sentinel.searching import FORMAT, Search, events_of, undated
from sentinel.store.store import Store

RECOUNTED = "records came later"
TOGETHER = 5_000
"""Windows that are counted in one request."""


@dataclass(frozen=True, slots=True)
class Beat:
    """How an index is watched over.

    Windows are spans of `field`, the moment of intake, of `length` each, from `first` on. One is looked at `delay`
    after its end: what was sent by then is visible. For the time `recount` after it, it is counted in each round.
    """

    target: str
    first: datetime
    field: str = "event.ingested"
    length: timedelta = timedelta(minutes=5)
    delay: timedelta = timedelta(seconds=90)
    recount: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Looked:
    """A window that was looked at: as it stands now, and its alerts that nobody had seen."""

    window: WatchWindow
    new: tuple[Alert, ...] = ()
    alerts: int = 0


@dataclass(frozen=True, slots=True)
class Means:
    """What a runner works with: rules, where content and compiled rules are, and the clock."""

    compiled: Compiled
    content: Path
    cache: RuleCache | None
    clock: Callable[[], datetime]


class Runner:
    """One of several that may share an index: each window is one runner's, and of one that died another takes it over.

    A window counts as looked at only once every record of it was read, and its alerts are kept. `uncounted` says why
    the last round could not look for records that came late.
    """

    def __init__(self, reader: Reader, store: Store, site: str, beat: Beat, means: Means, who: str) -> None:
        self.reader = reader
        self.store = store
        self.site = site
        self.beat = beat
        self.means = means
        self.who = who
        self.windows = store.windows(site, beat.target)
        self.uncounted = ""
        self._routes = load_routes(means.content)

    def round(self, track: Track) -> Iterator[Looked]:
        """Look at every window that is owed, the oldest first; StoreError: the store cannot be used."""
        now = self.means.clock()
        self.windows.plan(self.beat.first, now - self.beat.delay, self.beat.length)
        self._recount(now)
        while (window := self.windows.claim(self.who, self.means.clock())) is not None:
            yield self._look(window, track)

    def undated(self) -> int:
        """Return how many records no window holds, since they do not say when they came in."""
        return undated(self.reader, Search(self.beat.target, Span(self.beat.field)))

    def _look(self, window: WatchWindow, track: Track) -> Looked:
        memory = self.store.memory(self.site)
        compiled, span = self.means.compiled, Span(self.beat.field, window.start, window.end)
        engine = FastEngine(compiled.ruleset, self._routes, compiled.alarms, cache=self.means.cache)
        watching = Watch(engine, memory)
        log = Feed(self.beat.target, partial(events_of, self.reader, Search(self.beat.target, span)), FORMAT)
        alerts = tuple(watching.alerts([log], track))
        if watching.unreadable:
            return self._failed(window, "; ".join(watching.unreadable))
        (source,) = watching.sources
        states = Counter[str](entry.state for entry in watching.ledger())
        records = source.handled + sum(source.skipped.values())
        done = replace(window, state="done", records=records, alerts=len(alerts), rules=dict(states), reason="")
        new = tuple(self.store.unseen(self.site, alerts))
        settle = partial(self.windows.settle, window=done, who=self.who, now=self.means.clock())
        try:
            self.store.save_watch(self.site, alerts, memory, watching.correlator.learnt(), settle)
        except StoreError as error:
            return self._failed(window, str(error))
        return Looked(done, new, len(alerts))

    def _failed(self, window: WatchWindow, reason: str) -> Looked:
        self.windows.fail(window, self.who, reason, self.means.clock())
        return Looked(replace(window, tries=window.tries + 1, reason=reason))

    def _recount(self, now: datetime) -> None:
        """Owe again each window that holds more than was read: what came late is not lost."""
        done = [one for one in self.windows.listed(now - self.beat.recount) if one.state == "done"]
        self.uncounted = ""
        try:
            for some in (done[start : start + TOGETHER] for start in range(0, len(done), TOGETHER)):
                spans = [Span(self.beat.field, one.start, one.end) for one in some]
                for window, count in zip(
                    some, self.reader.counts(self.beat.target, self.beat.field, spans), strict=True
                ):
                    if count > (window.records or 0):
                        self.windows.owe_again(window, RECOUNTED)
        except StoreError as error:
            self.uncounted = str(error)
