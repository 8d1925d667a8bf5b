"""Watches over files and folders that are still written: what is new is judged, and kept with how far was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sentinel.archiving import Archive
from sentinel.detect.compiled import Compiled
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.follow.batch import Batch, Part, Taken
from sentinel.detect.follow.follower import Follower
from sentinel.detect.follow.matching import Matcher, is_begun
from sentinel.detect.follow.pieces import Keep, Piece
from sentinel.detect.follow.spans import Span
from sentinel.detect.follow.whole import Whole
from sentinel.detect.ledger import unable
from sentinel.detect.routes import load_routes
from sentinel.detect.rule_cache import RuleCache
from sentinel.detect.watch import Watch, too_late
from sentinel.model.alerts import Alert, LedgerEntry, LogSource
from sentinel.model.archived import ArchivedFile
from sentinel.model.followed import Followed
from sentinel.model.text import counted
from sentinel.model.track import Track
from sentinel.model.windows import WatchWindow
from sentinel.settling import settle
from sentinel.store.memory import Memory
from sentinel.store.store import Store
from sentinel.store.tails import Step

STEP_BYTES = 8 * 1024 * 1024
"""Bytes that are judged and kept together."""
HEARTBEAT = timedelta(minutes=1)
"""How often a window in which nothing comes is kept as it is by now."""


@dataclass(frozen=True, slots=True)
class Tailed:
    """A log to follow: its name, the files and folders of it that are there now, and how long it may be silent.

    `late` is how much later than newer records a record may come, for correlations; None: any time.
    """

    name: str
    paths: Callable[[], Sequence[Path]]
    max_gap: timedelta | None = None
    late: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """What a watch over files works with: rules, where content and compiled rules are, the clock, and what names.

    `length` is that of a window, `patience` how long the end of a record is waited for.
    """

    compiled: Compiled
    content: Path
    cache: RuleCache | None
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    length: timedelta = timedelta(hours=1)
    patience: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Read:
    """What one step read: counts of each log, alerts that nobody had seen, and what each rule could do."""

    sources: tuple[LogSource, ...] = ()
    new: tuple[Alert, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()


@dataclass(slots=True)
class _Watched:
    """A log under way; `owed` says why not all of it was looked at, `saved` when its window was kept."""

    log: Tailed
    follower: Follower
    span: Span
    saved: datetime
    owed: str = ""
    silent: str = ""
    told: dict[str, str] = field(default_factory=dict)


class Tail:
    """One site's logs. What was read, its alerts and what correlations remember are kept together or not at all.

    `notes` gathers what a person should hear; whoever tells it clears it.
    """

    def __init__(
        self, site: str, logs: Sequence[Tailed], store: Store, tools: Tools, archive: Archive | None = None
    ) -> None:
        self.site = site
        self.store = store
        self.tools = tools
        self.archive = archive
        self.tails = store.tails(site)
        self.notes: list[str] = []
        self._routes = load_routes(tools.content)
        self._day = tools.clock().date()
        self._logs = {log.name: self._watched(log) for log in logs}
        if archive is not None:
            self.tails.files()
            self.tails.keep(Step(removed=(*archive.expired(self._day), *archive.recover())))
            self._seal(archive)
            self.notes += archive.lost

    def unable(self) -> tuple[LedgerEntry, ...]:
        """Return the rules that nothing will be looked at for: refused, or of a log source nobody has connected."""
        return unable(self.tools.compiled.ruleset, self._routes)

    def round(self, track: Track, *, at_once: bool = False) -> Iterator[Read]:
        """Read what is new in all logs, in steps that are kept one by one; `at_once` as of a follower.

        StoreError: a step could not be kept; nothing of it is, and the next round reads it again.
        """
        now = self.tools.clock()
        self._turn_day(now)
        known = self.tails.files()
        held: list[Taken] = []
        size = 0
        for one in self._logs.values():
            mine = [row for row in known if row.target == one.log.name]
            for part in one.follower.round(mine, now, at_once=at_once):
                more = len(part.data) if isinstance(part, Piece) else STEP_BYTES
                if held and size + more >= STEP_BYTES:
                    yield self._step(held, track)
                    held, size = [], 0
                held.append(Taken(one.follower, part))
                size += more
        if held:
            yield self._step(held, track)
        self._finish(self.tools.clock())

    @property
    def waiting(self) -> bool:
        """Whether the next round may read more though nothing changes."""
        return any(one.follower.waiting for one in self._logs.values())

    def owed(self) -> dict[str, str]:
        """Return the logs of which not all was looked at, and why."""
        return {name: one.owed for name, one in self._logs.items() if one.owed}

    def absent(self) -> list[str]:
        """Return the logs of which nothing ever came."""
        return [name for name, one in self._logs.items() if not one.follower.known]

    def behind(self) -> list[str]:
        """Return, in words, what waits for the end of its record."""
        waits = (item for one in self._logs.values() for item in one.follower.behind.items())
        return [f"{name}: {counted(count, 'byte')} wait for the end of their record" for name, count in waits]

    def close(self) -> None:
        """Keep how long was looked, and write down what the archive of today holds; call it in the end."""
        now = self.tools.clock()
        self.tails.files()
        self.tails.keep(Step(windows=[self._window(one, one.span, now) for one in self._logs.values()]))
        if self.archive is not None:
            self.archive.write_manifests({self._day})
            self.archive.release()

    def _watched(self, log: Tailed) -> _Watched:
        now = self.tools.clock()
        follower = Follower(log.name, log.paths, Matcher(self.tools.new_id), self.tools.patience)
        return _Watched(log, follower, Span.after(self.site, log.name, self.tails.last_window(log.name), now), now)

    def _step(self, taken: Sequence[Taken], track: Track) -> Read:
        """Judge some parts of files, and keep all that came of it, or nothing."""
        if self.archive is None:
            return self._judge(Batch(taken, lambda _part: _nowhere), track)
        files = self._places(self.archive, taken)
        try:
            return self._judge(Batch(taken, partial(_keep, self.archive, files)), track)
        finally:
            self.archive.drop()  # what was not kept by now

    def _judge(self, batch: Batch, track: Track) -> Read:
        compiled = self.tools.compiled
        engine = FastEngine(compiled.ruleset, self._routes, compiled.alarms, cache=self.tools.cache)
        memory = self.store.memory(self.site)
        watching = Watch(engine, memory, keeps=True)
        alerts = tuple(watching.alerts(batch.feeds(), track))
        if batch.failed:
            return Read()
        new = self._kept(batch, watching, alerts, memory)
        return Read(tuple(watching.sources), new, watching.ledger())

    def _kept(self, batch: Batch, watching: Watch, alerts: tuple[Alert, ...], memory: Memory) -> tuple[Alert, ...]:
        """Keep a step; what another run learnt meanwhile is first looked at together with it."""
        known, archived = batch.known(), self._archived(batch)

        def keep(alerts: tuple[Alert, ...], memory: Memory) -> tuple[Alert, ...]:
            self._freeze(watching, known)
            spans = self._spans(batch, watching, alerts)
            windows = [self._window(self._logs[span.target], span, self.tools.clock()) for span in spans]
            step = Step([*known.values()], archived=archived, windows=windows)
            beside = partial(self.tails.save, step=step)
            new = self.store.save_window(self.site, alerts, memory, watching.correlator.learnt(), beside)
            self._note_kept(step, spans)
            return new

        return settle(watching, alerts, memory, lambda: self.store.memory(self.site), keep)

    def _note_kept(self, step: Step, spans: Sequence[Span]) -> None:
        self.tails.saved(step)
        for one in step.files:
            self._logs[one.target].follower.known[one.id] = one
        for span in spans:
            self._logs[span.target].span = span
            self._logs[span.target].saved = self.tools.clock()
        if self.archive is not None:
            self.archive.kept(step.archived)

    def _spans(self, batch: Batch, watching: Watch, alerts: Sequence[Alert]) -> list[Span]:
        ledger = watching.ledger()
        spans = []
        for source in watching.sources:
            span = deepcopy(self._logs[source.source].span)
            span.add(source, ledger, (alert.id for alert in alerts if batch.log_of(alert) == source.source))
            spans.append(span)
        return spans

    def _freeze(self, watching: Watch, known: dict[str, Followed]) -> None:
        """Let correlations forget what no later record may add to, if every log says how late its records may come."""
        lines = []
        for one in self._logs.values():
            newest = _newest(
                (*one.follower.known.values(), *(row for row in known.values() if row.target == one.log.name))
            )
            if newest is None or one.log.late is None:
                return
            lines.append(too_late(newest, one.log.late))
        watching.correlator.freeze(min(lines))

    def _finish(self, now: datetime) -> None:
        """Keep how far files were read to their ends, and the windows that are over or were not kept for a while."""
        before = {one.id: one for one in self.tails.seen()}
        files, forgotten, windows = [], [], []
        for one in self._logs.values():
            known = one.follower.finished()
            files += [row for row in known.values() if is_begun(row) and before.get(row.id) != row]
            forgotten += one.follower.forgotten(now)
            owed = one.owed
            self._tell(one, now)
            over = one.span.records and not one.owed and now - one.span.start >= self.tools.length
            if over or owed != one.owed or now - one.saved >= HEARTBEAT:
                one.span.tries += bool(one.owed)
                windows.append(self._window(one, one.span, now))
                one.saved = now
            if over:
                one.span = Span(self.site, one.log.name, now)
        if files or forgotten or windows:
            self.tails.keep(Step(files, forgotten, windows=windows))

    def _tell(self, one: _Watched, now: datetime) -> None:
        """Note what is new in what cannot be read, and whether the log has fallen silent."""
        troubles = one.follower.troubles
        self.notes += [f"{name}: {why}; tried again" for name, why in troubles.items() if one.told.get(name) != why]
        self.notes += [f"{name}: no trouble any more" for name in one.told if name not in troubles]
        self.notes += one.follower.notes
        one.follower.notes.clear()
        one.told = dict(troubles)
        one.owed = "; ".join(f"{name}: {why}" for name, why in troubles.items())
        newest = _newest(one.follower.known.values())
        gap = one.log.max_gap
        silent = "" if one.follower.known or not gap else "nothing ever came"
        if gap and newest and now - newest > gap:
            silent = f"silent since {newest:%Y-%m-%d %H:%M} UTC"
        if silent != one.silent:
            self.notes.append(f"{one.log.name}: {silent or 'records come again'}")
        one.silent = silent

    def _window(self, one: _Watched, span: Span, now: datetime) -> WatchWindow:
        return span.window(max(now, span.start + timedelta(microseconds=1)), one.owed, one.silent)

    def _turn_day(self, now: datetime) -> None:
        if now.date() != self._day:
            self._day = now.date()
            if self.archive is not None:
                self.tails.files()
                self.tails.keep(Step(removed=self.archive.expired(self._day)))
                self._seal(self.archive)

    def _seal(self, archive: Archive) -> None:
        """Close the days that are over, and pass on what the archive has to say."""
        self.notes += archive.notes
        archive.notes.clear()
        sealed = archive.sealed(self._day)
        if sealed:
            self.tails.keep(Step(archived=sealed))
            archive.kept(sealed)
            archive.write_manifests({one.day for one in sealed})

    def _places(self, archive: Archive, taken: Sequence[Taken]) -> dict[str, ArchivedFile]:
        """Return where each content goes today; the store knows of a file before anything is written to it."""
        places = {}
        for one in taken:
            known = one.part.known
            if known.id not in places:
                whole = isinstance(one.part, Whole)
                places[known.id] = archive.place(self._day, known.target, known.name, known.id, whole=whole)
        new = [one for one in places.values() if one.name not in archive.files]
        if new:
            step = Step(archived=new)
            self.tails.keep(step)
            archive.kept(new)
        return places

    def _archived(self, batch: Batch) -> list[ArchivedFile]:
        if self.archive is None:
            return []
        for one in batch.taken:
            self.archive.count(one.part.known.id, one.records, (one.first, one.last))
        return self.archive.close()


def _newest(known: Iterable[Followed]) -> datetime | None:
    return max((one.newest for one in known if one.newest is not None), default=None)


def _nowhere(_data: bytes, _alone: bytes) -> None:
    """Keep nothing: there is no archive."""


def _keep(archive: Archive, files: dict[str, ArchivedFile], part: Part) -> Keep:
    return archive.shelf(files[part.known.id], part.file.changed).put
