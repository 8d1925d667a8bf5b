"""Reads crosswalks and the outside frameworks that they lead to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from sentinel.comply.checklist import NORMEN, Cover, entries, read_chapters
from sentinel.comply.files import Spoken, meant, one
from sentinel.comply.packs import PackFile
from sentinel.content import Item, Said, Schema, yaml_files
from sentinel.errors import ContentError, Fault
from sentinel.model.compliance import Confidence
from sentinel.model.crosswalks import Crosswalk, Framework, Link, Relation
from sentinel.model.text import Text

FrameworkId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9.-]{1,60}$")]
Place = Annotated[str, Field(min_length=1, max_length=40, strict=True)]


class PlaceEntry(Schema):
    """One number of an outside framework, with a short label in our own words."""

    id: Place
    nb: Annotated[str, Field(min_length=1, max_length=120)]
    en: Annotated[str, Field(min_length=1, max_length=120)]


class FrameworkFile(Schema):
    """An outside framework: numbers and our own labels, and how sure we are of the numbers."""

    id: FrameworkId
    title: Spoken
    about: Spoken
    source: Spoken
    confidence: Confidence
    places: Annotated[list[PlaceEntry], Field(min_length=1)]


class RelationEntry(Schema):
    """One link: `from` is equal to, narrower or broader than `to`, or shares something with it."""

    first: Annotated[Place, Field(alias="from")]
    second: Annotated[Place, Field(alias="to")]
    relation: Relation
    confidence: Confidence
    note: Said | None = None


class CrosswalkFile(Schema):
    """All links from one framework to another; `source` tells who says so."""

    id: FrameworkId
    first: Annotated[FrameworkId, Field(alias="from")]
    second: Annotated[FrameworkId, Field(alias="to")]
    source: Spoken
    confidence: Confidence
    relations: Annotated[list[RelationEntry], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Atlas:
    """Every framework, our own and outside ones, and every crosswalk between them."""

    frameworks: Mapping[str, Framework]
    crosswalks: tuple[Crosswalk, ...]


def load_atlas(base: Path) -> Atlas:
    """Read `checklists/crosswalks` against Normen and the packs; raise ContentError with all faults."""
    faults: list[Fault] = []
    folder = base / "checklists" / "crosswalks"
    frameworks = own_frameworks(base, faults)
    for path in yaml_files(folder / "frameworks"):
        if found := one(path, FrameworkFile, base, faults):
            faults += _wrong_framework(found, frameworks)
            frameworks[found.value.id] = _as_framework(found.value)
    items = [one(path, CrosswalkFile, base, faults) for path in yaml_files(folder) if path.parent == folder]
    read = [item for item in items if item]
    for item in read:
        faults += _wrong_crosswalk(item, frameworks)
    if faults:
        raise ContentError(faults)
    return Atlas(frameworks, tuple(_as_crosswalk(item.value) for item in read))


def own_frameworks(base: Path, faults: list[Fault]) -> dict[str, Framework]:
    """Return Normen and every pack with the titles of their requirements."""
    checklists = base / "checklists"
    whole = one(checklists / "normen" / "normen.yml", Cover, base, faults)
    packs = [one(path, PackFile, base, faults) for path in sorted((checklists / "packs").glob("*/pack.yml"))]
    found = {NORMEN: _own(NORMEN, checklists / "normen", whole.value.title.text(), base, faults)} if whole else {}
    for pack in filter(None, packs):
        name = pack.value.id
        found[name] = _own(name, checklists / "packs" / name, pack.value.title.text(), base, faults)
    return found


def _own(name: str, folder: Path, title: Text, base: Path, faults: list[Fault]) -> Framework:
    chapters = read_chapters(folder / "requirements", base, faults)
    about = Text("Egne krav.", "Our own requirements.")
    return Framework(name, title, about, about, "known", {e.id: e.title.text() for _, _, e in entries(chapters)})


def _as_framework(file: FrameworkFile) -> Framework:
    labels = {place.id: Text(place.nb, place.en) for place in file.places}
    return Framework(file.id, file.title.text(), file.about.text(), file.source.text(), file.confidence, labels)


def _as_crosswalk(file: CrosswalkFile) -> Crosswalk:
    links = tuple(
        Link(one.first, one.second, one.relation, one.confidence, one.note.text() if one.note else None)
        for one in file.relations
    )
    return Crosswalk(file.id, file.first, file.second, file.source.text(), file.confidence, links)


def _wrong_framework(item: Item[FrameworkFile], known: Mapping[str, Framework]) -> Iterator[Fault]:
    yield from _wrong_name(item, item.value.id)
    if item.value.id in known:
        yield item.document.fault(["id"], f"framework {item.value.id} is there already")
    counts = Counter(place.id for place in item.value.places)
    for index, place in enumerate(item.value.places):
        if counts[place.id] > 1:
            yield item.document.fault(["places", index], f"{place.id} is written {counts[place.id]} times")


def _wrong_crosswalk(item: Item[CrosswalkFile], frameworks: Mapping[str, Framework]) -> Iterator[Fault]:
    file = item.value
    yield from _wrong_name(item, file.id)
    if file.id != f"{file.first}-{file.second}":
        yield item.document.fault(["id"], f"the id is '{file.first}-{file.second}', from and to")
    if file.first == file.second:
        yield item.document.fault(["to"], "leads to the framework that it comes from")
    for key, name in (("from", file.first), ("to", file.second)):
        if name not in frameworks:
            yield item.document.fault([key], f"unknown framework '{name}'{meant(name, frameworks)}")
        else:
            yield from _strangers(item, key, frameworks[name])
    yield from _repeated(item)


def _strangers(item: Item[CrosswalkFile], key: str, framework: Framework) -> Iterator[Fault]:
    for index, link in enumerate(item.value.relations):
        place = link.first if key == "from" else link.second
        if place not in framework.labels:
            hint = meant(place, framework.labels)
            yield item.document.fault(["relations", index, key], f"{framework.id} has no '{place}'{hint}")


def _repeated(item: Item[CrosswalkFile]) -> Iterator[Fault]:
    seen: set[tuple[str, str]] = set()
    for index, link in enumerate(item.value.relations):
        pair = (link.first, link.second)
        if pair in seen:
            yield item.document.fault(["relations", index], f"{pair[0]} and {pair[1]} are linked twice")
        seen.add(pair)


def _wrong_name(item: Item[FrameworkFile] | Item[CrosswalkFile], name: str) -> Iterator[Fault]:
    stem = Path(item.document.location.path).name.removesuffix(".yml")
    if stem != name:
        yield item.document.fault(["id"], f"the file is called '{stem}'")
