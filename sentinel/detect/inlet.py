"""A stream of a log on its way into an engine, and who is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sentinel.detect.coverage import Watcher
from sentinel.detect.readers.live import with_pauses
from sentinel.detect.readers.recognise import read
from sentinel.detect.readers.stamps import UNKNOWN, Clock
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from sentinel.model.track import Track


@dataclass(frozen=True, slots=True)
class Inlet:
    """The stream `name` of the log `source`: where it is counted, watched and shown.

    `clock` says what the times of its records lack. `live`: it may go quiet before it ends.
    """

    name: str
    source: str
    tally: Tally
    watcher: Watcher
    track: Track
    clock: Clock = UNKNOWN
    live: bool = False

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
