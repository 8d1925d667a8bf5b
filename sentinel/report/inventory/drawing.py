"""The nouns of the map as it is drawn: ready places and texts, nothing left for a template to work out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from sentinel.report.inventory.ties import Kind
from sentinel.report.pages import Mark

Box: TypeAlias = Literal["area", "open", "care", "alarm", "chip", "caring", "alarming"]
"""`open` is dashed: nobody looked. `care` and `alarm` are bars before a place, the last three chips."""
Style: TypeAlias = Literal["strong", "plain", "soft", "alarm"]


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle: an area, a place within it, or a chip that stands for several devices."""

    x: float  # left edge
    y: float  # upper edge
    width: float  # of the rectangle
    height: float  # of the rectangle
    style: Box  # what it stands for


@dataclass(frozen=True, slots=True)
class Wire:
    """A line of talk; all its parts mean the same."""

    path: str  # SVG path of straight lines
    kind: Kind  # what the line means


@dataclass(frozen=True, slots=True)
class End:
    """Where a line meets another, or the place that is talked to."""

    x: float  # its middle, or the tip of the arrow
    y: float  # its middle
    kind: Kind  # of the line
    arrow: bool  # points left, at the place that answers; else a dot


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark in the drawing."""

    x: float  # left edge
    y: float  # upper edge
    mark: Mark  # shape and meaning


@dataclass(frozen=True, slots=True)
class Word:
    """A line of text in the drawing."""

    x: float  # where it starts
    y: float  # its base line
    text: str  # bounded so that it fits
    size: int  # of the letters
    style: Style  # weight and colour


@dataclass(frozen=True, slots=True)
class Drawing:
    """One drawing of the map, for one width."""

    id: str  # unique on the page
    title: str  # what it shows
    description: str  # the numbers in it, as sentences
    width: float  # in its own units
    height: float  # in its own units
    rects: tuple[Rect, ...]  # drawn first, in order
    wires: tuple[Wire, ...]  # the weightiest last, on top
    ends: tuple[End, ...]  # on top of the wires
    signs: tuple[Sign, ...]  # before their words
    words: tuple[Word, ...]  # on top of all
