"""What events say, under names of the Elastic Common Schema, which Kibana and its users know, and of ours beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, Literal, TypeAlias

from sentinel.model.events import Fields

Kind = Literal["keyword", "date", "ip", "long", "boolean", "text", "flattened"]
Leaf: TypeAlias = str | int | bool
LARGEST = 2**63 - 1
ABSENT = frozenset({"", "-"})
"""What logs write where there is nothing to tell."""

ECS: Mapping[str, Kind] = {
    "@timestamp": "date",
    "destination.domain": "keyword",
    "destination.ip": "ip",
    "destination.port": "long",
    "dns.question.name": "keyword",
    "dns.question.type": "keyword",
    "ecs.version": "keyword",
    "error.code": "keyword",
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
    "organization.id": "keyword",
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
    "trace.id": "keyword",
    "url.domain": "keyword",
    "url.original": "keyword",
    "url.path": "keyword",
    "url.query": "keyword",
    "user.domain": "keyword",
    "user.id": "keyword",
    "user.name": "keyword",
    "user.roles": "keyword",
    "user.target.domain": "keyword",
    "user.target.id": "keyword",
    "user.target.name": "keyword",
    "user_agent.original": "keyword",
}
"""Every name of the schema that a document may have, and how it is indexed: as the schema says, but that texts which
it keeps as `wildcard` or `match_only_text` are `keyword` and `text`, since not every cluster has those types."""

FROM: Mapping[str, tuple[str, ...]] = {
    "destination.domain": ("DestinationHostname",),
    "destination.ip": ("DestinationIp", "dst_ip", "dst-ip", "dstip", "DST", "id.resp_h"),
    "destination.port": ("DestinationPort", "dst_port", "dst-port", "dstport", "DPT", "id.resp_p"),
    "dns.question.name": ("QueryName", "query"),
    "dns.question.type": ("record_type", "qtype_name"),
    "error.code": (),
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
    "message": ("Message",),
    "network.transport": ("Protocol", "PROTO"),
    "organization.id": (),
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
    "trace.id": (),
    "url.domain": ("cs-host",),
    "url.original": ("c-uri", "cs-uri"),
    "url.path": ("cs-uri-stem",),
    "url.query": ("cs-uri-query", "c-uri-query"),
    "user.domain": ("SubjectDomainName",),
    "user.id": ("SubjectUserSid",),
    "user.name": ("cs-username", "SubjectUserName", "User"),
    "user.roles": (),
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

HELSE: Mapping[str, Kind] = {
    **dict.fromkeys(
        (
            "helse.access.basis", "helse.access.object", "helse.access.reason_hash", "helse.actor.hpr",
            "helse.actor.type", "helse.attest.decision_id", "helse.attest.details", "helse.attest.missing",
            "helse.attest.purpose", "helse.attest.service", "helse.block.level", "helse.block.type",
            "helse.edi.apprec", "helse.edi.att_mime", "helse.edi.conversation", "helse.edi.cpa", "helse.edi.ebms_id",
            "helse.edi.from_her", "helse.edi.from_lvl1", "helse.edi.mime_id", "helse.edi.msg_id", "helse.edi.msh",
            "helse.edi.msh_version", "helse.edi.payload_hash", "helse.edi.queue", "helse.edi.ref_id",
            "helse.edi.to_her", "helse.edi.to_lvl1", "helse.edi.transport_state", "helse.edi.type",
            "helse.gap.source", "helse.id.amr", "helse.id.client_id", "helse.id.idp", "helse.id.jkt", "helse.id.jti",
            "helse.id.level", "helse.id.network", "helse.id.scopes", "helse.id.sid", "helse.id.tenancy",
            "helse.onbehalf.basis", "helse.onbehalf.pseud", "helse.org.child", "helse.org.department",
            "helse.org.supplier", "helse.patient.pseud", "helse.patient.relation", "helse.patient.tags",
            "helse.rx.atc", "helse.rx.group", "helse.rx.ref_pseud", "helse.rx.type", "helse.vft.alert",
            "helse.vft.controller", "helse.vft.device", "helse.vft.service", "helse.vft.status",
        ),
        "keyword",
    ),
    **dict.fromkeys(
        (
            "helse.attest.age_s", "helse.edi.att_bytes", "helse.edi.att_count", "helse.edi.partner_age_d",
            "helse.gap.gap_s", "helse.onbehalf.age",
        ),
        "long",
    ),
    **dict.fromkeys(
        (
            "helse.access.explicit", "helse.access.restricted", "helse.actor.acute_unit", "helse.actor.employed",
            "helse.actor.on_shift", "helse.attest.user_selected", "helse.block.hit", "helse.edi.partner_allowed",
        ),
        "boolean",
    ),
}  # fmt: skip
"""What the sector's logs are about and the schema has no name for; a reader or the site calls them so already."""

