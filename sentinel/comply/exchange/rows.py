"""Turns the rows of an answer sheet into answers: columns by their headings, every fault with its cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sentinel.comply.answers import ELEVEN_DIGITS, PRIVATE
from sentinel.comply.exchange.columns import (
    ANSWER_KEYS,
    CHECKLIST,
    COLUMNS,
    HEADINGS,
    LEVELS,
    NAME,
    NEEDED,
    day_of,
    normal,
    state_of,
)
from sentinel.comply.exchange.drafts import Draft, Place
from sentinel.comply.exchange.exhibits import from_cell
from sentinel.errors import Fault
from sentinel.model.text import Text

HEADING_WITHIN = 20
_BY_KEY = {column.key: column for column in COLUMNS}
_LEVEL = re.compile(r"[0-5]")
_ALONE = frozenset({"by", "date"})
"""What may stand in a row without an answer: some fill these in for all rows first."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and where; a formula is never computed.

    kind: what a spreadsheet made of what was written, where that is no text and no whole number.
    """

    value: str | int | float | date | datetime
    place: Place
    formula: bool = False
    kind: str = ""

    @property
    def text(self) -> str:
        """What a person sees, more or less."""
        return self.value.strip() if isinstance(self.value, str) else str(self.value)


Row = dict[int, Cell]
"""The cells of a row that hold something, by column from 0."""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet, or a whole file of comma-separated values; `title` is empty there, `wrong` what cannot be read."""

    title: str
    rows: Sequence[tuple[Place, Row]]
    wrong: tuple[Fault, ...] = ()


@dataclass(slots=True)
class Found:
    """What was found in all tables. `told` are remarks: what was seen and not read.

    checklist: its id and version as they stand on the first sheet, empty where it names none.
    """

    name: str
    drafts: list[Draft] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    organisation: str = ""
    checklist: str = ""
    tables: int = 0
    blank: int = 0


def read_tables(tables: Iterable[Table], name: str) -> Found:
    """Return the answers of all tables that have a heading we know, and what is wrong with them."""
    found = Found(name)
    for table in tables:
        found.faults += table.wrong
        _read_table(table, found)
    if not found.tables:
        wanted = ", ".join(f"«{_BY_KEY[key].title.nb}»" for key in NEEDED)
        found.faults.append(Place().fault(name, f"no heading with {wanted} among the first {HEADING_WITHIN} rows"))
    return found


def _read_table(table: Table, found: Found) -> None:
    found.faults += [
        cell.place.fault(found.name, PRIVATE)
        for _, row in table.rows
        for cell in row.values()
        if ELEVEN_DIGITS.search(cell.text)
    ]
    heading = next((at for at, (_, row) in enumerate(table.rows[:HEADING_WITHIN]) if _is_heading(row)), None)
    if heading is None:
        found.organisation = found.organisation or _beside(table, NAME)
        found.checklist = found.checklist or _beside(table, CHECKLIST)
        return
    found.tables += 1
    place, row = table.rows[heading]
    columns = _columns(row, place, found)
    for where, cells in table.rows[heading + 1 :]:
        _read_row(where, {key: cells[at] for key, at in columns.items() if at in cells}, found)
    _tell_unread(table, row, columns, heading, found)


def _is_heading(row: Row) -> bool:
    return {"id", "state"} <= {HEADINGS.get(normal(cell.text)) for cell in row.values()}


def _columns(row: Row, place: Place, found: Found) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, cell in sorted(row.items()):
        key = HEADINGS.get(normal(cell.text))
        if key is not None and key in columns:
            found.faults.append(cell.place.fault(found.name, f"a second column is called «{cell.text[:40]}»"))
        elif key is not None:
            columns[key] = at
    for key in NEEDED:
        if key not in columns:
            found.faults.append(place.fault(found.name, f"has no column «{_BY_KEY[key].title.nb}»"))
    return columns


