from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fields import join_any
from sentinel.detect.joined import MAX_DEPTH, MAX_FIELDS, MAX_NAME, join_simple

NAMES = st.sampled_from(["a", "b", "a.b", "b.a", "æ", ""])
PLAIN = st.none() | st.booleans() | st.integers(0, 3) | st.text(max_size=2)
RECORDS = st.recursive(
    st.dictionaries(NAMES, PLAIN | st.lists(PLAIN, max_size=2), max_size=4),
    lambda inner: st.dictionaries(NAMES, inner | PLAIN | st.lists(inner | PLAIN, max_size=2), max_size=4),
    max_leaves=12,
)


def same(record: dict[str, Any]) -> bool:
    """Compare both ways, the order of names too; say whether the record was simple."""
    quick, thorough = join_simple(record), join_any(record)
    assert quick is None or repr(quick) == repr(thorough)
    return quick is not None


def deep(levels: int) -> dict[str, Any]:
    return {"x": deep(levels - 1)} if levels else {"y": 1}


@given(RECORDS)
def test_both_ways_agree_on_whatever_there_may_be(record: dict[str, Any]) -> None:
    same(record)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"a": 1, "b": {"c": 2, "d": {"e": [], "f": ["g", None]}}, "h": {}},
        {"a": {"b": 1}, "a.c": 2},
        deep(MAX_DEPTH),
        {str(number): number for number in range(MAX_FIELDS)},
        {"n" * MAX_NAME: 1, "m" * MAX_NAME: 2},
    ],
)
def test_what_is_simple(record: dict[str, Any]) -> None:
    assert same(record)


@pytest.mark.parametrize(
    "record",
    [
        {"a": {"b": 1}, "a.b": 2},
        {"a": [{"b": 1}]},
        {"a": [[1]]},
        deep(MAX_DEPTH + 1),
        {"a": {"b": {str(number): number for number in range(MAX_FIELDS + 1)}}},
        {"n" * (MAX_NAME + 1): 1},
        {"n" * MAX_NAME: {"m": 1}},
    ],
)
def test_what_is_not_simple_is_left_alone(record: dict[str, Any]) -> None:
    assert not same(record)
