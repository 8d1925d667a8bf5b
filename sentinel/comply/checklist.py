"""Reads a checklist: its requirements, the classes that switch them on, and what its levels ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sentinel.comply.files import Asked, ClassName, RequirementId, Spoken, meant, one
from sentinel.comply.levels import Levels, LevelsFile, as_levels, wrong_levels
from sentinel.content import Item, Said, Schema, content_hash, load, relative, yaml_files
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.compliance import Basis, Confidence, Duty, Guidance, Reference, Requirement
from sentinel.model.text import Text

ALWAYS = "ALL"
"""The class that is true for everybody."""
NORMEN = "normen"
"""The folder of the checklist that is no pack."""


Word = Annotated[str, Field(min_length=1, max_length=80)]
Weight = Annotated[int, Field(ge=1, le=3, strict=True)]
RoleName = Annotated[str, Field(pattern=r"^[a-z][a-z_]+$")]
ChecklistId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]+$")]


class ReferenceEntry(Schema):
    """Where a requirement comes from, and how sure we are of the place."""

    source: Word
    place: Word
    confidence: Confidence


class RequirementEntry(Schema):
    """One requirement as its file writes it."""

    id: RequirementId
    title: Spoken
    text: Spoken
    question: Asked
    why: Spoken
    how: Spoken
    applies: ClassName
    weight: Weight
    gate: Annotated[bool, Field(strict=True)] = False
    duty: Duty
    basis: Basis
    knows: Annotated[list[RoleName], Field(min_length=1, max_length=3)]
    evidence: Spoken
    large: Spoken
    example: Spoken
    supplier: Asked | None = None
    references: Annotated[list[ReferenceEntry], Field(min_length=1)]


class Chapter(Schema):
    """One file of requirements; `chapter` begins each of its ids."""

    chapter: Annotated[str, Field(pattern=r"^[A-Z]{2,3}$")]
    title: Spoken
    requirements: Annotated[list[RequirementEntry], Field(min_length=1)]


class Profile(Schema):
    """The part for a small practice: gates, and what has this weight and one of these classes."""

    id: ChecklistId
    title: Spoken
    rule: Spoken
    minutes: Annotated[int, Field(gt=0)]
    weight: Weight
    classes: Annotated[list[ClassName], Field(min_length=1)]


class Head(Schema):
    """What a checklist and a pack say of themselves alike: version, what they stand on, and who usually knows."""

    id: ChecklistId
    version: Annotated[str, Field(pattern=r"^\d{4}\.\d+$", strict=True)]
    title: Spoken
    based_on: Spoken
    roles: Annotated[dict[RoleName, Spoken], Field(min_length=1)]


class Cover(Head):
    """The checklist's own page, with the part that a small practice is asked."""

    profile: Profile


class ClassEntry(Schema):
    """One yes-or-no fact about an organisation; `absent` says in words that it is not so."""

    id: ClassName
    question: Asked
    absent: Spoken


