from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from elasticsearch import Elasticsearch

from sentinel.elastic import mirror, template
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.health import Mapped, examine, mapped
from sentinel.elastic.template import prepare
from sentinel.errors import StoreError
from sentinel.model.checks import Check
from tests.elastic.faults import between, telling

TYPES = {"@timestamp": "date", "rule.id": "keyword"}


def now() -> datetime:
    return datetime.now(UTC)


def examined(url: str, clock: Callable[[], datetime] = now) -> dict[str, Check]:
    return {check.what: check for check in examine(connect(Access(url)), clock, TYPES)}


@contextmanager
def standing(client: Elasticsearch, name: str, body: dict[str, Any]) -> Iterator[None]:
    """Put an index template there for a moment."""
    client.indices.put_index_template(name=name, **body)
    try:
        yield
    finally:
        client.indices.delete_index_template(name=name)


def test_a_cluster_that_is_well_says_so(elasticsearch_url: str) -> None:
    client = connect(Access(elasticsearch_url))
    prepare(client, keep_days=30)
    mirror.Mirror(client, mirror.stream_of("default"), TYPES).prepare()

    found = examined(elasticsearch_url)

    (node,) = client.nodes.info().body["nodes"].values()
    assert found["elasticsearch"].found.startswith(node["version"])
    wrong = {check.what: check for check in found.values() if check.state not in {"ok", "note"}}
    assert wrong == {}
    assert (found["template of logs"].state, found["template of alerts"].state) == ("ok", "ok")
    assert found["its licence"].found == "basic, active"
    assert "whoever reaches it may read and change everything" in found["privileges"].found


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_clock_that_is_off_is_seen(elasticsearch_url: str, off: timedelta) -> None:
    check = examined(elasticsearch_url, lambda: now() - off)["its clock"]

    assert check.state == "wrong"
    assert abs(float(check.found.split()[0]) - off.total_seconds()) < 5
    assert "set the clocks" in check.fix


def test_a_template_that_is_another_or_weaker_than_somebody_elses_is_seen(elasticsearch_url: str) -> None:
    client = connect(Access(elasticsearch_url))
    prepare(client)
    whole: dict[str, Any] = {"index_patterns": ["logs-sentinel.never-*"], "data_stream": {}, "priority": 1_000}
    with standing(client, "everything-else", whole):
        overridden = examined(elasticsearch_url)["template of logs"]
    client.indices.put_index_template(
        name=template.NAME, index_patterns=[template.STREAMS], priority=501, data_stream={}
    )
    other = examined(elasticsearch_url)["template of logs"]
    prepare(client)

    assert (overridden.state, overridden.found) == ("wrong", "overridden by everything-else")
    assert (other.state, "ingest renews it" in other.fix) == ("note", True)
    assert examined(elasticsearch_url)["template of logs"].state == "ok"


def test_a_template_that_is_not_there_is_missing(elasticsearch_url: str) -> None:
    answer = json.dumps({"index_templates": []}).encode()
    with between(elasticsearch_url, telling({"/_index_template": answer})) as proxy:
        check = examined(proxy.url)["template of logs"]

    assert (check.state, check.found, check.fix) == ("note", "missing", "sentinel ingest puts it there")


@pytest.mark.parametrize(("version", "state"), [("7.17.0", "wrong"), ("10.0.0", "wrong"), ("9.0.1", "ok")])
def test_a_version_that_the_client_does_not_speak_to_is_wrong(elasticsearch_url: str, version: str, state: str) -> None:
    answer = json.dumps({"nodes": {"a": {"version": version}}}).encode()
    with between(elasticsearch_url, telling({"/_nodes?": answer})) as proxy:
        check = examined(proxy.url)["elasticsearch"]

    assert (check.state, check.found.startswith(version)) == (state, True)


@pytest.mark.parametrize(
    ("status", "days", "state"), [("active", 400, "ok"), ("active", 12, "note"), ("expired", -1, "wrong")]
)
def test_a_licence_that_ends_is_seen_before_it_does(elasticsearch_url: str, status: str, days: int, state: str) -> None:
    ends = int((now() + timedelta(days=days)).timestamp() * 1000)
    licence = {"license": {"type": "platinum", "status": status, "expiry_date_in_millis": ends}}
    with between(elasticsearch_url, telling({"/_license": json.dumps(licence).encode()})) as proxy:
        assert examined(proxy.url)["its licence"].state == state


def test_what_it_does_not_let_us_see_is_not_seen_and_neither_good_nor_bad(elasticsearch_url: str) -> None:
    with between(elasticsearch_url, lambda path, _body: "403" if path != "/_x" else "") as proxy:
        found = examined(proxy.url)

    assert {check.state for check in found.values()} == {"not seen"}
    assert len(found) == 6
    assert "monitor" in found["elasticsearch"].fix


@pytest.mark.parametrize(
    "answer", [b"{}", b"[]", b"1", b'{"nodes":{"a":1}}', b"<html>", b'{"license":{"status":"active"}}']
)
def test_an_answer_that_is_something_else_is_not_seen(elasticsearch_url: str, answer: bytes) -> None:
    paths = ("/_license", "/_index_template", "/_nodes/stats", "/_security")
    with between(elasticsearch_url, telling(dict.fromkeys(paths, answer))) as proxy:
        found = examined(proxy.url)

    assert {check.state for name, check in found.items() if name not in {"elasticsearch", "privileges"}} == {"not seen"}


def test_who_is_not_there_is_an_error() -> None:
    with pytest.raises(StoreError, match="cannot be reached"):
        examined("http://127.0.0.1:9")


def test_fields_are_seen_with_their_types_and_what_is_cut(elasticsearch_url: str) -> None:
    client, name = connect(Access(elasticsearch_url)), f"m{uuid4().hex}"
    for number, kind in enumerate(("keyword", "long")):
        properties = {
            "a": {"properties": {"b": {"type": kind}}},
            "short": {"type": "keyword", "ignore_above": 10 + number},
            "text": {"type": "text"},
            "list": {"type": "nested", "properties": {"c": {"type": "ip"}}},
        }
        client.indices.create(index=f"{name}-{number}", mappings={"properties": properties})

    assert mapped(client, f"{name}-*") == {
        "a.b": Mapped(frozenset({"keyword", "long"})),
        "short": Mapped(frozenset({"keyword"}), 10),
        "text": Mapped(frozenset({"text"})),
        "list.c": Mapped(frozenset({"ip"})),
    }
    with pytest.raises(StoreError, match="index_not_found"):
        mapped(client, f"{name}-x")
