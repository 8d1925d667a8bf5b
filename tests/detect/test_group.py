from __future__ import annotations

from sentinel.detect.correlation import Limits
from sentinel.detect.group import Group
from sentinel.model.correlations import Point
from tests.detect.streams import correlation

SECOND = 1_000_000
BURST = correlation("k", "event_count", ("a", "below"), group_by=("g",))
SPARSE = correlation("k", "event_count", ("a",), condition=Limits((("lt", 2),)))


def point(second: int, event: str = "", rule: str = "a") -> Point:
    return Point(second * SECOND, event or f"e{second}", rule, (), "log", "1", ())


def test_a_hit_is_taken_once_and_not_when_it_is_too_old() -> None:
    group = Group(BURST, "m", ("x",), floor=5 * SECOND)

    assert [group.add(one) for one in (point(6), point(6), point(5))] == ["new", "known", "too_late"]


def test_what_is_held_is_taken_up_as_it_was() -> None:
    group = Group(BURST, "m", ("x",), {"below"})
    for one in (point(1), point(2), point(3), point(4, "alert", "below")):
        group.add(one)
    group.tell(None)
    group.settle(3 * SECOND)
    again = Group.of(group.held(), BURST, {"below"})

    assert again.held() == group.held()
    assert list(again.feed(["alert"], [], None)) == []
    assert [one.event for one in again.held().points] == ["e1", "e2", "e3"]


def test_hits_of_another_correlation_are_replaced_but_not_those_that_are_settled() -> None:
    group = Group(BURST, "m", ("x",), {"below"})
    list(group.feed([], [(point(second, "old", "below"), True) for second in (1, 8)], None))
    list(group.feed(["old"], [(point(9, "new", "below"), True)], 5 * SECOND))

    assert sorted(group.points) == [(1 * SECOND, "old", "below"), (9 * SECOND, "new", "below")]


def test_what_was_told_is_within_reach_until_nothing_can_change_it() -> None:
    group = Group(BURST, "m", ("x",))
    for second in (1, 2, 3):
        group.add(point(second))
    group.tell(None)
    group.settle(12 * SECOND)
    assert len(group.told) == 1
    group.settle(13 * SECOND)
    assert group.held().empty


def test_a_condition_that_may_be_unmade_waits_and_what_was_told_is_judged_again() -> None:
    group = Group(SPARSE, "m", ())
    group.add(point(10))
    assert (group.tell(9 * SECOND), group.waiting) == ([], True)
    assert len(group.tell(10 * SECOND)) == 1
    assert [one.alert.status for one in group.tell(9 * SECOND)] == ["current"]


def test_a_hit_that_came_again_is_said_though_it_is_no_news() -> None:
    group = Group(BURST, "m", ("x",))
    for second in (1, 2, 3):
        group.add(point(second))
    assert [(one.news, one.again, one.met) for one in group.tell(None)] == [(True, True, (3 * SECOND,))]
    assert [(one.news, one.again) for one in group.tell(None)] == [(False, False)]
    group.add(point(2))
    assert [(one.news, one.again) for one in group.tell(None)] == [(False, True)]
