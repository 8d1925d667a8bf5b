from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import jsonschema
import pytest

from sentinel.model.alerts import Alert, LedgerEntry, LedgerSource, Match, RuleRef, Window
from sentinel.model.assets import Asset, Claim, Finding, Impact, Service
from sentinel.model.compliance import GateResult, Score
from sentinel.model.coverage import Coverage
from sentinel.model.records import RECORDS, hit_record, json_schema, record_of, score_record
from sentinel.model.reproduction import Difference, Reproduction
from sentinel.model.severity import Severity
from sentinel.model.text import Text

NOW = datetime(2026, 10, 14, 1, 41, tzinfo=UTC)
WORDS = Text("nå", "now")
RULE = RuleRef("r", "t", Severity.HIGH, "h", "a", ("attack.t1078",))
GATE = GateResult("DRF-08", WORDS, met=False, reason=WORDS)
SAMPLES: dict[str, dict[str, Any]] = {
    "sentinel.hit/1": hit_record(
        Alert("a", RULE, "e", NOW, "s", "1", (Match("f", "v", "*v*"),), {"n": 1, "l": [True, None, "x"], "z": None})
    ),
    "sentinel.asset/1": record_of(
        Asset(
            "i", ("10.0.0.1",), ("aa:bb",), ("x",), "server", "v", "p", "1", (Service("tcp", 80, "http"),),
            (Claim("product", "p", "r", 3, "e", NOW, None),), NOW, None,
        )
    ),
    "sentinel.finding/1": record_of(
        Finding("i", "a", "n", "c", "sure", Severity.LOW, Impact(1), WORDS, WORDS, WORDS, date(2026, 1, 1), NOW)
    ),
    "sentinel.score/1": score_record(
        Score(70.6, None, 48.5, "yellow", WORDS, (GATE,), {"met": 3}, "c", "1", "h")
    ),
    "sentinel.coverage/1": record_of(
        Coverage(date(2026, 1, 1), date(2026, 1, 2), 2, 0, 3, 2, 4, 0.5, None, {"evaluated": 2}, {"evaluated": 2}, 0,
                 {"F": 1}, {"windows/*/*": 1})
    ),
    "sentinel.reproduction/1": record_of(
        Reproduction("a", "r", "differs", "", (Difference("rule hash", "then", "now"),))
    ),
    "sentinel.ledger/1": record_of(
        LedgerEntry(
            "r", "t", "p:1", "evaluated", missing=("F",),
            sources=(LedgerSource("s", "failed", windows=(Window(date(2026, 1, 1), None, "failed", 3),)),),
        )
    ),
}  # fmt: skip
PROMISED = {
    "sentinel.hit/1": ["rule.id", "rule.title", "rule.level", "rule.hash", "rule.author", "event.id", "event.time",
                       "event.source", "event.record", "matched", "fields"],
    "sentinel.asset/1": ["id", "addresses", "macs", "names", "device_class", "vendor", "product", "version", "services",
                         "claims"],
    "sentinel.finding/1": ["id", "asset", "check", "claim", "severity", "impact.confidentiality", "impact.integrity",
                           "impact.availability", "impact.patient_safety", "title", "advice", "evidence",
                           "knowledge_date"],
    "sentinel.score/1": ["score", "coverage", "worst_case", "level", "gates", "counts", "checklist.id",
                         "checklist.version", "checklist.hash"],
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_a_record_begins_with_its_schema_and_follows_it(name: str) -> None:
    record = SAMPLES[name]

    assert next(iter(record.items())) == ("schema", name)
    jsonschema.validate(record, json_schema(name))


@pytest.mark.parametrize("name", PROMISED)
def test_the_promised_keys_are_there(name: str) -> None:
    for path in PROMISED[name]:
        found: Any = SAMPLES[name]
        for part in path.split("."):
            assert part in found, path
            found = found[part]


@pytest.mark.parametrize("name", RECORDS)
def test_every_kind_of_record_has_a_schema_that_asks_for_its_keys(name: str) -> None:
    schema = json_schema(name)

    assert schema["properties"]["schema"] == {"const": name}
    assert set(schema["required"]) == set(schema["properties"])


def test_a_record_of_another_kind_does_not_pass() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(SAMPLES["sentinel.asset/1"], json_schema("sentinel.hit/1"))


def test_event_values_keep_their_types() -> None:
    assert SAMPLES["sentinel.hit/1"]["fields"] == {"n": 1, "l": [True, None, "x"], "z": None}


def test_no_time_is_null_and_not_made_up() -> None:
    alert = Alert("a", RULE, "e", None, "s", "1", (), {})

    assert hit_record(alert)["event"]["time"] is None
    assert hit_record(replace(alert, time=NOW))["event"]["time"] == "2026-10-14T01:41:00Z"
