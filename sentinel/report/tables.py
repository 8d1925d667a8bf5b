"""Builds tables: columns from the catalogue, rows that are bounded in number and say how many were left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sentinel.errors import RenderError
from sentinel.report.clean import shorten
from sentinel.report.pages import Cell, Column, Mark, Table
from sentinel.report.text import Catalogue

MAX_COLUMNS = 7
MAX_ROWS = 250
"""Rows of one table on paper; the rest is counted."""

Row = tuple[Cell, ...]
Kind = Literal["prose", "data", "number"]
Layout = Sequence[tuple[str, int, Kind]]
"""Columns as catalogue key, share of the width, and what stands in them."""


@dataclass(frozen=True, slots=True)
class Room:
    """How many rows a table may have (None: all), and the text that says where the others are."""

    most: int | None
    rest: str


ON_PAPER = Room(MAX_ROWS, "more.rows")
WHOLE = Room(None, "more.rows")
"""Every row, for a section that is cut to its report later."""


def table(
    name: str,
    layout: Layout,
    rows: Sequence[Row],
    catalogue: Catalogue,
    title: str = "",
    *,
    room: Room = ON_PAPER,
) -> Table:
    """Return a table with the texts `table.<name>.title`, `.empty` and `.<column>`; refuse more than seven columns.

    Rows that it has no room for are counted.
    """
    if len(layout) > MAX_COLUMNS:
        raise RenderError(f"table '{name}' has {len(layout)} columns; paper holds {MAX_COLUMNS}")
    left = 0 if room.most is None else len(rows) - room.most
    return Table(
        id=f"table-{name}",
        title=title or catalogue.say(f"table.{name}.title"),
        columns=tuple(Column(catalogue.say(f"table.{name}.{key}"), kind, width) for key, width, kind in layout),
        rows=tuple(rows[: room.most]),
        empty=catalogue.say(f"table.{name}.empty"),
        more=catalogue.count(room.rest, left) if left > 0 else "",
    )


def cell(text: str, note: str = "", mark: Mark | None = None) -> Cell:
    """Return one cell."""
    return Cell(text, note, mark)


def joined(items: Iterable[str], limit: int, catalogue: Catalogue, each: int = 60, between: str = ", ") -> str:
    """Join the first `limit` different items, each bounded, and count the rest."""
    found = list(dict.fromkeys(items))
    shown = between.join(shorten(item, each, catalogue) for item in found[:limit])
    rest = len(found) - limit
    return f"{shown} {catalogue.count('more.items', rest)}" if rest > 0 else shown
