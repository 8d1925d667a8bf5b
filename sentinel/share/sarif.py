"""Findings as SARIF 2.1.0 (OASIS): one run, a rule for each check, a result for each finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson

from sentinel import __version__
from sentinel.model.history import Tracked
from sentinel.model.severity import Severity
from sentinel.model.text import Text
from sentinel.share.known import not_affected

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {
    Severity.INFORMATIONAL: "note",
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}


def write_sarif(found: Sequence[Tracked], made: datetime) -> Iterator[str]:
    """Yield the file; findings that are accepted are suppressed, those that are mended are absent (3.27.24)."""
    rules = sorted({one.finding.check for one in found})
    places = {check: place for place, check in enumerate(rules)}
    run = {
        "tool": {"driver": {"name": "Sentinel", "version": __version__, "rules": [{"id": check} for check in rules]}},
        "invocations": [{"executionSuccessful": True, "endTimeUtc": made.strftime("%Y-%m-%dT%H:%M:%SZ")}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, places[one.finding.check]) for one in found],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    yield orjson.dumps(log, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _result(one: Tracked, place: int) -> dict[str, Any]:
    finding = one.finding
    where = finding.facts.get("address") or finding.asset_name
    service = finding.facts.get("service", "")
    told: dict[str, Any] = {
        "ruleId": finding.check,
        "ruleIndex": place,
        **({"rank": finding.rank.score} if finding.rank else {}),
        "level": LEVELS[finding.severity],
        "message": {"text": f"{finding.title.en}. {finding.evidence.en}"},
        "locations": [
            {
                "logicalLocations": [
                    {"name": finding.asset_name, "fullyQualifiedName": f"{where} {service}".strip(), "kind": "resource"}
                ]
            }
        ],
        "partialFingerprints": {"sentinelFinding/v1": finding.id},
        "properties": _properties(one),
    }
    if one.state == "accepted":
        told["suppressions"] = [{"kind": "external", "status": "accepted", "justification": one.reason}]
    if one.state == "cleared" and finding.cleared:
        why = not_affected(finding.cleared)
        told["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    if one.state == "fixed":
        told["baselineState"] = "absent"
    return told


def _properties(one: Tracked) -> dict[str, Any]:
    finding = one.finding
    return {
        "severity": finding.severity.value,
        "claim": finding.claim,
        "state": one.state,
        "cves": list(finding.cves),
        "sources": list(finding.sources),
        "firstSeen": one.first_day.isoformat(),
        "lastSeen": one.last_day.isoformat(),
        "knowledgeDate": finding.knowledge_date.isoformat(),
        "knownExploited": [weakness.cve for weakness in finding.weaknesses if weakness.exploited],
        "advice": _both(finding.advice),
        "title": _both(finding.title),
    }


def _both(text: Text) -> dict[str, str]:
    return {"nb": text.nb, "en": text.en}
