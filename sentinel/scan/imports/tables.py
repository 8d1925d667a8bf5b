"""Rows of tables that people keep: CSV with any of the usual separators, and workbooks (XLSX), as texts.

Formulas are never computed: of a cell with one, the value that the spreadsheet stored is read.
"""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import openpyxl

from sentinel.errors import InputError, Location
from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.imports.columns import Names, match, normal
from sentinel.scan.imports.lines import head_of, read_lines, read_whole
from sentinel.workbooks import BROKEN, ZIP, check_workbook

SEPARATORS = (";", ",", "\t", "|")
HEADING_WITHIN = 20
HEAD_BYTES = 64 * 1024
LEAST_COLUMNS = 2
MAX_COLUMNS = 256
MAX_CELL = 2_000
MAX_FILE = 64 * 1024 * 1024
MAX_UNPACKED = 256 * 1024 * 1024
_AT_ONCE = 500
Row = tuple[str, list[str]]
"""Where a row stands (`line 7`, `Sheet1 row 7`), and its cells."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row below the heading: where it stands, and its texts by what they are."""

    place: str
    said: dict[str, str]


def is_workbook(head: bytes) -> bool:
    """Say whether the bytes begin as a workbook (a zip archive) does."""
    return head.startswith(ZIP)


def read_records(path: Path, name: str, tally: Tally, names: Names, given: Mapping[str, str]) -> Iterator[Record]:
    """Yield the records of a CSV file, or of every sheet of a workbook that has a heading we know.

    Skipped: `no-heading` (a table), `not-understood` (a line), `too-long`, `truncated`.
    """
    head = head_of(path, name, HEAD_BYTES)
    if is_workbook(head):
        tables = _sheets(path, name, tally)
    else:
        mark = separator_of(head, {**names, **{field: frozenset({normal(said)}) for field, said in given.items()}})
        tables = iter([_csv_rows(path, name, tally, mark)])
    for rows in tables:
        yield from _records(rows, name, tally, names, given)


def separator_of(head: bytes, names: Names) -> str:
    """Return the separator with which most headings among the first lines are known."""
    lines = _text(head).splitlines()[:HEADING_WITHIN]
    scores = {
        mark: max((len(match(_split(line, mark), names, {})) for line in lines), default=0) for mark in SEPARATORS
    }
    counts = {mark: sum(line.count(mark) for line in lines) for mark in SEPARATORS}
    return max(SEPARATORS, key=lambda mark: (scores[mark], counts[mark]))


def headings_in(head: bytes, names: Names) -> set[str]:
    """Return what the best heading line of some CSV text is known to hold."""
    lines = _text(head).splitlines()[:HEADING_WITHIN]
    found = (set(match(_split(line, mark), names, {})) for line in lines for mark in SEPARATORS)
    return max(found, key=len, default=set())


def _records(rows: Iterable[Row], name: str, tally: Tally, names: Names, given: Mapping[str, str]) -> Iterator[Record]:
    """Yield the rows below the heading, which must stand among the first twenty; a table without one is skipped."""
    waiting = iter(rows)
    places: dict[str, int] = {}
    for _, cells in islice(waiting, HEADING_WITHIN):
        places = match(cells, names, given)
        if len(places) >= LEAST_COLUMNS:
            break
    else:
        tally.skip(Skipped(name, "table", "no-heading"))
        return
    for place, cells in waiting:
        if any(cells):
            yield Record(place, {field: cells[at] for field, at in places.items() if at < len(cells) and cells[at]})


def _split(line: str, mark: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return []


def _text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", errors="replace")
    return head.removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors="replace")


def _csv_rows(path: Path, name: str, tally: Tally, mark: str) -> Iterator[Row]:
    lines = (f"{line}\n" for _, line in read_lines(path, name, tally))
    reader = csv.reader(lines, delimiter=mark)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            tally.skip(Skipped(name, f"line {reader.line_num}", "not-understood"))
            continue
        if cells is None:
            return
        yield f"line {reader.line_num}", [cell.strip()[:MAX_CELL] for cell in cells[:MAX_COLUMNS]]


def _sheets(path: Path, name: str, tally: Tally) -> Iterator[Iterator[Row]]:
    book = open_workbook(path, name)
    try:
        for sheet in book.worksheets:
            yield _sheet_rows(sheet, name, tally)
    finally:
        book.close()


def _sheet_rows(sheet: Any, name: str, tally: Tally) -> Iterator[Row]:  # noqa: ANN401 -- openpyxl's sheets are untyped
    rows = enumerate(sheet.iter_rows(values_only=True, max_col=MAX_COLUMNS), 1)
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                some = list(islice(rows, _AT_ONCE))
        except BROKEN as error:
            tally.skip(Skipped(name, f"sheet {sheet.title}"[:80], "truncated", type(error).__name__))
            return
        if not some:
            return
        yield from ((f"{sheet.title} row {number}"[:80], [_cell(cell) for cell in cells]) for number, cells in some)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()[:MAX_CELL]


def open_workbook(path: Path, name: str) -> Any:  # noqa: ANN401 -- openpyxl is untyped
    """Open a workbook to be read once; InputError where it is none, unpacks to too much, or declares entities."""
    try:
        packed = io.BytesIO(read_whole(path, name, MAX_FILE))  # left open on a broken workbook, a file would leak
        check_workbook(packed, name, MAX_UNPACKED)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(packed, read_only=True, data_only=True, keep_links=False)
    except BROKEN as error:
        raise InputError(
            Location(name), f"is a zip archive, but no workbook that can be read ({type(error).__name__})"
        ) from error


def first_rows(path: Path, name: str, most: int = 60) -> list[list[str]]:
    """Return the first rows of every sheet, to see what a workbook is."""
    tally = Tally(name)
    return list(chain.from_iterable(_some(rows, most) for rows in _sheets(path, name, tally)))


def open_rows(path: Path, name: str, tally: Tally) -> Iterator[Row]:
    """Yield all rows of all sheets of a workbook."""
    return chain.from_iterable(_sheets(path, name, tally))


def _some(rows: Iterator[Row], most: int) -> list[list[str]]:
    return [cells for _, cells in islice(rows, most)]


def known_headings(rows: Sequence[Sequence[str]], names: Names) -> set[str]:
    """Return what the best heading row is known to hold."""
    return max((set(match(cells, names, {})) for cells in rows), key=len, default=set())
