"""Reads answer sheets that people filled in: workbooks (XLSX) of several sheets, and comma-separated values.

Formulas and macros are never run. What is merged is refused, since only the first of its cells holds anything.
"""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from sentinel.comply.checklist import Checklist
from sentinel.comply.exchange.columns import HEADINGS, normal
from sentinel.comply.exchange.drafts import Place, Taken, take
from sentinel.comply.exchange.marks import read_from
from sentinel.comply.exchange.rows import Cell, Found, Row, Table, read_tables
from sentinel.errors import InputError, Location
from sentinel.workbook_bounds import check_bounds
from sentinel.workbooks import BROKEN, ZIP, check_workbook

MAX_FILE = 4 * 1024**2
MAX_UNPACKED = 24 * 1024**2
MAX_ROWS = 5_000
MAX_COLUMNS = 100
MAX_TEXT = 8_000_000
"""Letters in all cells of a sheet, in which one text can be that of many cells."""
SEPARATORS = (";", ",", "\t")
_KINDS: Sequence[tuple[tuple[type, ...], str]] = (
    ((bool,), "a truth"),
    ((float,), "a number with a fraction, or a share"),
    ((date, time, timedelta), "a day or a time"),
)
"""What a spreadsheet makes of some texts, as 1/2, 10% and TRUE."""


def read_sheets(path: Path, checklist: Checklist, as_of: date, organisation: str = "") -> tuple[Taken, Found]:
    """Return the answers of a sheet, and what was found in it; `organisation` goes before the name in the sheet.

    InputError where it cannot be read at all, or is of another organisation or checklist; ContentError with every
    fault. A sheet of another version of the checklist is read, and told.
    """
    name = path.name
    raw = _bytes(path, name)
    tables = _book(raw, name) if raw.startswith(ZIP) else [_csv(raw, name)]
    found = read_tables(tables, name)
    written = found.organisation
    if organisation and written and written.casefold() != organisation.casefold():
        raise InputError(Location(name), f"is of «{written[:80]}», not of «{organisation}»")
    _check(found, checklist)
    whose = organisation or written
    if not whose:
        raise InputError(Location(name), "does not say whose answers these are; say so with --organisation or --site")
    return take(found.drafts, whose, name, checklist, as_of, found.faults), found


def _check(found: Found, checklist: Checklist) -> None:
    name, _, version = found.checklist.partition(" ")
    if name and name != checklist.whole:
        what = f"is of the checklist '{name[:60]}', not of '{checklist.whole}'; --pack says which pack it answers"
        raise InputError(Location(found.name), what)
    if version and version != checklist.version:
        found.told.append(f"{found.name}: is of version {version[:20]} of {name}, and this is {checklist.version}")


def _bytes(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_FILE + 1)
    except OSError as error:
        raise InputError(Location(name), f"cannot be read: {error.strerror}") from error
    if len(raw) > MAX_FILE:
        raise InputError(Location(name), f"is larger than {MAX_FILE // 1024**2} MiB")
    if not raw.strip():
        raise InputError(Location(name), "is empty")
    return raw


def _book(raw: bytes, name: str) -> list[Table]:
    try:
        check_workbook(io.BytesIO(raw), name, MAX_UNPACKED)
        check_bounds(io.BytesIO(raw), name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(raw), keep_links=False)
    except BROKEN as error:
        what = f"is a zip archive, but no workbook that can be read ({type(error).__name__})"
        raise InputError(Location(name), what) from error
    return [_table(sheet, name) for sheet in book.worksheets]


def _table(sheet: Any, name: str) -> Table:  # noqa: ANN401 -- openpyxl's sheets are untyped
    title = str(sheet.title)
    if sheet.max_row > MAX_ROWS or sheet.max_column > MAX_COLUMNS:
        what = f"{title[:40]}: reaches to row {sheet.max_row:,} and column {sheet.max_column:,}"
        raise InputError(Location(name), f"{what}; at most {MAX_ROWS:,} rows and {MAX_COLUMNS} columns are read")
    if (
        sum(len(value) for row in sheet.iter_rows(values_only=True) for value in row if isinstance(value, str))
        > MAX_TEXT
    ):
        raise InputError(Location(name), f"{title[:40]}: its cells hold more than {MAX_TEXT:,} letters")
    merged = sorted(map(str, sheet.merged_cells.ranges)) if _holds_answers(sheet) else []
    what = "merged cells; split them, so that each row has its own answer"
    wrong = tuple(Place(f"{title}!{cells}").fault(name, what) for cells in merged)
    rows = ((number, _row(cells, title)) for number, cells in enumerate(sheet.iter_rows(), 1))
    return Table(title, [(Place(f"{title} row {number}"), row) for number, row in rows if row], wrong)


def _holds_answers(sheet: Any) -> bool:  # noqa: ANN401 -- openpyxl's sheets are untyped
    first = sheet.iter_rows(max_row=20, values_only=True)
    return any({"id", "state"} <= {HEADINGS.get(normal(str(value))) for value in row} for row in first)


def _row(cells: tuple[Any, ...], title: str) -> Row:
    return {
        at: _cell(cell, f"{title}!{get_column_letter(at + 1)}{cell.row}")
        for at, cell in enumerate(cells)
        if cell.value is not None and str(cell.value).strip()
    }


def _cell(cell: Any, where: str) -> Cell:  # noqa: ANN401 -- openpyxl's cells are untyped
    value, formula = cell.value, cell.data_type in {"f", "e"}  # an error is what a formula came to
    kind = next((word for types, word in _KINDS if isinstance(value, types)), "")
    if formula:
        value = "="
    elif isinstance(value, str):
        value = read_from(value.strip())
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    elif not isinstance(value, str | int | float | date | datetime):
        value = str(value)
    return Cell(value, Place(where), formula, "" if isinstance(value, int) and not isinstance(value, bool) else kind)


def _csv(raw: bytes, name: str) -> Table:
    text = _text(raw, name)
    mark = _separator(text)
    rows: list[tuple[Place, Row]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        line = 1
        for cells in reader:
            if len(cells) > MAX_COLUMNS or len(rows) > MAX_ROWS:
                what = f"holds more than {MAX_ROWS:,} rows or {MAX_COLUMNS} columns"
                raise InputError(Location(name, line), what)
            rows.append((Place(line=line), dict(_csv_cells(cells, line))))
            line = reader.line_num + 1  # a cell may hold several lines
    except csv.Error as error:
        raise InputError(Location(name, reader.line_num), f"is no table that can be read: {error}") from error
    return Table("", [(place, row) for place, row in rows if row])


def _csv_cells(cells: list[str], line: int) -> Iterator[tuple[int, Cell]]:
    for at, text in enumerate(cells):
        plain = text.strip()
        if plain:
            yield at, Cell(read_from(plain), Place(f"column {at + 1}", line))


def _text(raw: bytes, name: str) -> str:
    """Return the text: UTF-8, UTF-16 with its mark, or else the alphabet of Windows that Excel saves CSV in."""
    marked = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
    for code in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        try:
            return raw.decode(code)
        except UnicodeDecodeError:
            continue
    raise InputError(Location(name), "is text in an alphabet that is not known here; save it as CSV in UTF-8")


def _separator(text: str) -> str:
    """Return the mark with which one of the first lines has most headings that we know."""
    lines = text.splitlines()[:20]
    scores = {mark: max((_known(line, mark) for line in lines), default=0) for mark in SEPARATORS}
    return max(SEPARATORS, key=lambda mark: scores[mark])


def _known(line: str, mark: str) -> int:
    try:
        cells = next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return 0
    return sum(normal(cell) in HEADINGS for cell in cells)
