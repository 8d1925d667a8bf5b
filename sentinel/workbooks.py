"""Workbooks (XLSX) for every room: what is asked of one before it is opened, and how one is written to be read.

Before it is opened it must unpack to a bounded size and declare no entities. It is saved the same each time, with rows
as high as their texts need (not every program works that out) and pages that can be printed.
"""

from __future__ import annotations

import io
import re
import textwrap
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date
from typing import IO, Any

from openpyxl.utils.exceptions import InvalidFileException

from sentinel.errors import InputError, Location
from sentinel.members import write_member

LINE = 15.0
"""The height of a line in points."""
TALLEST = 405.0
"""No row can be higher than 409 points."""
_ROOM = 0.9
"""How many letters a column holds of those that its width counts, where a program has another font."""
_CORE = "docProps/core.xml"
_MOMENT = re.compile(rb">\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ<")
ZIP = b"PK\x03\x04"
MAX_MEMBERS = 2_000
BROKEN = (
    zipfile.BadZipFile, InvalidFileException, SyntaxError, zlib.error, KeyError, ValueError, TypeError, IndexError,
    AttributeError, EOFError, OSError, NotImplementedError, RuntimeError,
)  # fmt: skip
"""What openpyxl raises on a workbook that is broken; both XML parsers that it may use raise a SyntaxError."""
_DECLARES = tuple(
    mark.encode(code) for mark in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")
)
_PLAIN = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?!\?xml[^>]{0,200}encoding=.(?!(?:utf-8|utf-16|us-ascii)['\"]))|\xff\xfe|\xfe\xff",
    re.IGNORECASE,
)
"""How a part must begin, so that the two marks can be found in it."""
_XML = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<")


def check_workbook(packed: IO[bytes], name: str, most: int) -> None:
    """Raise InputError for a workbook that unpacks to more than `most` bytes or declares entities.

    One that is broken raises one of BROKEN. Sizes are counted as parts are unpacked, since an archive may lie.
    """
    with zipfile.ZipFile(packed) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > most:
            raise InputError(Location(name), f"unpacks to more than {most // 1024**2} MiB or {MAX_MEMBERS:,} parts")
        for member in members:
            _check_member(archive, member, name, most)


def is_xml(name: str, head: bytes) -> bool:
    """Whether a part is read as XML, whatever it is called: a workbook may name any of its parts as a sheet."""
    return name.endswith((".xml", ".rels")) or bool(_XML.match(head))


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, most: int) -> None:
    unpacked, tail = 0, b""
    with archive.open(member) as file:
        while chunk := file.read(64 * 1024):
            unpacked += len(chunk)
            if unpacked > most:
                raise InputError(Location(name), f"unpacks to more than {most // 1024**2} MiB")
            if not tail and not is_xml(member.filename, chunk):
                return
            if not tail and not _PLAIN.match(chunk):
                raise InputError(Location(name), "holds XML in an alphabet that no spreadsheet uses")
            if any(mark in tail + chunk for mark in _DECLARES):
                raise InputError(Location(name), "declares a document type inside, as no spreadsheet does")
            tail = chunk[-20:]


def height(texts: Iterable[tuple[object, float]]) -> float:
    """Return how high a row must be, in points, for each text to be read in a column of that width in characters."""
    lines = max((_lines(str(text), width) for text, width in texts if text is not None), default=1)
    return min(lines * LINE, TALLEST)


def _lines(text: str, width: float) -> int:
    letters = max(int(width * _ROOM), 1)
    return sum(max(len(textwrap.wrap(part, letters)), 1) for part in text.splitlines() or [""])


def printable(sheet: Any, *, wide: int = 1, first: str = "", rows: str = "") -> None:  # noqa: ANN401 -- openpyxl's sheets are untyped
    """Let a sheet be printed on landscape A4, `wide` pages beside one another; `first` columns and rows on each."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = wide, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.gridLines = True
    if first:
        sheet.print_title_cols = first
    if rows:
        sheet.print_title_rows = rows


def settled(packed: bytes, day: date) -> bytes:
    """Return a workbook with this day in place of the moment it was saved: the same content, the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as made, zipfile.ZipFile(out, "w") as archive:
        for name in made.namelist():
            data = made.read(name)
            write_member(archive, name, _MOMENT.sub(f">{day}T00:00:00Z<".encode(), data) if name == _CORE else data)
    return out.getvalue()
