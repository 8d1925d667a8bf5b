"""The nouns of the inventory page: ready strings and numbers, nothing left for a template to work out.

A test compares every field below with what the templates use.
"""

from __future__ import annotations

from dataclasses import dataclass

from sentinel.model.text import Language
from sentinel.report.inventory.drawing import Drawing
from sentinel.report.inventory.ties import Kind
from sentinel.report.pages import Listing, Mark, Point, Table


@dataclass(frozen=True, slots=True)
class Linked:
    """A table whose rows lead somewhere."""

    table: Table  # as anywhere in a report
    links: tuple[str, ...]  # one a row, for its first cell; empty where it leads nowhere


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what is known of a device."""

    label: str  # what it is
    value: str  # as it is known


@dataclass(frozen=True, slots=True)
class Weak:
    """A finding of a device."""

    mark: Mark  # sign of the severity
    severity: str  # in a word
    claim: str  # how sure
    title: str  # what is wrong
    lines: tuple[str, ...]  # advice, evidence, what people decided


@dataclass(frozen=True, slots=True)
class Device:
    """A device with all that is known of it."""

    anchor: str  # unique in all pages
    name: str  # what people call it
    kind: str  # what it is, and its product
    mark: Mark | None  # of its worst finding, or that nobody looked
    remark: str  # that it only stands in a list, or that it leaves its zone; or empty
    facts: tuple[Fact, ...]  # addresses, services, when it was seen
    weak: tuple[Weak, ...]  # the worst first
    healthy: str  # the honest sentence where there is none
    evidence: str  # names the table of claims
    claims: Table  # every claim with its evidence


@dataclass(frozen=True, slots=True)
class Key:
    """A kind of line of the map, in words."""

    kind: Kind  # how it is drawn
    text: str  # what it means


@dataclass(frozen=True, slots=True)
class Plot:
    """The map, and how it is read."""

    drawings: tuple[tuple[Drawing, ...], ...]  # for each width, the wide one first
    keys: tuple[Key, ...]  # what the lines mean
    signs: tuple[Point, ...]  # what the signs mean, in their text
    notes: tuple[str, ...]  # how to read it, and what is not on it


@dataclass(frozen=True, slots=True)
class Head:
    """What every page of the inventory begins and ends with."""

    language: Language  # of every text
    title: str  # of the page
    author: str  # whose inventory it is
    line: str  # whose and when
    tlp: str  # how far it may be passed on
    foot: str  # a word of caution, and how old the knowledge is


@dataclass(frozen=True, slots=True)
class Sheet:
    """Devices in full: a page of their own where there are many, else a part of the first page."""

    name: str  # of its file, without the ending; empty on the first page
    title: str  # its heading
    back: str  # leads to the first page
    first: str  # file of the first page
    listing: Linked | None  # its devices in a table; none on the first page, which has one
    devices: tuple[Device, ...]  # in the order of the list


@dataclass(frozen=True, slots=True)
class Headings:
    """The headings of the first page."""

    contents: str  # of the list of headings
    map: str  # of the map
    talks: str  # of the tables beside it
    networks: str  # of networks and kinds
    devices: str  # of the list of devices
    details: str  # of what is known of each


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page."""

    head: Head  # title and foot
    glance: str  # the first sentence
    alarm: str  # the second, where a device in care leaves its zone; or empty
    unseen: Listing  # what nobody has looked at
    headings: Headings  # of its parts
    plot: Plot  # the map
    crossings: Linked  # what leaves care
    talks: tuple[Table, ...]  # the numbers of the map, and DICOM titles
    networks: tuple[Linked, ...]  # networks, and kinds of equipment
    devices: Linked  # the most urgent first
    more: str  # how many are shown of how many, where not all
    sheet: Sheet | None  # every device in full, where they are few


@dataclass(frozen=True, slots=True)
class Paper:
    """The inventory on paper."""

    head: Head  # title and foot
    glance: str  # the first sentence
    alarm: str  # the second, or empty
    unseen: Listing  # what nobody has looked at
    map: str  # heading of the map
    drawings: tuple[Drawing, ...]  # as many as pages need
    keys: tuple[Key, ...]  # what the lines mean
    signs: tuple[Point, ...]  # what the signs mean
    notes: tuple[str, ...]  # how to read it
    tables: tuple[Table, ...]  # the lists
    page: str  # «Side»
    of: str  # «av»
