from __future__ import annotations

from sentinel.model.correlations import Held, Point

POINT = Point(1, "e", "r", ("x", 1.0), "log", "7", ())


def test_a_hit_is_one_by_time_event_and_rule() -> None:
    assert POINT.key == (1, "e", "r")


def test_only_what_holds_nothing_is_empty() -> None:
    assert Held("r", "m", (), floor=5).empty
    assert not Held("r", "m", (), (POINT,)).empty
