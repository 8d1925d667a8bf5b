from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.checklist import load_checklist
from sentinel.comply.levels import RANK, Levels, LevelsFile, as_levels
from sentinel.content import parse_documents, validate
from sentinel.errors import ContentError
from tests.comply.small import LEVELS, write


def levels(text: str = LEVELS) -> Levels:
    documents, _ = parse_documents(text, "levels.yml")
    value, faults = validate(documents[0], LevelsFile)
    assert value is not None, faults
    return as_levels(value)


def faults(base: Path, text: str) -> str:
    with pytest.raises(ContentError) as caught:
        load_checklist(write(base, levels=text))
    return "\n".join(str(fault) for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("worst", "in_place", "level"),
    [
        (Fraction(8, 10), Fraction(6, 10), "green"),
        (Fraction(799, 1000), Fraction(1), "yellow"),
        (Fraction(1), Fraction(599, 1000), "yellow"),
        (Fraction(4, 10), Fraction(3, 10), "yellow"),
        (Fraction(399, 1000), Fraction(1), "red"),
        (Fraction(1), Fraction(299, 1000), "red"),
        (None, None, "red"),
    ],
)
def test_a_level_needs_both_its_shares(worst: Fraction | None, in_place: Fraction | None, level: str) -> None:
    assert levels().from_shares(worst, in_place) == level


@given(st.fractions(0, 1), st.fractions(0, 1), st.fractions(0, 1), st.fractions(0, 1))
def test_more_in_place_never_lowers_the_level(
    worst: Fraction, more: Fraction, placed: Fraction, also: Fraction
) -> None:
    low, high = sorted([worst, more])
    few, many = sorted([placed, also])

    assert RANK[levels().from_shares(low, few)] <= RANK[levels().from_shares(high, many)]


def test_a_gate_that_is_met_caps_nothing() -> None:
    assert levels().cap("met") == "green"
    assert levels().cap("not_assessed") == "yellow"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("worst_case: 80", "worst_case: 30", "green asks for less than yellow"),
        ("level: green, worst_case: 80", "level: yellow, worst_case: 80", "needs green and yellow once each"),
        ("worst_case: 80, in_place: 60", "worst_case: 80, in_place: 0", "green asks for"),
        ("state: partly, level: yellow", "state: partly, level: green", "may not leave green possible"),
        ("state: partly, level: yellow", "state: partly, level: red", "may not fall in the order"),
        ("state: partly", "state: not_met", "needs each of"),
        ("requirement: DRF-10", "requirement: DRF-21", "DRF-21 is not a gate"),
        ("requirement: DRF-10", "requirement: DRF-07", "DRF-07 is written twice"),
        ("requirement: DRF-10", "requirement: DRF-99", "unknown requirement 'DRF-99'"),
        ("requirement: DRF-10", "requirement: DRF-99", "no words for DRF-10"),
    ],
)
def test_levels_that_contradict_themselves_are_refused(tmp_path: Path, old: str, new: str, what: str) -> None:
    assert old in LEVELS
    assert what in faults(tmp_path, LEVELS.replace(old, new))
