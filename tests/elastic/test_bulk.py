from __future__ import annotations

import random
from collections.abc import Iterator
from uuid import uuid4

import pytest

from sentinel.elastic.bulk import PAUSES, Ahead, Loader, Sent
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.documents import Document, document
from sentinel.elastic.template import prepare, stream_of
from sentinel.errors import StoreError
from sentinel.model.events import Event
from tests.elastic.faults import Between, between
from tests.elastic.waiting import no_wait

FAULTS = ("429", "503", "drop", "lose", "truncate", "full")


@pytest.fixture
def stream(elasticsearch_url: str) -> str:
    """Return a data stream of the test's own."""
    prepare(connect(Access(elasticsearch_url)), replicas=0)
    return stream_of("jsonl", f"t{uuid4().hex}")


@pytest.fixture
def proxy(elasticsearch_url: str) -> Iterator[Between]:
    with between(elasticsearch_url, lambda _path, _body: "") as proxy:
        yield proxy


def some(count: int, size: int = 10) -> list[Document]:
    events = (Event("log", str(n), None, {"n": n, "text": "x" * size}) for n in range(count))
    return [document(event, f"id{event.record}", "jsonl") for event in events]


def ids(url: str, stream: str) -> list[str]:
    client = connect(Access(url))
    client.indices.refresh(index=stream)
    return sorted(hit["_id"] for hit in client.search(index=stream, size=10_000)["hits"]["hits"])


@pytest.mark.parametrize("fault", FAULTS)
def test_after_a_fault_every_record_is_there_once(
    elasticsearch_url: str, proxy: Between, stream: str, fault: str
) -> None:
    faults = iter([fault, fault])
    client = connect(Access(proxy.url))
    client.cluster.health()  # by now it knows whom it speaks to
    proxy.plan = lambda path, _body: next(faults, "") if "_bulk" in path else ""
    waited: list[float] = []

    sent = Loader(client, waited.append).send(stream, some(40))

    assert (sent.created + sent.there, sent.refused) == (40, [])
    assert proxy.done[fault] == len(waited) == 2
    assert len(ids(elasticsearch_url, stream)) == 40


def test_a_thousand_faults_lose_nothing_and_double_nothing(elasticsearch_url: str, proxy: Between, stream: str) -> None:
    chance = random.Random(7)
    proxy.plan = lambda path, _body: chance.choice([*FAULTS, ""]) if "_bulk" in path else ""
    loader, documents, given_up = Loader(connect(Access(proxy.url)), no_wait), some(1_500), 0
    at = 0
    while at < len(documents):
        try:
            loader.send(stream, documents[at : at + 5])
            at += 5
        except StoreError:  # as a person does: the same again
            given_up += 1

    assert sum(count for fault, count in proxy.done.items() if fault) >= 1_000
    assert ids(elasticsearch_url, stream) == sorted(one.id for one in documents)


def test_who_never_answers_is_given_up_and_the_records_are_counted(proxy: Between, stream: str) -> None:
    proxy.plan = lambda _path, _body: "503"
    waited: list[float] = []

    with pytest.raises(StoreError, match=r"given up with 3 records unsent: .*refused with 503"):
        Loader(connect(Access(proxy.url)), waited.append).send(stream, some(3))
    assert waited == list(PAUSES[1:])


def test_what_is_too_large_together_is_sent_in_parts_and_what_is_alone_is_refused(
    elasticsearch_url: str, proxy: Between, stream: str
) -> None:
    proxy.plan = lambda path, body: "413" if "_bulk" in path and len(body) > 3_000 else ""
    documents = [*some(20), document(Event("log", "99", None, {"text": "x" * 4_000}), "large", "jsonl")]

    sent = Loader(connect(Access(proxy.url)), no_wait).send(stream, documents)

    assert (sent.created, [one.document.record for one in sent.refused]) == (20, ["99"])
    assert len(ids(elasticsearch_url, stream)) == 20


def test_a_record_that_the_cluster_will_not_have_is_named_and_the_others_are_in(
    elasticsearch_url: str, stream: str
) -> None:
    bad = Document("bad", "Security.evtx", "17", None, b"}", b'{"fields":{"a\\u0000b":"c"}}')

    sent = Loader(connect(Access(elasticsearch_url)), no_wait).send(stream, [*some(3), bad])

    assert sent.created == 3
    assert [(one.document.record, one.status) for one in sent.refused] == [("17", 400)]
    assert sent.refused[0].kind in {"document_parsing_exception", "mapper_parsing_exception"}  # the second: OpenSearch
    assert ids(elasticsearch_url, stream) == ["id0", "id1", "id2"]


def test_the_same_again_changes_nothing(elasticsearch_url: str, stream: str) -> None:
    loader = Loader(connect(Access(elasticsearch_url)), no_wait)

    assert loader.send(stream, some(10)).created == 10
    again = loader.send(stream, some(12))
    assert (again.created, again.there) == (2, 10)


def test_what_was_shown_is_found_at_once(elasticsearch_url: str, stream: str) -> None:
    client = connect(Access(elasticsearch_url))
    loader = Loader(client, no_wait)
    loader.send(stream, some(3))
    loader.show(stream)
    assert client.count(index=stream)["count"] == 3

    loader.show("logs-missing")  # which is no reason to end an intake


def test_what_is_sent_ahead_is_told_with_the_next_and_at_the_end(elasticsearch_url: str, stream: str) -> None:
    told: list[tuple[int, int]] = []
    loader = Loader(connect(Access(elasticsearch_url)), no_wait)
    ahead = Ahead(loader, lambda one: told.append((one.created, one.there)))
    documents = some(5)
    counts = []
    for part in (documents[:3], documents[3:4], [documents[2], documents[4]]):
        ahead.send(stream, part)
        counts.append(len(told))
    ahead.end()
    ahead.end()

    assert counts == [0, 0, 1]
    assert told == [(3, 0), (1, 0), (1, 1)]
    assert ids(elasticsearch_url, stream) == [f"id{number}" for number in range(5)]


def test_what_could_not_be_sent_ahead_is_an_error_with_the_next_or_at_the_end(proxy: Between, stream: str) -> None:
    told: list[int] = []
    ahead = Ahead(Loader(connect(Access(proxy.url)), no_wait), lambda one: told.append(one.created))
    proxy.plan = lambda _path, _body: "drop"

    for count in (3, 2):
        ahead.send(stream, some(count))
    with pytest.raises(StoreError, match="3 records unsent"):
        ahead.send(stream, some(1))
    ahead.end()  # nothing is under way
    ahead.send(stream, some(2))
    with pytest.raises(StoreError, match="2 records unsent"):
        ahead.end()
    assert told == []


def test_what_others_were_refused_is_counted_though_one_could_not_be_sent(proxy: Between, stream: str) -> None:
    """What a batch was refused stands in a file of its own, also where the batch before or behind it broke off."""
    told: list[Sent] = []
    proxy.plan = lambda path, body: "drop" if "_bulk" in path and b"xxxx" in body else ""
    ahead = Ahead(Loader(connect(Access(proxy.url)), no_wait), told.append)

    ahead.send(stream, some(3, size=50))
    ahead.send(stream, some(2, size=1))
    with pytest.raises(StoreError, match="3 records unsent"):
        ahead.end()
    ahead.send(stream, some(2, size=1))
    ahead.send(stream, some(3, size=50))
    with pytest.raises(StoreError, match="3 records unsent"):
        ahead.end()
    assert [one.created + one.there for one in told] == [2, 2]
