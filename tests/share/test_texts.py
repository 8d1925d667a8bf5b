from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.alerts import Match
from sentinel.share.texts import cell, csv_line, plain, reason, shown

ANY = st.text(st.characters())


@given(ANY)
def test_what_is_shown_holds_nothing_that_steers(text: str) -> None:
    assert [sign for sign in shown(text) if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}] == []


@given(ANY)
def test_what_can_be_seen_is_left_as_it_is(text: str) -> None:
    letters = "".join(sign for sign in text if sign.isalnum() and sign not in "\u115f\u1160\u3164\uffa0")
    assert shown(letters) == letters


def test_a_sign_nobody_sees_stands_as_its_number() -> None:
    assert shown("a\u202eb\x00c\r\nd\te") == "a⟨U+202E⟩b⟨U+0000⟩c⏎d⇥e"


def test_long_text_is_cut_and_says_by_how_much() -> None:
    assert shown("a" * 5_000, 10) == "aaaaaaaaaa … (4,990 more)"
    assert shown("a" * 10, 10) == "a" * 10


@given(ANY | st.text(' ;"=+-@\tx'))
def test_no_cell_is_computed_whether_cells_end_at_commas_or_semicolons(text: str) -> None:
    begins = {part.strip().lstrip(' "')[:1] for part in f" {cell(text)}".split(";")[1:]} | {cell(text).strip()[:1]}

    assert not begins & {"=", "+", "-", "@", "＝", "＋", "－", "＠"}


def test_a_formula_behind_a_semicolon_is_defused_and_all_else_is_left() -> None:
    assert cell("x; \"=cmd|'/c calc'!A1") == "x; \"'=cmd|'/c calc'!A1"
    assert cell("a;b; c") == "a;b; c"


@pytest.mark.parametrize("text", ["=1+1", "  =1+1", "\t=1+1", "@SUM(A1)", "-2", "+2", "\u200b=1"])
def test_formulas_are_defused(text: str) -> None:
    assert cell(text)[0] in {"'", "⟨", "⇥"}


@given(st.lists(ANY, min_size=1, max_size=4))
def test_a_line_of_csv_is_one_line_with_its_cells(texts: list[str]) -> None:
    line = csv_line(texts)

    assert list(csv.reader(io.StringIO(line, newline=""))) == [[cell(text) for text in texts]]
    assert line.count("\n") == 1


def test_values_as_text() -> None:
    assert plain([1, None, True, "x", [2.5]]) == "1, , true, x, 2.5"
    assert plain(None) == ""


def test_a_match_by_absence_says_so() -> None:
    assert reason([]) == "matched by what is absent"
    assert reason([Match("User", "", "has no value"), Match("A", "b", "= 'b'")]) == "User has no value; A = 'b' [b]"
