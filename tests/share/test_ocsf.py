"""Required attributes are those of the schema's class 2004, its base event and the objects in it (version 1.6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from sentinel.model.alerts import Alert
from sentinel.model.severity import Severity
from sentinel.share.ocsf import write_ocsf
from tests.share.sample import ABOUT, CONDITION, COUNTED, HOSTILE, NOON, TOGETHER, alert, correlated, poisoned, together

EVENT = {
    "activity_id": int, "category_uid": int, "class_uid": int, "finding_info": dict, "metadata": dict,
    "severity_id": int, "time": int, "type_uid": int,
}  # fmt: skip
METADATA = {"product": dict, "version": str}
PRODUCT = {"vendor_name": str, "name": str}
FINDING = {"uid": str, "title": str}
ANALYTIC = {"type_id": int}
SEVERITIES = {"informational": 1, "low": 2, "medium": 3, "high": 4, "critical": 5}


def written(*alerts: Alert) -> list[dict[str, Any]]:
    return [json.loads(line) for line in "".join(write_ocsf(alerts, ABOUT)).splitlines()]


def lacking(event: dict[str, Any]) -> list[str]:
    parts: list[tuple[str, dict[str, Any], Mapping[str, type]]] = [
        ("event", event, EVENT),
        ("metadata", event["metadata"], METADATA),
        ("product", event["metadata"]["product"], PRODUCT),
        ("finding_info", event["finding_info"], FINDING),
        ("analytic", event["finding_info"]["analytic"], ANALYTIC),
    ]
    return [
        f"{where}.{name}"
        for where, held, wanted in parts
        for name, kind in wanted.items()
        if not isinstance(held.get(name), kind)
    ]


@pytest.mark.parametrize("level", list(Severity))
def test_every_required_attribute_is_there(level: Severity) -> None:
    (event,) = written(alert(level=level))

    assert lacking(event) == []
    assert (event["class_uid"], event["category_uid"]) == (2004, 2)
    assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
    assert event["severity_id"] == SEVERITIES[level]
    assert event["metadata"]["version"] == "1.6.0"


def test_what_an_alert_holds_is_in_it() -> None:
    (event,) = written(alert())

    assert event["time"] == event["start_time"] == int(NOON.timestamp() * 1000)
    assert event["finding_info"]["uid"] == "alert-0"
    assert event["finding_info"]["attacks"] == [
        {"technique": {"uid": "T1490"}},
        {"technique": {"uid": "T1059"}, "sub_technique": {"uid": "T1059.001"}},
    ]
    assert event["evidences"][0]["data"]["EventID"] == 1
    assert (event["resources"][0]["name"], event["observables"][0]["value"]) == ("LV-EPJ", "LV-EPJ")
    assert (event["unmapped"]["rule_author"], event["unmapped"]["rule_hash"]) == ("Kåre Ås", "ab" * 32)


def test_without_a_time_it_is_the_moment_of_writing_and_nothing_began() -> None:
    (event,) = written(alert(time=None))

    assert lacking(event) == []
    assert event["time"] == int(ABOUT.made.timestamp() * 1000)
    assert "start_time" not in event


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_one_line_and_unchanged(text: str) -> None:
    (event,) = written(poisoned(text))

    assert event["message"] == text
    assert lacking(event) == []


def test_a_correlation_is_over_its_hits_and_an_amendment_is_an_update() -> None:
    first, grown, gone = written(correlated(), correlated(revision=2), correlated("withdrawn", 3))

    assert [lacking(event) for event in (first, grown, gone)] == [[], [], []]
    assert first["end_time"] - first["start_time"] == 4 * 60 * 1000
    assert first["finding_info"]["related_events"] == [{"uid": "event-1", "type": "hit"}]
    assert first["finding_info"]["related_events_count"] == 3
    assert [event["type_uid"] for event in (first, grown, gone)] == [200401, 200402, 200403]
    assert (first["status"], gone["status"]) == ("New", "Deleted")
    assert [event["is_alert"] for event in (first, grown, gone)] == [True, True, False]


def test_rules_that_a_correlation_counts_have_their_titles_beside_their_ids() -> None:
    (line,) = write_ocsf([together()], TOGETHER)

    assert json.loads(line)["unmapped"]["matched"] == [
        {"field": "User", "value": "r-1", "by": "group-by"},
        {"field": "temporal", "value": COUNTED, "by": CONDITION},
    ]
