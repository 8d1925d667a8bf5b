"""Findings as CycloneDX 1.6 (ECMA-424): a device for each asset, and weaknesses with what is known of them (VEX)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson

from sentinel import __version__
from sentinel.model.assets import Finding
from sentinel.model.history import State, Tracked
from sentinel.model.knowledge import Weakness
from sentinel.model.severity import Severity
from sentinel.share.known import METHODS, not_affected, version_of

SEVERITIES = {
    Severity.INFORMATIONAL: "info",
    Severity.LOW: "low",
    Severity.MEDIUM: "medium",
    Severity.HIGH: "high",
    Severity.CRITICAL: "critical",
}
STATES: dict[State, str] = {
    "open": "in_triage",
    "accepted": "in_triage",
    "cleared": "not_affected",
    "fixed": "resolved",
}
"""A scan from outside does not know whether a weakness can be used: nothing is called exploitable. Not affected is what
somebody answers for."""


def write_cyclonedx(found: Sequence[Tracked], made: datetime) -> Iterator[str]:
    """Yield the file; its serial number follows from what it says, so the same findings give the same number."""
    assets = {one.finding.asset: one.finding.asset_name for one in found}
    vulnerabilities = [entry for one in found for entry in _entries(one)]
    said = orjson.dumps(vulnerabilities).decode()
    bom = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'sentinel:{said}')}",
        "version": 1,
        "metadata": {
            "timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tools": {"components": [{"type": "application", "name": "Sentinel", "version": __version__}]},
        },
        "components": [{"type": "device", "bom-ref": key, "name": name} for key, name in sorted(assets.items())],
        "vulnerabilities": vulnerabilities,
    }
    yield orjson.dumps(bom, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _entries(one: Tracked) -> Iterator[dict[str, Any]]:
    """Yield one entry for each CVE, or one for the check where the finding names none."""
    finding = one.finding
    known = {weakness.cve: weakness for weakness in finding.weaknesses}
    for name in finding.cves or (finding.check,):
        yield {
            "bom-ref": f"{finding.id}:{name}",
            "id": name,
            "source": {"name": "NVD" if name.startswith("CVE-") else "Sentinel"},
            "ratings": [{"severity": SEVERITIES[finding.severity], "method": "other"}, *_ratings(known.get(name))],
            "description": finding.title.en,
            "detail": finding.evidence.en,
            "recommendation": finding.advice.en,
            "affects": [{"ref": finding.asset}],
            "analysis": _analysis(one),
            **_properties(finding, known.get(name)),
        }


def _ratings(known: Weakness | None) -> list[dict[str, Any]]:
    """Return the score that sources give, beside our own word for the finding."""
    if known is None or known.score is None:
        return []
    method = METHODS.get(version_of(known.vector), "other")
    return [{"score": known.score, "method": method, **({"vector": known.vector} if known.vector else {})}]


def _properties(finding: Finding, known: Weakness | None) -> dict[str, Any]:
    told = {"sentinel:rank": str(finding.rank.score)} if finding.rank else {}
    if known and known.epss is not None:
        told["sentinel:epss"] = str(known.epss)
    if known and known.exploited:
        told["sentinel:known-exploited-since"] = known.exploited.isoformat()
    return {"properties": [{"name": name, "value": value} for name, value in told.items()]} if told else {}


def _analysis(one: Tracked) -> dict[str, Any]:
    told = {
        "open": f"{one.finding.claim}; last seen {one.last_day}",
        "cleared": not_affected(one.finding.cleared) if one.finding.cleared else "",
        "accepted": f"accepted by {one.accepted_by} until {one.accepted_until}: {one.reason}",
        "fixed": f"looked for by the scan of {one.fixed} and not found",
    }[one.state]
    controls = f"; limited by: {'; '.join(one.controls)}" if one.controls else ""
    return {
        "state": STATES[one.state],
        "detail": told + controls,
        "firstIssued": f"{one.first_day}T00:00:00Z",
        "lastUpdated": f"{max(one.last_day, one.fixed or one.last_day)}T00:00:00Z",
    }