CASELESS = frozenset(
    {
        "dns.question.name", "file.path", "host.name", "process.command_line", "process.executable",
        "process.name", "process.parent.command_line", "process.parent.executable", "process.working_directory",
        "registry.path", "url.domain", "user.name",
    }
)  # fmt: skip
"""Names with a second form `.caseless` in the index of logs: who wrote them did not heed capitals."""

EVENT: Mapping[str, Kind] = {**{name: ECS[name] for name in FROM}, **HELSE}
"""Every name that an event may have."""
LOGS: Mapping[str, Kind] = {**EVENT, **{name: ECS[name] for name in RELATED}}
"""Every name of a document of a log, beside those of ours about the record."""
_WHERE = {
    own: (name, rank, kind) for name, kind in EVENT.items() for rank, own in enumerate((name, *FROM.get(name, ())))
}


def named(fields: Fields) -> dict[str, Leaf | list[Leaf]]:
    """Return what of an event has a name here, where its value is of the name's type."""
    found: dict[str, Leaf | list[Leaf]] = {}
    ranks: dict[str, int] = {}
    for own, value in fields.items():
        if (place := _WHERE.get(own)) is None:
            continue
        name, rank, kind = place
        if ranks.get(name, rank + 1) > rank and (kept := _values(value, kind)) is not None:
            found[name], ranks[name] = kept, rank
    account = found.get("user.name")
    if isinstance(account, str) and account.count("\\") == 1:  # Windows writes DOMAIN\name where one field has both
        domain, found["user.name"] = account.split("\\")
        found.setdefault("user.domain", domain)
    return found


def related(found: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return all machines, addresses and people of what was found, each once, to search by."""
    every = {name: [one for other in others for one in _listed(found.get(other))] for name, others in RELATED.items()}
    return {name: list(dict.fromkeys(values)) for name, values in every.items() if values}


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document of objects in one another, from names with dots."""
    document: dict[str, Any] = {}
    for name, value in flat.items():
        *parents, last = _parts(name)
        here = document
        for parent in parents:
            here = here.setdefault(parent, {})
        here[last] = value
    return document


def _values(value: object, kind: Kind) -> Leaf | list[Leaf] | None:
    """Return what of a value is of a type: one, several, or None."""
    if not isinstance(value, (list, tuple)):
        return None if value is None else _kept(value, kind)
    kept = [one for leaf in _leaves(value) if (one := _kept(leaf, kind)) is not None]
    return kept[0] if len(kept) == 1 else kept or None


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from _leaves(one)
    elif value is not None:
        yield value


def _kept(value: object, kind: Kind) -> Leaf | None:
    """Return a value as its type has it; None where it is none of that type, which a cluster would refuse."""
    text = value.strip() if isinstance(value, str) else str(value).lower()
    if text in ABSENT or isinstance(value, dict):
        return None
    if kind == "keyword":
        return text
    if kind == "ip":
        return _address(text)
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    if kind == "long":
        return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST)) else None
    return text


@lru_cache(maxsize=10_000)
def _address(text: str) -> str | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return None if getattr(found, "scope_id", None) else str(found)


@lru_cache(maxsize=1_000)
def _parts(name: str) -> tuple[str, ...]:
    return tuple(name.split("."))


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [] if value is None else [value]
