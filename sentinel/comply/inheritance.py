"""Reads which requirements one organisation may answer for another, and which stay with each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sentinel.comply.checklist import Checklist
from sentinel.comply.files import RequirementId, Spoken, meant, one
from sentinel.content import Item, Schema
from sentinel.errors import ContentError, Fault
from sentinel.model.compliance import Giver
from sentinel.model.text import Text

Reach = Literal["whole", "shared", "never"]
"""whole: may stand alone · shared: only beside the unit's own answer · never: stays with each."""


class GroupEntry(Schema):
    """Requirements that are handed on in the same way, and why."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z-]+$")]
    owner: Reach
    operator: Reach
    because: Spoken
    requirements: Annotated[list[RequirementId], Field(min_length=1)]


class InheritanceFile(Schema):
    """The file `inheritance.yml`."""

    groups: Annotated[list[GroupEntry], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Handing:
    """How far an owner's and an operator's answer reaches for one requirement."""

    reach: Mapping[Giver, Reach]
    because: Text


Inheritance = Mapping[str, Handing]
"""How each requirement is handed on, by its id."""


def load_inheritance(base: Path, checklist: Checklist) -> Inheritance:
    """Read `checklists/inheritance.yml`; raise ContentError where a requirement is unknown, missing or there twice."""
    faults: list[Fault] = []
    item = one(base / "checklists" / "inheritance.yml", InheritanceFile, base, faults)
    if item:
        faults += _wrong(item, checklist.known())
    if faults or not item:
        raise ContentError(faults)
    return {
        name: Handing({"owner": group.owner, "operator": group.operator}, group.because.text())
        for group in item.value.groups
        for name in group.requirements
    }


def _wrong(item: Item[InheritanceFile], known: frozenset[str]) -> Iterator[Fault]:
    counts = Counter(name for group in item.value.groups for name in group.requirements)
    for index, group in enumerate(item.value.groups):
        for place, name in enumerate(group.requirements):
            where: list[str | int] = ["groups", index, "requirements", place]
            if name not in known:
                yield item.document.fault(where, f"unknown requirement '{name}'{meant(name, known)}")
            if counts[name] > 1:
                yield item.document.fault(where, f"{name} is written {counts[name]} times")
    if missing := sorted(known - set(counts)):
        yield item.document.fault(["groups"], f"nothing is said of {', '.join(missing)}")
