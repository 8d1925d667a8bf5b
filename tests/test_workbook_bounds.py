from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from sentinel.errors import InputError
from sentinel.workbook_bounds import MAX_ELEMENTS, MAX_FORMULAS, MAX_MERGED, MAX_TEXT, area, check_bounds


def packed(part: str | bytes, name: str = "xl/worksheets/sheet1.xml") -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(name, part)
    return made


def test_a_workbook_as_people_make_them_passes() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for number in range(1, 301):
        sheet.append([number, "=A1", "tekst " * 200, None])
    sheet.merge_cells("D1:F300")
    saved = io.BytesIO()
    book.save(saved)

    check_bounds(saved, "a.xlsx")


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (f"<x>{'<c/>' * MAX_ELEMENTS}</x>", "holds more than 400,000 cells and other elements"),
        (f"<x>{'<a>' * MAX_ELEMENTS}", "holds more than 400,000 cells and other elements"),
        ('<x><mergeCell ref="A1:CV5000"/></x>', "holds more than 20,000 merged cells"),
        ('<s:x xmlns:s="y"><s:mergeCell ref="A1:CV5000"/></s:x>', "holds more than 20,000 merged cells"),
        ('<x><mergeCell ref="&#65;1:CV5000"/></x>', "holds more than 20,000 merged cells"),
        ('<x><mergeCell ref="A:CV"/></x>', "holds more than 20,000 merged cells"),
        ("<x>" + '<mergeCell ref="A1:CV100"/>' * 3 + "</x>", "holds more than 20,000 merged cells"),
        (f"<x>{'<f>1</f>' * (MAX_FORMULAS + 1)}</x>", "holds more than 500 formulas"),
        ('<x sqref="' + "A1 " * MAX_TEXT + '"/>', "holds more than 32,767 letters in one place"),
        (f"<x><t>{'a' * (MAX_TEXT + 1)}</t></x>", "holds more than 32,767 letters in one place"),
        ("<x><c></x>", "holds a part that is broken XML"),
    ],
)
@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/media/image1.png"])
def test_what_grows_beyond_measure_is_told_in_one_line(part: str, told: str, name: str) -> None:
    with pytest.raises(InputError, match=f"^a.xlsx: {told}$"):
        check_bounds(packed(part, name), "a.xlsx")


def test_what_is_no_xml_is_not_read_as_such() -> None:
    check_bounds(packed(b"\x89PNG\r\n<<<<", "xl/media/image1.png"), "a.xlsx")


def test_long_texts_that_no_cell_takes_from_are_let_be() -> None:
    check_bounds(packed(f"<item>{'A' * 100_000}</item>", "customXml/item1.xml"), "a.xlsx")


@given(st.integers(1, 200), st.integers(1, 5000), st.integers(1, 200), st.integers(1, 5000))
def test_an_area_is_counted_from_either_corner(left: int, top: int, right: int, bottom: int) -> None:
    one, other = f"{get_column_letter(left)}{top}", f"{get_column_letter(right)}{bottom}"

    assert area(f"{one}:{other}") == area(f"{other}:{one}") == (abs(left - right) + 1) * (abs(top - bottom) + 1)


@given(st.text(max_size=20))
def test_what_is_no_range_is_more_than_may_be_merged(text: str) -> None:
    assert area(text) >= 1


def test_an_unknown_range_is_refused_and_a_single_cell_is_one() -> None:
    assert area("A1") == area("$B$2") == 1
    assert area("") == area("A1:B") == area("1:2") == MAX_MERGED + 1
