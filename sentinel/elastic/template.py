"""The index template of our data streams."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from elasticsearch import Elasticsearch

from sentinel.elastic.cluster import told
from sentinel.errors import SettingsError
from sentinel.model.ecs import CASELESS, LOGS

NAME = "sentinel-logs"
STREAMS = "logs-sentinel.*-*"
PRIORITY = 500
"""Above the template of Elasticsearch itself for `logs-*-*`, which has 100."""
LONGEST = 4_000
"""Letters of a value that is searchable, since a term may have 32,766 bytes; longer values are only kept."""
DEPTH = 100
"""Levels of lists and objects in a field; ours have at most 64."""
_ABOUT: Mapping[str, str] = {
    "@timestamp": "date",
    "ecs.version": "keyword",
    "event.ingested": "date",
    "fields": "flattened",
    "sentinel.format": "keyword",
    "sentinel.record": "keyword",
    "sentinel.shape": "byte",
    "sentinel.source": "keyword",
    "sentinel.timed": "boolean",
}
"""What a document has whatever its event says."""
LIMITS: Mapping[str, Mapping[str, int]] = {
    "keyword": {"ignore_above": LONGEST},
    "flattened": {"ignore_above": LONGEST, "depth_limit": DEPTH},
}
_NAMESPACE = re.compile(r"[a-z0-9][a-z0-9_.]{0,79}")


def stream_of(kind: str, namespace: str) -> str:
    """Return the data stream of a format; SettingsError: the namespace cannot be part of its name."""
    if not _NAMESPACE.fullmatch(namespace):
        raise SettingsError(f"namespace '{namespace[:100]}': small letters, digits, '.' and '_' only, at most 80")
    return f"logs-sentinel.{kind}-{namespace}"


def template(keep_days: int | None, replicas: int | None) -> dict[str, Any]:
    """Return the template. Unknown keys are kept and not indexed, so that no log can make the mapping grow."""
    properties = properties_of({**LOGS, **_ABOUT}, CASELESS)
    properties["sentinel"]["properties"]["words"] = {"type": "keyword", "doc_values": False}
    mappings = {"dynamic": False, "_source": {"excludes": ["sentinel.words"]}, "properties": properties}
    settings = {} if replicas is None else {"number_of_replicas": replicas}
    lifecycle = {} if keep_days is None else {"lifecycle": {"data_retention": f"{keep_days}d"}}
    return {
        "index_patterns": [STREAMS],
        "data_stream": {},
        "priority": PRIORITY,
        "template": {"settings": settings, "mappings": mappings, **lifecycle},
    }


def properties_of(types: Mapping[str, str], caseless: Collection[str] = ()) -> dict[str, Any]:
    """Return the mapping of names with dots, each with its type; those in `caseless` have a form without case, too."""
    properties: dict[str, Any] = {}
    for name, kind in types.items():
        *parents, last = name.split(".")
        here = properties
        for parent in parents:
            here = here.setdefault(parent, {"properties": {}})["properties"]
        here[last] = {"type": kind, **LIMITS.get(kind, {})}
        if name in caseless:
            here[last]["fields"] = {"caseless": {**here[last], "normalizer": "lowercase", "doc_values": False}}
    return properties


def prepare(client: Elasticsearch, keep_days: int | None = None, replicas: int | None = None) -> None:
    """Put the template where it is missing or another; it counts for data streams that are made from now on."""
    with told("the index template"):
        client.indices.put_index_template(name=NAME, **template(keep_days, replicas))
