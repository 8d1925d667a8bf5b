"""No number here is anybody's: they are of people born in 2035 or later, or made-up ones of Skatteetaten and NAV."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sentinel.comply.identity import Number, checks, judged, masked, numbers


def completed(nine: str) -> str | None:
    """Return nine digits with their check digits, counted another way than the code does; None where there are none."""
    for weights in ((3, 7, 6, 1, 8, 9, 4, 5, 2), (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)):
        rest = 11 - sum(w * int(d) for w, d in zip(weights, nine, strict=True)) % 11
        nine += {11: "0", 10: "x"}.get(rest, str(rest))
        if "x" in nine:
            return None
    return nine


@st.composite
def identities(draw: st.DrawFn, day: int = 0, month: int = 0) -> str:
    """Make a number of somebody who will be born between 2035 and 2039 (series 500 to 899)."""
    nine = (
        f"{draw(st.integers(1, 28)) + day:02d}{draw(st.integers(1, 12)) + month:02d}"
        f"{draw(st.integers(35, 39))}{draw(st.integers(500, 899))}"
    )
    whole = completed(nine)
    assume(whole is not None)
    return str(whole)


GAPS = st.sampled_from(["", " ", ".", "-", "\u00a0", "\u202f", " - ", "\u200b"])


def found(text: str) -> list[Number]:
    return list(numbers(text))


@given(identities(), identities(day=40), identities(month=40), identities(month=80), identities(day=40, month=80))
def test_each_kind_is_told_and_how_sure(birth: str, d: str, h: str, tenor: str, tenor_d: str) -> None:
    assert judged(birth) == ("birth number", "sure")
    assert judged(d) == ("D-number", "sure")
    assert judged(h) == ("H-number", "possible")
    assert judged(tenor) == ("birth number", "synthetic")
    assert judged(tenor_d) == ("D-number", "synthetic")


@given(identities(), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_makes_it_possible_and_no_more(number: str, place: int, more: int) -> None:
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]

    assert not checks(wrong)
    assert judged(wrong)[1] == "possible"


@given(identities(), GAPS, GAPS, GAPS, GAPS, st.sampled_from(["", "fnr ", "(", "født: ", "\n", "nr."]))
def test_it_is_found_however_it_is_written(number: str, a: str, b: str, c: str, d: str, before: str) -> None:
    written = number[:2] + a + number[2:4] + b + number[4:6] + c + number[6:9] + d + number[9:]

    (one,) = found(f"{before}{written}.")

    assert (one.kind, one.certainty, one.tail) == ("birth number", "sure", number[-2:])
    assert (one.start, one.end) == (len(before), len(before) + len(written))


@given(identities())
def test_a_year_of_four_digits_is_the_same_number(number: str) -> None:
    (one,) = found(f"født {number[:2]}.{number[2:4]}.20{number[4:6]} {number[6:]}")

    assert one.certainty == "sure"


@given(identities(), st.text(max_size=20))
def test_no_more_than_two_digits_are_ever_shown(number: str, around: str) -> None:
    assume(not any(sign.isdecimal() for sign in around))
    text = f"{around} {number} {around}"
    (one,) = found(text)

    assert number[:9] not in masked(text)
    assert masked(text) == f"{around} •••••••••{number[-2:]} {around}"
    assert sum(map(str.isdigit, str(one))) == 2


@given(identities())
def test_a_longer_word_holds_one_only_where_the_check_digits_are_right(number: str) -> None:
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)

    assert [one.certainty for one in found(f"fnr{number}x")] == ["sure"]
    assert found(f"2d3adb8c-{wrong}b") == []
    assert found(f"4{number}") == []  # twelve digits


@pytest.mark.parametrize(
    "harmless", ["192.168.123.45", "2026-11-22 03:20", "+47 22 33 44 55", "1 000 000 000", "01:02"]
)
def test_addresses_times_and_amounts_are_none(harmless: str) -> None:
    assert found(harmless) == []


def test_eleven_digits_that_are_no_date_are_possible() -> None:
    assert judged("12345678901") == ("eleven digits", "possible")
    assert judged("00000000000") == ("eleven digits", "possible")
    assert judged("30850000000")[1] == "possible"  # month 85 less 80, no right check digits


def test_an_fh_number_holds_no_date() -> None:
    whole = next(w for series in range(100, 999) if (w := completed(f"999999{series}")))

    assert judged(whole) == ("FH-number", "sure")
    assert judged("99999999990") == ("eleven digits", "possible")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Number(0, 11, "D-number", "sure", "12"), "a national identity number (D-number, both check digits are right)"),
        (Number(0, 11, "H-number", "possible", "12"), "an H-number, or one of NAV's made-up numbers"),
        (Number(0, 11, "eleven digits", "possible", "12"), "eleven digits"),
    ],
)
def test_a_warning_says_what_it_may_be(number: Number, words: str) -> None:
    assert str(number).startswith(words)
    assert "ending in 12" in str(number)


@given(st.text())
def test_any_text_can_be_looked_through(text: str) -> None:
    once = masked(text)

    assert all(one.end <= len(text) for one in found(text))
    assert found(once) == []