class Classes(Schema):
    """The facts that requirements are switched on by."""

    classes: Annotated[list[ClassEntry], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Class:
    """One fact about an organisation: what is asked, and what is printed where it is not true."""

    id: str
    question: Text
    absent: Text


@dataclass(frozen=True, slots=True)
class Part:
    """How the part for a small practice is chosen: every gate, and what has this weight and one of these classes."""

    id: str
    title: Text
    weight: int
    classes: frozenset[str]

    def holds(self, requirement: Requirement) -> bool:
        """Whether a small practice is asked this."""
        return requirement.gate or (requirement.weight == self.weight and requirement.applies in self.classes)


@dataclass(frozen=True, slots=True)
class Checklist:
    """All that is needed to judge answers, or the part of it that some organisation is asked.

    `hash` is over every file of the checklist's folder, whichever part is asked; `beyond` holds the ids of the
    requirements that this part leaves out. A pack has no part for a small practice: its classes alone decide. `place`
    is its folder below `checklists/`, `roles` those who usually know.
    """

    id: str
    version: str
    hash: str
    title: Text
    based_on: Text
    part: Part | None
    chapters: Mapping[str, Text]
    requirements: tuple[Requirement, ...]
    classes: Mapping[str, Class]
    levels: Levels
    beyond: frozenset[str] = frozenset()
    place: str = NORMEN
    roles: Mapping[str, Text] = field(default_factory=dict)
    part_of: str = ""

    @property
    def whole(self) -> str:
        """The id of the checklist that this is, or is a part of."""
        return self.part_of or self.id

    def known(self) -> frozenset[str]:
        """Return the ids of all requirements, also of those that this part leaves out."""
        return frozenset(requirement.id for requirement in self.requirements) | self.beyond

    def beside(self, name: str) -> Path:
        """Return where a file that goes with it lies, below a content root: Normen's lie above its own folder."""
        return Path("checklists") / name if self.place == NORMEN else Path("checklists") / self.place / name

    def small(self) -> Checklist:
        """Return the part for a small practice, under the id of that part; all of it where there is no such part."""
        part = self.part
        if part is None:
            return self
        kept = tuple(requirement for requirement in self.requirements if part.holds(requirement))
        beyond = self.known() - {requirement.id for requirement in kept}
        return replace(self, id=part.id, title=part.title, requirements=kept, beyond=beyond, part_of=self.id)


def load_checklist(base: Path) -> Checklist:
    """Read `checklists/normen` and `checklists/classes.yml`; raise ContentError with all faults of all files."""
    folder = base / "checklists" / "normen"
    faults: list[Fault] = []
    cover = one(folder / "normen.yml", Cover, base, faults)
    levels = one(folder / "levels.yml", LevelsFile, base, faults)
    classes = one(base / "checklists" / "classes.yml", Classes, base, faults)
    chapters = read_chapters(folder / "requirements", base, faults)
    if cover and levels and classes:
        faults += wrong_classes(classes)
        faults += wrong_requirements(chapters, {entry.id for entry in classes.value.classes}, set(cover.value.roles))
        faults += wrong_part(cover, {entry.id for entry in classes.value.classes})
        faults += wrong_levels(levels, {entry.id: entry.gate for _, _, entry in entries(chapters)})
    if faults or not (cover and levels and classes):
        raise ContentError(faults)
    whole = as_checklist(cover.value, chapters, classes.value, as_levels(levels.value))
    return replace(whole, hash=content_hash(yaml_files(folder), base), part=_as_part(cover.value.profile))


def as_checklist(head: Head, chapters: list[Item[Chapter]], classes: Classes, levels: Levels) -> Checklist:
    """Return the noun for checked files, without a hash and without a part for a small practice."""
    return Checklist(
        id=head.id,
        version=head.version,
        hash="",
        title=head.title.text(),
        based_on=head.based_on.text(),
        part=None,
        chapters={item.value.chapter: item.value.title.text() for item in chapters},
        requirements=tuple(
            as_requirement(item.value.chapter, entry, head.roles) for item, _, entry in entries(chapters)
        ),
        classes={c.id: Class(c.id, c.question.text(), c.absent.text()) for c in classes.classes},
        levels=levels,
        roles={name: said.text() for name, said in head.roles.items()},
    )


def as_requirement(chapter: str, entry: RequirementEntry, roles: Mapping[str, Said]) -> Requirement:
    """Return the noun for one entry of a chapter."""
    return Requirement(
        id=entry.id,
        chapter=chapter,
        title=entry.title.text(),
        text=entry.text.text(),
        question=entry.question.text(),
        why=entry.why.text(),
        how=entry.how.text(),
        applies=entry.applies,
        weight=entry.weight,
        gate=entry.gate,
        duty=entry.duty,
        basis=entry.basis,
        guidance=Guidance(
            evidence=entry.evidence.text(),
            large=entry.large.text(),
            example=entry.example.text(),
            knows=tuple(roles[name].text() for name in entry.knows),
            supplier=entry.supplier.text() if entry.supplier else None,
        ),
        references=tuple(Reference(r.source, r.place, r.confidence) for r in entry.references),
    )


def wrong_requirements(chapters: list[Item[Chapter]], classes: set[str], roles: set[str]) -> Iterator[Fault]:
    """Yield what no entry can tell alone: ids that repeat or stand in the wrong chapter, unknown classes and roles."""
    counts = Counter(entry.id for _, _, entry in entries(chapters))
    for item, index, entry in entries(chapters):
        where: list[str | int] = ["requirements", index]
        if counts[entry.id] > 1:
            yield item.document.fault([*where, "id"], f"requirement {entry.id} is written {counts[entry.id]} times")
        if entry.id.split("-")[0] != item.value.chapter:
            yield item.document.fault([*where, "id"], f"{entry.id} does not belong to chapter {item.value.chapter}")
        if entry.applies not in classes:
            hint = meant(entry.applies, classes)
            yield item.document.fault([*where, "applies"], f"unknown class '{entry.applies}'{hint}")
        for name in sorted(set(entry.knows) - roles):
            yield item.document.fault([*where, "knows"], f"unknown role '{name}'{meant(name, roles)}")


def wrong_part(item: Item[Cover], classes: set[str]) -> Iterator[Fault]:
    """Yield classes of the part for a small practice that nobody defined."""
    for name in sorted(set(item.value.profile.classes) - classes):
        yield item.document.fault(["profile", "classes"], f"unknown class '{name}'{meant(name, classes)}")


def wrong_classes(item: Item[Classes]) -> Iterator[Fault]:
    """Yield classes that are written twice, and the absence of the one that is always on."""
    ids = [entry.id for entry in item.value.classes]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            yield item.document.fault(["classes", index, "id"], f"class {name} is written twice")
    if ALWAYS not in ids:
        yield item.document.fault(["classes"], f"class {ALWAYS} is missing")


def _as_part(profile: Profile) -> Part:
    return Part(profile.id, profile.title.text(), profile.weight, frozenset(profile.classes))


def entries(chapters: list[Item[Chapter]]) -> Iterator[tuple[Item[Chapter], int, RequirementEntry]]:
    """Yield every requirement with its file and its number in it."""
    for item in chapters:
        for index, entry in enumerate(item.value.requirements):
            yield item, index, entry


def read_chapters(folder: Path, base: Path, faults: list[Fault]) -> list[Item[Chapter]]:
    """Read the files of requirements in their order; add what is wrong with them to `faults`."""
    try:
        chapters = load(folder, Chapter, base)
    except ContentError as error:
        faults += error.faults
        return []
    if not chapters:
        faults.append(Fault(Location(relative(folder, base)), "holds no requirements"))
    return sorted(chapters, key=lambda item: item.document.location)