def _read_row(place: Place, cells: dict[str, Cell], found: Found) -> None:
    filled = [key for key in ANSWER_KEYS if key in cells]
    formulas = [key for key, cell in cells.items() if cell.formula]
    wrong = [cells[key].place.fault(found.name, "holds a formula; write what it says instead") for key in formulas]
    if not filled and not wrong:
        return
    if "id" not in cells:
        wrong.append(place.fault(found.name, "has an answer and no ID of a requirement"))
    elif "state" not in cells and set(filled) <= _ALONE:
        found.blank += 1
    elif "state" not in cells:
        said = ", ".join(f"«{_BY_KEY[key].title.nb}»" for key in filled if key not in _ALONE)
        wrong.append(place.fault(found.name, f"has {said} and no answer in «{_BY_KEY['state'].title.nb}»"))
    else:
        wrong += _missing(place, cells, found.name)
    draft = _draft(place, cells, found) if "id" in cells and "state" in cells else None
    found.faults += wrong
    if draft and not wrong:
        found.drafts.append(draft)


def _missing(place: Place, cells: dict[str, Cell], name: str) -> Iterator[Fault]:
    for key in ("by", "date"):
        if key not in cells:
            yield place.fault(name, f"has an answer, and nothing in «{_BY_KEY[key].title.nb}»")


def _draft(place: Place, cells: dict[str, Cell], found: Found) -> Draft | None:
    entry: dict[str, object] = {}
    faults = []
    for key in (key for key in ANSWER_KEYS if key in cells and not cells[key].formula):
        cell = cells[key]
        value, wrong = _value(key, cell)
        entry[key] = value
        if wrong:
            faults.append(cell.place.fault(found.name, wrong))
    found.faults += faults
    private = any(ELEVEN_DIGITS.search(cell.text) for cell in cells.values())
    if faults or private:
        return None
    places = {key: cells[key].place for key in entry}
    if rated := {key: entry.pop(key) for key in LEVELS if key in entry}:
        entry["maturity"], places["maturity"] = rated, places[next(iter(rated))]
    return Draft(cells["id"].text.upper(), place, entry, places)


def _value(key: str, cell: Cell) -> tuple[object, str]:
    """Return the value as a file of answers has it, and what is wrong with it, if anything is."""
    kind = _BY_KEY[key].kind
    if kind == "state":
        state = state_of(cell.text)
        return state or "", "" if state else f"unknown answer '{cell.text[:40]}'; the sheet of lists names them"
    if kind in {"text", "exhibits"} and cell.kind:
        return "", f"holds {cell.kind}; put words beside it, since a spreadsheet may have changed what was written"
    if kind == "text":
        return cell.text, ""
    if kind == "exhibits":
        return from_cell(cell.text)
    if kind == "level":
        level = _LEVEL.fullmatch(cell.text)
        return (int(cell.text), "") if level else ("", f"'{cell.text[:20]}' is no level from 0 to 5")
    day = cell.value.date() if isinstance(cell.value, datetime) else cell.value
    if isinstance(day, str):
        day = day_of(day) or day
    if isinstance(day, date):
        return day.isoformat(), ""
    return "", f"'{cell.text[:20]}' is no day as 12.11.2026 or 2026-11-12"


def _beside(table: Table, name: Text) -> str:
    """Return what stands beside a name, as «Virksomhet», on the first sheet."""
    names = {normal(name.nb), normal(name.en)}
    for _, row in table.rows:
        cells = [row[at] for at in sorted(row)]
        if len(cells) > 1 and normal(cells[0].text) in names:
            return "" if cells[1].formula else cells[1].text
    return ""


def _tell_unread(table: Table, row: Row, columns: dict[str, int], heading: int, found: Found) -> None:
    """Tell of columns that hold something and have no heading that we know."""
    known = {*columns.values(), *(at for at, cell in row.items() if normal(cell.text) in HEADINGS)}
    others = {at for _, cells in table.rows[heading + 1 :] for at in cells} - known
    if others:
        names = ", ".join(f"«{row[at].text[:40]}»" if at in row else f"number {at + 1}" for at in sorted(others))
        found.told.append(f"{table.title or found.name}: not read, since no heading is known: {names}")
