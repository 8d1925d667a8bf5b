"""An alert as a document with the names of the Elastic Common Schema, which Kibana and its users know."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from ipaddress import ip_address
from typing import Any, Literal, TypeAlias

from sentinel.model.alerts import Alert, Correlated
from sentinel.model.events import Value
from sentinel.share.attack import tactics, techniques

Kind = Literal["keyword", "date", "ip", "long", "boolean", "text", "flattened"]
Leaf: TypeAlias = str | int | bool
LARGEST = 2**63 - 1
ABSENT = frozenset({"", "-"})
"""What logs write where there is nothing to tell."""
SMALL = frozenset({"and", "of"})
ID_LETTERS = 32

ECS: Mapping[str, Kind] = {
    "@timestamp": "date",
    "destination.domain": "keyword",
    "destination.ip": "ip",
    "destination.port": "long",
    "dns.question.name": "keyword",
    "dns.question.type": "keyword",
    "ecs.version": "keyword",
    "event.action": "keyword",
    "event.code": "keyword",
    "event.dataset": "keyword",
    "event.end": "date",
    "event.hash": "keyword",
    "event.id": "keyword",
    "event.ingested": "date",
    "event.kind": "keyword",
    "event.outcome": "keyword",
    "event.provider": "keyword",
    "event.severity": "long",
    "event.start": "date",
    "file.path": "keyword",
    "host.name": "keyword",
    "http.request.method": "keyword",
    "http.request.referrer": "keyword",
    "http.response.status_code": "long",
    "log.file.path": "keyword",
    "message": "text",
    "network.transport": "keyword",
    "observer.product": "keyword",
    "observer.version": "keyword",
    "process.command_line": "keyword",
    "process.entity_id": "keyword",
    "process.executable": "keyword",
    "process.name": "keyword",
    "process.parent.command_line": "keyword",
    "process.parent.executable": "keyword",
    "process.parent.pid": "long",
    "process.pid": "long",
    "process.working_directory": "keyword",
    "registry.path": "keyword",
    "related.hosts": "keyword",
    "related.ip": "ip",
    "related.user": "keyword",
    "rule.author": "keyword",
    "rule.id": "keyword",
    "rule.name": "keyword",
    "rule.version": "keyword",
    "source.ip": "ip",
    "source.port": "long",
    "tags": "keyword",
    "threat.framework": "keyword",
    "threat.tactic.name": "keyword",
    "threat.technique.id": "keyword",
    "threat.technique.subtechnique.id": "keyword",
    "url.domain": "keyword",
    "url.original": "keyword",
    "url.path": "keyword",
    "url.query": "keyword",
    "user.domain": "keyword",
    "user.id": "keyword",
    "user.name": "keyword",
    "user.target.domain": "keyword",
    "user.target.id": "keyword",
    "user.target.name": "keyword",
    "user_agent.original": "keyword",
}
"""Every name of the schema that a document may have, and how it is indexed: as the schema says, but that texts which
it keeps as `wildcard` or `match_only_text` are `keyword` and `text`, since not every cluster has those types."""

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

FROM: Mapping[str, tuple[str, ...]] = {
    "destination.domain": ("DestinationHostname",),
    "destination.ip": ("DestinationIp", "dst_ip", "dst-ip", "dstip", "DST", "id.resp_h"),
    "destination.port": ("DestinationPort", "dst_port", "dst-port", "dstport", "DPT", "id.resp_p"),
    "dns.question.name": ("QueryName", "query"),
    "dns.question.type": ("record_type", "qtype_name"),
    "event.action": ("action", "eventName", "Operation"),
    "event.code": ("EventID",),
    "event.dataset": (),
    "event.outcome": (),
    "event.provider": ("Provider_Name", "eventSource", "Workload"),
    "file.path": ("TargetFilename", "ImageLoaded"),
    "host.name": ("Computer", "Hostname", "hostname"),
    "http.request.method": ("cs-method",),
    "http.request.referrer": ("cs-referer",),
    "http.response.status_code": ("sc-status",),
    "network.transport": ("Protocol", "PROTO"),
    "process.command_line": ("CommandLine",),
    "process.entity_id": ("ProcessGuid",),
    "process.executable": ("Image", "NewProcessName", "SourceImage"),
    "process.name": (),
    "process.parent.command_line": ("ParentCommandLine",),
    "process.parent.executable": ("ParentImage", "ParentProcessName"),
    "process.parent.pid": ("ParentProcessId",),
    "process.pid": ("ProcessId",),
    "process.working_directory": ("CurrentDirectory",),
    "registry.path": ("TargetObject",),
    "source.ip": ("SourceIp", "c-ip", "IpAddress", "src_ip", "src-ip", "srcip", "SRC", "id.orig_h"),
    "source.port": ("SourcePort", "IpPort", "src_port", "src-port", "srcport", "SPT", "id.orig_p"),
    "url.domain": ("cs-host",),
    "url.original": ("c-uri", "cs-uri"),
    "url.path": ("cs-uri-stem",),
    "url.query": ("cs-uri-query", "c-uri-query"),
    "user.domain": ("SubjectDomainName",),
    "user.id": ("SubjectUserSid",),
    "user.name": ("cs-username", "SubjectUserName", "User"),
    "user.target.domain": ("TargetDomainName",),
    "user.target.id": ("TargetUserSid",),
    "user.target.name": ("TargetUserName",),
    "user_agent.original": ("cs-user-agent", "c-useragent", "userAgent"),
}
"""Where a name's value is found in an event beside under itself, the surest first: who acts, and whom it is done to."""

