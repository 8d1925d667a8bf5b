from __future__ import annotations

import json

import jsonschema

from sentinel.share.sarif import write_sarif
from tests.share.tracked import ALL, MADE

ESSENTIALS = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "$schema": {"type": "string", "format": "uri"},
        "runs": {
            "type": "array",
            "items": {
                "required": ["tool", "results"],
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "required": ["name"],
                                "properties": {
                                    "rules": {"type": "array", "uniqueItems": True, "items": {"required": ["id"]}}
                                },
                            }
                        },
                    },
                    "invocations": {"items": {"required": ["executionSuccessful"]}},
                    "results": {
                        "type": "array",
                        "items": {
                            "required": ["message"],
                            "properties": {
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "baselineState": {"enum": ["new", "unchanged", "updated", "absent"]},
                                "message": {"required": ["text"]},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                                "locations": {"items": {"properties": {"logicalLocations": {"type": "array"}}}},
                                "suppressions": {
                                    "items": {
                                        "required": ["kind"],
                                        "properties": {
                                            "kind": {"enum": ["inSource", "external"]},
                                            "status": {"enum": ["accepted", "underReview", "rejected"]},
                                        },
                                    }
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What sections 3.13 to 3.35 of the standard demand of the parts that are used."""


def test_the_file_is_as_the_standard_demands() -> None:
    log = json.loads("".join(write_sarif(ALL, MADE)))
    jsonschema.validate(log, ESSENTIALS)
    (run,) = log["runs"]

    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["nessus:1", "telnet-open"]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [one.finding.check for one in ALL]
    assert [result["level"] for result in run["results"]] == ["error", "error", "error"]


def test_the_life_of_a_finding_is_told_as_the_standard_has_it() -> None:
    opened, accepted, fixed = json.loads("".join(write_sarif(ALL, MADE)))["runs"][0]["results"]

    assert "suppressions" not in opened
    assert accepted["suppressions"] == [{"kind": "external", "status": "accepted", "justification": "Byttes"}]
    assert fixed["baselineState"] == "absent"
    assert opened["partialFingerprints"] == {"sentinelFinding/v1": "f1"}
    assert opened["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "10.20.30.21 tcp/23"
    assert accepted["properties"]["cves"] == ["CVE-2019-0708", "CVE-2020-1"]


def test_nothing_found_is_a_run_without_results() -> None:
    log = json.loads("".join(write_sarif((), MADE)))

    jsonschema.validate(log, ESSENTIALS)
    assert log["runs"][0]["results"] == []
