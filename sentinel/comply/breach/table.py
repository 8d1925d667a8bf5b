"""Reads ENISA's table of `checklists/breach/severity.yml`: what each answer scores, and what it means."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sentinel.comply.checklist import ReferenceEntry
from sentinel.comply.files import Spoken, one
from sentinel.content import Item, Schema
from sentinel.errors import ContentError, Fault

Id = Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")]
Score = Annotated[str, Field(pattern=r"^\d(\.\d{1,2})?$")]


class Option(Schema):
    """One answer and its score."""

    id: Id
    score: Score
    when: Spoken

    @property
    def value(self) -> Fraction:
        """Return the exact score."""
        return Fraction(self.score)


class ContextEntry(Schema):
    """One context of a type of data."""

    id: Id
    score: Annotated[int, Field(ge=1, le=4, strict=True)]
    when: Spoken

    @property
    def value(self) -> Fraction:
        """Return the exact score."""
        return Fraction(self.score)


class TypeEntry(Schema):
    """One type of data."""

    id: Id
    title: Spoken
    contexts: Annotated[tuple[ContextEntry, ...], Field(min_length=1)]


class CircumstanceEntry(Schema):
    """One kind of breach."""

    id: Id
    title: Spoken
    options: Annotated[tuple[Option, ...], Field(min_length=1)]


class LevelEntry(Schema):
    """One level; `from` is the score at which it begins."""

    id: Id
    begins: Annotated[Score, Field(alias="from")]
    title: Spoken
    means: Spoken


class Table(Schema):
    """The whole method as its file has it."""

    source: ReferenceEntry
    types: Annotated[tuple[TypeEntry, ...], Field(min_length=1)]
    identification: Annotated[tuple[Option, ...], Field(min_length=1)]
    circumstances: Annotated[tuple[CircumstanceEntry, ...], Field(min_length=1)]
    malicious: Score
    levels: Annotated[tuple[LevelEntry, ...], Field(min_length=1)]
    many: Annotated[int, Field(ge=1, strict=True)]

    def contexts(self, kind: str) -> tuple[ContextEntry, ...]:
        """Return the contexts of a type of data, of all where the type is not known."""
        return tuple(context for entry in self.types if kind in {entry.id, "unknown"} for context in entry.contexts)

    def options(self, kind: str) -> tuple[Option, ...]:
        """Return what may have happened, of one kind of breach."""
        return next(entry.options for entry in self.circumstances if entry.id == kind)

    def level(self, score: Fraction) -> LevelEntry:
        """Return the level that a score falls in."""
        return [entry for entry in self.levels if Fraction(entry.begins) <= score][-1]


def load_table(base: Path) -> Table:
    """Read the table; raise ContentError with every fault."""
    faults: list[Fault] = []
    item = one(base / "checklists" / "breach" / "severity.yml", Table, base, faults)
    if item:
        faults += _wrong(item)
    if faults or item is None:
        raise ContentError(faults)
    return item.value


def _wrong(item: Item[Table]) -> Iterator[Fault]:
    table, document = item.value, item.document
    begins = [Fraction(level.begins) for level in table.levels]
    if begins != sorted(set(begins)) or begins[0] != 0:
        yield document.fault(["levels"], "the levels do not rise from 0")
    for index, entry in enumerate(table.types):
        if "usual" not in {context.id for context in entry.contexts}:
            yield document.fault(["types", index], f"type {entry.id} has no context 'usual'")
    kinds = [entry.id for entry in table.circumstances]
    if sorted(kinds) != ["availability", "confidentiality", "integrity"]:
        yield document.fault(["circumstances"], "holds not each of confidentiality, integrity and availability once")
