"""The same alerts from an index as from files, whatever the index makes of its fields."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import orjson
import pytest
from elasticsearch import Elasticsearch

from sentinel.content import root
from sentinel.detect.compiled import Compiled, compile_rules
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.readers import read_log
from sentinel.detect.routes import load_routes
from sentinel.detect.watch import Feed, Log, Watch
from sentinel.elastic.bulk import Loader
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.opensearch import node
from sentinel.elastic.pages import Reader, Span
from sentinel.elastic.template import prepare
from sentinel.ingesting import Ingest
from sentinel.model.skipped import Tally
from sentinel.searching import Search, feed
from tests.detect.logs import evtx_files, sigmahq
from tests.elastic.waiting import no_wait
from tests.shared import ROOT, shared_data

T = TypeVar("T")
Record = dict[str, Any]
LOWER = {"analysis": {"normalizer": {"lower": {"type": "custom", "filter": ["lowercase"]}}}}
SHORT = 64
"""Letters beyond which these mappings index nothing: many command lines are longer."""


def _all_as(mapping: Mapping[str, Any]) -> Record:
    kinds = ("string", "long", "double", "boolean")
    templates = [{kind: {"match_mapping_type": kind, "mapping": dict(mapping)}} for kind in kinds]
    return {"dynamic_templates": templates, "date_detection": False}


KEYWORD = {"type": "keyword", "ignore_above": SHORT}
SHAPES: dict[str, tuple[Record, Record]] = {
    "keyword": ({}, _all_as(KEYWORD)),
    "lower case": (LOWER, _all_as({**KEYWORD, "normalizer": "lower"})),
    "text": ({}, _all_as({"type": "text"})),
    "not indexed": ({}, {"dynamic": False}),
    "winlogbeat": ({}, _all_as(KEYWORD)),
    "flattened": ({}, {"properties": {"winlog": {"type": "flattened", "ignore_above": SHORT}}, "dynamic": False}),
}
"""The settings and mappings of indices of others."""
WILDCARD: tuple[Record, Record] = ({}, _all_as({"type": "wildcard", "ignore_above": SHORT}))
"""A type that the tests' Elasticsearch lacks and their OpenSearch has."""


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


def found(compiled: Compiled, log: Log | Feed) -> set[str]:
    """Return the ids of all alerts of a log."""
    watching = Watch(FastEngine(compiled.ruleset, load_routes(root()), compiled.alarms))
    alerts = {alert.id for alert in watching.alerts([log], silent)}
    assert watching.unreadable == []
    return alerts


@pytest.fixture(scope="module")
def shipped() -> Compiled:
    return compile_rules([ROOT / "rules"], ROOT, {})


def test_a_clinics_logs_raise_the_same_alerts_from_elasticsearch(elasticsearch_url: str, shipped: Compiled) -> None:
    client, namespace = connect(Access(elasticsearch_url)), f"t{uuid4().hex}"
    prepare(client, replicas=0)
    log = Log("logs", [ROOT / "examples" / "clinic" / "logs"])
    Ingest(Loader(client, no_wait), namespace, lambda one: pytest.fail(one.why)).take([log], silent)
    client.indices.refresh(index=f"logs-sentinel.*-{namespace}")

    alerts = found(shipped, log)

    assert len(alerts) == 541
    assert found(shipped, feed(Reader(client, time.sleep), Search(f"logs-sentinel.*-{namespace}", Span()))) == alerts


def mutated(records: list[Record]) -> Iterator[Record]:
    """Yield records, each also in capitals, with Norwegian letters, as lists, with long values, or without a field."""
    for number, record in enumerate(records):
        yield record
        change = _CHANGES[number % len(_CHANGES)]
        yield {**record, **{key: change(value) for key, value in record.items() if isinstance(value, str)}}
        yield dict(list(record.items())[: -1 - number % 3])


_CHANGES: tuple[Callable[[str], object], ...] = (
    str.upper,
    lambda text: f"{text} æøå",
    lambda text: f"Ødegård {text}",
    lambda text: text + " " + "x" * 9_000,
    lambda text: [text, "annet"],
)


@pytest.mark.shared
@pytest.mark.slow
def test_all_rules_that_the_samples_feed_say_the_same_of_six_kinds_of_indices(
    elasticsearch_url: str, tmp_path: Path
) -> None:
    shared_data()
    compiled = compile_rules(sigmahq(tmp_path / "rules"), tmp_path, {})
    events = [event.fields for path in evtx_files(tmp_path / "evtx") for event in read_log(path, "x", Tally("x"))]
    flat = list(mutated([dict(fields) for fields in events[::2]]))
    client = connect(Access(elasticsearch_url))
    wrong: list[str] = []
    counts: set[int] = set()
    shapes = {**SHAPES, "wildcard": WILDCARD} if _is_opensearch(client) else SHAPES
    for shape, (settings, mappings) in shapes.items():
        records = [_nested(one) for one in flat] if shape in {"winlogbeat", "flattened"} else flat
        lines = tmp_path / f"{shape}.jsonl"
        lines.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in records))
        index = _filled(client, {"settings": {**settings, "number_of_replicas": 0}, "mappings": mappings}, records)
        expected = found(compiled, Log("logs", [lines], format="jsonl"))
        told = found(compiled, feed(Reader(client, time.sleep), Search(index, Span())))
        counts.add(len(expected))
        if told != expected:
            wrong.append(f"{shape}: {len(expected - told)} missing, {len(told - expected)} extra")
    assert wrong == []
    assert min(counts) > 300


def _is_opensearch(client: Elasticsearch) -> bool:
    client.cluster.health()
    return node(client).product == "opensearch"


def _nested(fields: Record) -> Record:
    """Return a record as Winlogbeat ships it."""
    system = {"event_id": fields.get("EventID"), "channel": fields.get("Channel"), "event_data": fields}
    provider = {"provider_name": fields.get("Provider_Name"), "computer_name": fields.get("Computer")}
    return {"winlog": {**system, **provider}, "event": {"code": str(fields.get("EventID"))}, "@timestamp": "2026-10-01"}


def _filled(client: Any, made: Record, records: list[Record]) -> str:  # noqa: ANN401 -- the client has no types for this
    index = f"x{uuid4().hex}"
    made["settings"]["mapping.total_fields.limit"] = 10_000
    client.indices.create(index=index, **made)
    # A small server whose memory is full for a moment refuses what is large, and may take it a moment later.
    patient = client.options(max_retries=20, retry_on_status=(429,))
    for start in range(0, len(records), 100):
        operations: list[Record] = []
        for one in records[start : start + 100]:
            operations += ({"create": {}}, one)
        answer = patient.bulk(index=index, operations=operations)
        assert [item for item in answer["items"] if item["create"]["status"] != 201] == []
    client.indices.refresh(index=index)
    return index
