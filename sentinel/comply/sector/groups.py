"""Reads the groups that are compared: disjoint, and covering every type of organisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sentinel.comply.files import Spoken, meant, one
from sentinel.comply.organisation import Types
from sentinel.content import Item, Schema
from sentinel.errors import ContentError, Fault
from sentinel.model.benchmark import Group

PartName = Literal["small", "full"]


class GroupEntry(Schema):
    """One group: the types in it, and what is asked of all of them."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z-]{1,60}$")]
    title: Spoken
    part: PartName
    types: Annotated[list[str], Field(min_length=1)]


class LeftOutEntry(Schema):
    """A type that is in no group, and why."""

    type: str
    because: Spoken


class GroupsFile(Schema):
    """The file `groups.yml`."""

    version: Annotated[str, Field(pattern=r"^\d{4}\.\d+$", strict=True)]
    groups: Annotated[list[GroupEntry], Field(min_length=1)]
    left_out: Annotated[list[LeftOutEntry], Field(default_factory=list)]


@dataclass(frozen=True, slots=True)
class Groups:
    """All groups, in order, and the one of each type and part."""

    version: str
    all: tuple[Group, ...]
    by: Mapping[tuple[str, PartName], Group]


def load_groups(base: Path, types: Types) -> Groups:
    """Read `checklists/sector/groups.yml`; raise ContentError where groups overlap or leave somebody out in silence."""
    faults: list[Fault] = []
    item = one(base / "checklists" / "sector" / "groups.yml", GroupsFile, base, faults)
    if item:
        faults += _wrong(item, types)
    if faults or not item:
        raise ContentError(faults)
    groups = tuple(Group(e.id, e.title.text(), e.part, frozenset(e.types)) for e in item.value.groups)
    return Groups(item.value.version, groups, {(kind, g.part): g for g in groups for kind in g.types})


def _wrong(item: Item[GroupsFile], types: Types) -> Iterator[Fault]:
    counts = Counter((kind, group.part) for group in item.value.groups for kind in group.types)
    ids = Counter(group.id for group in item.value.groups)
    for index, group in enumerate(item.value.groups):
        where: list[str | int] = ["groups", index]
        if ids[group.id] > 1:
            yield item.document.fault([*where, "id"], f"group {group.id} is written {ids[group.id]} times")
        for kind in group.types:
            if kind not in types.by_id:
                yield item.document.fault([*where, "types"], f"unknown type '{kind}'{meant(kind, types.by_id)}")
            if counts[kind, group.part] > 1:
                yield item.document.fault([*where, "types"], f"{kind} is in more than one group of part {group.part}")
    left_out = {entry.type for entry in item.value.left_out}
    for kind, own in types.by_id.items():
        parts: tuple[PartName, ...] = ("small", "full") if own.small else ("full",)
        for part in parts:
            if not counts[kind, part] and kind not in left_out:
                yield item.document.fault(["groups"], f"{kind} is in no group of part {part}, and not left out")
