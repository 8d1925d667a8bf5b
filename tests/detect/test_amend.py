from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sentinel.detect.amend import Fresh, amend, micros, moment, raise_correlated
from sentinel.detect.episodes import MOST_KEPT, Stretch, episodes
from sentinel.model.alerts import Alert, Match
from sentinel.model.correlations import Point
from tests.detect.streams import correlation

RULE = correlation("k", "event_count", ("a",), group_by=("g",))


def points(*seconds: float) -> list[Point]:
    return [
        Point(round(second * 10**6), f"e{second:g}", "a", (), "log.jsonl", f"{second:g}", (Match("f", "v", "*v*"),))
        for second in sorted(seconds)
    ]


def alerts(*seconds: float, group: str = "x") -> list[Alert]:
    return [raise_correlated(RULE, "m", (group,), one) for one in episodes(RULE, Stretch(points(*seconds)))]


def told(before: list[Alert], now: list[Alert], fresh: set[str], *seconds: float) -> list[tuple[Alert, bool]]:
    return list(amend({one.id: one for one in before}, now, Fresh(points(*seconds), lambda p: p.event in fresh)))


def test_an_alert_says_what_was_counted_when_in_which_group_and_by_what() -> None:
    (alert,) = alerts(1, 2, 3, 4)
    assert alert.correlation is not None

    assert alert.matched == (Match("g", "x", "group-by"), Match("event_count", "3", "gte 3"))
    assert (alert.time, alert.event_id, alert.record) == (moment(3 * 10**6), "e3", "3")
    assert (alert.correlation.start, alert.correlation.end) == (moment(10**6), moment(4 * 10**6))
    assert [one.event_id for one in alert.correlation.members] == ["e1", "e2", "e3", "e4"]
    assert alert.correlation.members[0].matched == (Match("f", "v", "*v*"),)
    assert alert.fields == {"g": "x"}


def test_the_id_is_that_of_rule_meaning_group_and_beginning() -> None:
    (one,), (longer,), (earlier,), (other,) = (
        alerts(1, 2, 3),
        alerts(1, 2, 3, 4),
        alerts(0, 1, 2),
        alerts(1, 2, 3, group="y"),
    )
    again = raise_correlated(RULE, "n", ("x",), next(episodes(RULE, Stretch(points(1, 2, 3)))))

    assert one.id == longer.id
    assert len({one.id, earlier.id, other.id, again.id}) == 4


def test_the_same_is_no_news_and_keeps_its_history() -> None:
    (before,) = alerts(1, 2, 3)
    before = replace(before, revision=4)

    assert told([before], alerts(1, 2, 3), set(), 1, 2, 3) == [(before, False)]


def test_hits_that_stood_alone_before_are_added_too() -> None:
    ((alert, news),) = told(alerts(1, 2, 3), alerts(1, 2, 3, 11, 12), {"e11"}, 1, 2, 3, 11, 12)

    assert news
    assert alert.change is not None
    assert (alert.change.added, alert.change.events) == (2, ("e11", "e12"))


def test_only_some_of_the_events_added_are_named() -> None:
    later = [4 + number / 100 for number in range(200)]
    ((alert, _),) = told(alerts(1, 2, 3), alerts(1, 2, 3, *later), set(), 1, 2, 3, *later)

    assert alert.change is not None
    assert (alert.change.added, len(alert.change.events)) == (200, MOST_KEPT)


def test_what_ended_stays_as_it_ended_until_it_comes_back() -> None:
    before = alerts(5, 6, 7)
    (live, _), (dead, news) = told(before, alerts(4, 5, 6, 7), {"e4"}, 4, 5, 6, 7)
    assert (dead.status, dead.superseded_by, dead.revision, news) == ("superseded", live.id, 2, True)

    assert told([live, dead], [live], set(), 4, 5, 6, 7) == [(live, False), (dead, False)]
    ((back, _),) = told([dead], before, set(), 5, 6, 7)
    assert (back.status, back.revision, back.superseded_by) == ("current", 3, "")


def test_times_are_exact() -> None:
    time = datetime(2026, 10, 25, 1, 0, 0, 123457, tzinfo=UTC)

    assert moment(micros(time)) == time
