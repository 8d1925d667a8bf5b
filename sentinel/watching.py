"""Watches over an index: window after window of what came in is read to its end, judged, and kept with its alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sentinel.detect.asides import note_aside, without
from sentinel.detect.compiled import Compiled
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.ledger import unable
from sentinel.detect.meter import Meter
from sentinel.detect.notices import Cap, set_aside
from sentinel.detect.routes import load_routes
from sentinel.detect.rule_cache import RuleCache
from sentinel.detect.watch import Feed, Watch
from sentinel.elastic.breaker import Breaker
from sentinel.elastic.pages import Reader, Span
from sentinel.errors import InputError, StoreError
from sentinel.model.alerts import Alert, LedgerEntry
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from sentinel.model.text import counted
from sentinel.model.track import Track
from sentinel.model.windows import SET_ASIDE, RuleCost, WatchWindow
from sentinel.searching import FORMAT, Search, events_of, undated
from sentinel.settling import settle
from sentinel.store.memory import Memory
from sentinel.store.store import Store
from sentinel.store.watch_rules import Closing, Turn
from sentinel.store.windows import LEASE

RECOUNTED = "records came later"
NOTHING: dict[str, Any] = {"match_none": {}}
SOME = 1_000
"""Records after which the clock is looked at."""
TOGETHER = 5_000
"""Windows that are counted in one request."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What no rule may do to a watch without a person hearing of it.

    Of more than `alerts` of one rule in a window the others are only counted, in an alert of their own. A rule that in
    `strikes` windows, one after the other, broke without finding anything, or took more than `share` of the window's
    length and more than `seconds`, is set aside with an alert of its own.
    """

    alerts: int = 1_000
    strikes: int = 3
    share: float = 0.5
    seconds: float = 10.0


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
    bounds: Bounds = Bounds()


@dataclass(frozen=True, slots=True)
class Looked:
    """A window that was looked at: as it stands now, its alerts that nobody had seen, and what each rule could do.

    Rules that are set `aside` are among those that failed, if the window holds events of theirs.
    """

    window: WatchWindow
    new: tuple[Alert, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    aside: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Means:
    """What a runner works with: rules, where content and compiled rules are, and the clock.

    `timer` counts nanoseconds. `say` hears when the cluster is given a rest, and when it answers again.
    """

    compiled: Compiled
    content: Path
    cache: RuleCache | None
    clock: Callable[[], datetime]
    timer: Callable[[], int]
    say: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """A window that was read to its end and judged, and not kept yet."""

    window: WatchWindow
    watching: Watch
    meter: Meter
    cap: Cap
    aside: Mapping[str, str]

    def done(self, alerts: Sequence[Alert], ledger: Sequence[LedgerEntry]) -> WatchWindow:
        """Return the window with what came of its records and of each rule."""
        (source,) = self.watching.sources
        records = source.handled + sum(source.skipped.values())
        before = self.window.records or 0
        fewer = f"{counted(before - records, 'record')} fewer than when it was read before" if records < before else ""
        states = Counter[str](SET_ASIDE if self._is_aside(entry) else entry.state for entry in ledger)
        return replace(
            self.window,
            state="done",
            reason=fewer,
            records=records,
            alerts=len(alerts) + self.cap.left_out,
            rules=dict(states),
            skipped=dict(source.skipped),
        )

    def costs(self, bounds: Bounds, ledger: Sequence[LedgerEntry]) -> Iterator[RuleCost]:
        """Yield what each rule took that was asked at all, and what counts against it."""
        budget = max(bounds.seconds, bounds.share * (self.window.end - self.window.start).total_seconds())
        entries = {entry.rule: entry for entry in ledger}
        for number, asked in self.meter.asked.items():
            rule, seconds = self.watching.engine.ruleset.rules[number].ref, self.meter.seconds(number)
            if rule.id not in self.aside:
                yield RuleCost(rule, asked, seconds, entries[rule.id].hits, _trouble(entries[rule.id], seconds, budget))

    def _is_aside(self, entry: LedgerEntry) -> bool:
        return entry.state == "failed" and entry.rule in self.aside


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
        self.rules = store.watch_rules(site, beat.target)
        self.breaker = Breaker(means.say)
        self.uncounted = ""
        self._routes = load_routes(means.content)

    def round(self, track: Track) -> Iterator[Looked]:
        """Look at every window that is owed, the oldest first; StoreError: the store cannot be used.

        While the cluster is given a rest nothing is looked at, and everything stays owed.
        """
        now = self.means.clock()
        self.windows.plan(self.beat.first, now - self.beat.delay, self.beat.length)
        if not self.breaker.may_ask(lambda: self.reader.count(self.beat.target, NOTHING), self.means.clock):
            return
        self._recount(now)
        while not self.breaker.is_open and (window := self.windows.claim(self.who, self.means.clock())) is not None:
            yield self._look(window, track)

    def unable(self) -> tuple[LedgerEntry, ...]:
        """Return the rules that no window will be looked at for: refused, or of a log source nobody has connected."""
        return unable(self.means.compiled.ruleset, self._routes)

    def undated(self) -> int:
        """Return how many records no window holds, since they do not say when they came in."""
        return undated(self.reader, Search(self.beat.target, Span(self.beat.field)))

    def _look(self, window: WatchWindow, track: Track) -> Looked:
        aside, memory = self._aside(), self.store.memory(self.site)
        engine, meter, cap = self._engine(aside), Meter(self.means.timer), Cap(self.beat.bounds.alerts)
        engine.accounts.meter = meter
        note_aside(engine.accounts, self.beat.target, aside)
        watching = Watch(engine, memory, keeps=True)
        log = Feed(self.beat.target, partial(self._events, window), FORMAT)
        alerts = tuple(cap.keep(watching.alerts([log], track)))
        if watching.unreadable:
            return self._failed(window, "; ".join(watching.unreadable))
        try:
            return self._settled(Judged(window, watching, meter, cap, aside), alerts, memory)
        except StoreError as error:
            return self._failed(window, str(error))

    def _settled(self, judged: Judged, alerts: tuple[Alert, ...], memory: Memory) -> Looked:
        """Keep what a window showed. What another runner kept meanwhile is first looked at together with it.

        `memory` is what the correlations were run over.
        """
        watching = judged.watching

        def keep(alerts: tuple[Alert, ...], memory: Memory) -> Looked:
            ledger = watching.ledger()
            done = judged.done(alerts, ledger)
            every, close = (*alerts, *judged.cap.notices(done)), self._closing(judged, done, ledger)
            new = self.store.save_window(self.site, every, memory, watching.correlator.learnt(), close)
            return Looked(done, new, ledger, frozenset(judged.aside))

        return settle(watching, alerts, memory, lambda: self.store.memory(self.site), keep)

    def _closing(self, judged: Judged, done: WatchWindow, ledger: Sequence[LedgerEntry]) -> Closing:
        levels = {rule.ref.id: rule.ref.level for rule in self.means.compiled.ruleset.rules}
        return Closing(
            self.windows,
            self.rules,
            Turn(done, self.who, self.means.clock()),
            tuple(judged.costs(self.beat.bounds, ledger)),
            self.beat.bounds.strikes,
            lambda rule: set_aside(rule, levels[rule.rule]),
        )

    def _aside(self) -> dict[str, str]:
        """Return the rules that are set aside, as they are now, and why."""
        meanings = {rule.ref.id: rule.ref.hash for rule in self.means.compiled.ruleset.rules}
        return {
            one.rule: f"set aside since {one.aside:%Y-%m-%d %H:%M} UTC: {one.reason}"
            for one in self.rules.aside().values()
            if meanings.get(one.rule) == one.meaning
        }

    def _engine(self, aside: Mapping[str, str]) -> FastEngine:
        compiled = self.means.compiled
        ruleset = without(compiled.ruleset, aside) if aside else compiled.ruleset
        return FastEngine(ruleset, self._routes, compiled.alarms, cache=self.means.cache)

    def _events(self, window: WatchWindow, tally: Tally) -> Iterator[Event]:
        """Yield the events of a window, and keep it this runner's however long that takes."""
        search = Search(self.beat.target, Span(self.beat.field, window.start, window.end))
        renewed = self.means.clock()
        try:
            for number, event in enumerate(events_of(self.reader, search, tally), 1):
                yield event
                if number % SOME == 0 and (now := self.means.clock()) - renewed > LEASE / 5:
                    self.windows.renew(window, self.who, now)
                    renewed = now
        except InputError as error:
            self.breaker.note(error.__cause__, self.means.clock())
            raise
        self.breaker.note(None, self.means.clock())

    def _failed(self, window: WatchWindow, reason: str) -> Looked:
        self.windows.fail(window, self.who, reason, self.means.clock())
        return Looked(replace(window, tries=window.tries + 1, reason=reason))

    def _recount(self, now: datetime) -> None:
        """Owe again each window that holds more than was read: what came late is not lost."""
        done = [one for one in self.windows.listed(now - self.beat.recount) if one.state == "done"]
        self.uncounted = ""
        try:
            for start in range(0, len(done), TOGETHER):
                for window in self._grown(done[start : start + TOGETHER]):
                    self.windows.owe_again(window, RECOUNTED)
        except StoreError as error:
            self.uncounted = str(error)
            self.breaker.note(error, now)

    def _grown(self, some: Sequence[WatchWindow]) -> list[WatchWindow]:
        """Return the windows that hold more records now than were read."""
        spans = [Span(self.beat.field, one.start, one.end) for one in some]
        counts = self.reader.counts(self.beat.target, self.beat.field, spans)
        return [one for one, count in zip(some, counts, strict=True) if count > (one.records or 0)]


def _trouble(entry: LedgerEntry, seconds: float, budget: float) -> str:
    """Return what a window says against a rule; one that breaks now and then, and finds something, goes on."""
    if entry.state == "failed" and not entry.hits:
        return f"broke: {entry.reason}"
    return f"took {seconds:.1f} seconds, more than {budget:.1f}" if seconds > budget else ""
