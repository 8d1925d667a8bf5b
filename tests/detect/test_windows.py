from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from sentinel.detect.correlation import AllOf, AnyOf, Bound, Correlation, Happened, Limits, NotSo
from sentinel.detect.windows import described, grows, met, true_of_nothing, width
from sentinel.model.correlations import Point
from tests.detect.streams import correlation

SECOND = 1_000_000


def at(second: float, rule: str = "a", event: str = "", *values: str | float) -> Point:
    return Point(round(second * SECOND), event or f"{rule}{second}", rule, values, "log", "1", ())


def moments(rule: Correlation, *points: Point) -> list[float]:
    return [moment.time / SECOND for moment in met(rule, sorted(points, key=lambda one: one.key), None, None)]


def limits(*bounds: tuple[Bound, float]) -> Limits:
    return Limits(bounds)


THREE = correlation("k", "event_count")
ORDERED = correlation("k", "temporal_ordered")
PAIR = correlation("k", "temporal", ("a", "b"))


def test_both_ends_of_a_window_are_in_it() -> None:
    assert moments(THREE, at(0), at(5), at(10)) == [10]
    assert moments(THREE, at(0), at(5), at(10.000001)) == []


def test_a_burst_across_a_border_of_the_clock_is_one_burst() -> None:
    assert moments(THREE, at(59.5), at(59.9), at(60.1)) == [60.1]
    assert moments(THREE, at(3599), at(3600), at(3601)) == [3601]


def test_no_window_is_longer_than_the_timespan() -> None:
    slow = [at(second) for second in range(0, 60, 6)]

    assert moments(THREE, *slow) == []
    assert all(later.time - one.time <= width(THREE) for one, later in pairwise(slow))


def test_an_event_that_two_rules_match_is_a_hit_of_both() -> None:
    assert moments(PAIR, at(1, "a", "e"), at(1, "b", "e")) == [1]


def test_an_event_that_two_rules_match_is_one_event() -> None:
    assert moments(THREE, at(1, "a", "e"), at(1, "b", "e"), at(2)) == []


def test_an_event_that_two_rules_match_is_added_up_once() -> None:
    rule = correlation("k", "value_sum", condition=limits(("gte", 4)))

    assert moments(rule, at(1, "a", "e", 2.0), at(1, "b", "e", 2.0)) == []
    assert moments(rule, at(1, "a", "e", 2.0), at(1, "b", "f", 2.0)) == [1]


def test_the_order_of_every_rule_counts_and_not_only_of_the_first() -> None:
    assert moments(ORDERED, at(1, "a"), at(2, "c"), at(3, "b")) == []
    assert moments(ORDERED, at(1, "a"), at(2, "b"), at(3, "c")) == [3]
    assert moments(ORDERED, at(1, "a"), at(2, "c"), at(3, "b"), at(4, "c")) == [4]
    assert moments(ORDERED, at(1, "b"), at(2, "a"), at(3, "c")) == []


def test_the_first_of_an_order_must_be_inside_the_window() -> None:
    assert moments(ORDERED, at(0, "a"), at(6, "b"), at(11, "c")) == []
    assert moments(ORDERED, at(0, "a"), at(2, "a"), at(6, "b"), at(11, "c")) == [11]


def test_what_happens_in_one_moment_is_in_order_whatever_the_order_of_the_log() -> None:
    assert moments(ORDERED, at(1, "c"), at(1, "b"), at(1, "a")) == [1]


def test_a_value_counts_once_and_combinations_are_values() -> None:
    rule = correlation("k", "value_count", condition=limits(("gte", 2)))

    assert moments(rule, at(1, "a", "", "x"), at(2, "a", "", "x")) == []
    assert moments(rule, at(1, "a", "", "x"), at(2, "a", "", "x", "y")) == [2]
    assert moments(rule, at(1, "a", "", "x"), at(5, "a", "", "y"), at(11.5, "a", "", "y")) == [5]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ([("gt", 2)], [3, 4]),
        ([("gte", 2)], [2, 3, 4]),
        ([("lt", 2)], [1]),
        ([("lte", 2)], [1, 2]),
        ([("eq", 2)], [2]),
        ([("neq", 2)], [1, 3, 4]),
        ([("gte", 2), ("lt", 4)], [2, 3]),
    ],
)
def test_every_operator_and_a_range_of_two(bounds: list[tuple[Bound, float]], expected: list[float]) -> None:
    rule = correlation("k", "event_count", condition=limits(*bounds))

    assert moments(rule, at(1), at(2), at(3), at(4)) == expected


