from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from sentinel.content import root
from sentinel.errors import RenderError
from sentinel.report.documents import Document, page, paper
from sentinel.report.pages import Cell, Column, Section, Table
from sentinel.report.technical import technical
from tests.report.extremes import poisoned
from tests.report.sample import AS_OF, empty


@pytest.fixture(scope="module")
def small() -> Document:
    return technical(empty(), "nb")


def test_a_notice_stands_on_top_and_at_the_foot(small: Document) -> None:
    assert page(small).count(small.notice) == 2
    assert page(dataclasses.replace(small, notice="")).count("Følsomt") == 0


def test_without_a_signature_there_is_no_line_to_sign(small: Document) -> None:
    assert 'class="signature"' not in page(small)
    assert 'class="signature"' in page(dataclasses.replace(small, signature="Daglig leder"))


def test_an_attachment_that_is_no_text_is_our_error(small: Document) -> None:
    with pytest.raises(RenderError, match="not JSON"):
        paper(small, AS_OF, b"\xff\xfe")


def test_a_field_that_is_missing_is_our_error(small: Document) -> None:
    with pytest.raises(RenderError, match=r"document\.html\.j2"):
        page(small.level)  # type: ignore[arg-type]  # that is what is asked


def test_both_templates_use_every_field_between_them() -> None:
    folder = root() / "reports" / "templates"
    screen = set(re.findall(r"\breport\.(\w+)", (folder / "document.html.j2").read_text(encoding="utf-8")))
    sheet = set(re.findall(r"\bd\.(\w+)", (folder / "document.typ").read_text(encoding="utf-8")))

    every = {field.name for field in dataclasses.fields(Document)}
    assert every - screen - sheet == set()
    assert (screen | sheet) - every <= {"text", "html"}


def with_tables(small: Document, lengths: Sequence[int], note: str, more: str) -> Document:
    columns = (Column("Navn", "prose", 1), Column("Hva", "prose", 2))
    tables = tuple(
        Table(
            id=f"table-{number}",
            title=f"Tabell {number}",
            columns=columns,
            rows=tuple((Cell(f"t{number}r{row}x", "", None), Cell("ord", note, None)) for row in range(length)),
            empty="Ingen",
            more=f"{more} {number}y" if more else "",
        )
        for number, length in enumerate(lengths)
    )
    return dataclasses.replace(small, sections=(Section("one", "Del", ("Ord.",), (), tables),))


@pytest.mark.parametrize("note", ["", "En lengre merknad som går over flere linjer. " * 4])
def test_a_last_row_is_never_alone_on_a_page_nor_what_follows_the_table(small: Document, note: str) -> None:
    lengths = [*range(1, 40), *range(8, 38, 3), *range(9, 39, 2)]
    document = with_tables(small, lengths, note, "og flere etter tabell")
    sheets = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(paper(document, AS_OF, b"{}"))).pages]

    for number, length in enumerate(lengths):
        places = [at for row in range(length) for at, text in enumerate(sheets) if f"t{number}r{row}x" in text]
        assert len(places) == length, "every row stands once"
        assert length == 1 or places[-1] == places[-2], f"the last row of table {number} is alone"
        assert f"tabell {number}y" in sheets[places[-1]], f"what follows table {number} is alone"
        assert f"Tabell {number}\n" in sheets[places[0]], f"the heading of table {number} is alone"


@settings(max_examples=settings().max_examples // 10)
@given(st.text(st.characters(codec=None) | st.sampled_from('#$@[]{}*_`\\/<>"\u202e\x00\ud800\ue000中😀'), max_size=40))
def test_any_text_can_be_printed_and_none_becomes_markup(text: str) -> None:
    document = technical(poisoned(text), "nb")

    assert paper(document, AS_OF, b"{}").startswith(b"%PDF")
    assert not re.search(r"<script|<img|<iframe", page(document))
