"""The index template of our data streams."""

from __future__ import annotations

import re
from typing import Any

from elasticsearch import Elasticsearch

from sentinel.elastic.cluster import told
from sentinel.errors import SettingsError

NAME = "sentinel-logs"
STREAMS = "logs-sentinel.*-*"
PRIORITY = 500
"""Above the template of Elasticsearch itself for `logs-*-*`, which has 100."""
LONGEST = 4_000
"""Letters of a value that is searchable, since a term may have 32,766 bytes; longer values are only kept."""
DEPTH = 100
"""Levels of lists and objects in a field; ours have at most 64."""
_NAMESPACE = re.compile(r"[a-z0-9][a-z0-9_.]{0,79}")


def stream_of(kind: str, namespace: str) -> str:
    """Return the data stream of a format; SettingsError: the namespace cannot be part of its name."""
    if not _NAMESPACE.fullmatch(namespace):
        raise SettingsError(f"namespace '{namespace[:100]}': small letters, digits, '.' and '_' only, at most 80")
    return f"logs-sentinel.{kind}-{namespace}"


def template(keep_days: int | None, replicas: int | None) -> dict[str, Any]:
    """Return the template. Unknown keys are kept and not indexed, so that no log can make the mapping grow."""
    properties = {
        "@timestamp": {"type": "date"},
        "event": {"properties": {"ingested": {"type": "date"}}},
        "fields": {"type": "flattened", "ignore_above": LONGEST, "depth_limit": DEPTH},
        "sentinel": {
            "properties": {
                "shape": {"type": "byte"},
                "source": {"type": "keyword", "ignore_above": LONGEST},
                "record": {"type": "keyword", "ignore_above": LONGEST},
                "format": {"type": "keyword"},
                "timed": {"type": "boolean"},
                "words": {"type": "keyword", "doc_values": False},
            }
        },
    }
    mappings = {"dynamic": False, "_source": {"excludes": ["sentinel.words"]}, "properties": properties}
    settings = {} if replicas is None else {"number_of_replicas": replicas}
    lifecycle = {} if keep_days is None else {"lifecycle": {"data_retention": f"{keep_days}d"}}
    return {
        "index_patterns": [STREAMS],
        "data_stream": {},
        "priority": PRIORITY,
        "template": {"settings": settings, "mappings": mappings, **lifecycle},
    }


def prepare(client: Elasticsearch, keep_days: int | None = None, replicas: int | None = None) -> None:
    """Put the template where it is missing or another; it counts for data streams that are made from now on."""
    with told("the index template"):
        client.indices.put_index_template(name=NAME, **template(keep_days, replicas))
