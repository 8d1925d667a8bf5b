"""The nouns of a report: ready strings and numbers, nothing left for a template to work out.

A test compares every field below with what the templates use, both ways; each is described where it is declared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sentinel.model.text import Language

Tone = Literal["met", "partly", "unmet", "open", "plain", "quiet"]
"""A colour's meaning; `open` is not a colour but a dashed outline: nobody has looked."""
Shape = Literal["circle", "triangle", "square", "diamond", "open", "up", "down", "same", "box", "dash", "ring"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign before a word. It never stands without the word."""

    shape: Shape  # what is drawn, so that grey print and colour-blind eyes lose nothing
    tone: Tone  # what it means


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of a chart, in the chart's own units."""

    x: float  # left edge
    y: float  # upper edge
    width: float  # of the rectangle
    height: float  # of the rectangle
    tone: Tone  # what the colour means
    style: Literal["filled", "dashed", "hatched"]  # dashed: nobody looked; hatched: looked for and missing


@dataclass(frozen=True, slots=True)
class Label:
    """A text in a chart."""

    x: float  # where it starts, ends or has its middle
    y: float  # its base line
    text: str  # bounded so that it fits
    anchor: Literal["start", "middle", "end"]  # which part of the text `x` is
    tone: Tone | Literal["white"]  # colour of the letters
    size: int  # of the letters, in the chart's units


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with its words: whoever cannot see it reads `title` and `description`, and the table beside it."""

    id: str  # unique on the page
    title: str  # what it shows
    description: str  # the numbers in it, as a sentence
    width: float  # of the drawing, in its own units
    height: float  # of the drawing
    boxes: tuple[Box, ...]  # drawn first, in order
    labels: tuple[Label, ...]  # drawn on top


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place of a table."""

    text: str  # the main line
    note: str  # a quieter line below, or empty
    mark: Mark | None  # a sign before the text


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column."""

    title: str  # with the unit, where there is one
    kind: Literal["prose", "data", "number"]  # words may be divided, data may not; numbers line up at the end
    width: int  # share of the paper's width


@dataclass(frozen=True, slots=True)
class Table:
    """At most seven columns, the most urgent row first."""

    id: str  # unique on the page
    title: str  # its heading
    columns: tuple[Column, ...]  # at most seven
    rows: tuple[tuple[Cell, ...], ...]  # as many cells as columns
    empty: str  # an honest sentence in place of no rows
    more: str  # how many rows were left out and where they are, or empty
    about: str = ""  # what holds for all its rows, or empty


@dataclass(frozen=True, slots=True)
class Level:
    """Where the organisation stands, in a word and the reason it is not higher."""

    mark: Mark  # sign of the level
    word: str  # «Nivå gult»
    reason: str  # why, in one or two sentences


@dataclass(frozen=True, slots=True)
class Share:
    """One part of all requirements that apply."""

    mark: Mark  # sign of the state
    label: str  # «oppfylt»
    amount: str  # how many, as text
    share: str  # percentage, or a count where there are fewer than ten


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the three numbers that are only ever shown together."""

    value: str  # «76», or a dash where there is nothing to count
    unit: str  # «av 100», or empty
    label: str  # what it counts


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do."""

    number: str  # 1 is first
    title: str  # begins with a verb
    why: str  # in one line
    who: str  # and how much work it is
    due: str  # by when


@dataclass(frozen=True, slots=True)
class Point:
    """A line of a list."""

    mark: Mark | None  # sign before it
    lead: str  # what was said (in bold), or empty
    text: str  # the rest


@dataclass(frozen=True, slots=True)
class Listing:
    """A heading with a few lines; never a heading alone."""

    id: str  # unique on the page
    title: str  # its heading
    points: tuple[Point, ...]  # most important first
    more: str  # «… og 3 til», or empty
    empty: str  # the honest sentence where there are no points


@dataclass(frozen=True, slots=True)
class Beside:
    """Figures that stand beside the three numbers and are no part of them."""

    text: str  # the figures, together
    link: str  # what leads to them on the web
    page: str  # what stands before their page on paper
    section: str  # id of the section that holds them


@dataclass(frozen=True, slots=True)
class FirstPage:
    """All that management must read; it never exceeds a page."""

    line: str  # who and when
    level: Level  # the first sentence
    standing: str  # heading
    bar: Chart  # every requirement that applies, in one bar
    shares: tuple[Share, ...]  # the numbers of the bar
    of: str  # «av 61 krav som gjelder»
    figures: tuple[Figure, ...]  # three, always together
    beside: tuple[Beside, ...]  # below them, at most one
    todo: str  # heading
    steps: tuple[Step, ...]  # at most three
    more_steps: str  # how many more there are, or empty
    no_steps: str  # the sentence where there is none
    lists: tuple[Listing, ...]  # differences, not looked at, changes, decisions
    grounds: str  # counts and dates of all it builds on
    signature: str  # below the line


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the following pages."""

    id: str  # unique on the page
    title: str  # its heading
    paragraphs: tuple[str, ...]  # before the charts and tables
    charts: tuple[Chart, ...]  # each has its numbers in a table of the same section
    tables: tuple[Table, ...]  # in reading order


@dataclass(frozen=True, slots=True)
class Footer:
    """At the foot of every page."""

    disclaimer: str  # an assessment, not an approval
    grounds: str  # checklist version with its short hash, and date of knowledge
    page: str  # «Side»
    of: str  # «av»


@dataclass(frozen=True, slots=True)
class Report:
    """The whole management report in one language."""

    language: Language  # of every text in it
    title: str  # of the report
    author: str  # whose report it is
    tlp: str  # how far it may be passed on
    contents: str  # name of the list of sections
    first: FirstPage  # page one
    sections: tuple[Section, ...]  # the following pages
    attachment: str  # describes result.json, which the PDF carries
    footer: Footer  # of every page
