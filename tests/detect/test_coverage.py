from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.coverage import MOST_HOURS, Watcher
from sentinel.detect.routes import load_routes
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally
from tests.detect.logs import SYSMON
from tests.shared import ROOT

START = datetime(2026, 10, 12, tzinfo=UTC)
THREE = timedelta(hours=3)
MINUTES = st.lists(st.integers(0, 60 * 24 * 4), max_size=40)


def at(minutes: int, **fields: str) -> Event:
    return Event("log", "1", START + timedelta(minutes=minutes), fields)


def gaps(minutes: list[int], longest: timedelta | None = THREE) -> list[tuple[int, int]]:
    watcher = Watcher("log", "jsonl", longest)
    assert len(list(watcher.watch(map(at, minutes)))) == len(minutes)
    found = watcher.summary(Tally("log")).gaps
    return [tuple(int((moment - START).total_seconds() // 60) for moment in gap) for gap in found]  # type: ignore[misc]  # a pair, by the length of a gap


def test_a_gap_goes_from_record_to_record() -> None:
    hourly = [*range(0, 601, 60), *range(601 + 31 * 60 - 1, 4000, 60)]
    assert gaps(hourly) == [(600, 600 + 31 * 60)]


def test_silence_of_the_normal_length_is_no_gap() -> None:
    assert gaps([0, 180]) == []
    assert gaps([0, 181]) == [(0, 181)]
    assert gaps([0, 10_000], None) == []
    assert gaps([]) == []


@given(MINUTES)
def test_the_order_of_events_changes_nothing(minutes: list[int]) -> None:
    assert gaps(minutes) == gaps(sorted(minutes)) == gaps(minutes + minutes[::-1])


@given(MINUTES, st.integers(61, 600))
def test_gaps_are_those_of_the_sorted_times(minutes: list[int], longest: int) -> None:
    times = sorted(set(minutes))
    expected = [(one, two) for one, two in pairwise(times) if two - one > longest]
    assert gaps(minutes, timedelta(minutes=longest)) == expected


def test_the_hour_that_happens_twice_is_two_hours() -> None:
    clocks_change = datetime(2026, 10, 25, tzinfo=UTC)  # 02:00 in Oslo, for the first time
    watcher = Watcher("log", "jsonl", timedelta(hours=1))
    for hour in (0, 1, 2):
        watcher.note(Event("log", "1", clocks_change + timedelta(hours=hour), {}))
    assert watcher.summary(Tally("log")).gaps == ()


def test_the_summary_says_what_the_log_held() -> None:
    watcher = Watcher("a.xml", "winxml", None, load_routes(ROOT))
    for event in (
        at(30, Channel="Security"),
        at(5, Channel=SYSMON, EventID="1"),
        Event("a.xml", "1", None, {"Channel": "Setup"}),
    ):
        watcher.note(event)
    tally = Tally("a.xml", handled=3)
    tally.skip(Skipped("a.xml", "4", "not-xml"))
    found = watcher.summary(tally)
    assert (found.source, found.format, found.handled, found.skipped) == ("a.xml", "winxml", 3, {"not-xml": 1})
    assert found.datasets == ("windows.security", "windows.sysmon")
    assert (found.first, found.last) == (START + timedelta(minutes=5), START + timedelta(minutes=30))


def test_a_log_of_no_times_has_no_first() -> None:
    watcher = Watcher("log", "jsonl", THREE)
    watcher.note(Event("log", "1", None, {}))
    found = watcher.summary(Tally("log", handled=1))
    assert (found.first, found.last, found.gaps, found.datasets) == (None, None, (), ())


def test_hours_are_bounded() -> None:
    watcher = Watcher("log", "jsonl", THREE)
    for hour in range(MOST_HOURS + 1000):
        watcher.note(Event("log", "1", datetime(1975, 1, 1, tzinfo=UTC) + timedelta(hours=hour), {}))
    assert len(watcher._hours) == MOST_HOURS


@given(MINUTES, MINUTES)
def test_what_two_watchers_noted_is_what_one_would_have(first: list[int], second: list[int]) -> None:
    whole, part, other = (Watcher("log", "jsonl", THREE) for _ in range(3))
    list(whole.watch(map(at, [*first, *second])))
    list(part.watch(map(at, first)))
    list(other.watch(map(at, second)))
    if second:
        part.absorb(other)

    assert part.summary(Tally("log")) == whole.summary(Tally("log"))
    assert part.newest == whole.newest
