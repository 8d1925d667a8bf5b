"""Which facts are true for an organisation: what is usual for its type, corrected by what the site file says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sentinel.comply.checklist import ALWAYS, Checklist, Class, Classes, wrong_classes
from sentinel.comply.files import ClassName, Spoken, meant, one
from sentinel.content import Item, Schema
from sentinel.errors import ContentError, Fault, SettingsError
from sentinel.model.compliance import Organisation
from sentinel.model.text import Text

PUBLIC, PRIVATE, LARGE = "PUB", "PRIV", "LARGE"


class TypeEntry(Schema):
    """One type of organisation: what is taken as true, what has to be asked, and which part of the checklist it gets.

    `small`: the part for a small practice, unless the organisation is LARGE. `full`: everything that applies.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z_]+$")]
    title: Spoken
    usual: list[ClassName]
    asked: list[ClassName]
    part: Literal["small", "full"] = "full"


class TypesFile(Schema):
    """The file `organisation-types.yml`."""

    types: Annotated[list[TypeEntry], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class OrganisationType:
    """What is usual for one type; classes in neither set are not true for it."""

    id: str
    title: Text
    usual: frozenset[str]
    asked: frozenset[str]
    small: bool


@dataclass(frozen=True, slots=True)
class Types:
    """All types of organisation by id, with the classes they speak of."""

    by_id: Mapping[str, OrganisationType]
    classes: Mapping[str, Class]

    def kind(self, kind: str) -> OrganisationType:
        """Return one type; raise SettingsError, with a suggestion, where nobody knows it."""
        found = self.by_id.get(kind)
        if found is None:
            raise SettingsError(
                f"unknown type of organisation '{kind}'{meant(kind, self.by_id)} Known: {', '.join(self.by_id)}"
            )
        return found

    def organisation(self, name: str, number: str, kind: str, overrides: Mapping[str, bool]) -> Organisation:
        """Return the organisation with every fact that is true for it; `overrides` are the site file's own.

        What is asked of its type and was not said counts as true: silence never makes the checklist shorter.
        """
        own = self.kind(kind)
        self._check(overrides)
        said = dict(overrides)
        if PUBLIC in said or PRIVATE in said:
            said[PUBLIC] = said.get(PUBLIC, not said.get(PRIVATE))
            said[PRIVATE] = not said[PUBLIC]
        facts = {ALWAYS} | own.usual | own.asked
        if PUBLIC not in own.usual:
            facts |= {PRIVATE}
        facts |= {fact for fact, true in said.items() if true}
        facts -= {fact for fact, true in said.items() if not true}
        return Organisation(name, number, kind, frozenset(facts))

    def unsaid(self, kind: str, overrides: Mapping[str, bool]) -> tuple[str, ...]:
        """Return what is asked of a type and was not said, in the order of the classes; it counts as true."""
        public = {PUBLIC} if PRIVATE in overrides else set()
        silent = self.kind(kind).asked - set(overrides) - public
        return tuple(name for name in self.classes if name in silent)

    def part(self, organisation: Organisation, checklist: Checklist) -> Checklist:
        """Return what an organisation is asked of: the part for a small practice, or everything."""
        return checklist.small() if self.is_small(organisation) else checklist

    def is_small(self, organisation: Organisation) -> bool:
        """Say whether an organisation is asked only the part for a small practice."""
        return self.kind(organisation.kind).small and LARGE not in organisation.facts

    def _check(self, overrides: Mapping[str, bool]) -> None:
        for fact, true in overrides.items():
            if fact not in self.classes:
                raise SettingsError(f"unknown class '{fact}'{meant(fact, self.classes)}")
            if fact == ALWAYS and not true:
                raise SettingsError(f"class {ALWAYS} is true for everybody and cannot be switched off")
        if PUBLIC in overrides and overrides.get(PRIVATE) == overrides[PUBLIC]:
            raise SettingsError(f"{PUBLIC} and {PRIVATE} cannot both be {str(overrides[PUBLIC]).lower()}")


def load_types(base: Path) -> Types:
    """Read `checklists/organisation-types.yml` and the classes; raise ContentError with all faults."""
    faults: list[Fault] = []
    types = one(base / "checklists" / "organisation-types.yml", TypesFile, base, faults)
    classes = one(base / "checklists" / "classes.yml", Classes, base, faults)
    if types and classes:
        faults += wrong_classes(classes)
        faults += _wrong_types(types, {entry.id for entry in classes.value.classes})
    if faults or not (types and classes):
        raise ContentError(faults)
    by_id = {
        entry.id: OrganisationType(
            id=entry.id,
            title=entry.title.text(),
            usual=frozenset(entry.usual),
            asked=frozenset(entry.asked),
            small=entry.part == "small",
        )
        for entry in types.value.types
    }
    return Types(by_id, {c.id: Class(c.id, c.question.text(), c.absent.text()) for c in classes.value.classes})


def _wrong_types(item: Item[TypesFile], classes: set[str]) -> Iterator[Fault]:
    ids = [entry.id for entry in item.value.types]
    for index, entry in enumerate(item.value.types):
        where: list[str | int] = ["types", index]
        if entry.id in ids[:index]:
            yield item.document.fault([*where, "id"], f"type {entry.id} is written twice")
        for fact in sorted({*entry.usual, *entry.asked} - classes):
            yield item.document.fault(where, f"unknown class '{fact}'{meant(fact, classes)}")
        for fact in sorted({*entry.usual} & {*entry.asked}):
            yield item.document.fault(where, f"{fact} is both usual and asked")
