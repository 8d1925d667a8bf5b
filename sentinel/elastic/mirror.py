"""Sends documents of alerts to a data stream of their own: each is there once, or named as not yet there and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import orjson
from elasticsearch import Elasticsearch

from sentinel.elastic.cluster import told
from sentinel.elastic.opensearch import as_kept
from sentinel.elastic.template import PRIORITY, properties_of
from sentinel.errors import SettingsError, StoreError

NAME = "sentinel-alerts"
STREAMS = "alerts-sentinel-*"
"""None of the names that logs have: a watch over these must not read its own alerts."""
MOST_BYTES = 5_000_000
CREATED, THERE, TOO_LARGE = 201, 409, 413
_NAMESPACE = re.compile(r"[a-z0-9][a-z0-9_.]{0,79}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document by name and content."""

    id: str
    body: Mapping[str, Any]


Packed: TypeAlias = tuple[str, bytes]


@dataclass(slots=True)
class Outcome:
    """What became of documents: names of those that were `created` now, are `there`, or `failed`, with the reason.

    `away`: a whole request failed, as others would now.
    """

    created: set[str] = field(default_factory=set)
    there: set[str] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    away: bool = False


def stream_of(namespace: str) -> str:
    """Return the data stream of alerts; SettingsError: the namespace cannot be part of its name."""
    if not _NAMESPACE.fullmatch(namespace):
        raise SettingsError(f"namespace '{namespace[:100]}': small letters, digits, '.' and '_' only, at most 80")
    return f"alerts-sentinel-{namespace}"


def template(types: Mapping[str, str], keep_days: int | None = None, replicas: int | None = None) -> dict[str, Any]:
    """Return the index template of alerts: names with dots, each with its type. Other keys are kept, not indexed."""
    mappings = {"dynamic": False, "properties": properties_of(types)}
    settings = {} if replicas is None else {"number_of_replicas": replicas}
    lifecycle = {} if keep_days is None else {"lifecycle": {"data_retention": f"{keep_days}d"}}
    return {
        "index_patterns": [STREAMS],
        "data_stream": {},
        "priority": PRIORITY,
        "template": {"settings": settings, "mappings": mappings, **lifecycle},
    }


@dataclass(frozen=True, slots=True)
class Mirror:
    """A data stream of alerts in a cluster; `types` are names and types of what its documents hold."""

    client: Elasticsearch
    stream: str
    types: Mapping[str, str]
    keep_days: int | None = None
    replicas: int | None = None

    def prepare(self) -> None:
        """Put the index template in its place; StoreError where that is not allowed, or the cluster is away.

        One that is ours already stays as it is, with what somebody set in it, unless something else is asked for.
        """
        wanted = template(self.types, self.keep_days, self.replicas)
        with told("the index template of alerts"):
            if self.keep_days is None and self.replicas is None and self._stands(wanted["template"]["mappings"]):
                return
            self.client.indices.put_index_template(name=NAME, **wanted)

    def _stands(self, mappings: Mapping[str, Any]) -> bool:
        if not self.client.indices.exists_index_template(name=NAME):
            return False
        (found,) = self.client.indices.get_index_template(name=NAME).body["index_templates"]
        return found["index_template"].get("template", {}).get("mappings") in (mappings, as_kept(mappings))

    def send(self, sheets: Sequence[Sheet]) -> Outcome:
        """Send documents once. What is not confirmed counts as failed, whatever stood in the way."""
        outcome = Outcome()
        for some in _in_bytes(sheets):
            try:
                if missing := self._missing(some, outcome):
                    self._create(missing, outcome)
            except StoreError as error:
                outcome.away = True
                settled = outcome.created | outcome.there | outcome.failed.keys()
                outcome.failed |= {name: str(error) for name, _ in some if name not in settled}
        return outcome

    def _missing(self, some: Sequence[Packed], outcome: Outcome) -> list[Packed]:
        """Return those that no index behind the stream has: `create` alone sees only the newest of them."""
        names = [name for name, _ in some]
        with told(self.stream):
            found = self.client.search(
                index=self.stream,
                query={"ids": {"values": names}},
                size=len(names),
                source=False,
                ignore_unavailable=True,
                allow_partial_search_results=False,
            ).body["hits"]["hits"]
        outcome.there |= {hit["_id"] for hit in found}
        return [one for one in some if one[0] not in outcome.there]

    def _create(self, some: Sequence[Packed], outcome: Outcome) -> None:
        operations: list[Any] = []  # bytes are sent as they are, which the client's types do not say
        for name, body in some:
            operations += (orjson.dumps({"create": {"_id": name}}), body)
        try:
            with told(self.stream):
                answer = self.client.bulk(index=self.stream, operations=operations, filter_path="items.create")
        except StoreError as error:
            self._split(some, outcome, error)
            return
        items = answer.body.get("items", [])
        if len(items) != len(some):
            raise StoreError(f"{self.stream}: {len(items):,} answers to {len(some):,} alerts")
        for (name, _), item in zip(some, items, strict=True):
            _settle(name, item.get("create", {}), outcome)

    def _split(self, some: Sequence[Packed], outcome: Outcome, error: StoreError) -> None:
        """Send halves where all together are too large for what stands in between; one that is so alone has failed."""
        if getattr(error.__cause__, "status_code", None) != TOO_LARGE:
            raise error
        if len(some) == 1:
            outcome.failed[some[0][0]] = str(error)
            return
        half = len(some) // 2
        self._create(some[:half], outcome)
        self._create(some[half:], outcome)


def _settle(name: str, answer: Mapping[str, Any], outcome: Outcome) -> None:
    """Note what became of one; why it was refused is told without its values."""
    status = answer.get("status", 0)
    if status == CREATED:
        outcome.created.add(name)
    elif status == THERE:
        outcome.there.add(name)
    else:
        outcome.failed[name] = f"refused with {status}, {(answer.get('error') or {}).get('type')}"


def _in_bytes(sheets: Sequence[Sheet]) -> list[list[Packed]]:
    """Return documents in groups that are no larger than a request should be, but for one that is so alone."""
    groups: list[list[Packed]] = []
    size = 0
    for sheet in sheets:
        body = orjson.dumps(sheet.body)
        if not groups or size + len(body) > MOST_BYTES:
            groups.append([])
            size = 0
        groups[-1].append((sheet.id, body))
        size += len(body)
    return groups
