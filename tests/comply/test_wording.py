from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.wording import day, listed, named, number, rounded, sentence, some, told
from sentinel.model.text import Language, Text
from tests.comply.small import signal


@pytest.mark.parametrize(("count", "nb", "en"), [(0, "ingen", "no"), (1, "én", "one"), (12, "tolv", "twelve")])
def test_small_counts_are_words(count: int, nb: str, en: str) -> None:
    assert (number(count, "nb"), number(count, "en")) == (nb, en)


def test_larger_counts_are_figures() -> None:
    assert number(13, "nb") == "13"


@pytest.mark.parametrize(
    ("parts", "nb"), [([], ""), (["æ"], "æ"), (["æ", "ø"], "æ og ø"), (["æ", "ø", "å"], "æ, ø og å")]
)
def test_a_list_ends_in_and(parts: list[str], nb: str) -> None:
    assert listed(parts, "nb") == nb
    assert listed(parts, "en") == nb.replace(" og ", " and ")


def test_a_long_list_says_how_many_are_left_and_nothing_twice() -> None:
    assert some(["a", "b", "a", "c", "d"], 2, "nb") == "a, b og 2 til"
    assert some(["a", "a"], 2, "en") == "a"


@pytest.mark.parametrize(("language", "words"), [("nb", "1. mars 2027"), ("en", "1 March 2027")])
def test_a_day_is_written_out(language: Language, words: str) -> None:
    assert day(date(2027, 3, 1), language) == words


@pytest.mark.parametrize(
    ("words", "expected"), [("åpen dør.", "Åpen dør."), (" LV-DC01 er gammel ", "LV-DC01 er gammel."), ("", "")]
)
def test_a_sentence_has_a_capital_and_one_full_stop(words: str, expected: str) -> None:
    assert sentence(words) == expected


@pytest.mark.parametrize(("value", "shown"), [(62.5, 63), (61.5, 62), (0.5, 1), (0.49999999999999994, 0), (100.0, 100)])
def test_display_rounds_half_up(value: float, shown: int) -> None:
    assert rounded(value) == shown


@given(st.integers(0, 600), st.integers(1, 600))
def test_rounding_the_float_is_rounding_the_fraction(part: int, whole: int) -> None:
    share = Fraction(min(part, whole), whole) * 100
    exact = (Decimal(share.numerator) / Decimal(share.denominator)).quantize(Decimal(1), rounding=ROUND_HALF_UP)

    assert rounded(float(share)) == int(exact)


def test_a_finding_is_told_of_its_machine_once() -> None:
    assert told(signal()).nb == "LV-DC01: serveren får ikke oppdateringer"
    assert told(signal(kind="log")).nb == "serveren får ikke oppdateringer"
    assert named("LV-DC01", Text("LV-DC01 er gammel", "LV-DC01 is old")).nb == "LV-DC01 er gammel"
