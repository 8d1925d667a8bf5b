from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.versions import Split, compare, in_cycle, split


@pytest.mark.parametrize(
    ("text", "upstream", "revision"),
    [
        ("9.2p1 Debian 2+deb12u10", "9.2p1", "Debian 2+deb12u10"),
        ("4.17.12-Debian", "4.17.12", "Debian"),
        ("1.18.0 (Ubuntu)", "1.18.0", "Ubuntu"),
        ("6.1.26", "6.1.26", ""),
        ("9.4.44.v20210927", "9.4.44.v20210927", ""),
        ("1.0.2k", "1.0.2k", ""),
        ("15.00.2000.00; RTM", "15.00.2000.00", ""),
        ("v2.3.1", "2.3.1", ""),
        ("3.X - 4.X", "", ""),
        ("9.6.0 or later", "", ""),
        ("2008 R2 - 2012", "", ""),
        ("", "", ""),
        ("unknown", "", ""),
    ],
)
def test_a_version_is_taken_apart(text: str, upstream: str, revision: str) -> None:
    assert split(text) == Split(upstream, revision)


@pytest.mark.parametrize(
    ("left", "right", "order"),
    [
        ("7.4", "7.10", -1),
        ("4.17.9", "4.17.12", -1),
        ("9.2p1", "9.10p1", -1),
        ("1.0.2k", "1.0.2u", -1),
        ("6.1.26", "6.1.26", 0),
        ("9.4.44.v20210927", "9.4.58.v20250814", -1),
        ("2.4.57", "2.2.34", 1),
        ("VB15A", "1.0", None),
        ("", "1.0", None),
    ],
)
def test_versions_are_ordered_as_people_count(left: str, right: str, order: int | None) -> None:
    assert compare(left, right) == order


@pytest.mark.parametrize(
    ("version", "cycle", "belongs"),
    [
        ("1.22.1", "1.22", True),
        ("1.22.1", "1.2", False),
        ("6.1.26", "6", True),
        ("60.1", "6", False),
        ("15.00.2000", "15.0", True),
        ("10.50.1600", "10.0", False),
        ("9", "9.4", False),
        ("x", "9", False),
        ("9", "x", False),
    ],
)
def test_a_cycle_is_named_by_leading_numbers(version: str, cycle: str, belongs: bool) -> None:
    assert in_cycle(version, cycle) is belongs


_NUMBERS = st.lists(st.integers(0, 10**6), min_size=1, max_size=5)


@given(_NUMBERS, _NUMBERS)
def test_dotted_numbers_are_ordered_like_lists_of_numbers(left: list[int], right: list[int]) -> None:
    expected = 0 if left == right else -1 if left < right else 1
    assert compare(".".join(map(str, left)), ".".join(map(str, right))) == expected


@given(st.text(max_size=400), st.text(max_size=40))
def test_any_text_is_answered(text: str, other: str) -> None:
    parts = split(text)
    assert parts.upstream in text
    assert compare(text, other) in {-1, 0, 1, None}
    assert in_cycle(text, other) in {True, False}
