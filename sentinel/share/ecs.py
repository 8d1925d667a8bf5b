"""An alert as a document with the names of the Elastic Common Schema, which Kibana and its users know."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sentinel.model.alerts import Alert, Correlated
from sentinel.model.ecs import LARGEST, VERSION, Kind, named, nested, related
from sentinel.model.events import Value
from sentinel.share.attack import tactics, techniques

SMALL = frozenset({"and", "of"})
ID_LETTERS = 32

OWN: Mapping[str, Kind] = {
    "helse.alert.change": "flattened",
    "helse.alert.correlation": "flattened",
    "helse.alert.fields": "flattened",
    "helse.alert.id": "keyword",
    "helse.alert.level": "keyword",
    "helse.alert.matched": "flattened",
    "helse.alert.record": "keyword",
    "helse.alert.revision": "long",
    "helse.alert.site": "keyword",
    "helse.alert.status": "keyword",
    "helse.alert.superseded_by": "keyword",
    "helse.alert.timed": "boolean",
}
"""What the schema has no name for. `fields` is the whole event, with its own names."""


def document_id(site: str, alert: Alert) -> str:
    """Return what a document of an alert as it stands now is called: another name for each revision, and no other."""
    told = (site, alert.id, str(alert.revision), alert.status, alert.superseded_by)
    return sha256("\0".join(told).encode()).hexdigest()[:ID_LETTERS]


def ecs_document(site: str, alert: Alert, at: datetime) -> dict[str, Any]:
    """Return the document of an alert that is sent at a moment; it holds no more of the event than the alert does."""
    flat = {**named(alert.fields), **_about(site, alert), **_rule(alert)}
    flat["@timestamp"] = (alert.time or at).astimezone(UTC).isoformat()
    flat["event.ingested"] = at.astimezone(UTC).isoformat()
    flat |= related(flat)
    return nested({name: value for name, value in flat.items() if value not in ("", None, [], {})})


def _about(site: str, alert: Alert) -> dict[str, Any]:
    told = alert.correlation
    return {
        "ecs.version": VERSION,
        "event.kind": "alert",
        "event.id": document_id(site, alert),
        "event.hash": alert.event_id,
        "event.severity": alert.rule.level.rank,
        **(_span(told) if told else {}),
        "log.file.path": alert.source,
        "message": alert.rule.title,
        "observer.product": "Sentinel",
        "observer.version": alert.engine,
        "helse.alert.id": alert.id,
        "helse.alert.site": site,
        "helse.alert.level": alert.rule.level.value,
        "helse.alert.revision": alert.revision,
        "helse.alert.status": alert.status,
        "helse.alert.superseded_by": alert.superseded_by,
        "helse.alert.timed": alert.time is not None,
        "helse.alert.record": alert.record,
        "helse.alert.matched": [{"field": one.field, "value": one.value, "by": one.by} for one in alert.matched],
        "helse.alert.fields": _sayable(alert.fields),
        "helse.alert.correlation": _correlation(told) if told else None,
        "helse.alert.change": _change(alert),
    }


def _rule(alert: Alert) -> dict[str, Any]:
    rule, found = alert.rule, techniques(alert.rule.tags)
    known = tactics(rule.tags)
    return {
        "rule.id": rule.id,
        "rule.name": rule.title,
        "rule.version": rule.hash,
        "rule.author": rule.author,
        "tags": list(rule.tags),
        "threat.framework": "MITRE ATT&CK" if found or known else "",
        "threat.technique.id": list(dict.fromkeys(one.partition(".")[0] for one in found)),
        "threat.technique.subtechnique.id": [one for one in found if "." in one],
        "threat.tactic.name": [_title(one) for one in known],
    }


def _title(tactic: str) -> str:
    return " ".join(word if word in SMALL else word.capitalize() for word in tactic.split("-"))


def _span(told: Correlated) -> dict[str, str]:
    return {"event.start": told.start.isoformat(), "event.end": told.end.isoformat()}


def _correlation(told: Correlated) -> dict[str, Any]:
    members = [
        {"rule": one.rule, "event": one.event_id, "time": one.time.isoformat(), "source": one.source}
        for one in told.members
    ]
    group = _sayable(told.group)
    return {
        "type": told.type,
        "timespan": told.timespan_seconds,
        "group": group,
        "total": told.total,
        "members": members,
    }


def _change(alert: Alert) -> dict[str, Any] | None:
    told = alert.change
    if told is None:
        return None
    return {"added": told.added, "removed": told.removed, "events": told.events, "replaces": told.replaces}


def _sayable(value: Value | Mapping[str, Value]) -> Any:  # noqa: ANN401 -- whatever JSON can say
    """Return a value as JSON can say it and a flattened field takes it: no zero in a key, no number beyond 64 bits."""
    if isinstance(value, Mapping):
        return {name.replace("\0", "\ufffd"): _sayable(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_sayable(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > LARGEST:
        return str(value)
    return value
