from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import Any
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.pages import PAUSES, Reader, Span
from sentinel.errors import StoreError
from tests.elastic.faults import between

START = datetime(2026, 10, 25, tzinfo=UTC)
ALL = Span().query()


def filled(url: str, count: int, *, shards: int = 1, size: int = 10) -> str:
    """Return an index of its own with that many documents, a minute apart."""
    client, index = connect(Access(url)), f"x{uuid4().hex}"
    client.indices.create(index=index, settings={"number_of_shards": shards, "number_of_replicas": 0})
    operations: list[Any] = []
    for number in range(count):
        time = (START + timedelta(minutes=number)).isoformat()
        operations += [{"create": {"_id": str(number)}}, {"@timestamp": time, "text": "x" * size}]
    if operations:
        client.bulk(index=index, operations=operations, refresh=True)
    return index


def reader(url: str, waited: list[float] | None = None) -> Reader:
    return Reader(connect(Access(url)), (waited if waited is not None else []).append)


@pytest.mark.parametrize(
    ("count", "shards", "size"), [(0, 1, 1), (1, 3, 1), (99, 1, 1), (5_300, 4, 10), (120, 1, 90_000)]
)
def test_every_document_is_given_once(elasticsearch_url: str, count: int, shards: int, size: int) -> None:
    index = filled(elasticsearch_url, count, shards=shards, size=size)

    found = [one.id for one in reader(elasticsearch_url).read(index, ALL)]

    assert sorted(found) == sorted(map(str, range(count)))


def test_a_span_includes_its_first_moment_and_not_its_last(elasticsearch_url: str) -> None:
    index = filled(elasticsearch_url, 10)
    span = Span(since=START + timedelta(minutes=3), until=START + timedelta(minutes=6))

    found = {one.id for one in reader(elasticsearch_url).read(index, span.query())}

    assert found == {"3", "4", "5"}


def test_documents_that_no_span_can_hold_are_counted(elasticsearch_url: str) -> None:
    index = filled(elasticsearch_url, 4)
    connect(Access(elasticsearch_url)).index(index=index, document={"text": "no time"}, refresh=True)

    assert reader(elasticsearch_url).count(index, Span().undated()) == 1


def test_what_is_written_meanwhile_is_left_for_the_next_time(elasticsearch_url: str) -> None:
    index = filled(elasticsearch_url, 300)
    pages = reader(elasticsearch_url).read(index, ALL)
    first = next(pages)
    connect(Access(elasticsearch_url)).index(index=index, id="late", document={}, refresh=True)

    assert sorted([first.id, *(one.id for one in pages)]) == sorted(map(str, range(300)))


@pytest.mark.parametrize("fault", ["429", "503", "drop", "lose", "truncate", "partial", "ended"])
def test_a_page_that_is_not_whole_is_asked_for_again(elasticsearch_url: str, fault: str) -> None:
    index, waited = filled(elasticsearch_url, 250), list[float]()
    faults = iter(["", fault, fault, ""])
    with between(
        elasticsearch_url, lambda path, _body: next(faults, "") if path.startswith("/_search") else ""
    ) as proxy:
        found = [one.id for one in reader(proxy.url, waited).read(index, ALL)]

    assert sorted(found) == sorted(map(str, range(250)))
    assert waited == list(PAUSES[1:3])


@pytest.mark.parametrize("fault", ["503", "partial", "ended"])
def test_what_stays_away_is_an_error_and_never_an_end(elasticsearch_url: str, fault: str) -> None:
    index = filled(elasticsearch_url, 250)
    faults = iter([""])
    plan = lambda path, _body: next(faults, fault) if path.startswith("/_search") else ""  # noqa: E731 -- as a table
    with between(elasticsearch_url, plan) as proxy, pytest.raises(StoreError, match=index):
        list(reader(proxy.url).read(index, ALL))


def test_pages_that_are_shorter_than_asked_for_lose_nothing(elasticsearch_url: str) -> None:
    index = filled(elasticsearch_url, 30)
    with between(elasticsearch_url, lambda path, _body: "short" if path.startswith("/_search") else "") as proxy:
        found = [one.id for one in reader(proxy.url).read(index, ALL)]

    assert sorted(found) == sorted(map(str, range(30)))


def test_an_index_that_is_not_there_is_told(elasticsearch_url: str) -> None:
    for target in ("missing-index", "missing-*"):
        with pytest.raises(StoreError, match="missing-"):
            list(reader(elasticsearch_url).read(target, ALL))
        with pytest.raises(StoreError, match="missing-"):
            reader(elasticsearch_url).count(target, ALL)


def test_no_point_in_time_is_left_open(elasticsearch_url: str) -> None:
    index = filled(elasticsearch_url, 250)
    before = _open(connect(Access(elasticsearch_url)))

    next(pages := reader(elasticsearch_url).read(index, ALL))
    assert _open(connect(Access(elasticsearch_url))) == before + 1
    pages.close()

    assert _open(connect(Access(elasticsearch_url))) == before


def _open(client: Elasticsearch) -> int:
    nodes = client.nodes.stats(metric="indices", index_metric="search").body["nodes"].values()
    return sum(int(node["indices"]["search"]["open_contexts"]) for node in nodes)


def test_a_page_that_nobody_waits_for_any_more_is_not_asked_for_again(elasticsearch_url: str) -> None:
    index, pages_asked = filled(elasticsearch_url, 250), list[str]()

    def plan(path: str, _body: bytes) -> str:
        if path.startswith("/_search"):
            pages_asked.append(path)
            return "503" if len(pages_asked) > 1 else ""
        return ""

    with between(elasticsearch_url, plan) as proxy:
        reading = Reader(connect(Access(proxy.url)), lambda _seconds: sleep(0.2))
        next(pages := reading.read(index, ALL))
        pages.close()
        asked = len(pages_asked)
        assert not [one for one in threading.enumerate() if one.name.startswith("page")]

    assert asked < 1 + len(PAUSES)
