"""Takes logs into Elasticsearch: files → events → documents, each there once however often it is taken in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sentinel.detect.alerts import fingerprint
from sentinel.detect.coverage import Watcher
from sentinel.detect.inlet import Inlet
from sentinel.detect.readers import open_chunks
from sentinel.detect.readers.unpack import Stream, files_below, open_streams
from sentinel.detect.watch import Log, name_of
from sentinel.elastic.bulk import MOST_BYTES, MOST_DOCUMENTS, Loader, Refused
from sentinel.elastic.documents import Document, document
from sentinel.elastic.template import stream_of
from sentinel.errors import InputError, Location
from sentinel.model.alerts import LogSource
from sentinel.model.skipped import Skipped, Tally
from sentinel.model.track import Track


@dataclass(slots=True)
class Ingest:
    """An intake under way: records that came in are `created`, `there` already, or handed to `reject`.

    What `sources` count as handled is what was read; `unreadable` names files that could not be.
    """

    loader: Loader
    namespace: str
    reject: Callable[[Refused], None]
    created: int = 0
    there: int = 0
    refused: int = 0
    sources: list[LogSource] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    _targets: set[str] = field(default_factory=set)

    def take(self, logs: Iterable[Log], track: Track) -> None:
        """Take in logs one after another; then searches find them.

        StoreError: the cluster cannot take them; what came before is in it.
        """
        for log in logs:
            tally, watcher = Tally(log.name), Watcher(log.name, "")
            try:
                for stream in (one for path in log.paths for one in self._streams(path, tally)):
                    self._take(stream, log, tally, watcher, track)
            finally:
                self.sources.append(watcher.summary(tally))
        for target in sorted(self._targets):
            self.loader.show(target)

    @property
    def is_whole(self) -> bool:
        """Say whether every record of every file is in the cluster."""
        cut = any(log.skipped.keys() for log in self.sources)
        return not (self.refused or self.unreadable or cut)

    def _take(self, stream: Stream, log: Log, tally: Tally, watcher: Watcher, track: Track) -> None:
        try:
            kind, chunks = open_chunks(stream, log.format)
        except InputError as error:
            self._refuse(error, tally)
            return
        inlet = Inlet(stream.name, log.name, tally, watcher, track, stream.clock, live=stream.live)
        target = stream_of(kind, self.namespace)
        batches = inlet.batches(kind, chunks, MOST_DOCUMENTS)
        try:
            for batch in batches:
                for documents in _in_bytes(document(event, fingerprint(event), kind) for event in batch):
                    self._send(target, documents)
        except InputError as error:  # a file that cannot be read on
            self._refuse(error, tally)

    def _send(self, target: str, documents: Sequence[Document]) -> None:
        sent = self.loader.send(target, documents)
        self._targets.add(target)
        self.created += sent.created
        self.there += sent.there
        self.refused += len(sent.refused)
        for one in sent.refused:
            self.reject(one)

    def _streams(self, path: Path, tally: Tally) -> Iterator[Stream]:
        found = False
        for file, below in files_below(path, tally):
            found = True
            try:
                yield from open_streams(file, f"{name_of(path)}{below}", tally)
            except InputError as error:
                self._refuse(error, tally)
        if not found:
            self._refuse(InputError(Location(name_of(path)), "is a folder without files"), tally)

    def _refuse(self, error: InputError, tally: Tally) -> None:
        self.unreadable.append(str(error))
        tally.skip(Skipped(error.fault.location.path, "file", "unreadable", error.fault.what))


def _in_bytes(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yield documents together as long as they are no more than a request should carry."""
    held: list[Document] = []
    size = 0
    for one in documents:
        if held and size + len(one.body) > MOST_BYTES:
            yield held
            held, size = [], 0
        held.append(one)
        size += len(one.body)
    if held:
        yield held
