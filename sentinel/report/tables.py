"""Builds tables: columns from the catalogue, rows that are bounded in number and say how many were left out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from sentinel.errors import RenderError
from sentinel.report.clean import shorten
from sentinel.report.pages import Cell, Column, Mark, Table
from sentinel.report.text import Catalogue

MAX_COLUMNS = 7
MAX_ROWS = 250
"""Rows of one table on paper; the rest is counted, and stands in result.json."""

Row = tuple[Cell, ...]
Kind = Literal["prose", "data", "number"]
Layout = Sequence[tuple[str, int, Kind]]
"""Columns as catalogue key, share of the width, and what stands in them."""


def table(
    name: str,
    layout: Layout,
    rows: Sequence[Row],
    catalogue: Catalogue,
    title: str = "",
    *,
    most: int | None = MAX_ROWS,
) -> Table:
    """Return a table with the texts `table.<name>.title`, `.empty` and `.<column>`; refuse more than seven columns.

    `most` is how many rows it may have; the rest is counted.
    """
    if len(layout) > MAX_COLUMNS:
        raise RenderError(f"table '{name}' has {len(layout)} columns; paper holds {MAX_COLUMNS}")
    rest = 0 if most is None else len(rows) - most
    return Table(
        id=f"table-{name}",
        title=title or catalogue.say(f"table.{name}.title"),
        columns=tuple(Column(catalogue.say(f"table.{name}.{key}"), kind, width) for key, width, kind in layout),
        rows=tuple(rows[:most]),
        empty=catalogue.say(f"table.{name}.empty"),
        more=catalogue.count("more.rows", rest) if rest > 0 else "",
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
