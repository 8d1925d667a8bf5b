"""OpenSearch behind the same client: what holds for Elasticsearch holds for it, or is told."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import orjson
import pytest
from elastic_transport import ApiResponseMeta, HttpHeaders, NodeConfig
from elastic_transport._node import NodeApiResponse
from hypothesis import given
from hypothesis import strategies as st

from sentinel.elastic import template
from sentinel.elastic.bulk import Loader
from sentinel.elastic.cluster import Access, connect, told
from sentinel.elastic.documents import document, event_in
from sentinel.elastic.health import examine
from sentinel.elastic.opensearch import Node, _opened, _plain, _version, as_kept, node
from sentinel.elastic.pages import Reader, Span
from sentinel.elastic.template import prepare
from sentinel.elastic.trial import Trial, server_of
from sentinel.errors import StoreError
from sentinel.mirroring import TYPES
from sentinel.model.events import Event, Fields
from tests.elastic.again import all_pass
from tests.elastic.faults import Plan, between
from tests.elastic.opensearch import VERSION, opensearch
from tests.elastic.server import need_java
from tests.elastic.test_health import now
from tests.elastic.test_template import HOSTILE
from tests.elastic.waiting import no_wait

ELSEWHERE = ("test_health.py", "test_roles.py", "test_nine.py", "test_opensearch.py", "test_java.py", "test_trial.py")
"""Tests of what only Elasticsearch has, and of other things."""
NOT_INDEXED = (
    "tests/elastic/test_bulk.py::test_a_record_that_the_cluster_will_not_have_is_named_and_the_others_are_in",
    "tests/test_ingesting.py::test_records_the_cluster_refuses_are_handed_over_with_their_place",
    "tests/cli/test_ingest.py::test_what_was_written_was_there_and_was_refused_is_told",
    "tests/cli/test_ingest.py::test_what_cannot_be_done_is_told_in_a_line",
    "tests/elastic/test_mappings.py::test_what_a_query_by_hand_finds_of_a_field",
    "tests/test_mirroring.py::test_a_field_without_a_name_in_the_schema_is_found_by_its_own",
)
"""Tests that need a record that is refused, or a field that is found: here events are kept whole and not indexed."""


@pytest.fixture(scope="module")
def opensearch_url() -> Iterator[str]:
    """Return the address of a real OpenSearch."""
    need_java()
    with tempfile.TemporaryDirectory(prefix="sentinel-opensearch-") as name:
        Path(name).chmod(0o755)
        with opensearch(Path(name)) as url:
            yield url


def a_node(*version: int) -> Node:
    found = Node(NodeConfig("http", "127.0.0.1", 9200))
    found.product, found.version = "opensearch", version
    return found


def test_pages_lose_nothing_where_indices_hold_documents_of_the_same_names(opensearch_url: str) -> None:
    """Documents have no place that all shards count by in this version: they go by name, then by index."""
    client, prefix = connect(Access(opensearch_url)), f"x{uuid4().hex}"
    for index in ("a", "b", "c"):
        client.indices.create(index=f"{prefix}-{index}", settings={"number_of_shards": 3, "number_of_replicas": 0})
        operations = [line for number in range(700) for line in ({"create": {"_id": str(number)}}, {"n": number})]
        client.bulk(index=f"{prefix}-{index}", operations=operations, refresh=True)
    client.indices.create(index=f"{prefix}-empty")

    found = [(one.index, one.id) for one in Reader(client, no_wait).read(f"{prefix}-*", Span().query())]

    assert len(found) == len(set(found)) == 2_100
    assert node(client).product == "opensearch"


def test_a_doctor_knows_it_and_says_what_it_cannot_ask(opensearch_url: str) -> None:
    prepare(connect(Access(opensearch_url)), replicas=0)

    checks = {check.what: check for check in examine(connect(Access(opensearch_url)), now, TYPES)}

    assert checks["elasticsearch"].found.startswith(f"OpenSearch {VERSION}, ")
    assert {name: check.state for name, check in checks.items() if check.state != "ok"} == {
        "privileges": "not seen",
        "template of alerts": "note",
    }


def test_no_event_is_refused_for_what_is_in_it(opensearch_url: str) -> None:
    client, stream = connect(Access(opensearch_url)), template.stream_of("jsonl", f"t{uuid4().hex}")
    prepare(client, replicas=0)
    told_too: Fields = {"pit_id": "x", "creation_time": 1, "_shard_doc": '{"_shard_doc":"asc"}', "type": "flattened"}
    odd: list[Fields] = [*HOSTILE, {"a\0b": "c"}, {"long": "ø" * 200_000}, told_too]
    documents = [document(Event("log", str(n), now(), fields), f"h{n}", "jsonl") for n, fields in enumerate(odd)]

    sent = Loader(client, no_wait).send(stream, documents)
    Loader(client, no_wait).show(stream)

    assert (sent.created, sent.refused) == (len(odd), [])
    kept = {one.id: event_in(one.source) for one in Reader(client, no_wait).read(stream, Span().query())}
    assert {name: dict(event.fields) if event else None for name, event in kept.items()} == {
        f"h{n}": json.loads(json.dumps(fields)) for n, fields in enumerate(odd)
    }


def test_what_it_cannot_do_is_told_and_not_left_out(opensearch_url: str) -> None:
    client = connect(Access(opensearch_url))
    client.cluster.health()
    with pytest.raises(StoreError, match="Index State Management"):
        prepare(client, keep_days=30)
    with pytest.raises(StoreError, match="certify with Elasticsearch"):
        Trial(client, f"sentinel-certify-{uuid4().hex}", no_wait).fill([("1", {"a": "x"})])
    assert server_of(client) == f"OpenSearch {VERSION}"


def naming(answer: bytes) -> Plan:
    """Return a plan that answers who it is with something else."""
    return lambda path, _body: f"={answer.decode()}" if path == "/" else ""


def test_one_that_is_too_old_or_something_else_is_not_taken_for_it(opensearch_url: str) -> None:
    for told_so in ({"distribution": "opensearch", "number": "2.3.0"}, {"distribution": "other", "number": "9.9.9"}):
        answer = json.dumps({"version": told_so}).encode()
        with (
            between(opensearch_url, naming(answer)) as proxy,
            pytest.raises(StoreError, match=r"no OpenSearch of 2\.4 or later"),
            told("it"),
        ):
            connect(Access(proxy.url)).cluster.health()


def test_a_proxy_that_fails_at_first_is_asked_again_who_it_is(opensearch_url: str) -> None:
    faults = iter(["503", "drop", ""])
    with between(opensearch_url, lambda _path, _body: next(faults, "")) as proxy:
        client = connect(Access(proxy.url))
        for _ in range(2):
            with pytest.raises(StoreError), told("it"):
                client.cluster.health()
        assert client.cluster.health()["status"] in {"green", "yellow"}


@given(st.binary() | st.sampled_from([b"[]", b"{}", b'{"pit_id":1}', b'{"error":{}}']))
def test_whatever_answers_to_an_opening_is_no_traceback(body: bytes) -> None:
    meta = ApiResponseMeta(200, "1.1", HttpHeaders({}), 0.0, NodeConfig("http", "127.0.0.1", 9200))

    answer = _opened(NodeApiResponse(meta, body))

    assert answer.body == body or b'"id"' in answer.body


@pytest.mark.parametrize(("version", "by"), [((2, 19, 1), b"_id"), ((3, 2, 9), b"_id"), ((3, 8, 0), b"_shard_doc")])
def test_documents_are_sorted_by_place_where_it_can(version: tuple[int, ...], by: bytes) -> None:
    asked = orjson.dumps({"query": {"term": {"a": '{"_shard_doc":"asc"}'}}, "sort": [{"_shard_doc": "asc"}]})

    said = a_node(*version)._said("POST", "/_search", asked)[2]

    assert said is not None
    assert by in said.partition(b'"sort"')[2]
    assert orjson.loads(said)["query"] == {"term": {"a": '{"_shard_doc":"asc"}'}}


def test_a_point_in_time_is_opened_and_closed_in_its_words() -> None:
    opened = a_node(2, 19)._said("POST", "/logs-*/_pit?keep_alive=5m&allow_partial_search_results=false", None)
    closed = a_node(2, 19)._said("DELETE", "/_pit", b'{"id":"abc"}')

    assert opened == (
        "POST", "/logs-*/_search/point_in_time?keep_alive=5m&allow_partial_pit_creation=false", None,
    )  # fmt: skip
    assert closed == ("DELETE", "/_search/point_in_time", b'{"pit_id":["abc"]}')


def test_what_is_flattened_is_kept_whole_and_not_indexed() -> None:
    mappings = as_kept(template.template(None, None))["template"]["mappings"]

    assert mappings["properties"]["fields"] == {"type": "object", "enabled": False}
    assert mappings["properties"]["@timestamp"] == {"type": "date"}


def test_media_types_are_those_that_everybody_knows() -> None:
    own = "application/vnd.elasticsearch+x-ndjson; compatible-with=8"
    plain = _plain(HttpHeaders({"content-type": own, "accept": own.replace("x-nd", ""), "x-other": own}))

    assert (plain["content-type"], plain["accept"], plain["x-other"]) == (
        "application/x-ndjson", "application/json", own,
    )  # fmt: skip


NAMES = st.sampled_from(["version", "number", "distribution"])
SAID = st.recursive(st.none() | st.text() | st.integers(), lambda inner: st.dictionaries(NAMES, inner), max_leaves=5)


@given(st.binary() | SAID.map(lambda one: json.dumps(one).encode()))
def test_whatever_says_who_it_is_is_read_or_is_nobody(body: bytes) -> None:
    assert _version(body) is None or _version(body) != ()


@pytest.mark.slow
def test_all_holds_with_opensearch(opensearch_url: str) -> None:
    """The tests of this part once more, against this server; the differential one with the type `wildcard` too."""
    left_out = [word for name in ELSEWHERE for word in ("--ignore", f"tests/elastic/{name}")]
    left_out += [word for name in NOT_INDEXED for word in ("--deselect", name)]

    all_pass(Path(sys.executable), opensearch_url, left_out)
