"""Small sheets for tests: a blank of the small checklist, workbooks made by hand, and reading them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl

from sentinel.comply.checklist import Checklist
from sentinel.comply.exchange.blank import Blank
from sentinel.comply.exchange.drafts import Taken
from sentinel.comply.exchange.rows import Found
from sentinel.comply.exchange.sheets import read_sheets
from sentinel.model.compliance import Answer
from sentinel.model.text import Language
from tests.comply import small

HEAD = ("ID", "Svar", "Svart av", "Dato", "Merknad", "Begrunnelse", "Godkjent av", "Gjelder til")
NAME = "Fjæra legekontor"


@cache
def checklist() -> Checklist:
    """Return the small checklist, read once: random tests ask for it hundreds of times."""
    with tempfile.TemporaryDirectory() as folder:
        return small.checklist(Path(folder))


def blank(*answers: Answer, language: Language = "nb") -> Blank:
    given = {answer.requirement: answer for answer in answers}
    return Blank(NAME, checklist(), checklist().requirements, given, language, small.TODAY)


def workbook(path: Path, *rows: Sequence[Any], title: str = "Svar") -> Path:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def read(path: Path, organisation: str = NAME) -> tuple[Taken, Found]:
    return read_sheets(path, checklist(), small.TODAY, organisation)


def comma(path: Path, rows: Iterable[Sequence[str]], mark: str = ";", code: str = "utf-8") -> Path:
    path.write_bytes("".join(f"{mark.join(row)}\r\n" for row in rows).encode(code))
    return path
