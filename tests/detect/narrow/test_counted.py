from __future__ import annotations

from collections import Counter

from sentinel.detect.narrow.counted import Counted


def test_it_says_how_much_was_given_of_how_much() -> None:
    counted = Counted(200_000, 1_204, Counter(), {}, frozenset(), None, None)

    assert counted.told == "asked of the index, which gave 1,204 of 200,000 records; fields were not listed"
    assert counted.left == 198_796
