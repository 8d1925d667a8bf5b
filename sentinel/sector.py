"""The journey of many organisations: site files → answers side by side → where each stands.

import   site files → members with their answers, in the store
score    members and answers → standings, page by page, each page kept as soon as it is done
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from sentinel.comply.answers import read_answers
from sentinel.comply.checklist import Checklist, load_checklist
from sentinel.comply.judge import last_given
from sentinel.comply.organisation import Types, load_types
from sentinel.comply.sector.standing import Scorer, compact
from sentinel.content import content_hash, yaml_files
from sentinel.errors import ContentError, Fault, Location, SentinelError, SettingsError
from sentinel.inheriting import laid
from sentinel.model.sector import Answered, Member, Standing
from sentinel.settings import read_site

AT_ONCE = 200
"""Organisations that are taken in together."""

Pair = tuple[Member, Answered]


class Keep(Protocol):
    """Where organisations are kept; the store is one."""

    def save(self, some: Sequence[Pair]) -> None:
        """Take in organisations with their answers, all or none."""
        ...

    def waiting(self, as_of: date, ground: str) -> Iterator[list[Pair]]:
        """Yield those that are not scored for this day and ground, in pages."""
        ...

    def save_standings(self, some: Sequence[Standing]) -> None:
        """Keep where organisations stand."""
        ...


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken in, and why, in one line."""

    path: str
    why: str


@dataclass(slots=True)
class Taken:
    """What an import took in and what not; filled while it goes on."""

    taken: int = 0
    refused: list[Refused] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads site files with their answers against one checklist."""

    catalogue: Checklist
    small: Checklist
    types: Types
    content: Path
    as_of: date

    @classmethod
    def load(cls, content: Path, as_of: date) -> Reader:
        """Read the content once for all files."""
        catalogue = load_checklist(content)
        return cls(catalogue, catalogue.small(), load_types(content), content, as_of)

    def read(self, path: Path) -> Pair:
        """Return an organisation with the answers that count for it; raise a SentinelError with all that is wrong.

        What it inherits from its owner and its operators counts as it does on this day.
        """
        site = read_site(path)
        who, assessment = site.file.organisation, site.file.assessment
        if assessment is None or assessment.answers is None:
            raise SettingsError(f"{path}: names no answers below [assessment]")
        about = self.types.organisation(who.name, who.number, who.kind, who.facts)
        part = self.small if self.types.is_small(about) else self.catalogue
        own = read_answers(site.path(assessment.answers), part, self.as_of)
        counting = last_given(laid(site, self.content, self.catalogue, own, self.as_of).answers)
        owner = who.part_of or who.number
        member = Member(who.number, who.name, who.kind, who.facts, owner, assessment.benchmark)
        day = max((answer.given for answer in counting.values()), default=self.as_of)
        return member, compact(who.number, day, part, counting)


def site_files(places: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that are named and every .toml below the folders that are, each once and in a stable order."""
    seen: set[Path] = set()
    for place in places:
        for path in sorted(_below(place)) if place.is_dir() else [place]:
            if path not in seen:
                seen.add(path)
                yield path


def take_in(paths: Iterable[Path], reader: Reader, keep: Keep, told: Taken) -> None:
    """Take in every file that can be read, and note in `told` why each other one cannot."""
    waiting: dict[str, Pair] = {}
    first: dict[str, Path] = {}
    for path in paths:
        pair = _read(path, reader, first, told)
        if pair is None:
            continue
        waiting[pair[0].number] = pair
        if len(waiting) >= AT_ONCE:
            _put(keep, waiting, told)
    _put(keep, waiting, told)


def scorer(content: Path, as_of: date) -> Scorer:
    """Return what scores organisations on a day."""
    return Scorer(load_checklist(content), load_types(content), as_of, ground(content))


def ground(content: Path) -> str:
    """Return the hash over all that a standing rests on beside the answers."""
    folder = content / "checklists"
    files = [*yaml_files(folder / "normen"), folder / "classes.yml", folder / "organisation-types.yml"]
    return content_hash(files, content)


def score_all(keep: Keep, with_: Scorer) -> Iterator[Standing]:
    """Score every organisation that waits; a page is kept before the next is begun, so that a cut loses one page."""
    for page in keep.waiting(with_.as_of, with_.ground):
        found = [with_.standing(member, answered) for member, answered in page]
        keep.save_standings(found)
        yield from found


def _read(path: Path, reader: Reader, first: dict[str, Path], told: Taken) -> Pair | None:
    try:
        pair = reader.read(path)
        number = pair[0].number
        if number in first:
            raise ContentError([Fault(Location(path.as_posix()), f"{number} was read from {first[number]} already")])
    except SentinelError as error:
        told.refused.append(Refused(path.as_posix(), _one_line(error)))
        return None
    first[number] = path
    return pair


def _put(keep: Keep, waiting: dict[str, Pair], told: Taken) -> None:
    keep.save(list(waiting.values()))
    told.taken += len(waiting)
    waiting.clear()


def _one_line(error: SentinelError) -> str:
    first, *more = str(error).splitlines()
    return f"{first} (and {len(more)} more)" if more else first


def _below(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        yield from (Path(place) / name for name in names if name.endswith(".toml"))
