"""Reads a group file: the owner, and its units as paths to their site files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from sentinel.content import Schema, relative
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.text import Language
from sentinel.settings import Day, Number, Site, Tlp, line_of, read_site, read_toml

MAX_UNITS = 2_000

Name = Annotated[str, Field(min_length=1, max_length=200)]


class OwnerSection(Schema):
    """Who owns the units."""

    name: Name
    number: Number


class GroupReportSection(Schema):
    """How the overview is made; `as_of` is the day for every unit (default: today)."""

    as_of: Day | None = None
    tlp: Tlp = "AMBER"
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("nb", "en")


class UnitSection(Schema):
    """One unit: its site file, and the number and kind that this must say."""

    site: Annotated[str, Field(min_length=1)]
    number: Number
    kind: Name


class CommonSection(Schema):
    """What is answered once for all: a delivery of the owner or an operator, and the requirements it is meant for."""

    source: Annotated[str, Field(alias="from", min_length=1)]
    requirements: Annotated[tuple[str, ...], Field(min_length=1)]


class GroupFile(Schema):
    """The whole group file."""

    schema_name: Annotated[Literal["sentinel.group/1"], Field(alias="schema")]
    name: Name
    owner: OwnerSection
    report: GroupReportSection = GroupReportSection()
    units: Annotated[tuple[UnitSection, ...], Field(min_length=1, max_length=MAX_UNITS)]
    common: tuple[CommonSection, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupSites:
    """A group file with the sites it names, in its order."""

    folder: Path
    file: GroupFile
    name: str
    text: str
    sites: tuple[Site, ...]

    def fault(self, path: list[int | str], what: str) -> Fault:
        """Return a fault at the line of the group file where `path` is written."""
        return _fault(self.name, self.text, path, what)


def read_group(path: Path) -> GroupSites:
    """Read a group file and each site file it names; raise ContentError with every fault of all of them."""
    file, text = read_toml(path, GroupFile)
    name, folder = relative(path, Path.cwd()), path.resolve().parent
    faults = list(_twice(file, name, text))
    sites: list[Site] = []
    for index, unit in enumerate(file.units):
        if not (folder / unit.site).is_file():
            faults.append(_fault(name, text, ["units", index, "site"], f"there is no file {unit.site}"))
            continue
        try:
            sites.append(site := read_site(folder / unit.site))
            faults += (_fault(name, text, ["units", index, key], what) for key, what in _other(file, unit, site))
        except ContentError as error:
            faults += error.faults
    if faults:
        raise ContentError(faults)
    return GroupSites(folder, file, name, text, tuple(sites))


def _other(file: GroupFile, unit: UnitSection, site: Site) -> Iterator[tuple[str, str]]:
    """Yield where a site file is of another unit than the group file says."""
    who = site.file.organisation
    if who.number != unit.number:
        yield "number", f"{unit.site} is of organisation {who.number}, not {unit.number}"
    if who.kind != unit.kind:
        yield "kind", f"{unit.site} says that it is '{who.kind}', not '{unit.kind}'"
    if who.part_of not in {None, file.owner.number}:
        yield "number", f"{unit.site} says that it is part of {who.part_of}, not of {file.owner.number}"


def _twice(file: GroupFile, name: str, text: str) -> Iterator[Fault]:
    numbers = [unit.number for unit in file.units]
    for index, unit in enumerate(file.units):
        if unit.number in numbers[:index]:
            yield _fault(name, text, ["units", index, "number"], f"unit {unit.number} is written twice")


def _fault(name: str, text: str, path: list[int | str], what: str) -> Fault:
    return Fault(Location(name, line_of(text, path)), what)
