"""Reads the library of scenarios: what can go wrong, whom it fits, what it threatens, and what is usually done."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import orjson
from pydantic import Field

from sentinel.comply.answers import Day
from sentinel.comply.checklist import ALWAYS
from sentinel.comply.files import ClassName, RequirementId, Spoken, meant, one
from sentinel.content import Item, Schema, content_hash, load, relative, yaml_files
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.risks import DIMENSIONS, Dimension, Provenance
from sentinel.model.text import Text

ScenarioId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,60}$")]
Kind = Literal["supplier", "attack", "people", "failure"]
ALWAYS_THERE: Kind = "supplier"
"""Scenarios of this kind stand in every assessment, whether or not its file names them."""


class LibraryFile(Schema):
    """The library's own page: who made it, when, and under which licence."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]+$")]
    version: Annotated[str, Field(pattern=r"^\d{4}\.\d+$", strict=True)]
    title: Spoken
    author: Annotated[str, Field(min_length=1, max_length=200)]
    date: Day
    licence: Annotated[str, Field(min_length=1, max_length=40)]


class ScenarioEntry(Schema):
    """One scenario; it fits where every class in `applies` is true."""

    id: ScenarioId
    title: Spoken
    text: Spoken
    applies: tuple[ClassName, ...] = ()
    threatens: Annotated[list[Dimension], Field(min_length=1)]
    requirements: Annotated[list[RequirementId], Field(min_length=1)]
    measures: Annotated[list[ScenarioId], Field(min_length=1)]


class ScenarioFile(Schema):
    """The scenarios of one kind."""

    kind: Kind
    scenarios: Annotated[list[ScenarioEntry], Field(min_length=1)]


class MeasureEntry(Schema):
    """One measure that scenarios may name."""

    id: ScenarioId
    title: Spoken
    requirements: Annotated[list[RequirementId], Field(min_length=1)]


class MeasuresFile(Schema):
    """All measures."""

    measures: Annotated[list[MeasureEntry], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something that can go wrong, with what it threatens in the order of the dimensions."""

    id: str
    title: Text
    text: Text
    kind: Kind
    applies: frozenset[str]
    threatens: tuple[Dimension, ...]
    requirements: tuple[str, ...]
    measures: tuple[str, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class UsualMeasure:
    """What is usually done, and which requirements that helps to meet."""

    id: str
    title: Text
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """Scenarios and measures by id; `hash` is over every file of the folder."""

    id: str
    version: str
    hash: str
    scenarios: Mapping[str, Scenario]
    measures: Mapping[str, UsualMeasure]

    def fitting(self, facts: Collection[str]) -> tuple[Scenario, ...]:
        """Return the scenarios that fit an organisation of which these classes are true."""
        return tuple(scenario for scenario in self.scenarios.values() if scenario.applies <= set(facts))


def load_library(base: Path, requirements: Collection[str], classes: Collection[str]) -> Library:
    """Read `checklists/ros`; raise ContentError with all faults of all files."""
    folder = base / "checklists" / "ros"
    faults: list[Fault] = []
    cover = one(folder / "library.yml", LibraryFile, base, faults)
    measures = one(folder / "measures.yml", MeasuresFile, base, faults)
    files = _scenario_files(folder / "scenarios", base, faults)
    if measures:
        faults += _wrong_measures(measures, requirements)
        known = {entry.id for entry in measures.value.measures}
        faults += _wrong_scenarios(files, Known(requirements, classes, known))
    if faults or not (cover and measures):
        raise ContentError(faults)
    scenarios = [_scenario(item.value.kind, entry, cover.value) for item in files for entry in item.value.scenarios]
    return Library(
        id=cover.value.id,
        version=cover.value.version,
        hash=content_hash(yaml_files(folder), base),
        scenarios={scenario.id: scenario for scenario in scenarios},
        measures={m.id: UsualMeasure(m.id, m.title.text(), tuple(m.requirements)) for m in measures.value.measures},
    )


@dataclass(frozen=True, slots=True)
class Known:
    """The names that a scenario may use."""

    requirements: Collection[str]
    classes: Collection[str]
    measures: Collection[str]


def _scenario(kind: Kind, entry: ScenarioEntry, cover: LibraryFile) -> Scenario:
    told = orjson.dumps({"kind": kind, **entry.model_dump()}, option=orjson.OPT_SORT_KEYS)
    digest = hashlib.sha256(told).hexdigest()
    return Scenario(
        id=entry.id,
        title=entry.title.text(),
        text=entry.text.text(),
        kind=kind,
        applies=frozenset(entry.applies) | {ALWAYS},
        threatens=tuple(name for name in DIMENSIONS if name in entry.threatens),
        requirements=tuple(entry.requirements),
        measures=tuple(entry.measures),
        provenance=Provenance(cover.id, cover.version, cover.author, cover.date, cover.licence, digest),
    )


def _scenario_files(folder: Path, base: Path, faults: list[Fault]) -> list[Item[ScenarioFile]]:
    try:
        items = load(folder, ScenarioFile, base)
    except ContentError as error:
        faults += error.faults
        return []
    if not items:
        faults.append(Fault(Location(relative(folder, base)), "holds no scenarios"))
    return items


def _wrong_measures(item: Item[MeasuresFile], requirements: Collection[str]) -> Iterator[Fault]:
    ids = [entry.id for entry in item.value.measures]
    for index, entry in enumerate(item.value.measures):
        if ids.count(entry.id) > 1:
            yield item.document.fault(["measures", index, "id"], f"measure {entry.id} is written twice")
        for what in _unknown("requirement", entry.requirements, requirements):
            yield item.document.fault(["measures", index, "requirements"], what)


def _wrong_scenarios(files: list[Item[ScenarioFile]], known: Known) -> Iterator[Fault]:
    counts = Counter(entry.id for item in files for entry in item.value.scenarios)
    for item in files:
        for index, entry in enumerate(item.value.scenarios):
            where: list[str | int] = ["scenarios", index]
            if counts[entry.id] > 1:
                yield item.document.fault([*where, "id"], f"scenario {entry.id} is written {counts[entry.id]} times")
            for key, what in _wrong_names(entry, known):
                yield item.document.fault([*where, key], what)


def _wrong_names(entry: ScenarioEntry, known: Known) -> Iterator[tuple[str, str]]:
    names: tuple[tuple[str, str, Sequence[str], Collection[str]], ...] = (
        ("applies", "class", entry.applies, known.classes),
        ("requirements", "requirement", entry.requirements, known.requirements),
        ("measures", "measure", entry.measures, known.measures),
        ("threatens", "dimension", entry.threatens, DIMENSIONS),
    )
    for key, word, used, there in names:
        yield from ((key, what) for what in _unknown(word, used, there))
        yield from ((key, f"'{name}' is written twice") for name, count in Counter(used).items() if count > 1)


def _unknown(word: str, used: Iterable[str], known: Collection[str]) -> Iterator[str]:
    for name in used:
        if name not in known:
            yield f"unknown {word} '{name}'{meant(name, known)}"
