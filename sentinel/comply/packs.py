"""Reads packs: laws and frameworks beside Normen. A new law is a new folder of files, and no code.

`checklists/packs/<id>/pack.yml` says what it is and whether it binds, `requirements/*.yml` what is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sentinel.comply.answers import Day
from sentinel.comply.checklist import (
    Chapter,
    Checklist,
    Classes,
    Head,
    as_checklist,
    entries,
    read_chapters,
    wrong_classes,
    wrong_requirements,
)
from sentinel.comply.files import ClassName, Spoken, meant, one
from sentinel.comply.levels import LevelsFile, as_levels, worded
from sentinel.comply.profile import switched_on
from sentinel.comply.wording import day as written_day
from sentinel.comply.wording import listed, sentence
from sentinel.content import Item, content_hash, yaml_files
from sentinel.errors import ContentError, Fault, SettingsError
from sentinel.model.compliance import Confidence, Organisation, Requirement
from sentinel.model.packs import PackOverview, Standing, Status, Validity
from sentinel.model.text import LANGUAGES, Language, Text


class PackFile(Head):
    """The file `pack.yml`. `valid_from` is written also where it is not known, as null."""

    about: Spoken
    status: Status
    valid_from: Day | None
    valid_to: Day | None = None
    confidence: Confidence
    source: Annotated[str, Field(min_length=1, max_length=300)]
    applies: Annotated[list[ClassName], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Pack:
    """A law or framework: what it asks, as a checklist, whether it binds, and the classes it is for (any of them)."""

    checklist: Checklist
    about: Text
    validity: Validity
    applies: tuple[str, ...]

    @property
    def id(self) -> str:
        """The name of its folder."""
        return self.checklist.id

    def is_for(self, organisation: Organisation) -> bool:
        """Whether any of its classes is true for an organisation."""
        return not organisation.facts.isdisjoint(self.applies)

    def because(self, organisation: Organisation, said: Mapping[str, bool], silent: tuple[str, ...]) -> Text:
        """Say why it is for an organisation, by the first class that is true, or why not, by all of them."""
        for name in self.applies:
            if name in organisation.facts:
                return switched_on(self.checklist.classes[name], said=name in said, silent=name in silent)
        absent = [self.checklist.classes[name].absent for name in self.applies]
        return Text(
            sentence(f"Gjelder ikke: {listed([text.nb for text in absent], 'nb')}"),
            sentence(f"Does not apply: {listed([text.en for text in absent], 'en')}"),
        )

    def overview(self, as_of: date, applies: bool | None = None, because: Text | None = None) -> PackOverview:  # noqa: FBT001 -- beside its reason
        """Return what the pack is on one day."""
        standing = self.validity.on(as_of)
        return PackOverview(
            id=self.id,
            version=self.checklist.version,
            hash=self.checklist.hash,
            title=self.checklist.title,
            about=self.about,
            based_on=self.checklist.based_on,
            validity=self.validity,
            standing=standing,
            says=_says(standing, self.validity, self.checklist.requirements),
            requirements=len(self.checklist.requirements),
            gates=sum(requirement.gate for requirement in self.checklist.requirements),
            applies=applies,
            because=because,
        )


@dataclass(frozen=True, slots=True)
class _Read:
    """The files of one pack."""

    folder: Path
    file: Item[PackFile]
    chapters: list[Item[Chapter]]


def load_packs(base: Path) -> dict[str, Pack]:
    """Read every pack by its id; raise ContentError with all faults of all files.

    Chapters are held against Normen's and one another, so that an id of a requirement means one thing everywhere.
    """
    faults: list[Fault] = []
    checklists = base / "checklists"
    classes = one(checklists / "classes.yml", Classes, base, faults)
    levels = one(checklists / "normen" / "levels.yml", LevelsFile, base, faults)
    normen = read_chapters(checklists / "normen" / "requirements", base, faults)
    folders = sorted(path for path in (checklists / "packs").glob("*") if path.is_dir())
    found = [pack for pack in (_read(folder, base, faults) for folder in folders) if pack]
    if classes:
        faults += wrong_classes(classes)
        for pack in found:
            faults += _wrong(pack, {entry.id for entry in classes.value.classes})
    faults += _shared([*normen, *(chapter for pack in found for chapter in pack.chapters)])
    if faults or not (classes and levels):
        raise ContentError(faults)
    return {pack.file.value.id: _as_pack(pack, classes.value, levels.value, base) for pack in found}


def choose(packs: Mapping[str, Pack], name: str) -> Pack:
    """Return one pack; raise SettingsError, with a suggestion, where nobody knows it."""
    if name not in packs:
        raise SettingsError(f"unknown pack '{name}'{meant(name, packs)} Known: {', '.join(packs) or 'none'}")
    return packs[name]


def _read(folder: Path, base: Path, faults: list[Fault]) -> _Read | None:
    file = one(folder / "pack.yml", PackFile, base, faults)
    chapters = read_chapters(folder / "requirements", base, faults)
    return _Read(folder, file, chapters) if file else None


def _wrong(pack: _Read, classes: set[str]) -> Iterator[Fault]:
    file, document = pack.file.value, pack.file.document
    if file.id != pack.folder.name:
        yield document.fault(["id"], f"'{file.id}' is not the name of its folder, '{pack.folder.name}'")
    if file.valid_from and file.valid_to and file.valid_to < file.valid_from:
        yield document.fault(["valid_to"], f"{file.valid_to} is before {file.valid_from}, the first day")
    for name in sorted(set(file.applies) - classes):
        yield document.fault(["applies"], f"unknown class '{name}'{meant(name, classes)}")
    yield from wrong_requirements(pack.chapters, classes, set(file.roles))


def _shared(chapters: list[Item[Chapter]]) -> Iterator[Fault]:
    """Yield chapters whose code another file has; ids begin with it, so they would mean two things."""
    first: dict[str, str] = {}
    for chapter in chapters:
        code, path = chapter.value.chapter, chapter.document.location.path
        if code in first:
            yield chapter.document.fault(["chapter"], f"chapter {code} is that of {first[code]}")
        first.setdefault(code, path)


def _as_pack(pack: _Read, classes: Classes, levels: LevelsFile, base: Path) -> Pack:
    """Return the noun; its hash covers the thresholds too, which are those of Normen."""
    file = pack.file.value
    gates = {entry.id: entry.title.text() for _, _, entry in entries(pack.chapters) if entry.gate}
    whole = as_checklist(file, pack.chapters, classes, worded(as_levels(levels), gates))
    files = [*yaml_files(pack.folder), base / "checklists" / "normen" / "levels.yml"]
    return Pack(
        checklist=replace(whole, hash=content_hash(files, base), place=f"packs/{pack.folder.name}"),
        about=file.about.text(),
        validity=Validity(file.status, file.valid_from, file.valid_to, file.confidence, file.source),
        applies=tuple(file.applies),
    )


_NO_BREACH = Text(
    "Poengene viser hvor forberedt dere er, og et hull er ikke et brudd.",
    "The numbers show how prepared you are, and a gap is no breach.",
)
_LAW_BEHIND = Text(
    "{law} av {all} krav bygger på lover som gjelder uansett, og der kan et hull være et brudd på loven.",
    "{law} of {all} requirements stand on laws that hold anyhow, and there a gap may be a breach of the law.",
)
_SAYS: Mapping[Standing, Text] = {
    "in_force": Text("Gjelder i Norge fra {first}.", "In force in Norway from {first}."),
    "not_yet": Text("Gjelder ikke før {first}.", "Not in force before {first}."),
    "ended": Text("Gjaldt til og med {last}, og gjelder ikke lenger.", "Was in force until {last}, and is no longer."),
    "not_known": Text(
        "Sies å gjelde i Norge, men fra hvilken dag er ikke kjent her.",
        "Said to be in force in Norway, but from which day is not known here.",
    ),
    "proposed": Text("Ikke norsk lov etter det som er kjent her.", "Not Norwegian law as far as is known here."),
    "voluntary": Text("Frivillig å følge.", "Voluntary to follow."),
}
_UNSURE = Text(
    "Det er ikke bekreftet om og når dette gjelder. Slå opp før dere bruker det.",
    "Whether and from when this applies is not confirmed. Look it up before you use it.",
)


def _says(standing: Standing, validity: Validity, requirements: Sequence[Requirement]) -> Text:
    nb, en = (_said(standing, validity, requirements, language) for language in LANGUAGES)
    return Text(nb, en)


def _said(standing: Standing, validity: Validity, requirements: Sequence[Requirement], language: Language) -> str:
    first, last = (written_day(when, language) if when else "" for when in (validity.valid_from, validity.valid_to))
    parts = [_SAYS[standing].say(language).format(first=first, last=last)]
    parts += _about_gaps(standing, requirements, language)
    parts += [_UNSURE.say(language)] if validity.confidence == "unverified" else []
    return " ".join(parts)


def _about_gaps(standing: Standing, requirements: Sequence[Requirement], language: Language) -> list[str]:
    """Say that a gap is no breach, but never of a voluntary pack whose requirements stand on laws."""
    if standing in {"in_force", "not_known"}:
        return []
    law = sum(requirement.basis == "law" for requirement in requirements)
    if standing == "voluntary" and law:
        return [_LAW_BEHIND.say(language).format(law=law, all=len(requirements))]
    return [_NO_BREACH.say(language)]
