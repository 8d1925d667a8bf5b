from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.correlation import AllOf, AnyOf, Bound, Happened, Happening, Limits, NotSo
from sentinel.detect.correlation_conditions import BOUNDS, compile_limits, compile_temporal, names_of, true_of
from sentinel.detect.values import UnusableError

RULES = {"a": "1", "b": "2", "c": "3"}
A, B, C = (Happened(id_) for id_ in RULES.values())

TREES: list[tuple[object, Happening | None, str]] = [
    (None, None, "each of the rules"),
    ("a and b and c", None, "each of them, said"),
    ("(b AND c) and a", AllOf((AllOf((B, C)), A)), "the same, with more parentheses than needed, keeps its meaning"),
    ("a and (b or not c)", AllOf((A, AnyOf((B, NotSo(C))))), "and, or, not"),
    ("a or b and not c", AnyOf((A, AllOf((B, NotSo(C))))), "not binds closest, then and"),
    ("1 and 2 or 3", AnyOf((AllOf((A, B)), C)), "by whatever they are called"),
    ({"gte": 3}, None, "a count of all"),
    ({"eq": 3}, None, "the same"),
    ({"gt": 2}, None, "the same"),
    ({"gte": 1}, AnyOf((A, B, C)), "any"),
    ({"gte": 2}, AnyOf((AllOf((A, B)), AllOf((A, C)), AllOf((B, C)))), "two of three"),
    ({"gt": 1, "lte": 3}, AnyOf((AllOf((A, B)), AllOf((A, C)), AllOf((B, C)))), "the same as a range"),
]


@pytest.mark.parametrize(("written", "tree", "why"), TREES, ids=[str(written) for written, _, _ in TREES])
def test_conditions_over_rules(written: object, tree: Happening | None, why: str) -> None:
    by_id = isinstance(written, str) and "1" in written
    rules = {id_: id_ for id_ in RULES.values()} if by_id else RULES

    assert compile_temporal(written, "temporal", rules) == tree, why


REFUSED_TREES: list[tuple[object, str]] = [
    ("a and d", "condition names 'd', which is not defined"),
    ("a and b", "the condition leaves out 'c'"),
    ("a and (b or c", "condition ends where a name is expected"),
    ("not a and not b and not c", "true where nothing happened"),
    ("a or not b or c", "true where nothing happened"),
    ("1 of a", "condition names '1', which is not defined"),
    ("", "condition is empty"),
    ({"gte": 4}, "3 rules cannot meet the condition"),
    ({"gte": 0}, "cannot count so"),
    ({"lt": 2}, "cannot count so"),
    ({"neq": 2}, "cannot count so"),
    ({"gte": 2, "field": "x"}, "field means nothing beside temporal"),
    ({"gte": "2"}, "gte takes a number"),
    ({"gte": 1.5}, "gte takes a whole number"),
    ({}, "needs a comparison"),
    ([], "the condition must be a map, or text"),
    (5, "the condition must be a map, or text"),
]


@pytest.mark.parametrize(("written", "what"), REFUSED_TREES, ids=[str(written) for written, _ in REFUSED_TREES])
def test_bad_conditions_over_rules(written: object, what: str) -> None:
    with pytest.raises(UnusableError) as caught:
        compile_temporal(written, "temporal", RULES)

    assert what in str(caught.value)


def test_an_ordered_correlation_counts_all_or_nothing() -> None:
    assert compile_temporal({"gte": 3}, "temporal_ordered", RULES) is None
    with pytest.raises(UnusableError, match="temporal_ordered cannot count so"):
        compile_temporal({"gte": 2}, "temporal_ordered", RULES)


def test_ways_to_meet_a_count_are_bounded() -> None:
    with pytest.raises(UnusableError, match="more than 2,000 ways"):
        compile_temporal({"gte": 10}, "temporal", {str(number): str(number) for number in range(20)})


