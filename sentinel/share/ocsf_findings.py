"""Vulnerability findings of the Open Cybersecurity Schema Framework (class 2002, schema 1.6): JSON, a line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import orjson

from sentinel import __version__
from sentinel.model.history import State, Tracked
from sentinel.model.knowledge import Weakness
from sentinel.share.known import not_affected, version_of
from sentinel.share.ocsf import ACTIVITIES, SCHEMA, SEVERITIES

CLASS, CATEGORY = 2002, 2
UPDATE, CLOSE = 2, 3
STATUSES: dict[State, tuple[int, str]] = {
    "open": (1, "New"),
    "accepted": (3, "Suppressed"),
    "cleared": (3, "Suppressed"),
    "fixed": (4, "Resolved"),
}
CONFIDENCES = {"sure": (3, "High"), "likely": (2, "Medium"), "possible": (1, "Low")}


def write_ocsf_findings(found: Sequence[Tracked], made: datetime) -> Iterator[str]:
    """Yield the lines of the file."""
    for one in found:
        yield orjson.dumps(vulnerability(one, made), option=orjson.OPT_APPEND_NEWLINE).decode()


def vulnerability(one: Tracked, made: datetime) -> dict[str, Any]:
    """Return one finding; `time` is when it was last seen, or the moment of writing where that is not known."""
    finding = one.finding
    severity, severity_name = SEVERITIES[finding.severity]
    status, status_name = STATUSES[one.state]
    confidence, confidence_name = CONFIDENCES[finding.claim]
    activity = CLOSE if one.state == "fixed" else UPDATE if one.last_day > one.first_day else 1
    return {
        "activity_id": activity,
        "activity_name": ACTIVITIES[activity],
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Vulnerability Finding",
        "type_uid": CLASS * 100 + activity,
        "type_name": f"Vulnerability Finding: {ACTIVITIES[activity]}",
        "severity_id": severity,
        "severity": severity_name,
        "status_id": status,
        "status": status_name,
        **_why(one),
        **({"unmapped": {"sentinel_rank": finding.rank.score}} if finding.rank else {}),
        "confidence_id": confidence,
        "confidence": confidence_name,
        "time": _ms(finding.seen or made),
        "message": finding.title.en,
        "metadata": {
            "version": SCHEMA,
            "product": {"name": "Sentinel", "vendor_name": "Sentinel", "version": __version__},
            "uid": finding.id,
        },
        "finding_info": {
            "uid": finding.id,
            "title": finding.title.en,
            "desc": finding.evidence.en,
            "types": [finding.check],
            "first_seen_time": _day(one.first_day),
            "last_seen_time": _day(one.last_day),
            **({"data_sources": list(finding.sources)} if finding.sources else {}),
        },
        "resources": [{"uid": finding.asset, "name": finding.asset_name, "type": "host"}],
        "vulnerabilities": _vulnerabilities(one),
    }


def _why(one: Tracked) -> dict[str, str]:
    if one.state == "cleared" and one.finding.cleared:
        return {"status_detail": not_affected(one.finding.cleared)}
    return {"status_detail": one.reason} if one.state == "accepted" else {}


def _vulnerabilities(one: Tracked) -> list[dict[str, Any]]:
    finding = one.finding
    common = {
        "title": finding.title.en,
        "desc": finding.evidence.en,
        "severity": SEVERITIES[finding.severity][1],
        "remediation": {"desc": finding.advice.en},
        "first_seen_time": _day(one.first_day),
        "last_seen_time": _day(one.last_day),
    }
    known = {weakness.cve: weakness for weakness in finding.weaknesses}
    return [{**common, **_cve(cve, known.get(cve))} for cve in finding.cves] or [common]


def _cve(name: str, known: Weakness | None) -> dict[str, Any]:
    """Return what is known of a CVE: its score, its likelihood, and whether attackers are known to use it."""
    cve: dict[str, Any] = {"uid": name}
    if known and known.score is not None:
        vector = {"vector_string": known.vector} if known.vector else {}
        cve["cvss"] = [{"base_score": known.score, "version": version_of(known.vector), **vector}]
    if known and known.epss is not None:
        cve["epss"] = {"score": str(known.epss)}
    return {"cve": cve, **({"is_exploit_available": True} if known and known.exploited else {})}


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _day(day: date) -> int:
    return _ms(datetime.combine(day, time(), UTC))