RELATED: Mapping[str, tuple[str, ...]] = {
    "related.hosts": ("host.name", "destination.domain"),
    "related.ip": ("source.ip", "destination.ip"),
    "related.user": ("user.name", "user.target.name"),
}
VERSION = "8.12.0"
"""The version of the schema that the names were compared with."""


def document_id(site: str, alert: Alert) -> str:
    """Return what a document of an alert as it stands now is called: another name for each revision, and no other."""
    told = (site, alert.id, str(alert.revision), alert.status, alert.superseded_by)
    return sha256("\0".join(told).encode()).hexdigest()[:ID_LETTERS]


def ecs_document(site: str, alert: Alert, at: datetime) -> dict[str, Any]:
    """Return the document of an alert that is sent at a moment; it holds no more of the event than the alert does."""
    flat = {**_event(alert), **_about(site, alert), **_rule(alert)}
    flat["@timestamp"] = (alert.time or at).astimezone(UTC).isoformat()
    flat["event.ingested"] = at.astimezone(UTC).isoformat()
    for name, sources in RELATED.items():
        found = [value for source in sources for value in _listed(flat.get(source))]
        flat[name] = list(dict.fromkeys(found))
    return _nested({name: value for name, value in flat.items() if value not in ("", None, [], {})})


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


def _event(alert: Alert) -> dict[str, Any]:
    """Return what of the event has a name in the schema, where its value is of the schema's type."""
    found: dict[str, Any] = {}
    for name, others in FROM.items():
        values = next((got for own in (name, *others) if (got := _values(alert.fields.get(own), ECS[name]))), [])
        if values:
            found[name] = values[0] if len(values) == 1 else values
    account = found.get("user.name")
    if isinstance(account, str) and account.count("\\") == 1:  # Windows writes DOMAIN\name where one field has both
        domain, found["user.name"] = account.split("\\")
        found.setdefault("user.domain", domain)
    return found


def _values(value: object, kind: Kind) -> list[Leaf]:
    return [kept for one in _leaves(value) if (kept := _kept(one, kind)) is not None]


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from _leaves(one)
    elif value is not None:
        yield value


def _kept(value: object, kind: Kind) -> Leaf | None:
    """Return a value as its type has it; None where it is none of that type, which a cluster would refuse."""
    text = str(value).lower() if isinstance(value, bool) else str(value).strip()
    if text in ABSENT or isinstance(value, dict):
        return None
    if kind == "ip":
        return _address(text)
    if kind == "long":
        return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST)) else None
    return text


def _address(text: str) -> str | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return None if getattr(found, "scope_id", None) else str(found)


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, value in flat.items():
        *parents, last = name.split(".")
        here = document
        for parent in parents:
            here = here.setdefault(parent, {})
        here[last] = value
    return document


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
