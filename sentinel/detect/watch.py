"""Watches over logs: reads each, runs the rules, and keeps account of what was and was not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Protocol

from sentinel.detect.alerts import raise_alert
from sentinel.detect.coverage import Watcher, edge_gaps
from sentinel.detect.ledger import Ledger
from sentinel.detect.readers import recognise
from sentinel.detect.routes import Routes
from sentinel.errors import InputError
from sentinel.model.alerts import Alert, Hit, LedgerEntry, LogSource
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally
from sentinel.model.track import Track

CUT = frozenset({"truncated", "corrupt"})
"""Reasons of the readers for what ends too early: what would have come after is not known."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log to read: its name, its files in order, how long it may be silent, and the time it should cover."""

    name: str
    paths: Sequence[Path]
    max_gap: timedelta | None = None
    start: datetime | None = None
    end: datetime | None = None


class Runs(Protocol):
    """What a watch needs of an engine."""

    routes: Routes
    accounts: Ledger

    def run(self, events: Iterable[Event], source: str | None = None) -> Iterator[Hit]:
        """Yield hits as they are found, and account for the events under the log `source`."""
        ...

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule and every refused document."""
        ...


@dataclass(slots=True)
class Watch:
    """A detection under way; `sources` and the engine's ledger are complete once `alerts` is used up."""

    engine: Runs
    sources: list[LogSource] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def alerts(self, logs: Iterable[Log], track: Track) -> Iterator[Alert]:
        """Yield each alert once, as soon as its event is read."""
        seen: set[str] = set()
        for log in logs:
            tally, formats = Tally(log.name), set[str]()
            watcher = Watcher(log.name, "", log.max_gap, self.engine.routes)
            events = chain.from_iterable(self._read(path, tally, formats, watcher) for path in log.paths)
            for hit in self.engine.run(watcher.watch(track(f"Reading {log.name}", events)), log.name):
                alert = raise_alert(hit)
                if alert.id not in seen:
                    seen.add(alert.id)
                    yield alert
            self.sources.append(_summary(log, watcher.summary(tally), formats))

    def _read(self, path: Path, tally: Tally, formats: set[str], watcher: Watcher) -> Iterator[Event]:
        """Yield the events of one file; one that is cut off is noted, and one that is no log counts as skipped."""
        before = tally.skipped.copy()
        try:
            kind, events = recognise(path, path.name, tally)
            formats.add(kind)
            yield from events
            for reason in sorted(CUT & (tally.skipped - before).keys()):
                self.engine.accounts.note_truncated(watcher.name, f"{path.name}: {reason}", watcher.newest)
        except InputError as error:
            self.unreadable.append(str(error))
            tally.skip(Skipped(path.name, "file", "unreadable", error.fault.what))


def _summary(log: Log, source: LogSource, formats: Iterable[str]) -> LogSource:
    """Complete a summary with what only the whole log shows: its formats, and the time before and after it."""
    gaps = (*edge_gaps(source, log.max_gap, log.start, log.end), *source.gaps)
    return replace(source, format=", ".join(sorted(formats)), gaps=tuple(sorted(gaps)))
