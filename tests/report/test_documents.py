from __future__ import annotations

import dataclasses
import io
import re
from datetime import date

import pytest
from pypdf import PdfReader

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.report.documents import Document, page, paper
from sentinel.report.sector.context import context
from tests.report.sector.sample import some

DAY = date(2026, 11, 22)
ONLY_ON_PAPER = {"attachment", "attached", "wide"}
ONLY_ON_SCREEN = {"contents", "language"}


def made() -> Document:
    return context(some(), "Utgiveren", "CLEAR", "nb")


def test_page_and_paper_use_every_field_between_them() -> None:
    folder = root() / "reports" / "templates"
    screen = set(re.findall(r"\breport\.(\w+)", (folder / "document.html.j2").read_text(encoding="utf-8")))
    sheet = set(re.findall(r"\bd\.(\w+)", (folder / "document.typ").read_text(encoding="utf-8")))
    every = {field.name for field in dataclasses.fields(Document)}

    assert every - screen == ONLY_ON_PAPER
    assert every - sheet == ONLY_ON_SCREEN


@pytest.mark.parametrize("notice", ["", "Unntatt offentlighet"])
def test_a_notice_stands_on_page_and_paper_where_there_is_one(notice: str) -> None:
    document = dataclasses.replace(made(), notice=notice)
    sheets = PdfReader(io.BytesIO(paper(document, DAY, b"{}"))).pages

    assert ("Unntatt" in page(document)) == bool(notice)
    assert all(("Unntatt" in sheet.extract_text()) == bool(notice) for sheet in sheets)


def test_an_attachment_that_is_no_text_is_our_error() -> None:
    with pytest.raises(RenderError, match="is not JSON"):
        paper(made(), DAY, b"\xff\xfe")
