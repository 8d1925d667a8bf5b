"""Watches over logs: reads each, runs the rules, and keeps account of what was and was not looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from sentinel.detect.alerts import raise_alert
from sentinel.detect.coverage import Watcher, edge_gaps
from sentinel.detect.engine import Engine
from sentinel.detect.readers import open_events
from sentinel.detect.readers.unpack import STDIN, Stream, files_below, open_streams
from sentinel.errors import InputError, Location
from sentinel.model.alerts import Alert, LogFile, LogSource
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally
from sentinel.model.track import Track


@dataclass(frozen=True, slots=True)
class Log:
    """A log to read: its name, its files in order, how long it may be silent, and the time it should cover.

    Of a folder, every file below is read; `-` is standard input. `format` is that of all its files; without it each
    is recognised by its content.
    """

    name: str
    paths: Sequence[Path]
    max_gap: timedelta | None = None
    start: datetime | None = None
    end: datetime | None = None
    format: str | None = None


@dataclass(slots=True)
class Watch:
    """A detection under way; `sources`, `files` and the engine's ledger are complete once `alerts` is used up."""

    engine: Engine
    sources: list[LogSource] = field(default_factory=list)
    files: list[LogFile] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def alerts(self, logs: Iterable[Log], track: Track) -> Iterator[Alert]:
        """Yield each alert once, as soon as its event is read."""
        seen: set[str] = set()
        for log in logs:
            tally, first = Tally(log.name), len(self.files)
            watcher = Watcher(log.name, "", log.max_gap, self.engine.routes)
            events = chain.from_iterable(self._read(path, log.format, tally) for path in log.paths)
            for hit in self.engine.run(watcher.watch(track(f"Reading {log.name}", events))):
                alert = raise_alert(hit)
                if alert.id not in seen:
                    seen.add(alert.id)
                    yield alert
            self.sources.append(_summary(log, watcher.summary(tally), {file.format for file in self.files[first:]}))

    def _read(self, path: Path, format: str | None, tally: Tally) -> Iterator[Event]:  # noqa: A002 - the word users know
        """Yield the events of a file, or of all files in a folder or archive."""
        found = False
        for file, below in files_below(path, tally):
            found = True
            try:
                for stream in open_streams(file, f"{name_of(path)}{below}", tally):
                    yield from self._events(stream, format, tally)
            except InputError as error:
                self._refuse(error, tally)
        if not found:
            self._refuse(InputError(Location(name_of(path)), "is a folder without files"), tally)

    def _events(self, stream: Stream, format: str | None, tally: Tally) -> Iterator[Event]:  # noqa: A002 - as above
        before = tally.handled
        try:
            kind, events = open_events(stream, tally, format)
            yield from events
            self.files.append(LogFile(stream.name, kind, tally.handled - before))
        except InputError as error:
            self._refuse(error, tally)

    def _refuse(self, error: InputError, tally: Tally) -> None:
        """Count a file that is no log as skipped, and name it."""
        self.unreadable.append(str(error))
        tally.skip(Skipped(error.fault.location.path, "file", "unreadable", error.fault.what))


def name_of(path: Path) -> str:
    """Return what a path is called in alerts and summaries."""
    return "standard input" if path == STDIN else path.name or str(path)


def _summary(log: Log, source: LogSource, formats: Iterable[str]) -> LogSource:
    """Complete a summary with what only the whole log shows: its formats, and the time before and after it."""
    gaps = (*edge_gaps(source, log.max_gap, log.start, log.end), *source.gaps)
    return replace(source, format=", ".join(sorted(formats)), gaps=tuple(sorted(gaps)))
