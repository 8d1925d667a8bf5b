from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.sector.figures import at_least, figures, quartiles
from sentinel.model.benchmark import Quartiles
from sentinel.model.text import Text
from tests.comply.sector.small import DAY, member

TITLES = {"LED-01": Text("En", "One"), "LED-02": Text("To", "Two")}


def test_a_group_recounted_by_hand() -> None:
    """Ten members bring 0, 10 … 90; six of them (0–50) lack LED-01, all are silent on LED-02."""
    found = figures([member(number, 10 * number) for number in range(10)], TITLES, "2026.2", DAY)

    assert found.members == 10
    assert found.score == found.worst_case == Quartiles(20, 40, 70)
    assert found.levels == {"red": 5, "yellow": 0, "green": 0}  # five are red, four are yellow, one is green
    assert (found.spread.met, found.spread.lacking, found.spread.unseen) == (20, 30, 50)
    assert [(lack.requirement, lack.lacking, lack.unseen) for lack in found.lacks] == [("LED-01", 60, 0)]


def test_a_requirement_that_fewer_than_five_lack_or_that_some_are_not_asked_is_not_told() -> None:
    few = figures([member(number, 0 if number < 4 else 90) for number in range(10)], TITLES, "1", DAY)
    some = [member(number) for number in range(9)]
    unasked = figures([*some, replace(member(9), states=".-")], TITLES, "1", DAY)

    assert few.lacks == ()
    assert unasked.lacks == ()


def test_a_number_that_somebody_does_not_have_is_told_of_nobody() -> None:
    found = figures([member(0, 50, score=None), *(member(number, 50) for number in range(1, 9))], TITLES, "1", DAY)

    assert found.score is None
    assert found.coverage == Quartiles(50, 50, 50)


@given(st.lists(st.floats(0, 100), min_size=5, max_size=60))
def test_quartiles_are_whole_in_order_and_parts_of_the_group(values: list[float]) -> None:
    found = quartiles(values)

    assert 0 <= found.low <= found.middle <= found.high <= 100
    assert sum(value < found.middle + 0.5 for value in values) * 2 >= len(values)
    assert quartiles(values[::-1]) == found


@given(st.integers(0, 10_000))
def test_counts_are_rounded_down_to_five(count: int) -> None:
    assert at_least(count) % 5 == 0
    assert 0 <= count - at_least(count) < 5
