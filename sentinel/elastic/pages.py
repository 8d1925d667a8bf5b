"""Reads all that a query finds, or says that it could not: a page that is missing is an error, never an end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from sentinel.elastic.cluster import ClusterBusyError, told
from sentinel.elastic.documents import Source
from sentinel.errors import StoreError

FIRST, FEWEST, MOST = 100, 10, 5_000
"""Documents in a page: in the first, and in any."""
PAGE_BYTES = 8_000_000
SAMPLE = 100
"""Documents of a page that tell how large they are."""
ALIVE = "5m"
PAUSES = (0.0, 0.5, 2.0, 8.0, 30.0)
"""Seconds to wait before each try of a page."""


@dataclass(frozen=True, slots=True)
class Found:
    """A document, and where it lies."""

    index: str
    id: str
    source: Source


@dataclass(frozen=True, slots=True)
class Span:
    """Moments of a field of dates, the first included and the last not; either may be open."""

    field: str = "@timestamp"
    since: datetime | None = None
    until: datetime | None = None

    def query(self) -> dict[str, Any]:
        """Return the query for documents in the span; of an open one, all."""
        limits = self.ends("gte", "lt")
        return {"range": {self.field: limits}} if limits else {"match_all": {}}

    def ends(self, first: str, last: str) -> dict[str, str]:
        """Return the moments that are set, under names that a request has for them."""
        return {key: moment.isoformat() for key, moment in ((first, self.since), (last, self.until)) if moment}

    def undated(self) -> dict[str, Any]:
        """Return the query for documents that no span can hold, since they have no such field."""
        return {"bool": {"must_not": [{"exists": {"field": self.field}}]}}


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads indices to the end, as they were when it began; `wait` is how it waits for a cluster that is busy."""

    client: Elasticsearch
    wait: Callable[[float], None]

    def count(self, target: str, query: dict[str, Any]) -> int:
        """Return how many documents a query finds; StoreError where not every shard answered."""
        with told(target):
            answer = self.client.count(index=target, query=query, allow_no_indices=False).body
        _check_shards(target, answer)
        return int(answer["count"])

    def counts(self, target: str, field: str, spans: Sequence[Span]) -> list[int]:
        """Return how many documents lie in each of some spans, in one request."""
        ranges = [{"key": str(number), **span.ends("from", "to")} for number, span in enumerate(spans)]
        told_apart = {"date_range": {"field": field, "keyed": True, "ranges": ranges}}
        with told(target):
            answer = self.client.search(
                index=target,
                size=0,
                aggs={"spans": told_apart},
                track_total_hits=False,
                allow_partial_search_results=False,
                allow_no_indices=False,
            ).body
        found = _whole(target, answer)["aggregations"]["spans"]["buckets"]
        return [int(found[str(number)]["doc_count"]) for number in range(len(spans))]

    def read(self, target: str, query: dict[str, Any]) -> Generator[Found, None, None]:
        """Yield every document that a query finds, once. StoreError, at any time: what is missing is not known."""
        with self.open(target) as view:
            yield from view.read(query)

    @contextmanager
    def open(self, target: str) -> Iterator[View]:
        """Give indices as they are now; StoreError where that cannot be, or a pattern names none."""
        self.count(target, {"match_none": {}})  # a pattern that names nothing is not an empty log
        with told(target):
            opened = self.client.open_point_in_time(index=target, keep_alive=ALIVE, allow_partial_search_results=False)
        view = View(self.client, self.wait, target, opened.body["id"])
        try:
            yield view
        finally:
            view.close()


@dataclass(slots=True)
class View:
    """Indices as they were at one moment, until it is closed; `place` is what the cluster calls that."""

    client: Elasticsearch
    wait: Callable[[float], None]
    target: str
    place: str
    _ended: bool = False

    def ask(self, query: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- what a search takes
        """Return one answer that is whole; a busy cluster is asked again, as long as somebody waits for it."""
        trouble = ClusterBusyError(f"{self.target}: not asked")
        for pause in PAUSES:
            if self._ended:
                break
            if pause:
                self.wait(pause)
            try:
                return self._once(query, more)
            except ClusterBusyError as error:
                trouble = error
        raise trouble

    def read(self, query: dict[str, Any]) -> Iterator[Found]:
        """Yield every document that a query finds, once; the next page is fetched while one is used."""
        total, given = None, 0
        with ThreadPoolExecutor(1, "page") as fetcher:
            coming: Future[dict[str, Any]] | None = fetcher.submit(self._page, query, None, FIRST)
            try:
                while coming is not None:
                    answer, coming = coming.result(), None
                    total = answer["hits"]["total"]["value"] if total is None else total
                    hits = answer["hits"]["hits"]
                    given += len(hits)
                    if hits and given < total:
                        coming = fetcher.submit(self._page, query, hits[-1]["sort"], _next_size(hits))
                    yield from (Found(hit["_index"], hit["_id"], hit.get("_source") or {}) for hit in hits)
            finally:
                self._ended = coming is not None
        if given != total:
            raise StoreError(f"{self.target}: gave {given:,} of {total:,} records")

    def close(self) -> None:
        """Let the cluster forget the moment; it would do so by itself a little later."""
        with suppress(StoreError), told("closing"):
            self.client.close_point_in_time(id=self.place)

    def _page(self, query: dict[str, Any], after: list[Any] | None, size: int) -> dict[str, Any]:
        first = after is None
        return self.ask(query, size=size, sort=[{"_shard_doc": "asc"}], search_after=after, track_total_hits=first)

    def _once(self, query: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
        here = {"id": self.place, "keep_alive": ALIVE}
        with told(self.target):
            answer = self.client.search(pit=here, query=query, allow_partial_search_results=False, **more).body
        self.place = answer.get("pit_id", self.place)
        return _whole(self.target, answer)


def _whole(target: str, answer: dict[str, Any]) -> dict[str, Any]:
    if answer.get("timed_out") or answer.get("terminated_early"):
        raise ClusterBusyError(f"{target}: the search was ended before its end")
    _check_shards(target, answer)
    return answer


def _check_shards(target: str, answer: dict[str, Any]) -> None:
    shards = answer["_shards"]
    if shards["failed"] or shards["successful"] < shards["total"]:
        raise ClusterBusyError(f"{target}: {shards['failed']:,} of {shards['total']:,} shards did not answer")


def _next_size(hits: list[dict[str, Any]]) -> int:
    """Return how many documents of the size of these make a page; a few of them tell."""
    some = hits[:: len(hits) // SAMPLE + 1]
    each = sum(len(orjson.dumps(hit.get("_source"))) for hit in some) // len(some) + 1
    return max(FEWEST, min(MOST, PAGE_BYTES // each))
