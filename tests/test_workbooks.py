from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.errors import InputError
from sentinel.workbooks import BROKEN, LINE, MAX_MEMBERS, TALLEST, check_workbook, height, printable, settled


def packed(**parts: str | bytes) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(f"{name}.xml", content)
    return made


def test_a_plain_workbook_passes() -> None:
    check_workbook(packed(a="<?xml version='1.0' encoding='UTF-8'?><x/>", b=b"\xef\xbb\xbf<x/>"), "a.xlsx", 1000)


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("<x>" + " " * 2000, "unpacks to more than"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><x/>', "declares a document type"),
        ("<x/>" + " " * 65530 + "<!ENTITY", "unpacks to more than"),
        ("<?xml version='1.0' encoding='utf-7'?><x/>", "in an alphabet"),
        ("PK", "in an alphabet"),
    ],
)
def test_what_is_refused(part: str, told: str) -> None:
    with pytest.raises(InputError, match=rf"^a\.xlsx: .*{told}"):
        check_workbook(packed(a=part), "a.xlsx", 1000)


def test_a_mark_across_two_pieces_is_seen() -> None:
    with pytest.raises(InputError, match="declares a document type"):
        check_workbook(packed(a="<x/>".ljust(64 * 1024 - 4) + "<!ENTITY a 'b'>"), "a.xlsx", 10**6)


def test_an_archive_of_too_many_parts_is_refused() -> None:
    many = packed(**{f"p{number}": "<x/>" for number in range(MAX_MEMBERS + 1)})

    with pytest.raises(InputError, match="2,000 parts"):
        check_workbook(many, "a.xlsx", 10**9)


def test_what_is_no_archive_raises_one_of_those_that_are_caught() -> None:
    with pytest.raises(BROKEN):
        check_workbook(io.BytesIO(b"PK\x03\x04 and no more"), "a.xlsx", 1000)


@pytest.mark.parametrize(
    ("texts", "lines"),
    [
        ([], 1),
        ([(None, 10), ("", 10), (date(2026, 11, 21), 12)], 1),
        ([("ett to tre fire fem", 10), ("kort", 10)], 3),
        ([("en\n\nto", 40)], 3),
        ([("x" * 90, 10)], 10),
        ([("lang", 0)], 4),
    ],
)
def test_a_row_is_as_high_as_its_longest_text_needs(texts: list[tuple[object, float]], lines: int) -> None:
    assert height(texts) == lines * LINE


def test_no_row_is_higher_than_a_workbook_can_say() -> None:
    assert height([("ord " * 10_000, 10)]) == TALLEST < 409


@given(st.text(max_size=300), st.floats(1, 80))
def test_more_text_never_makes_a_row_lower(text: str, width: float) -> None:
    assert LINE <= height([(text, width)]) <= height([(text, width), (f"{text}\nmer", width)]) <= TALLEST


def test_a_sheet_is_printed_on_landscape_paper_with_its_first_columns_on_each_page() -> None:
    made = openpyxl.Workbook()
    printable(made.worksheets[0], wide=2, first="A:B", rows="1:1")
    saved = io.BytesIO()
    made.save(saved)
    found = openpyxl.load_workbook(io.BytesIO(saved.getvalue())).worksheets[0]

    assert (found.page_setup.orientation, str(found.page_setup.paperSize)) == ("landscape", "9")
    assert (found.page_setup.fitToWidth, found.page_setup.fitToHeight) == (2, 0)
    assert (found.print_title_cols, found.print_title_rows) == ("$A:$B", "$1:$1")
    assert str(found.sheet_properties.pageSetUpPr).count("fitToPage=True") == 1


def test_a_workbook_is_saved_the_same_each_time_and_says_the_day_it_is_given() -> None:
    saved = []
    for second in (1, 2):
        book, packed = openpyxl.Workbook(), io.BytesIO()
        book.properties.created = datetime(2026, 11, 21, 12, 0, second)  # noqa: DTZ001 -- as openpyxl has them
        book.save(packed)
        saved.append(settled(packed.getvalue(), date(2026, 11, 21)))

    assert saved[0] == saved[1]
    assert b"2026-11-21T00:00:00Z" in zipfile.ZipFile(io.BytesIO(saved[0])).read("docProps/core.xml")
