"""A stream of a log on its way into an engine, and who is told of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sentinel.detect.coverage import Watcher
from sentinel.detect.days import Day
from sentinel.detect.readers.live import with_pauses
from sentinel.detect.readers.recognise import read
from sentinel.detect.readers.stamps import UNKNOWN, Clock
from sentinel.model.alerts import Hit
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from sentinel.model.track import Track


@dataclass(frozen=True, slots=True)
class Inlet:
    """The stream `name` of the log `source`: where it is counted, watched and shown.

    `clock` says what the times of its records lack. `live`: it may go quiet before it ends. `file` is the plain
    file that it was read from; of one in UTF-16 the stream holds other bytes.
    """

    name: str
    source: str
    tally: Tally
    watcher: Watcher
    track: Track
    clock: Clock = UNKNOWN
    live: bool = False
    file: Path | None = None

    def events(self, kind: str, chunks: Iterator[bytes]) -> Iterator[Event]:
        """Yield the events of a format; each is counted and watched as it is taken."""
        events = self.track(f"Reading {self.source}", read(kind, chunks, self.name, self.tally, self.clock))
        return self.watcher.watch(self._counted(events))

    def batches(self, kind: str, chunks: Iterator[bytes], most: int) -> Iterator[list[Event]]:
        """Yield the same, up to `most` together; where a live stream goes quiet, those that came so far."""
        events: Iterator[Event | None] = read(kind, chunks, self.name, self.tally, self.clock)
        batch: list[Event] = []
        for event in self.track(f"Reading {self.source}", with_pauses(events) if self.live else events):
            if event is not None:
                self.tally.handled += 1
                self.watcher.note(event)
                batch.append(event)
            if len(batch) >= most or (batch and event is None):
                yield batch
                batch = []
        if batch:
            yield batch

    def _counted(self, events: Iterator[Event]) -> Iterator[Event]:
        for event in events:
            self.tally.handled += 1
            yield event


@dataclass(frozen=True, slots=True)
class Passed:
    """What came of one stream of several: its hits, how many records were handled, and how many of no log source.

    `newest` is the day of the record that came last, in this stream or before it.
    """

    hits: Sequence[Hit]
    handled: int
    unknown: int
    newest: Day


class Together(Protocol):
    """Small streams of one log, which wait until there are enough of them to be looked at together."""

    @property
    def is_full(self) -> bool:
        """Say whether no more should wait."""
        ...

    def take(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[bytes] | None:
        """Have a stream wait; return its chunks where it is to be read by itself, and nothing of it waits."""
        ...

    def passed(self) -> Iterator[Passed]:
        """Look at all that wait, and yield what came of each in their order."""
        ...
