"""Small sheets for tests: a blank of the small checklist, workbooks made by hand, and reading them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

from sentinel.comply.exchange.blank import Blank
from sentinel.comply.exchange.drafts import Taken
from sentinel.comply.exchange.rows import Found
from sentinel.comply.exchange.sheets import read_sheets
from sentinel.model.compliance import Answer
from sentinel.model.text import Language
from tests.comply import small

HEAD = ("ID", "Svar", "Svart av", "Dato", "Merknad", "Begrunnelse", "Godkjent av", "Gjelder til")
NAME = "Fjæra legekontor"


def blank(folder: Path, *answers: Answer, language: Language = "nb") -> Blank:
    checklist = small.checklist(folder)
    given = {answer.requirement: answer for answer in answers}
    return Blank(NAME, checklist.chapters, checklist.requirements, given, language, small.TODAY)


def workbook(path: Path, *rows: Sequence[Any], title: str = "Svar") -> Path:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def read(path: Path, folder: Path, organisation: str = NAME) -> tuple[Taken, Found]:
    return read_sheets(path, small.checklist(folder), small.TODAY, organisation)


def comma(path: Path, rows: Iterable[Sequence[str]], mark: str = ";", code: str = "utf-8") -> Path:
    path.write_bytes("".join(f"{mark.join(row)}\r\n" for row in rows).encode(code))
    return path
