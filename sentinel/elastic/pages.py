"""Reads all that a query finds, or says that it could not: a page that is missing is an error, never an end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
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
        self.count(target, {"match_none": {}})  # a pattern that names nothing is not an empty log
        with told(target):
            opened = self.client.open_point_in_time(index=target, keep_alive=ALIVE, allow_partial_search_results=False)
        place = opened.body["id"]
        try:
            yield from self._pages(target, query, place)
        finally:
            self._close(place)

    def _pages(self, target: str, query: dict[str, Any], place: str) -> Iterator[Found]:
        after: list[Any] | None = None
        size, total, given = FIRST, None, 0
        while True:
            answer = self._page(target, query, place, after, size)
            total = answer["hits"]["total"]["value"] if total is None else total
            hits = answer["hits"]["hits"]
            given += len(hits)
            place = answer.get("pit_id", place)
            yield from (Found(hit["_index"], hit["_id"], hit.get("_source") or {}) for hit in hits)
            if given >= total or not hits:
                break
            after, size = hits[-1]["sort"], _next_size(hits)
        if given != total:
            raise StoreError(f"{target}: gave {given:,} of {total:,} records")

    def _page(
        self, target: str, query: dict[str, Any], place: str, after: list[Any] | None, size: int
    ) -> dict[str, Any]:
        """Return one answer that is whole; a busy cluster is asked again."""
        for pause, last in zip(PAUSES, (*PAUSES[1:], None), strict=True):
            if pause:
                self.wait(pause)
            try:
                with told(target):
                    answer = self.client.search(
                        pit={"id": place, "keep_alive": ALIVE},
                        query=query,
                        size=size,
                        sort=[{"_shard_doc": "asc"}],
                        search_after=after,
                        track_total_hits=after is None,
                        allow_partial_search_results=False,
                    ).body
                return _whole(target, answer)
            except ClusterBusyError:
                if last is None:
                    raise
        raise AssertionError

    def _close(self, place: str) -> None:
        """Let the cluster forget the point in time; it would do so by itself a little later."""
        try:
            with told("closing"):
                self.client.close_point_in_time(id=place)
        except StoreError:
            return


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
    """Return how many documents of the size of these make a page."""
    each = sum(len(orjson.dumps(hit.get("_source"))) for hit in hits) // len(hits) + 1
    return max(FEWEST, min(MOST, PAGE_BYTES // each))
