from __future__ import annotations

import pytest

from sentinel.detect.correlation import Bound, Limits


@pytest.mark.parametrize(
    ("bounds", "held"),
    [
        ((("gt", 2.0),), [3]),
        ((("gte", 2.0),), [2, 3]),
        ((("lt", 2.0),), [0, 1]),
        ((("lte", 2.0),), [0, 1, 2]),
        ((("eq", 2.0),), [2]),
        ((("neq", 2.0),), [0, 1, 3]),
        ((("gte", 1.0), ("lt", 3.0)), [1, 2]),
        ((), [0, 1, 2, 3]),
    ],
)
def test_limits_hold_all_together(bounds: tuple[tuple[Bound, float], ...], held: list[int]) -> None:
    assert [number for number in range(4) if Limits(bounds).hold(number)] == held
