from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.correlation import CorrelationType
from sentinel.detect.grouping import LONGEST, MOST_COMBINATIONS, Placed, place
from sentinel.model.events import Fields, Value
from tests.detect.streams import correlation

GROUPED = correlation("k", "event_count", group_by=("g", "h"))


@pytest.mark.parametrize(
    ("fields", "groups"),
    [
        ({"g": "KÅRE", "h": 5}, (("kåre", "5"),)),
        ({"g": "ß", "h": True}, (("ss", "true"),)),
        ({"g": "", "h": 0.5}, (("", "0.5"),)),
        ({"g": ["b", "a", "B", None], "h": "1"}, (("a", "1"), ("b", "1"))),
    ],
)
def test_a_group_is_its_folded_values(fields: Fields, groups: tuple[tuple[str, ...], ...]) -> None:
    assert place(GROUPED, "a", fields) == Placed(groups, ())


@pytest.mark.parametrize(
    "fields", [{}, {"g": "x"}, {"g": "x", "h": None}, {"g": "x", "h": []}, {"g": "x", "h": [None]}]
)
def test_without_a_value_in_every_field_there_is_no_group(fields: Fields) -> None:
    assert place(GROUPED, "a", fields) == "without_group"


def test_without_group_by_all_hits_are_one_group() -> None:
    assert place(correlation("k", "event_count"), "a", {}) == Placed(((),), ())


def test_more_combinations_than_there_is_room_for_are_none() -> None:
    several: list[Value] = [str(number) for number in range(MOST_COMBINATIONS)]

    assert isinstance(place(GROUPED, "a", {"g": several, "h": "x"}), Placed)
    assert place(GROUPED, "a", {"g": several, "h": ["x", "y"]}) == "overflow"


def test_a_long_value_is_kept_as_its_beginning_and_a_hash() -> None:
    one, other = (
        place(correlation("k", "event_count", group_by=("g",)), "a", {"g": "x" * 10**5 + end}) for end in "ab"
    )

    assert isinstance(one, Placed)
    assert one != other
    assert len(one.groups[0][0]) <= LONGEST


def test_an_alias_is_the_field_of_one_rule_only() -> None:
    rule = correlation("k", "event_count", group_by=("who",), aliases={"who": {"a": "user"}})

    assert place(rule, "a", {"user": "x", "who": "y"}) == Placed((("x",),), ())
    assert place(rule, "b", {"user": "x", "who": "y"}) == Placed((("y",),), ())


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("value_count", {"n": ["b", "A", "a"]}, ("a", "b")),
        ("value_count", {"n": 5}, ("5",)),
        ("value_count", {"n": None}, "without_value"),
        ("value_sum", {"n": ["0x10", "1e2", 5, "x", True, None]}, (5.0, 16.0, 100.0)),
        ("value_avg", {"n": "x"}, "without_value"),
        ("value_median", {"n": 10**400}, "without_value"),
        ("value_median", {"n": float("nan")}, "without_value"),
        ("value_percentile", {"n": float("inf")}, "without_value"),
        ("temporal", {}, ()),
    ],
)
def test_what_is_counted(kind: CorrelationType, fields: Fields, expected: object) -> None:
    found = place(correlation("k", kind), "a", fields)

    assert (found.values if isinstance(found, Placed) else found) == expected


def test_several_fields_are_counted_together_and_cannot_be_mistaken() -> None:
    rule = correlation("k", "value_count", fields=("n", "m"))
    one, other = place(rule, "a", {"n": "x,y", "m": "z"}), place(rule, "a", {"n": "x", "m": "y,z"})

    assert one != other
    assert place(rule, "a", {"n": "x"}) == "without_value"


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=5))


@given(st.dictionaries(st.sampled_from("ghn"), VALUES))
def test_any_fields_have_a_place_or_a_reason(fields: Fields) -> None:
    kinds: tuple[CorrelationType, ...] = ("event_count", "value_count", "value_sum")
    for kind in kinds:
        found = place(correlation("k", kind, group_by=("g", "h")), "a", fields)
        assert isinstance(found, Placed) or found in {"without_group", "without_value", "overflow"}
