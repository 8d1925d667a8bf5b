from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.exchange.marks import for_table, for_workbook, read_from

LIKELY = st.text(st.sampled_from("'=+-@\t0123456789ab æ"), max_size=20)


@pytest.mark.parametrize(
    "text", ["=1+1", "+47 22 00 00 00", "-1", "@SUM(A1)", "\tx", "000000001", "0047", "1" * 12, "'=1"]
)
def test_what_a_spreadsheet_would_take_for_something_else_is_marked(text: str) -> None:
    assert for_table(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "0", "47", "9 av 10", "0,5", "a=1", "'sitat'", "2026-11-12", "007 er navnet", "'"]
)
def test_what_stays_as_it_is_gets_no_mark(text: str) -> None:
    assert for_table(text) == text == for_workbook(text)


def test_a_workbook_says_itself_that_a_formula_is_a_text() -> None:
    assert for_workbook("=1+1") == "=1+1"
    assert for_workbook("'=1+1") == "''=1+1"


@given(st.text() | LIKELY)
def test_every_text_comes_back_whichever_way_it_went(text: str) -> None:
    assert read_from(for_table(text)) == text
    assert read_from(for_workbook(text)) == text


@given(st.text() | LIKELY)
def test_a_table_that_was_saved_as_a_workbook_says_the_same(text: str) -> None:
    """A spreadsheet keeps a text as it stood in the table, apostrophe and all."""
    assert read_from(for_table(text)) == read_from(for_workbook(text))


@given(st.text() | LIKELY)
def test_no_cell_of_a_table_begins_as_a_formula_does(text: str) -> None:
    assert not for_table(text).startswith(("=", "+", "-", "@", "\t", "\r"))
