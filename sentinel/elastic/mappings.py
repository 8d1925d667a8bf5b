"""What indices make of fields, and what a query by hand would therefore not find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import Elasticsearch

from sentinel.elastic.cluster import told

CASED = frozenset({"keyword", "wildcard", "constant_keyword", "flattened"})
"""Types for which capitals and small letters are two things, unless a normalizer says otherwise."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A field in one index, or the part of a document that it lies in."""

    index: str
    kind: str
    indexed: bool
    longest: int | None
    normalizer: bool


@dataclass(frozen=True, slots=True)
class Mappings:
    """The fields of some indices, by name."""

    indices: tuple[str, ...]
    fields: Mapping[str, tuple[Mapped, ...]]

    def hides(self, names: Sequence[str]) -> Iterator[str]:
        """Yield what alone is found of a field that may have several names."""
        found = [one for name in names for one in self._of(name)]
        there = {one.index for one in found}
        if not found:
            yield "nothing, as it is not indexed"
            return
        if len(there) < len(self.indices):
            yield f"only in {len(there)} of {len(self.indices)} indices"
        kinds = sorted({one.kind for one in found})
        if len({frozenset(one.kind for one in found if one.index == index) for index in there}) > 1:
            yield f"by several types ({', '.join(kinds)})"
        if "text" in kinds or "match_only_text" in kinds:
            yield "words of it and not the whole"
        if lengths := [one.longest for one in found if one.longest is not None]:
            yield f"no more than {min(lengths):,} letters"
        if any(one.kind in CASED and not one.normalizer for one in found):
            yield "the same case only"

    def _of(self, name: str) -> Iterator[Mapped]:
        """Yield a field wherever it is indexed, by itself or as a part of a flattened one."""
        yield from (one for one in self.fields.get(name, ()) if one.indexed)
        parts = name.split(".")
        for end in range(1, len(parts)):
            above = self.fields.get(".".join(parts[:end]), ())
            yield from (one for one in above if one.indexed and one.kind == "flattened")


def mappings(client: Elasticsearch, target: str) -> Mappings:
    """Read the mappings of all indices of a target; StoreError where that is not allowed."""
    with told(target):
        answer = client.indices.get_mapping(index=target, allow_no_indices=False).body
    found: dict[str, list[Mapped]] = {}
    for index, one in answer.items():
        for name, told_of in _fields(one["mappings"].get("properties", {}), ""):
            found.setdefault(name, []).append(_mapped(index, told_of))
    return Mappings(tuple(sorted(answer)), {name: tuple(each) for name, each in found.items()})


def _mapped(index: str, told_of: Mapping[str, Any]) -> Mapped:
    longest = told_of.get("ignore_above")
    kind, indexed = str(told_of["type"]), told_of.get("index", True) is not False
    return Mapped(index, kind, indexed, longest if isinstance(longest, int) else None, "normalizer" in told_of)


def _fields(properties: Mapping[str, Any], above: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for name, told_of in properties.items():
        if "type" in told_of and told_of["type"] not in {"object", "nested"}:
            yield f"{above}{name}", told_of
        yield from _fields(told_of.get("properties", {}), f"{above}{name}.")