@given(st.integers(1, 5), st.integers(1, 5))
def test_a_count_of_rules_is_true_where_so_many_matched(several: int, least: int) -> None:
    rules = {str(number): str(number) for number in range(several)}
    if least > several:
        return
    tree = compile_temporal({"gte": least}, "temporal", rules)
    for chosen in product([True, False], repeat=several):
        happened = frozenset(rule for rule, taken in zip(rules, chosen, strict=True) if taken)
        met = all(rule in happened for rule in rules) if tree is None else true_of(tree, happened)
        assert met is (len(happened) >= least)


def test_names_stand_once_in_their_order() -> None:
    assert names_of("b and (a OR not b) And 1-2-3") == ("b", "a", "1-2-3")


LIMITS: list[tuple[dict[str, Any], tuple[tuple[Bound, float], ...]]] = [
    ({"gte": 100}, (("gte", 100),)),
    ({"gt": 100, "lte": 200}, (("gt", 100), ("lte", 200))),
    ({"gte": 3, "neq": 5}, (("gte", 3), ("neq", 5))),
    ({"field": "x", "lt": 5.0}, (("lt", 5.0),)),
    ({"gt": 3, "lt": 5}, (("gt", 3), ("lt", 5))),
    ({"neq": 0}, (("neq", 0),)),
]


@pytest.mark.parametrize(("written", "bounds"), LIMITS, ids=[str(written) for written, _ in LIMITS])
def test_limits(written: dict[str, Any], bounds: tuple[tuple[Bound, float], ...]) -> None:
    assert compile_limits(written, "value_count") == Limits(bounds)


def test_what_is_no_count_may_be_negative_or_broken() -> None:
    assert compile_limits({"lt": -1.5}, "value_sum") == Limits((("lt", -1.5),))
    assert compile_limits({"gt": 0, "lt": 1}, "value_avg") == Limits((("gt", 0), ("lt", 1)))


REFUSED_LIMITS: list[tuple[dict[str, Any], str]] = [
    ({"field": "x"}, "the condition needs a comparison"),
    ({"gte": 1, "get": 5}, "unknown key 'get' in the condition"),
    ({"gt": 1, "gte": 5}, "'gt' and 'gte' contradict each other"),
    ({"eq": 1, "lt": 5}, "'eq' leaves nothing"),
    ({"gt": 5, "lt": 5}, "no number meets the condition"),
    ({"gt": 4, "lt": 5}, "no number meets the condition"),
    ({"gt": 3, "lt": 5, "neq": 4}, "no number meets the condition"),
    ({"lt": 1}, "a group without any event is not seen"),
    ({"eq": 0}, "a group without any event is not seen"),
    ({"gte": 2.5}, "gte takes a whole number"),
    ({"gte": -1}, "gte takes a whole number"),
    ({"gte": "5"}, "gte takes a number"),
    ({"gte": True}, "gte takes a number"),
    ({"gte": float("inf")}, "gte takes a number"),
    ({"gte": None}, "gte takes a number"),
]


@pytest.mark.parametrize(("written", "what"), REFUSED_LIMITS, ids=[str(written) for written, _ in REFUSED_LIMITS])
def test_bad_limits(written: dict[str, Any], what: str) -> None:
    with pytest.raises(UnusableError) as caught:
        compile_limits(written, "event_count")

    assert what in str(caught.value)


@given(st.dictionaries(st.sampled_from([name for name in BOUNDS if name != "eq"]), st.integers(0, 6), min_size=1))
def test_limits_are_refused_just_where_no_count_meets_them(written: dict[str, int]) -> None:
    compared = {"gt": int.__gt__, "gte": int.__ge__, "lt": int.__lt__, "lte": int.__le__, "neq": int.__ne__}
    possible = any(all(compared[name](count, limit) for name, limit in written.items()) for count in range(1, 20))
    doubled = {"gt", "gte"} <= set(written) or {"lt", "lte"} <= set(written)
    try:
        compile_limits(written, "event_count")
    except UnusableError:
        assert doubled or not possible
    else:
        assert possible
