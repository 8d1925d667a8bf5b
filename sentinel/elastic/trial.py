"""An index for the occasion, in which a query of somebody else's making is asked; and what is left of an occasion."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from elasticsearch import Elasticsearch

from sentinel.elastic.cluster import ClusterBusyError, told
from sentinel.elastic.documents import sayable
from sentinel.elastic.opensearch import node
from sentinel.elastic.pages import Reader
from sentinel.elastic.template import NAME, template
from sentinel.errors import StoreError
from sentinel.model.events import Fields

IGNORE_ABOVE = 1_024
"""Letters beyond which a keyword of the Elastic Common Schema is not indexed."""
MOST_FIELDS = 50_000
TOGETHER = 500
PATIENCE = 60
"""Seconds in which what was written must be there for a search."""


def keywords() -> dict[str, Any]:
    """Return the settings of an index that takes every value as a keyword, as ECS has it: case counts."""
    keyword = {"type": "keyword", "ignore_above": IGNORE_ABOVE}
    kinds = ("string", "long", "double", "boolean")
    return {
        "settings": {"number_of_shards": 1, "mapping.total_fields.limit": MOST_FIELDS},
        "mappings": {
            "subobjects": False,  # a name with a dot is a name: `a` and `a.b` may both be there
            "date_detection": False,
            "dynamic_templates": [{kind: {"match_mapping_type": kind, "mapping": keyword}} for kind in kinds],
        },
    }


@dataclass(slots=True)
class Trial:
    """An index with keyword fields, under a name that nobody else has; `unheld` are ids of what it would not take."""

    client: Elasticsearch
    name: str
    wait: Callable[[float], None] = time.sleep
    unheld: set[str] = field(default_factory=set)

    def fill(self, events: Iterable[tuple[str, Fields]]) -> None:
        """Make the index with events by their ids; StoreError: the cluster does not let us."""
        with told(self.name):
            self.client.indices.create(index=self.name, **keywords())
        waiting: list[tuple[str, Fields]] = []
        for one in events:
            waiting.append(one)
            if len(waiting) >= TOGETHER:
                self._send(waiting)
                waiting = []
        if waiting:
            self._send(waiting)
        with told(self.name):
            self.client.indices.refresh(index=self.name)

    def ask(self, query: str) -> set[str]:
        """Return the ids of what a Lucene query finds, put as Kibana puts it; StoreError: the cluster refuses it."""
        asked = {"query_string": {"query": query, "analyze_wildcard": True}}
        return {found.id for found in Reader(self.client, self.wait).read(self.name, asked)}

    def remove(self) -> bool:
        """Remove the index; say whether it is gone."""
        try:
            with told(self.name):
                self.client.indices.delete(index=self.name, ignore_unavailable=True)
        except StoreError:
            return False
        return True

    def _send(self, events: Sequence[tuple[str, Fields]]) -> None:
        operations: list[Any] = []
        for key, fields in events:
            body = {name: sayable(value) for name, value in fields.items()}
            operations += (orjson.dumps({"create": {"_id": key}}), orjson.dumps(body))
        with told(self.name):
            answer = self.client.bulk(index=self.name, operations=operations, filter_path="items.create").body
        for (key, _), item in zip(events, answer["items"], strict=True):
            status = item["create"]["status"]
            if status == 429:  # noqa: PLR2004 -- HTTP's «too many requests»
                raise ClusterBusyError(f"{self.name}: it has no room for more")
            if status >= 300:  # noqa: PLR2004 -- HTTP: not done
                self.unheld.add(key)


def await_all(reader: Reader, target: str, number: int) -> None:
    """Wait until searches find as many records as were written; StoreError where they do not."""
    found = 0
    for _ in range(PATIENCE):
        with suppress(ClusterBusyError):
            found = reader.count(target, {"match_all": {}})
        if found >= number:
            return
        reader.wait(1)
    raise StoreError(f"{target}: finds {found:,} of {number:,} records that were written")


def remove_streams(client: Elasticsearch, pattern: str) -> list[str]:
    """Remove the data streams that a pattern names; return those that are left, as far as it lets us see."""
    try:
        with told(pattern):
            found = client.indices.resolve_index(name=pattern).body["data_streams"]
    except StoreError:
        return [pattern]
    left: list[str] = []
    for name in (str(stream["name"]) for stream in found):
        try:
            with told(name):
                client.indices.delete_data_stream(name=name)
        except StoreError:
            left.append(name)
    return left


def server_of(client: Elasticsearch) -> str:
    """Return what a cluster calls itself, with its versions where it tells them."""
    versions: set[str] = set()
    with suppress(StoreError), told("the nodes"):
        nodes = client.nodes.info(filter_path="nodes.*.version").body.get("nodes", {})
        versions = {str(node["version"]) for node in nodes.values()}
    product = "OpenSearch" if node(client).product == "opensearch" else "Elasticsearch"
    return f"{product} {', '.join(sorted(versions)) or 'of a version it does not tell'}"


def is_prepared(client: Elasticsearch) -> bool:
    """Say whether our index template is there with our mapping; how long records are kept is no concern here."""
    try:
        with told("the index template"):
            found = client.indices.get_index_template(name=NAME).body["index_templates"]
    except StoreError:
        return False
    mappings = template(None, None)["template"]["mappings"]
    return bool(found) and found[0]["index_template"].get("template", {}).get("mappings") == mappings
