"""Hashes of what documents mean: two that would say the same of every event have one hash, however they are written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from sentinel.detect.correlation import Correlation, Happened, Happening, Limits, NotSo


def hash_meaning(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a rule means: its detection and the log source it asks for, however written down."""
    source = {part: data["logsource"].get(part) for part in ("category", "product", "service")}
    meant: dict[str, object] = {"detection": _detection(data["detection"]), "logsource": source}
    if data.get("timezone", "UTC") != "UTC":
        meant["timezone"] = data["timezone"]
    return digest(meant)


def hash_filter(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what a filter keeps; which rules it applies to is not part of it."""
    section = {name: part for name, part in data["filter"].items() if name != "rules"}
    return digest({"filter": _detection(section), "timezone": data.get("timezone", "UTC")})


def hash_filtered(rule: str, filters: Iterable[str]) -> str:
    """Return the hash of a rule that filters apply to, in whatever order, from their hashes."""
    return digest({"rule": rule, "filters": sorted(filters)})


def hash_correlation(correlation: Correlation, hashes: Mapping[str, str]) -> str:
    """Return the SHA-256 of what a correlation means, and what all that it refers to means (`hashes` by id).

    `generate` is not part of it: it changes the alerts of other rules.
    """
    rules = [hashes[rule] for rule in correlation.rules]
    aliases = {
        alias: sorted([hashes[rule], field] for rule, field in fields.items())
        for alias, fields in (correlation.aliases or {}).items()
    }
    return digest({
        "type": correlation.type,
        "rules": rules if correlation.type == "temporal_ordered" else sorted(rules),
        "seconds": correlation.timespan.total_seconds(),
        "group-by": sorted(correlation.group_by),
        "fields": sorted(correlation.fields),
        "aliases": aliases,
        "condition": _condition(correlation.condition, hashes),
        "percentile": correlation.percentile,
    })  # fmt: skip


def digest(meant: object) -> str:
    """Return the SHA-256 of plain data; the order of keys does not matter."""
    text = json.dumps(meant, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digest_of_yaml(section: object) -> str:
    """Return the SHA-256 of whatever YAML gives."""
    return digest(_plain(section))


def _plain(meant: object) -> object:
    """Return the same with names of text only: YAML takes numbers and dates for names too, JSON does not."""
    if isinstance(meant, dict):
        return {str(name): _plain(value) for name, value in meant.items()}
    return [_plain(value) for value in meant] if isinstance(meant, list) else meant


def _detection(section: Mapping[str, Any]) -> dict[str, Any]:
    detection = dict(section)
    lines = detection["condition"]
    detection["condition"] = [" ".join(line.split()) for line in ([lines] if isinstance(lines, str) else lines)]
    return detection


def _condition(condition: Limits | Happening | None, hashes: Mapping[str, str]) -> object:
    match condition:
        case None:
            return None
        case Limits(bounds=bounds):
            return sorted([name, float(number)] for name, number in bounds)
        case Happened(rule=rule):
            return hashes[rule]
        case NotSo(item=item):
            return ["not", _condition(item, hashes)]
        case _:
            return [type(condition).__name__, *(_condition(item, hashes) for item in condition.items)]
