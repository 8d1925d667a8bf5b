"""Takes logs into Elasticsearch: files → events → documents, each there once however often it is taken in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sentinel.content import root
from sentinel.detect.alerts import fingerprint
from sentinel.detect.coverage import Watcher
from sentinel.detect.inlet import Inlet
from sentinel.detect.narrow.words import Wording
from sentinel.detect.readers import open_chunks
from sentinel.detect.readers.unpack import Stream
from sentinel.detect.routes import load_routes
from sentinel.detect.streams import refuse, streams_of
from sentinel.detect.watch import Log
from sentinel.elastic.bulk import MOST_BYTES, MOST_DOCUMENTS, Ahead, Loader, Refused, Sent
from sentinel.elastic.documents import Document, document
from sentinel.elastic.template import stream_of
from sentinel.errors import InputError
from sentinel.model.alerts import LogSource
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from sentinel.model.track import Track


def usual_wording() -> Wording:
    """Return what makes the words that our own content of log sources needs."""
    return Wording(load_routes(root()).deciding)


@dataclass(slots=True)
class Ingest:
    """An intake under way: records that came in are `created`, `there` already, or handed to `reject`.

    What `sources` count as handled is what was read; `unreadable` names files that could not be. `wording` makes the
    words that records are found by.
    """

    loader: Loader
    namespace: str
    reject: Callable[[Refused], None]
    created: int = 0
    there: int = 0
    refused: int = 0
    sources: list[LogSource] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    wording: Wording = field(default_factory=usual_wording)
    _targets: set[str] = field(default_factory=set)
    _ahead: Ahead = field(init=False)

    def __post_init__(self) -> None:
        self._ahead = Ahead(self.loader, self._count)

    def take(self, logs: Iterable[Log], track: Track) -> None:
        """Take in logs one after another; then searches find them.

        StoreError: the cluster cannot take them; what came before is in it.
        """
        for log in logs:
            tally, watcher = Tally(log.name), Watcher(log.name, "")
            try:
                for stream in (one for path in log.paths for one in streams_of(path, tally, self.unreadable)):
                    self._take(stream, log, tally, watcher, track)
            finally:
                self.sources.append(watcher.summary(tally))
        self._ahead.end()
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
            inlet = Inlet(stream.name, log.name, tally, watcher, track, stream.clock, live=stream.live)
            for batch in inlet.batches(kind, chunks, MOST_DOCUMENTS):
                for documents in _in_bytes(self._document(event, kind) for event in batch):
                    self._send(stream_of(kind, self.namespace), documents)
        except InputError as error:  # a file that is no log, or that cannot be read on
            refuse(error, tally, self.unreadable)

    def _document(self, event: Event, kind: str) -> Document:
        return document(event, fingerprint(event), kind, self.wording.words(event.fields))

    def _send(self, target: str, documents: Sequence[Document]) -> None:
        self._targets.add(target)
        self._ahead.send(target, documents)

    def _count(self, sent: Sent) -> None:
        self.created += sent.created
        self.there += sent.there
        self.refused += len(sent.refused)
        for one in sent.refused:
            self.reject(one)


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
