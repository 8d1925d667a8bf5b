"""Detection findings of the Open Cybersecurity Schema Framework (class 2004, schema 1.4), one JSON line an alert."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import orjson

from sentinel.model.alerts import Alert
from sentinel.model.severity import Severity
from sentinel.share.about import About
from sentinel.share.attack import techniques
from sentinel.share.timeline import computer

SCHEMA = "1.4.0"
CLASS, CATEGORY, CREATE = 2004, 2, 1
SEVERITIES = {
    Severity.INFORMATIONAL: (1, "Informational"),
    Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
}
RULE = 1
"""Type of an analytic that is a rule."""


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
    happened = {} if alert.time is None else {"start_time": _ms(alert.time), "end_time": _ms(alert.time)}
    return {
        "activity_id": CREATE,
        "activity_name": "Create",
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Detection Finding",
        "type_uid": CLASS * 100 + CREATE,
        "type_name": "Detection Finding: Create",
        "severity_id": number,
        "severity": name,
        "status_id": 1,
        "status": "New",
        "time": _ms(alert.time or about.made),
        **happened,
        "message": alert.rule.title,
        "is_alert": True,
        "metadata": _metadata(alert, about),
        "finding_info": _finding_info(alert),
        "evidences": [{"uid": alert.event_id, "data": dict(alert.fields)}],
        "observables": [{"name": "device.hostname", "type_id": 1, "value": host}] if (host := computer(alert)) else [],
        "unmapped": {
            "rule_hash": alert.rule.hash,
            "rule_author": alert.rule.author,
            "record": alert.record,
            "matched": [{"field": one.field, "value": one.value, "by": one.by} for one in alert.matched],
        },
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
    seen = {} if alert.time is None else {"first_seen_time": _ms(alert.time), "last_seen_time": _ms(alert.time)}
    return {
        "uid": alert.id,
        "title": rule.title,
        "analytic": {"type_id": RULE, "type": "Rule", "uid": rule.id, "name": rule.title, "version": rule.hash},
        "data_sources": [alert.source],
        **({"attacks": found} if found else {}),
        **seen,
    }


def _attack(technique: str) -> dict[str, Any]:
    main, dot, _ = technique.partition(".")
    return {"technique": {"uid": main}, **({"sub_technique": {"uid": technique}} if dot else {})}


def _ms(time: datetime) -> int:
    return int(time.timestamp() * 1000)
