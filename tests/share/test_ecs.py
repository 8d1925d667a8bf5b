from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.ecs import ECS, FROM, HELSE, LARGEST
from sentinel.model.events import Value
from sentinel.share.ecs import OWN, document_id, ecs_document
from tests.share.sample import HOSTILE, NOON, alert, correlated, poisoned

SENT = datetime(2026, 11, 22, 8, tzinfo=UTC)


def sent(**fields: Value) -> dict[str, Any]:
    return flat(ecs_document("klinikken", alert(fields=fields), SENT))


def flat(document: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Return a document with dots in its names, as far as the schema and ours go."""
    found: dict[str, Any] = {}
    for name, value in document.items():
        inside = isinstance(value, dict) and f"{before}{name}" not in OWN
        found |= flat(value, f"{before}{name}.") if inside else {f"{before}{name}": value}
    return found


def test_an_alert_is_told_whole() -> None:
    found = sent(User="LYNGVIK\\åse", SourceIp="10.0.0.7", SourcePort="49152", CommandLine="vssadmin delete shadows")

    assert found.pop("helse.alert.fields")["User"] == "LYNGVIK\\åse"
    assert found == {
        "@timestamp": NOON.isoformat(),
        "ecs.version": "8.12.0",
        "event.code": "1",
        "event.hash": "event-0",
        "event.id": document_id("klinikken", alert()),
        "event.ingested": SENT.isoformat(),
        "event.kind": "alert",
        "event.severity": 3,
        "helse.alert.id": "alert-0",
        "helse.alert.level": "high",
        "helse.alert.matched": [
            {"field": "Image", "value": "C:\\vssadmin.exe", "by": "ends with '\\vssadmin.exe'"},
        ],
        "helse.alert.record": "0",
        "helse.alert.revision": 1,
        "helse.alert.site": "klinikken",
        "helse.alert.status": "current",
        "helse.alert.timed": True,
        "host.name": "LV-EPJ",
        "log.file.path": "a.jsonl",
        "message": "Shadow copies deleted",
        "observer.product": "Sentinel",
        "observer.version": "0.1.0",
        "process.command_line": "vssadmin delete shadows",
        "process.executable": "C:\\vssadmin.exe",
        "related.hosts": ["LV-EPJ"],
        "related.ip": ["10.0.0.7"],
        "related.user": ["åse"],
        "rule.author": "Kåre Ås",
        "rule.id": "r-1",
        "rule.name": "Shadow copies deleted",
        "rule.version": "ab" * 32,
        "source.ip": "10.0.0.7",
        "source.port": 49152,
        "tags": ["attack.impact", "attack.t1490", "attack.t1059.001"],
        "threat.framework": "MITRE ATT&CK",
        "threat.tactic.name": ["Impact"],
        "threat.technique.id": ["T1490", "T1059"],
        "threat.technique.subtechnique.id": ["T1059.001"],
        "user.domain": "LYNGVIK",
        "user.name": "åse",
    }


def test_of_a_correlation_its_hits_and_its_span_are_told() -> None:
    found = flat(ecs_document("klinikken", correlated("superseded", 3), SENT))

    assert (found["event.start"], found["helse.alert.status"]) == (NOON.isoformat(), "superseded")
    assert found["helse.alert.revision"] == 3
    assert found["helse.alert.correlation"]["members"][0]["event"] == "event-1"
    assert found["helse.alert.correlation"]["total"] == 3


def test_each_revision_has_a_name_of_its_own_and_the_same_again_has_the_same() -> None:
    seen = [correlated(), correlated("superseded"), correlated(revision=2), correlated("withdrawn", 2)]
    names = {document_id(site, one) for one in seen for site in ("a", "b")}

    assert len(names) == 8
    assert names == {document_id(site, one) for one in seen for site in ("a", "b")}


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("SourceIp", "-", "source.ip"),
        ("SourceIp", "LV-PC", "source.ip"),
        ("SourceIp", "fe80::1%eth0", "source.ip"),
        ("SourcePort", "0x1f", "source.port"),
        ("SourcePort", 10**30, "source.port"),
        ("sc-status", "²", "http.response.status_code"),
        ("QueryName", None, "dns.question.name"),
        ("QueryName", [], "dns.question.name"),
        ("QueryName", " ", "dns.question.name"),
    ],
)
def test_what_is_not_of_the_names_type_stays_among_the_fields_alone(field: str, value: Value, name: str) -> None:
    found = sent(**{field: value})

    assert name not in found
    assert field in found["helse.alert.fields"]


def test_several_values_are_all_kept_and_the_surest_name_wins() -> None:
    found = sent(**{"source.ip": ["10.0.0.1", "x", "10.0.0.2"], "SourceIp": "10.9.9.9", "destination.ip": "::1"})

    assert (found["source.ip"], found["related.ip"]) == (["10.0.0.1", "10.0.0.2"], ["10.0.0.1", "10.0.0.2", "::1"])


def test_an_alert_without_a_time_is_filed_under_when_it_was_sent() -> None:
    found = flat(ecs_document("klinikken", alert(time=None), SENT))

    assert (found["@timestamp"], found["helse.alert.timed"]) == (SENT.isoformat(), False)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from([name for some in FROM.values() for name in some] + list(FROM)) | st.text()


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_whatever_an_event_holds_the_document_has_only_known_names_of_their_types(fields: dict[str, Any]) -> None:
    document = ecs_document("klinikken", alert(fields=fields), SENT)
    found = flat(json.loads(orjson.dumps(document)))

    assert found.keys() - ECS.keys() - HELSE.keys() - OWN.keys() == set()
    numbers = [
        one
        for name, kind in {**ECS, **HELSE, **OWN}.items()
        if kind == "long" and name in found
        for one in many(found[name])
    ]
    assert all(isinstance(one, int) and 0 <= one <= LARGEST for one in numbers)
    assert found["helse.alert.fields"].keys() == {
        name.replace("\0", "\ufffd") for name in {"Computer": 1, "EventID": 1, "Image": 1, **fields}
    }


def many(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_a_value(text: str) -> None:
    found = flat(ecs_document("klinikken", poisoned(text), SENT))

    assert found["message"] == text
    assert orjson.loads(orjson.dumps(found))["host.name"] == text.strip()
