from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.correlation import Limits
from sentinel.detect.episodes import MOST_KEPT, Stretch, episodes, settle
from sentinel.model.correlations import Episode, Point
from tests.detect.streams import correlation

RULE = correlation("k", "event_count", timespan=timedelta(microseconds=10), condition=Limits((("gte", 2),)))


def points(*times: int) -> list[Point]:
    return [Point(time, f"{time:05}", "a", (), "log", "1", ()) for time in sorted(set(times))]


def shape(found: Episode) -> tuple[int, ...]:
    return found.start, found.first, found.last, found.total


def test_moments_within_one_timespan_are_one_episode() -> None:
    assert [*map(shape, episodes(RULE, Stretch(points(0, 5, 15, 25))))] == [(0, 5, 25, 4)]
    assert [*map(shape, episodes(RULE, Stretch(points(0, 5, 16, 20))))] == [(0, 5, 5, 2), (16, 20, 20, 2)]


def test_a_hit_that_no_met_window_holds_is_in_no_episode() -> None:
    assert [*map(shape, episodes(RULE, Stretch(points(0, 11, 15))))] == [(11, 15, 15, 2)]


def test_first_and_last_hits_are_kept_and_all_are_counted() -> None:
    (found,) = episodes(RULE, Stretch(points(*range(100))))

    assert found.total == 100
    assert [point.time for point in found.kept] == [*range(MOST_KEPT), *range(100 - MOST_KEPT, 100)]


@given(st.lists(st.integers(0, 300), max_size=120), st.lists(st.integers(0, 300), max_size=4))
def test_closing_windows_on_the_way_changes_no_episode_that_is_still_open(times: list[int], floors: list[int]) -> None:
    whole = list(episodes(RULE, Stretch(points(*times))))
    stretch = Stretch(points(*times))
    for floor in sorted(floors):
        stretch = settle(RULE, stretch, floor)
    line = max(floors, default=-100)
    expected = [one for one in whole if one.last + 10 > line]
    found = list(episodes(RULE, stretch))

    assert [*map(shape, found)] == [*map(shape, expected)]
    assert [one.kept for one in found] == [one.kept for one in expected]
    assert all(point.time > line - 10 for point in stretch.points)


def test_windows_that_are_closed_stay_closed() -> None:
    stretch = settle(RULE, Stretch(points(0, 5, 30)), 20)

    assert settle(RULE, stretch, 10) is stretch
