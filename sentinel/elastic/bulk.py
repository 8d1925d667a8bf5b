"""Writes documents: each is there once at the end, or it is named and counted as refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Thread
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from sentinel.elastic.cluster import BUSY, ClusterBusyError, told
from sentinel.elastic.documents import Document
from sentinel.errors import StoreError

MOST_DOCUMENTS = 1_000
MOST_BYTES = 5_000_000
MOST_AHEAD = 2
PAUSES = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0, 60.0)
"""Seconds to wait before each try; three minutes together."""
CREATED, THERE, TOO_LARGE = 201, 409, 413


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that the cluster will not take, and why; `why` may quote a value of it."""

    document: Document
    status: int
    kind: str
    why: str


@dataclass(slots=True)
class Sent:
    """What became of documents: `created`, `there` already, or `refused`."""

    created: int = 0
    there: int = 0
    retried: int = 0
    refused: list[Refused] = field(default_factory=list)


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Loader:
    """Sends batches to data streams; waits where the cluster is busy, and gives up with StoreError after three minutes.

    Whatever it was doing then may be done again: a document that is there is not written twice.
    """

    client: Elasticsearch
    wait: Callable[[float], None]
    clock: Callable[[], datetime] = now

    def send(self, stream: str, documents: Sequence[Document]) -> Sent:
        """Send documents to a data stream, again and again those that the cluster had no room for."""
        sent, waiting, trouble = Sent(), list(documents), ""
        for pause in PAUSES:
            if not waiting:
                return sent
            if pause:
                self.wait(pause)
                sent.retried += len(waiting)
            try:
                waiting = self._once(stream, waiting, sent)
                trouble = "it has no room for more"
            except ClusterBusyError as error:
                trouble = str(error)
        if waiting:
            raise StoreError(f"{stream}: given up with {len(waiting):,} records unsent: {trouble}")
        return sent

    def show(self, stream: str) -> None:
        """Let searches find what was written at once; where that is not allowed, they do a little later."""
        with suppress(StoreError), told(stream):
            self.client.indices.refresh(index=stream)

    def _once(self, stream: str, documents: list[Document], sent: Sent) -> list[Document]:
        """Send documents once, and return those that are to be sent again."""
        at = self.clock()
        operations: list[Any] = []  # bytes are sent as they are, which the client's types do not say
        for one in documents:
            operations += (orjson.dumps({"create": {"_id": one.id}}), one.sent(at))
        try:
            with told(stream):
                answer = self.client.bulk(index=stream, operations=operations, filter_path="items.create")
        except StoreError as error:
            return self._split(stream, documents, sent, error)
        answers = answer.body.get("items", [])
        if len(answers) != len(documents):
            raise StoreError(f"{stream}: {len(answers):,} answers to {len(documents):,} records")
        pairs = zip(documents, answers, strict=True)
        return [one for one, item in pairs if not _is_settled(one, item.get("create", {}), sent)]

    def _split(self, stream: str, documents: list[Document], sent: Sent, error: StoreError) -> list[Document]:
        """Send halves where all together are too large; one that is too large alone is refused."""
        if getattr(error.__cause__, "status_code", None) != TOO_LARGE:
            raise error
        if len(documents) == 1:
            sent.refused.append(Refused(documents[0], TOO_LARGE, "too_large", "larger than the cluster takes"))
            return []
        half = len(documents) // 2
        return self._once(stream, documents[:half], sent) + self._once(stream, documents[half:], sent)


@dataclass(slots=True)
class Ahead:
    """Sends batches while the next ones are made, MOST_AHEAD at once; `count` is told what became of each.

    A cluster works on each with one core, however many it has.
    """

    loader: Loader
    count: Callable[[Sent], None]
    _coming: deque[SimpleQueue[Sent | StoreError]] = field(default_factory=deque)

    def send(self, stream: str, documents: Sequence[Document]) -> None:
        """Begin to send documents once there is room; StoreError as `Loader.send`, of earlier ones."""
        self._settle(MOST_AHEAD - 1)
        coming: SimpleQueue[Sent | StoreError] = SimpleQueue()
        # A daemon, so that an interrupt need not wait for a cluster that is away.
        Thread(target=self._put, args=(coming, stream, documents), daemon=True).start()
        self._coming.append(coming)

    def end(self) -> None:
        """Wait for what is being sent; StoreError as `send`."""
        self._settle(0)

    def _settle(self, most: int) -> None:
        """Wait until no more than so many are under way; where one failed, until all others are counted."""
        trouble: StoreError | None = None
        while len(self._coming) > (0 if trouble else most):
            outcome = self._coming.popleft().get()
            if isinstance(outcome, StoreError):
                trouble = trouble or outcome
            else:
                self.count(outcome)
        if trouble:
            raise trouble

    def _put(self, coming: SimpleQueue[Sent | StoreError], stream: str, documents: Sequence[Document]) -> None:
        outcome: Sent | StoreError = StoreError(f"{stream}: sending broke off")
        try:
            outcome = self.loader.send(stream, documents)
        except StoreError as error:
            outcome = error
        finally:
            coming.put(outcome)


def _is_settled(one: Document, answer: dict[str, Any], sent: Sent) -> bool:
    status = answer.get("status", 0)
    if status in BUSY:
        return False
    if status == CREATED:
        sent.created += 1
    elif status == THERE:
        sent.there += 1
    else:
        error = answer.get("error") or {}
        sent.refused.append(Refused(one, status, str(error.get("type")), str(error.get("reason"))))
    return True
