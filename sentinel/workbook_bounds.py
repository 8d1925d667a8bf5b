"""How much a workbook may hold where all of it is read at once: a few bytes can stand for millions of cells.

Counted on the parts themselves, before openpyxl makes nouns of them. What is counted, and why, stands with each bound.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from typing import IO
from xml.parsers import expat

from openpyxl.utils import column_index_from_string

from sentinel.errors import InputError, Location
from sentinel.workbooks import is_xml

MAX_ELEMENTS = 400_000
"""Cells and all else: 5,000 rows of 15 columns are half of it."""
MAX_MERGED = 20_000
"""Cells that are merged: one reference of a few letters makes a noun for each cell of its area."""
MAX_FORMULAS = 500
"""A formula that is shared is read anew for each cell that shares it."""
MAX_TEXT = 32_767
"""Letters of a text or an attribute, as in Excel; one text can be that of every cell."""
_TEXTS = frozenset({"t", "v", "f", "definedName"})
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


def check_bounds(packed: IO[bytes], name: str) -> None:
    """Raise InputError for a workbook that would grow beyond measure, or holds a part that is broken.

    Call it after `check_workbook`, which sees to sizes and entities.
    """
    counted = _Counted(name)
    with zipfile.ZipFile(packed) as archive:
        for member in archive.infolist():
            with archive.open(member) as file:
                if is_xml(member.filename, file.read(1024)):
                    file.seek(0)
                    counted.read(file)


class _Counted:
    """What the parts of a workbook held so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.elements = self.merged = self.formulas = self.letters = 0
        self.tag = ""

    def read(self, part: IO[bytes]) -> None:
        """Count one more part; InputError where it is too much, or no XML."""
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.CharacterDataHandler = self._start, self._text
        try:
            parser.ParseFile(part)
        except expat.ExpatError as error:
            raise InputError(Location(self.name), "holds a part that is broken XML") from error

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self.tag, self.letters = tag.rpartition(":")[2], 0
        self.elements += 1
        self.formulas += self.tag == "f"
        if self.tag == "mergeCell":
            self.merged += area(attributes.get("ref", ""))
        self._bound(self.elements, MAX_ELEMENTS, "cells and other elements")
        self._bound(self.merged, MAX_MERGED, "merged cells")
        self._bound(self.formulas, MAX_FORMULAS, "formulas")
        self._bound(max(map(len, attributes.values()), default=0), MAX_TEXT, "letters in one place")

    def _text(self, text: str) -> None:
        self.letters += len(text)
        if self.tag in _TEXTS:
            self._bound(self.letters, MAX_TEXT, "letters in one place")

    def _bound(self, count: int, most: int, what: str) -> None:
        if count > most:
            raise InputError(Location(self.name), f"holds more than {most:,} {what}")


def area(reference: str) -> int:
    """Return how many cells a range holds; what is no range counts as more than any workbook may merge."""
    found = _RANGE.fullmatch(reference)
    if not found:
        return MAX_MERGED + 1
    left, top, right, bottom = found.groups()
    wide = column_index_from_string(right or left) - column_index_from_string(left)
    return (abs(wide) + 1) * (abs(int(bottom or top) - int(top)) + 1)
