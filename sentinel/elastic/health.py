"""What a cluster says of itself: how it is, its version, and whether our template and its clock are right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from elasticsearch import Elasticsearch

from sentinel.elastic.cluster import told
from sentinel.elastic.template import NAME, template
from sentinel.errors import StoreError

Template = Literal["ours", "other", "missing", "not seen"]
WRONG_BY = timedelta(seconds=5)
"""How far a clock may be from ours, the way there and back left out."""


@dataclass(frozen=True, slots=True)
class Health:
    """How a cluster is; None and "not seen" where it does not let us look.

    `ahead` is by how much the clock of the node that is farthest from ours is ahead of it.
    """

    status: str
    versions: tuple[str, ...] | None
    ahead: timedelta | None
    template: Template


def look(client: Elasticsearch, clock: Callable[[], datetime]) -> Health:
    """Ask a cluster how it is; StoreError: it cannot be reached, or does not let us in at all."""
    with told("the cluster"):
        status = str(client.cluster.health().body["status"])
    return Health(status, _versions(client), _ahead(client, clock), _template(client))


def _versions(client: Elasticsearch) -> tuple[str, ...] | None:
    try:
        with told("the nodes"):
            nodes = client.nodes.info(filter_path="nodes.*.version").body["nodes"]
    except StoreError:
        return None
    return tuple(sorted({str(node["version"]) for node in nodes.values()}))


def _ahead(client: Elasticsearch, clock: Callable[[], datetime]) -> timedelta | None:
    """Return the widest difference that the time under way does not explain."""
    before = clock()
    try:
        with told("the nodes"):
            nodes = client.nodes.stats(metric="os", filter_path="nodes.*.timestamp").body["nodes"]
    except StoreError:
        return None
    after = clock()
    times = [datetime.fromtimestamp(node["timestamp"] / 1000, UTC) for node in nodes.values()]
    apart = [time - after if time > after else min(time - before, timedelta(0)) for time in times]
    return max(apart, key=abs, default=timedelta(0))


def _template(client: Elasticsearch) -> Template:
    try:
        with told("the index template"):
            if not client.indices.exists_index_template(name=NAME):
                return "missing"
            found = client.indices.get_index_template(name=NAME).body["index_templates"]
    except StoreError:
        return "not seen"
    own: dict[str, Any] = template(None, None)
    theirs = found[0]["index_template"]
    same = theirs["index_patterns"] == own["index_patterns"] and theirs["priority"] == own["priority"]
    return "ours" if same and theirs["template"].get("mappings") == own["template"]["mappings"] else "other"
