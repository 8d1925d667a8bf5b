"""A file of a format that can only be read whole: read again when it changed, each of its records once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import orjson

from sentinel.detect.alerts import fingerprint
from sentinel.detect.follow.content import File
from sentinel.detect.follow.pieces import Keep
from sentinel.detect.readers import open_events
from sentinel.detect.readers.unpack import open_streams
from sentinel.errors import InputError
from sentinel.model.events import Event
from sentinel.model.followed import Followed
from sentinel.model.skipped import Skipped, Tally

MOST_SEEN = 1_000_000
"""Records of one file that are remembered; one with more is judged anew whenever it changes."""
_MARK = 16
UNKEPT = "not-kept-as-json"


@dataclass(slots=True)
class Whole:
    """A reading of all of a file; `known` is complete once its events are used up."""

    file: File
    known: Followed

    def events(self, tally: Tally, keep: Keep) -> Iterator[Event]:
        """Yield the records that were not there the last time, and hand each to `keep` as a line of JSON.

        Skips are counted as far as they are more than the last time. InputError: not read to its end.
        """
        seen = {self.known.seen[at : at + _MARK] for at in range(0, len(self.known.seen), _MARK)}
        now, own, formats = set[bytes](), Tally(self.file.name), set[str]()
        for stream in open_streams(self.file.path, self.file.name, own):
            try:
                kind, events = open_events(stream, own)
            except InputError as error:
                if not formats and "/" not in stream.name.removeprefix(self.file.name):
                    raise
                own.skip(Skipped(stream.name, "file", "unreadable", error.fault.what))
                continue
            formats.add(kind)
            for event in events:
                mark = bytes.fromhex(fingerprint(event))
                now.add(mark)
                if mark not in seen:
                    tally.handled += 1
                    _keep(event, keep, tally)
                    yield event
        for reason, count in (own.skipped - Counter(self.known.lost)).items():
            tally.skipped[reason] += count
        kept = b"".join(sorted(now)) if len(now) <= MOST_SEEN else b""
        self.known = replace(
            self.known, whole=True, format=", ".join(sorted(formats)), seen=kept, lost=dict(own.skipped)
        )


def _keep(event: Event, keep: Keep, tally: Tally) -> None:
    try:
        line = orjson.dumps(dict(event.fields)) + b"\n"
        keep(line, line)
    except TypeError:  # a number over 64 bits, half a surrogate pair: judged, but an archive cannot hold it so
        tally.skip_part(Skipped(event.source, event.record, UNKEPT))
