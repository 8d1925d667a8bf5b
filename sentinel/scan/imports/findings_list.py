"""Findings of people and other services as a list (CSV, XLSX or JSON): penetration tests, HelseCERT's overview.

No published form of HelseCERT's list is known to us: its columns are known by their names, or by a mapping file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from sentinel.errors import InputError, Location
from sentinel.model.assets import Observation
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.imports import values
from sentinel.scan.imports.columns import FINDINGS, match
from sentinel.scan.imports.lines import read_whole
from sentinel.scan.imports.tables import Record, read_records

MAX_BYTES = 64 * 1024 * 1024
_BETWEEN = re.compile(r"[\s,;]+")
SEVERITIES = {
    "kritisk": "critical", "critical": "critical", "høy": "high", "high": "high", "alvorlig": "high",
    "middels": "medium", "medium": "medium", "moderat": "medium", "moderate": "medium", "lav": "low", "low": "low",
    "info": "informational", "informasjon": "informational", "informational": "informational", "none": "informational",
    "ingen": "informational",
}  # fmt: skip


def fits(headings: set[str]) -> bool:
    """Say whether these columns make a list of findings."""
    return {"address", "title"} <= headings and bool(headings & {"severity", "cves", "score"})


def looks_like_json(head: str) -> bool:
    """Say whether the text begins as a JSON list of findings may."""
    start = head.lstrip()
    return start.startswith("[") or (start.startswith("{") and '"findings"' in head)


def read_findings(path: Path, name: str, tally: Tally, given: Mapping[str, str]) -> Iterator[Observation]:
    """Yield one `scanner.finding` a row; skipped: `no-address`, `no-title`, `unknown-severity` (never guessed)."""
    for record in read_records(path, name, tally, FINDINGS, given):
        yield from _finding(record, name, tally)


def read_findings_json(path: Path, name: str, tally: Tally, given: Mapping[str, str]) -> Iterator[Observation]:
    """Yield the same of a JSON list of objects, or of an object with the list `findings`."""
    text = read_whole(path, name, MAX_BYTES)
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InputError(Location(name, error.lineno), "is no JSON, or cut off") from error
    rows = data.get("findings") if isinstance(data, dict) else data
    if not isinstance(rows, list):
        raise InputError(Location(name), "holds no list of findings")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict):
            tally.skip(Skipped(name, f"finding {number}", "not-understood"))
            continue
        keys = list(row)
        said = {field: _text(row[keys[at]]) for field, at in match(keys, FINDINGS, given).items()}
        yield from _finding(Record(f"finding {number}", said), name, tally)


def _finding(record: Record, source: str, tally: Tally) -> Iterator[Observation]:
    """Yield a finding for each address of the row, which may name several: `10.0.0.1, 10.0.0.2:443`."""
    said = record.said
    severity = SEVERITIES.get(said.get("severity", "").strip().casefold()) or values.by_score(said.get("score", ""))
    places = [_place(text) for text in _BETWEEN.split(said.get("address", "")) if text]
    known = [(address, port) for address, port in places if address]
    reason = "" if known else "no-address"
    reason = reason or ("" if said.get("title") else "no-title") or ("" if severity else "unknown-severity")
    if reason or severity is None:
        tally.skip(Skipped(source, record.place, reason))
        return
    facts = values.present(
        scanner=said.get("scanner", "") or "list",
        id=said.get("id", ""),
        title=said["title"],
        severity=severity,
        cves=values.cves(said.get("cves", "") + " " + said["title"]),
        score=said.get("score", ""),
        advice=said.get("advice", ""),
        check=said.get("check", ""),
    )
    tally.handled += 1
    for _ in range(len(places) - len(known)):
        tally.skip_part(Skipped(source, record.place, "no-address"))
    for address, behind in known:
        port = values.port(said.get("port", "").partition("/")[0] or behind)
        when = values.moment(said.get("seen", ""))
        yield Observation(
            "scanner.finding", address, dict(facts), when, source, "import", "tcp" if port else None, port
        )


def _place(text: str) -> tuple[str, str]:
    """Return address and port of `10.0.0.1:443`; an IPv6 address stands alone."""
    address, _, port = text.partition(":") if text.count(":") == 1 else (text, "", "")
    return values.address(address), port


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value[:100] if isinstance(part, str | int | float))
    return str(value) if isinstance(value, str | int | float) else ""
