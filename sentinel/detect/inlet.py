"""A stream of a log on its way into an engine, and who is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sentinel.detect.coverage import Watcher
from sentinel.detect.readers.recognise import FORMATS
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from sentinel.model.track import Track


@dataclass(frozen=True, slots=True)
class Inlet:
    """The stream `name` of the log `source`: where it is counted, watched and shown."""

    name: str
    source: str
    tally: Tally
    watcher: Watcher
    track: Track

    def events(self, kind: str, chunks: Iterator[bytes]) -> Iterator[Event]:
        """Yield the events of a format; each is counted and watched as it is taken."""
        events = FORMATS[kind].read(chunks, self.name, self.tally)
        return self.watcher.watch(self._counted(self.track(f"Reading {self.source}", events)))

    def _counted(self, events: Iterator[Event]) -> Iterator[Event]:
        for event in events:
            self.tally.handled += 1
            yield event
