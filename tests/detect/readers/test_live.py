from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.live import MOST_AHEAD, with_pauses

LONG = 60
"""Seconds after which something that was to come is not coming."""


@given(st.lists(st.integers(), max_size=50))
def test_items_come_in_order_and_none_is_lost(items: list[int]) -> None:
    assert list(with_pauses(iter(items), LONG)) == items


def test_a_pause_is_told_once_while_the_next_item_is_still_awaited() -> None:
    told = threading.Event()

    def items() -> Iterator[str]:
        yield "a"
        yield "b"
        assert told.wait(LONG)
        yield "c"

    found = []
    for item in with_pauses(items(), 0.01):
        found.append(item)
        if item is None and found[-2:-1] == ["b"]:
            told.set()
    assert [item for item in found if item is not None] == ["a", "b", "c"]
    assert found[found.index("b") + 1] is None
    assert (None, None) not in pairwise(found)


def test_what_reading_raises_comes_behind_the_items_before_it() -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise ValueError("broken")

    found: list[int | None] = []
    with pytest.raises(ValueError, match="broken"):
        found.extend(with_pauses(items(), LONG))
    assert found == [*range(5)]


def test_reading_is_not_far_ahead_and_ends_when_nobody_asks_for_more() -> None:
    read: list[int] = []
    ended = threading.Event()

    def items() -> Iterator[int]:
        try:
            for number in range(100 * MOST_AHEAD):
                read.append(number)
                yield number
        finally:
            ended.set()

    passed = with_pauses(items(), LONG)
    assert next(passed) == 0
    passed.close()
    assert ended.wait(LONG)
    assert len(read) <= MOST_AHEAD + 2
