"""Tests for sentinel.comply.methods: how others count the example of docs/scoring.md, worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.methods import METHODS, compare, truncated
from sentinel.comply.score import shares
from sentinel.model.compliance import Answer, EffectiveState, Guidance, Judgement, Requirement, State
from sentinel.model.text import Text
from tests.comply.small import TODAY

Row: TypeAlias = tuple[str, int, bool, State | None, EffectiveState]
NOTHING = Text("", "")
EXAMPLE: tuple[Row, ...] = (
    ("DRF-05", 3, True, "met", "disputed"),
    ("DRF-07", 3, True, "met", "met"),
    ("DRF-10", 3, True, "met", "partly"),
    ("DRF-11", 2, False, "partly", "partly"),
    ("DRF-15", 1, False, None, "not_assessed"),
    ("DRF-20", 2, False, "planned", "planned"),
    ("LED-14", 3, False, "not_met", "not_met"),
    ("LED-15", 1, False, "unknown", "unknown"),
    ("UTS-07", 2, False, "not_applicable", "not_applicable"),
    ("UTS-08", 3, False, "met", "met"),
)
STATES: tuple[tuple[State | None, EffectiveState], ...] = (
    ("met", "met"),
    ("met", "disputed"),
    ("met", "partly"),
    ("partly", "partly"),
    ("not_met", "not_met"),
    ("planned", "planned"),
    ("unknown", "unknown"),
    (None, "not_assessed"),
    ("not_applicable", "not_applicable"),
)
rows = st.lists(
    st.tuples(
        st.sampled_from(["DRF-01", "LED-01", "UTS-01", "UTS-02"]),
        st.integers(1, 3),
        st.booleans(),
        st.sampled_from(STATES),
    ).map(lambda row: (row[0], row[1], row[2], *row[3])),
    max_size=12,
)


def judgement(row: Row) -> Judgement:
    name, weight, gate, answered, state = row
    texts = (NOTHING,) * 5
    help_ = Guidance(NOTHING, NOTHING, NOTHING, ())
    need = Requirement(name, name[:3], *texts, "ALL", weight, gate, "must", "law", help_, ())
    answer = Answer(name, answered, "A", TODAY) if answered else None
    return Judgement(need, state, answer, (), NOTHING)


def test_the_example_by_hand() -> None:
    found = {count.method: count.value for count in compare(map(judgement, EXAMPLE))}

    # As answered: DRF 3+3+3+1+0 of 13, LED 0 of 3, UTS 3 of 3; what was measured is not known to them.
    assert found["weighted mean"] == float(Fraction(13, 19) * 100)
    assert found["mean of means"] == float((Fraction(10, 13) + 0 + 1) / 3 * 100)
    assert found["sum"] == 13
    assert found["not relevant anchored"] == float(Fraction(15, 21) * 100)
    # Only «met» passes, and «error» and «unknown» are fails: DRF 3 of 13, LED 0 of 4, UTS 3 of 3.
    assert found["XCCDF flat"] == float(Fraction(6, 20) * 100)
    assert found["XCCDF default"] == float((Fraction(3, 13) + 0 + 1) / 3 * 100)
    assert found["XCCDF absolute"] == 0
    assert found["CyFun"] == 0
    assert found.keys() == METHODS.keys()


def test_all_in_place_is_everything_by_each_method() -> None:
    every = [replace(judgement(row), state="met", answer=Answer(row[0], "met", "A", TODAY)) for row in EXAMPLE]

    assert [count.value for count in compare(every)] == [100, 100, 23, 100, 100, 100, 1, 1]


def test_cyfun_holds_with_half_of_some_and_not_with_an_open_gate() -> None:
    enough = [("DRF-01", 1, False, "partly", "partly"), *(("DRF-02", 1, True, "met", "met"),) * 3]
    open_gate = [("DRF-01", 1, True, "partly", "partly"), *enough[1:]]

    assert METHODS["CyFun"].count([judgement(row) for row in enough]) == 1  # type: ignore[arg-type]  # literals, widened
    assert METHODS["CyFun"].count([judgement(row) for row in open_gate]) == 0  # type: ignore[arg-type]  # as above


@given(rows)
def test_nothing_to_count_is_none_and_a_share_is_between_none_and_all(found: list[Row]) -> None:
    every = [judgement(row) for row in found]
    for count in compare(every):
        assert count.value is None or 0 <= count.value <= (100 if count.unit == "percent" else 3 * len(every))
    looked_at = [one for one in every if one.state not in ("not_assessed", "not_applicable")]
    if not looked_at:
        assert all(count.value is None for count in compare(every) if count.method in ("weighted mean", "XCCDF flat"))


@given(rows)
def test_a_mean_of_what_was_answered_is_never_below_our_worst_case(found: list[Row]) -> None:
    every = [judgement(row) for row in found]
    mean, ours = METHODS["weighted mean"].count(every), shares(every).worst_case

    assert mean is None or ours is None or mean >= ours


def test_answering_only_what_is_in_place_is_what_they_reward() -> None:
    kept = [judgement(row) if row[4] == "met" else judgement((*row[:3], None, "not_assessed")) for row in EXAMPLE]

    assert METHODS["weighted mean"].count(kept) == 1
    assert METHODS["XCCDF absolute"].count(kept) == 1
    assert METHODS["CyFun"].count(kept) == 0
    assert shares(kept).worst_case == Fraction(6, 23)


def test_cutting_off_and_rounding_are_told_apart() -> None:
    assert (truncated(Fraction(2, 3)), truncated(Fraction(1)), truncated(Fraction(0))) == ("66.6", "100.0", "0.0")
