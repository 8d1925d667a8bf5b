"""Findings as CSV: one line each, in both languages, for people who work with a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sentinel.model.history import Tracked
from sentinel.share.texts import csv_line

HEADER = (
    "alvorlighet", "severity", "sikkerhet", "tilstand", "eier", "frist", "godtatt til", "godtatt av", "begrunnelse",
    "tiltak som demper", "utstyr", "adresse", "tjeneste", "funn", "råd", "finding", "advice", "CVE", "kilder",
    "først sett", "sist sett", "rettet", "id", "rang", "utnyttes", "gjelder ikke ifølge", "gjelder ikke til",
)  # fmt: skip
SEVERITIES = {
    "critical": "kritisk", "high": "høy", "medium": "middels", "low": "lav", "informational": "informasjon",
}  # fmt: skip


def write_finding_table(found: Sequence[Tracked], made: datetime) -> Iterator[str]:
    """Yield the lines of the file."""
    del made
    yield csv_line(HEADER)
    for one in found:
        yield csv_line(_cells(one))


def _cells(one: Tracked) -> Iterator[str]:
    finding = one.finding
    yield from (SEVERITIES[finding.severity.value], finding.severity.value, finding.claim, one.state, one.owner)
    yield from (_day(one.due), _day(one.accepted_until), one.accepted_by, one.reason, "; ".join(one.controls))
    yield from (finding.asset_name, finding.facts.get("address", ""), finding.facts.get("service", ""))
    yield from (finding.title.nb, finding.advice.nb, finding.title.en, finding.advice.en)
    yield from (", ".join(finding.cves), ", ".join(finding.sources))
    yield from (_day(one.first_day), _day(one.last_day), _day(one.fixed), finding.id)
    yield str(finding.rank.score) if finding.rank else ""
    yield ", ".join(weakness.cve for weakness in finding.weaknesses if weakness.exploited)
    yield from (finding.cleared.by, _day(finding.cleared.until)) if finding.cleared else ("", "")


def _day(day: object) -> str:
    return "" if day is None else str(day)
