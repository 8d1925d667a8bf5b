"""What each command may do in a cluster and no more; docs/elasticsearch-roles.json says the same as roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sentinel.elastic import mirror, template


@dataclass(frozen=True, slots=True)
class Need:
    """Privileges on the cluster, and on indices by their names."""

    cluster: tuple[str, ...]
    indices: Mapping[str, tuple[str, ...]]

    def role(self) -> dict[str, Any]:
        """Return it as a role that can be put into a cluster."""
        return {"cluster": [*self.cluster], "indices": [_group(*pair) for pair in self.indices.items()]}


_TRIED = ("create_doc", "auto_configure", "read", "view_index_metadata", "maintenance", "delete_index")
ROLES: Mapping[str, Need] = {
    "sentinel-ingest": Need(
        ("monitor", "manage_index_templates"),
        {template.STREAMS: ("create_doc", "auto_configure", "view_index_metadata", "maintenance")},
    ),
    "sentinel-watch": Need(("monitor",), {template.STREAMS: ("read", "view_index_metadata")}),
    "sentinel-mirror": Need(("manage_index_templates",), {mirror.STREAMS: ("create_doc", "auto_configure", "read")}),
    "sentinel-certify": Need(
        ("monitor", "manage_index_templates"),
        {"logs-sentinel.*-certify.*": _TRIED, "sentinel-certify-*": ("create_index", *_TRIED)},
    ),
}
COMMANDS: Mapping[str, str] = {
    "ingest": "sentinel-ingest",
    "search and watch": "sentinel-watch",
    "alerts mirror": "sentinel-mirror",
    "rules certify": "sentinel-certify",
}
"""Commands, each with the role that suffices for it."""


def asked() -> dict[str, Any]:
    """Return the request for what a key may do of all this."""
    return {
        "cluster": sorted({one for need in ROLES.values() for one in need.cluster}),
        "index": [_group(*pair) for need in ROLES.values() for pair in need.indices.items()],
    }


def lacking(need: Need, answer: Mapping[str, Any]) -> Iterator[str]:
    """Yield the privileges of a need that the answer to that request does not confirm."""
    yield from (f"cluster {one}" for one in need.cluster if not answer["cluster"].get(one))
    for names, privileges in need.indices.items():
        held = answer["index"].get(names, {})
        yield from (f"{one} on {names}" for one in privileges if not held.get(one))


def _group(names: str, privileges: tuple[str, ...]) -> dict[str, Any]:
    return {"names": [names], "privileges": [*privileges]}