@pytest.mark.parametrize(
    ("percentile", "measure"), [(0.0, "1.0"), (25.0, "1.75"), (50.0, "2.5"), (95.0, "3.85"), (100.0, "4.0")]
)
def test_a_percentile_lies_between_the_two_nearest_numbers(percentile: float, measure: str) -> None:
    rule = correlation("k", "value_percentile", percentile=percentile, condition=limits(("gte", 0)))
    points = [at(number, "a", "", float(number)) for number in (1, 2, 3, 4)]

    assert [moment.measure for moment in met(rule, points, None, None)][-1] == measure


def test_sums_and_means_are_those_of_the_window_and_exact() -> None:
    points = [at(0, "a", "", 1e16), *(at(20 + number, "a", f"e{number}", 0.1) for number in range(3))]
    total = correlation("k", "value_sum", condition=limits(("lte", 1)))
    mean = correlation("k", "value_avg", condition=limits(("eq", 0.1)))
    middle = correlation("k", "value_median", condition=limits(("eq", 0.1)))

    assert [moment.measure for moment in met(total, points, None, None)] == ["0.1", "0.2", "0.30000000000000004"]
    assert moments(mean, *points) == moments(middle, *points) == [20, 21, 22]


def test_trees_of_rules() -> None:
    def of(condition: object) -> Correlation:
        return correlation("k", "temporal", condition=condition)

    a, b, c = map(Happened, "abc")
    points = [at(1, "a"), at(2, "b"), at(20, "c")]
    assert moments(of(AnyOf((a, c))), *points) == [1, 2, 20]
    assert moments(of(AllOf((a, b))), *points) == [2]
    assert moments(of(AllOf((a, NotSo(b)))), *points) == [1]
    assert moments(of(NotSo(AnyOf((a, b)))), *points) == [20]


def test_only_the_moments_asked_for_are_judged() -> None:
    points = [at(second) for second in range(10)]

    assert [moment.time // SECOND for moment in met(THREE, points, 4 * SECOND, 6 * SECOND)] == [5, 6]


@pytest.mark.parametrize(
    ("rule", "growing", "of_nothing"),
    [
        (THREE, True, False),
        (correlation("k", "event_count", condition=limits(("lt", 5))), False, True),
        (correlation("k", "event_count", condition=limits(("gte", 0))), True, True),
        (correlation("k", "event_count", condition=limits(("gte", 3), ("lte", 5))), False, False),
        (correlation("k", "value_sum", condition=limits(("neq", 3))), False, True),
        (correlation("k", "value_avg", condition=limits(("lt", 3))), False, False),
        (PAIR, True, False),
        (correlation("k", "temporal", condition=AnyOf((Happened("a"), Happened("b")))), True, False),
        (correlation("k", "temporal", condition=NotSo(Happened("a"))), False, True),
    ],
)
def test_what_more_hits_may_unmake_and_what_is_true_of_nothing(
    rule: Correlation, growing: bool, of_nothing: bool
) -> None:
    assert (grows(rule), true_of_nothing(rule)) == (growing, of_nothing)


def test_a_condition_can_be_read() -> None:
    tree = AllOf((Happened("a"), NotSo(AnyOf((Happened("b"), Happened("c"))))))

    assert described(correlation("k", "event_count", condition=limits(("gte", 3), ("lt", 5)))) == "gte 3 and lt 5"
    assert described(correlation("k", "temporal", condition=tree)) == "(a and not (b or c))"
    assert described(PAIR) == "each of its rules"
    assert described(ORDERED) == "each of its rules in this order"


def test_a_timespan_of_parts_of_a_second_is_exact() -> None:
    assert width(correlation("k", "event_count", timespan=timedelta(milliseconds=1))) == 1000
