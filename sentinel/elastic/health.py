"""What a cluster says of itself: how it is, what it lets us do, and whether our templates and its clock are right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, Literal

import elasticsearch
from elasticsearch import Elasticsearch

from sentinel.elastic import mirror, needs, template
from sentinel.elastic.cluster import ClusterBusyError, told
from sentinel.elastic.opensearch import as_kept, node
from sentinel.errors import StoreError
from sentinel.model.checks import Check, CheckState

WRONG_BY = timedelta(seconds=5)
"""How far a clock may be from ours, the way there and back left out."""
SOON = timedelta(days=30)
SERVERS: Mapping[int, tuple[int, ...]] = {8: (8, 9), 9: (9,)}
"""Versions of Elasticsearch that each version of the client speaks to."""
OPENSEARCH = (2, 3)
FORBIDDEN = 403
"""No right to look at this alone."""
ROLES = "docs/elasticsearch-roles.json"
NO_VALUES = frozenset({"object", "nested"})
Standing = Literal["ours", "another", "missing"]


def examine(client: Elasticsearch, clock: Callable[[], datetime], alerts: Mapping[str, str]) -> Iterator[Check]:
    """Yield what was found; StoreError: it cannot be reached, or does not let us in at all.

    `alerts` are names and types of what a mirror of alerts holds.
    """
    yield _reached(client)
    yield _licence(client, clock)
    yield from _privileges(client)
    yield from _templates(client, alerts)
    yield _clock(client, clock)


@contextmanager
def _answered(what: str) -> Iterator[None]:
    """Raise as StoreError what a request may end with, and an answer that is not what it should be."""
    with told(what):
        try:
            yield
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise StoreError(f"{what}: the answer cannot be read") from error


def _reached(client: Elasticsearch) -> Check:
    """Say how it is and of which version; what lets nobody look at that may still be used."""
    try:
        status, versions = _versions(client)
    except ClusterBusyError:
        raise
    except StoreError as error:
        if getattr(error.__cause__, "status_code", None) != FORBIDDEN:
            raise
        return Check("not seen", "elasticsearch", str(error), "the privilege 'monitor' shows version and state")
    other = _is_opensearch(client)
    able = OPENSEARCH if other else SERVERS[elasticsearch.__version__[0]]
    strange = [one for one in versions if one.partition(".")[0] not in map(str, able)]
    found = f"{'OpenSearch ' if other else ''}{', '.join(versions)}, {status}"
    if strange:
        wanted = " or ".join(map(str, able))
        return Check("wrong", "elasticsearch", found, f"this client speaks to version {wanted}")
    if len(versions) > 1:
        return Check("note", "elasticsearch", found, "nodes differ: finish the upgrade")
    if status == "red":
        return Check("wrong", "elasticsearch", found, "shards are missing: what they hold is not read")
    return Check("ok", "elasticsearch", found)


def _versions(client: Elasticsearch) -> tuple[str, list[str]]:
    with _answered("the cluster"):
        status = str(client.cluster.health().body["status"])
        nodes = client.nodes.info(filter_path="nodes.*.version").body["nodes"].values()
        return status, sorted({str(one["version"]) for one in nodes})


def _is_opensearch(client: Elasticsearch) -> bool:
    return node(client).product == "opensearch"


def _licence(client: Elasticsearch, clock: Callable[[], datetime]) -> Check:
    if _is_opensearch(client):
        return Check("ok", "its licence", "OpenSearch needs none")
    try:
        with _answered("its licence"):
            held = client.license.get().body["license"]
            found, ends = f"{held['type']}, {held['status']}", held.get("expiry_date_in_millis")
            until = None if ends is None else datetime.fromtimestamp(ends / 1000, UTC)
    except StoreError as error:
        return Check("not seen", "its licence", str(error), "the privilege 'monitor' shows it")
    if held["status"] != "active":
        return Check("wrong", "its licence", found, "renew it: nothing may be written or searched without")
    if until is not None and until - clock() < SOON:
        return Check("note", "its licence", f"{found} until {until:%Y-%m-%d}", "renew it")
    return Check("ok", "its licence", found)


def _privileges(client: Elasticsearch) -> Iterator[Check]:
    """Say of each command whether this key may do what it does; a key for one of them lacks what others need."""
    if _is_opensearch(client):
        yield Check("not seen", "privileges", "OpenSearch tells nobody what he may do", f"{ROLES} says what is needed")
        return
    try:
        with _answered("privileges"):
            answer = client.security.has_privileges(**needs.asked()).body
            lacks = {command: [*needs.lacking(needs.ROLES[role], answer)] for command, role in needs.COMMANDS.items()}
    except StoreError as error:
        if getattr(error.__cause__, "status_code", None) in {400, 405}:  # there is nobody to ask
            told_so = "none are asked for: whoever reaches it may read and change everything"
            yield Check("note", "privileges", told_so, "turn on its security, or keep it where nobody else reaches it")
            return
        yield Check("not seen", "privileges", str(error))
        return
    for command, lack in lacks.items():
        role = needs.COMMANDS[command]
        fix = f"role {role} of {ROLES}, if this key is meant for it" if lack else ""
        yield Check(
            "note" if lack else "ok", f"may {command}", f"lacks {'; '.join(lack)}" if lack else "all it needs", fix
        )


def _templates(client: Elasticsearch, alerts: Mapping[str, str]) -> Iterator[Check]:
    ours = {
        template.NAME: ("logs", "sentinel ingest", template.template(None, None)),
        mirror.NAME: ("alerts", "sentinel alerts mirror", mirror.template(alerts)),
    }
    try:
        with _answered("the index templates"):
            listed = client.indices.get_index_template().body["index_templates"]
            there = {one["name"]: one["index_template"] for one in listed}
    except StoreError as error:
        for kind, _, _ in ours.values():
            yield Check("not seen", f"template of {kind}", str(error), "the privilege 'monitor' shows it")
        return
    for name, (kind, command, own) in ours.items():
        yield _template(there, name, kind, command, own)


def _template(there: Mapping[str, Any], name: str, kind: str, command: str, own: Mapping[str, Any]) -> Check:
    what, (pattern,) = f"template of {kind}", own["index_patterns"]
    stronger = [
        other
        for other, theirs in there.items()
        if other != name and theirs.get("priority", 0) > own["priority"] and _meets(theirs["index_patterns"], pattern)
    ]
    if name not in there:
        return Check("note", what, "missing", f"{command} puts it there")
    if stronger:
        fix = f"give it a priority below {own['priority']}, or other names: what it makes may hide records"
        return Check("wrong", what, f"overridden by {', '.join(sorted(stronger))}", fix)
    if _standing(there[name], own) == "another":
        return Check("note", what, "another than this version's", f"{command} renews it, for data streams made later")
    return Check("ok", what, "ours")


def _standing(theirs: Mapping[str, Any], own: Mapping[str, Any]) -> Standing:
    same = theirs["index_patterns"] == own["index_patterns"] and theirs.get("priority") == own["priority"]
    held, wanted = theirs.get("template", {}).get("mappings"), own["template"]["mappings"]
    return "ours" if same and held in (wanted, as_kept(wanted)) else "another"


def _meets(patterns: list[str], ours: str) -> bool:
    """Say whether a name that our pattern has can be of one of theirs: one that stands for ours, or is within it."""
    example = ours.replace("*", "x")
    return any(fnmatchcase(example, one) or fnmatchcase(one.replace("*", "x"), ours) for one in patterns)


def _clock(client: Elasticsearch, clock: Callable[[], datetime]) -> Check:
    try:
        ahead = _ahead(client, clock)
    except StoreError as error:
        return Check("not seen", "its clock", str(error), "the privilege 'monitor' shows it")
    off = abs(ahead) > WRONG_BY
    state: CheckState = "wrong" if off else "ok"
    fix = "set the clocks: windows are cut by them" if off else ""
    return Check(state, "its clock", f"{ahead.total_seconds():+.1f} s from ours", fix)


def _ahead(client: Elasticsearch, clock: Callable[[], datetime]) -> timedelta:
    """Return the widest difference that the time under way does not explain."""
    before = clock()
    with _answered("the nodes"):
        nodes = client.nodes.stats(metric="os", filter_path="nodes.*.timestamp").body["nodes"]
        after = clock()
        times = [datetime.fromtimestamp(node["timestamp"] / 1000, UTC) for node in nodes.values()]
    apart = [time - after if time > after else min(time - before, timedelta(0)) for time in times]
    return max(apart, key=abs, default=timedelta(0))


@dataclass(frozen=True, slots=True)
class Mapped:
    """A field of some indices: the types that it has in them, and the fewest letters that one of them indexes."""

    types: frozenset[str]
    cut: int | None = None


def mapped(client: Elasticsearch, target: str) -> dict[str, Mapped]:
    """Return the fields of indices that hold values, by their whole names; StoreError where that cannot be seen."""
    with _answered(target):
        listed = client.field_caps(index=target, fields="*", allow_no_indices=False).body["fields"]
        mappings = client.indices.get_mapping(index=target).body.values()
    cuts: dict[str, int] = {}
    for one in mappings:
        for name, cut in _cuts(one["mappings"].get("properties", {}), ""):
            cuts[name] = min(cut, cuts.get(name, cut))
    found = {name: frozenset(types) - NO_VALUES for name, types in listed.items() if not _is_own(name, types)}
    whole = {
        name: Mapped(frozenset({"object"})) for name, types in found.items() if not types and _has_none(name, found)
    }
    return whole | {name: Mapped(types, cuts.get(name)) for name, types in found.items() if types}


def _has_none(name: str, found: Mapping[str, object]) -> bool:
    """Say whether nothing below a name is indexed."""
    return not any(other.startswith(f"{name}.") for other in found)


def _is_own(name: str, types: Mapping[str, Any]) -> bool:
    return name.startswith("_") or any(one.get("metadata_field") for one in types.values())


def _cuts(properties: Mapping[str, Any], before: str) -> Iterator[tuple[str, int]]:
    for name, one in properties.items():
        if "ignore_above" in one:
            yield f"{before}{name}", int(one["ignore_above"])
        yield from _cuts(one.get("properties", {}), f"{before}{name}.")
