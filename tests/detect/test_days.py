from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.days import Day, windows
from sentinel.model.alerts import RuleState, Window

FIRST = date(2026, 3, 27)
DAYS = st.dictionaries(st.integers(0, 12).map(lambda number: FIRST + timedelta(number)), st.integers(1, 5), max_size=9)


def always(_day: Day) -> RuleState:
    return "evaluated"


def on(number: int) -> date:
    return FIRST + timedelta(number)


def test_days_in_a_row_are_one_window_and_days_without_events_another() -> None:
    assert windows({on(1): 2, on(2): 3, on(5): 1}, [on(0), on(6)], always) == (
        Window(on(0), on(0), "source-absent"),
        Window(on(1), on(2), "evaluated", 5),
        Window(on(3), on(4), "source-absent"),
        Window(on(5), on(5), "evaluated", 1),
        Window(on(6), on(6), "source-absent"),
    )


def test_another_state_begins_another_window() -> None:
    made = windows({on(day): 1 for day in range(3)}, [], lambda day: "failed" if day == on(1) else "evaluated")

    assert [(window.first, window.state) for window in made] == [
        (on(0), "evaluated"),
        (on(1), "failed"),
        (on(2), "evaluated"),
    ]


def test_what_has_no_time_is_a_window_of_its_own() -> None:
    assert windows({None: 4}, [None], always) == (Window(None, None, "evaluated", 4),)
    assert windows({}, [None], always) == ()


def test_the_last_day_of_the_calendar_is_a_day() -> None:
    assert windows({date.max: 1, date.min: 1}, [], always)[-1] == Window(date.max, date.max, "evaluated", 1)


@given(DAYS, DAYS)
def test_every_day_of_the_span_is_in_one_window_and_every_event_is_counted_once(
    days: dict[date, int], around: dict[date, int]
) -> None:
    counted: dict[Day, int] = {day: count for day, count in days.items()}  # noqa: C416 -- a mapping's keys are invariant
    made = windows(counted, around, always)
    shown: Counter[date] = Counter()
    for window in made:
        assert window.first is not None
        assert window.last is not None
        length = (window.last - window.first).days + 1
        inside = [window.first + timedelta(number) for number in range(length)]
        shown.update(inside)
        assert {day in days for day in inside} == {window.state == "evaluated"}
        assert window.events == sum(days.get(day, 0) for day in inside)

    span = [*days, *around]
    assert set(shown.values()) <= {1}
    assert len(shown) == ((max(span) - min(span)).days + 1 if span else 0)
