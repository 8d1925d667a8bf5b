"""Hits as records, key by key: there may be hundreds of thousands, and asking a model for each takes time."""

from __future__ import annotations

from typing import Any

from sentinel.model.alerts import Alert


def plain_hit(alert: Alert, explanation: tuple[str, ...] | None) -> dict[str, Any]:
    """Return `sentinel.hit/1` of a hit of one rule, as its model would be written."""
    rule = alert.rule
    return {
        "schema": "sentinel.hit/1",
        "id": alert.id,
        "rule": {
            "id": rule.id,
            "title": rule.title,
            "level": rule.level.value,
            "hash": rule.hash,
            "author": rule.author,
            "tags": list(rule.tags),
        },
        "event": {
            "id": alert.event_id,
            "time": None if alert.time is None else alert.time.isoformat().replace("+00:00", "Z"),
            "source": alert.source,
            "record": alert.record,
        },
        "matched": [{"field": one.field, "value": one.value, "by": one.by} for one in alert.matched],
        "fields": dict(alert.fields),
        "engine": alert.engine,
        "correlation": None,
        "revision": alert.revision,
        "change": None,
        "status": alert.status,
        "superseded_by": alert.superseded_by,
        "explanation": None if explanation is None else list(explanation),
    }
