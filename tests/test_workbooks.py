from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from sentinel.errors import InputError
from sentinel.workbooks import BROKEN, MAX_MEMBERS, check_workbook, settled


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


def test_a_workbook_is_saved_the_same_each_time_and_says_the_day_it_is_given() -> None:
    saved = []
    for second in (1, 2):
        book, packed = openpyxl.Workbook(), io.BytesIO()
        book.properties.created = datetime(2026, 11, 21, 12, 0, second)  # noqa: DTZ001 -- as openpyxl has them
        book.save(packed)
        saved.append(settled(packed.getvalue(), date(2026, 11, 21)))

    assert saved[0] == saved[1]
    assert b"2026-11-21T00:00:00Z" in zipfile.ZipFile(io.BytesIO(saved[0])).read("docProps/core.xml")
