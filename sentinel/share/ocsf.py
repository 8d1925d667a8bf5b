"""Detection findings of the Open Cybersecurity Schema Framework (class 2004, schema 1.6), one JSON line an alert."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import orjson

from sentinel.model.alerts import Alert, AlertStatus
from sentinel.model.severity import Severity
from sentinel.share.about import About
from sentinel.share.attack import techniques
from sentinel.share.timeline import computer

SCHEMA = "1.6.0"
"""The first that knows all we say: a technique by its number alone, the id of evidence (1.5), and `Deleted` (1.6)."""
CLASS, CATEGORY = 2004, 2
CLOSE = 3
ACTIVITIES = {1: "Create", 2: "Update", CLOSE: "Close"}
STATUSES: dict[AlertStatus, tuple[int, str]] = {
    "current": (1, "New"),
    "superseded": (5, "Archived"),
    "withdrawn": (6, "Deleted"),
}
SEVERITIES = {
    Severity.INFORMATIONAL: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
RULE = 1
"""Type of an analytic that is a rule."""
HOSTNAME = 1
"""Type of an observable that is the name of a computer."""


def write_ocsf(alerts: Collection[Alert], about: About) -> Iterator[str]:
    """Yield the lines of the file."""
    for alert in alerts:
        yield orjson.dumps(finding(alert, about), option=orjson.OPT_APPEND_NEWLINE).decode()


def finding(alert: Alert, about: About) -> dict[str, Any]:
    """Return an alert as a detection finding.

    `time` is that of the event; where that is not known it is the moment of writing, which the schema allows too, and
    then there is no `start_time`.
    """
    number, name = SEVERITIES[alert.rule.level]
    activity = CLOSE if alert.status != "current" else 2 if alert.revision > 1 else 1
    status, status_name = STATUSES[alert.status]
    return {
        "activity_id": activity,
        "activity_name": ACTIVITIES[activity],
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Detection Finding",
        "type_uid": CLASS * 100 + activity,
        "type_name": f"Detection Finding: {ACTIVITIES[activity]}",
        "severity_id": number,
        "severity": name,
        "status_id": status,
        "status": status_name,
        "time": _ms(alert.time or about.made),
        **_span(alert, "start_time", "end_time"),
        "message": alert.rule.title,
        "is_alert": activity != CLOSE,
        "metadata": _metadata(alert, about),
        "finding_info": _finding_info(alert),
        "evidences": [{"uid": alert.event_id, "data": dict(alert.fields)}],
        **_computer(computer(alert)),
        "unmapped": {
            "rule_hash": alert.rule.hash,
            "rule_author": alert.rule.author,
            "record": alert.record,
            "matched": [{"field": one.field, "value": one.value, "by": one.by} for one in about.called.matched(alert)],
        },
    }


def _computer(name: str) -> dict[str, Any]:
    if not name:
        return {}
    return {
        "resources": [{"name": name, "type": "host"}],
        "observables": [{"name": "resources[0].name", "type_id": HOSTNAME, "type": "Hostname", "value": name}],
    }


def _metadata(alert: Alert, about: About) -> dict[str, Any]:
    version = alert.engine or about.engine
    return {
        "version": SCHEMA,
        "product": {"name": "Sentinel", "vendor_name": "Sentinel", "version": version},
        "log_name": alert.source,
        "uid": alert.id,
    }


def _finding_info(alert: Alert) -> dict[str, Any]:
    rule = alert.rule
    found = [_attack(technique) for technique in techniques(rule.tags)]
    told = alert.correlation
    behind = [{"uid": one.event_id, "type": "hit"} for one in told.members] if told else []
    return {
        "uid": alert.id,
        "title": rule.title,
        "analytic": {"type_id": RULE, "type": "Rule", "uid": rule.id, "name": rule.title, "version": rule.hash},
        "data_sources": [alert.source],
        **({"attacks": found} if found else {}),
        **_span(alert, "first_seen_time", "last_seen_time"),
        **({"related_events": behind, "related_events_count": told.total} if told else {}),
    }


def _attack(technique: str) -> dict[str, Any]:
    main, dot, _ = technique.partition(".")
    return {"technique": {"uid": main}, **({"sub_technique": {"uid": technique}} if dot else {})}


def _span(alert: Alert, first: str, last: str) -> dict[str, int]:
    """Return from when to when, under two names: of an event its moment, of a correlation its hits."""
    told = alert.correlation
    if told is not None:
        return {first: _ms(told.start), last: _ms(told.end)}
    return {} if alert.time is None else {first: _ms(alert.time), last: _ms(alert.time)}


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)
