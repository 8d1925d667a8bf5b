from __future__ import annotations

from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.mirror import STREAMS, Mirror, Outcome, Sheet, stream_of, template
from sentinel.elastic.template import STREAMS as LOGS
from sentinel.errors import SettingsError, StoreError
from tests.elastic.faults import between

TYPES = {"@timestamp": "date", "a.ip": "ip", "a.text": "keyword", "rest": "flattened"}
TIME = "2026-11-22T08:00:00+00:00"


def mirror(url: str, stream: str) -> Mirror:
    return Mirror(connect(Access(url)), stream, TYPES, replicas=0)


def stream() -> str:
    return stream_of(f"t{uuid4().hex}")


def some(count: int, **more: object) -> list[Sheet]:
    return [Sheet(f"id{number}", {"@timestamp": TIME, "rest": {"n": number}, **more}) for number in range(count)]


def ids(url: str, name: str) -> list[str]:
    client: Elasticsearch = connect(Access(url))
    client.indices.refresh(index=name)
    return sorted(hit["_id"] for hit in client.search(index=name, size=1_000)["hits"]["hits"])


def test_each_is_there_once_however_often_it_is_sent(elasticsearch_url: str) -> None:
    name = stream()
    one = mirror(elasticsearch_url, name)
    one.prepare()

    first, second = one.send(some(3)), one.send(some(5))

    assert first == Outcome(created={"id0", "id1", "id2"})
    assert (second.created, second.there, second.failed) == ({"id3", "id4"}, {"id0", "id1", "id2"}, {})
    assert ids(elasticsearch_url, name) == [f"id{number}" for number in range(5)]


def test_what_an_older_index_behind_the_stream_has_is_not_written_again(elasticsearch_url: str) -> None:
    name = stream()
    one = mirror(elasticsearch_url, name)
    one.prepare()
    one.send(some(3))
    one.client.indices.refresh(index=name)
    one.client.indices.rollover(alias=name)

    again = one.send(some(4))

    assert (again.created, again.there) == ({"id3"}, {"id0", "id1", "id2"})
    assert ids(elasticsearch_url, name) == ["id0", "id1", "id2", "id3"]


def test_one_that_the_cluster_will_not_have_is_named_and_the_others_are_in(elasticsearch_url: str) -> None:
    name = stream()
    one = mirror(elasticsearch_url, name)
    one.prepare()

    sent = one.send([*some(2), Sheet("bad", {"@timestamp": TIME, "a": {"ip": "Kari Nordmann"}})])

    assert (sent.created, sent.away) == ({"id0", "id1"}, False)
    assert sent.failed["bad"] in {f"refused with 400, {one}_parsing_exception" for one in ("document", "mapper")}


@pytest.mark.parametrize("fault", ["429", "503", "drop", "truncate", "lose", "full"])
def test_what_is_not_confirmed_has_failed_and_the_same_again_mends_it(elasticsearch_url: str, fault: str) -> None:
    name = stream()
    mirror(elasticsearch_url, name).prepare()
    with between(elasticsearch_url, lambda path, _body: fault if "_bulk" in path else "") as proxy:
        sent = mirror(proxy.url, name).send(some(4))
    again = mirror(elasticsearch_url, name).send(some(4))

    assert len(sent.failed) == (2 if fault == "full" else 4)
    assert again.created | again.there == {f"id{number}" for number in range(4)}
    assert ids(elasticsearch_url, name) == [f"id{number}" for number in range(4)]


def test_what_is_too_large_together_goes_in_parts(elasticsearch_url: str) -> None:
    name = stream()
    mirror(elasticsearch_url, name).prepare()
    with between(elasticsearch_url, lambda path, body: "413" if "_bulk" in path and len(body) > 3_000 else "") as proxy:
        sent = mirror(proxy.url, name).send(some(20, note="x" * 500))
        alone = mirror(proxy.url, name).send([Sheet("large", {"@timestamp": TIME, "note": "x" * 4_000})])

    assert len(sent.created) == 20
    assert (list(alone.failed), alone.away) == (["large"], False)


def test_a_cluster_that_is_not_there_is_told_for_each() -> None:
    gone = mirror("http://127.0.0.1:9", stream()).send(some(2))

    assert gone.away
    assert gone.failed.keys() == {"id0", "id1"}
    assert "cannot be reached" in gone.failed["id0"]
    with pytest.raises(StoreError, match="index template of alerts"):
        mirror("http://127.0.0.1:9", stream()).prepare()


def test_the_template_is_a_tree_of_names_and_lets_nothing_grow() -> None:
    made = template(TYPES, keep_days=90, replicas=1)["template"]

    assert made["mappings"]["dynamic"] is False
    assert made["mappings"]["properties"]["a"] == {
        "properties": {"ip": {"type": "ip"}, "text": {"type": "keyword", "ignore_above": 4_000}}
    }
    assert (made["settings"], made["lifecycle"]) == ({"number_of_replicas": 1}, {"data_retention": "90d"})


def test_what_somebody_set_in_our_template_stays_unless_something_else_is_asked_for(elasticsearch_url: str) -> None:
    client, name = connect(Access(elasticsearch_url)), stream()

    def replicas() -> str | None:
        (found,) = client.indices.get_index_template(name="sentinel-alerts").body["index_templates"]
        settings = found["index_template"]["template"].get("settings", {})
        return settings.get("index", {}).get("number_of_replicas")  # type: ignore[no-any-return]  # JSON

    Mirror(client, name, TYPES, replicas=2).prepare()
    Mirror(client, name, TYPES).prepare()
    assert replicas() == "2"
    Mirror(client, name, {**TYPES, "new": "keyword"}).prepare()
    assert replicas() is None
    Mirror(client, name, TYPES, replicas=0).prepare()
    assert replicas() == "0"


def test_no_watch_over_logs_reads_alerts() -> None:
    assert stream_of("default").startswith(STREAMS.rstrip("*"))
    assert not stream_of("default").startswith(LOGS.partition("*")[0])


@pytest.mark.parametrize("namespace", ["", "Stor", "a-b", "a*", "a,b", "æ", "../x", "x" * 81, "_x"])
def test_a_namespace_that_would_name_something_else_is_refused(namespace: str) -> None:
    with pytest.raises(SettingsError, match="namespace"):
        stream_of(namespace)
