from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.window import Window, instant, midnight_after

OSLO = ZoneInfo("Europe/Oslo")


def test_summer_and_winter_time_are_told_apart() -> None:
    assert instant(datetime(2026, 7, 1, 12), OSLO) == datetime(2026, 7, 1, 10, tzinfo=UTC)  # noqa: DTZ001 -- local
    assert instant(datetime(2026, 12, 1, 12), OSLO) == datetime(2026, 12, 1, 11, tzinfo=UTC)  # noqa: DTZ001 -- local


def test_an_hour_that_does_not_happen_is_refused() -> None:
    with pytest.raises(ValueError, match="does not happen in Europe/Oslo"):
        instant(datetime(2026, 3, 29, 2, 30), OSLO)  # noqa: DTZ001 -- local


def test_an_hour_that_happens_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="happens twice in Europe/Oslo"):
        instant(datetime(2026, 10, 25, 2, 30), OSLO)  # noqa: DTZ001 -- local


@given(st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001 -- local
def test_what_is_taken_is_what_the_clock_on_the_wall_shows(local: datetime) -> None:
    try:
        moment = instant(local, OSLO)
    except ValueError:
        assert local.month in {3, 4, 9, 10}
        return
    assert moment.astimezone(OSLO).replace(tzinfo=None) == local


def test_a_window_over_the_change_of_the_clock_is_an_hour_shorter_or_longer() -> None:
    spring = Window(instant(datetime(2026, 3, 28, 22), OSLO), instant(datetime(2026, 3, 29, 6), OSLO))  # noqa: DTZ001 -- local
    autumn = Window(instant(datetime(2026, 10, 24, 22), OSLO), instant(datetime(2026, 10, 25, 6), OSLO))  # noqa: DTZ001 -- local

    assert spring.end - spring.start == timedelta(hours=7)
    assert autumn.end - autumn.start == timedelta(hours=9)


def test_a_window_holds_its_beginning_and_not_its_end() -> None:
    window = Window(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))

    assert window.start in window
    assert window.end not in window
    assert window.start - timedelta(microseconds=1) not in window


def test_a_day_is_over_at_the_midnight_of_its_zone() -> None:
    assert midnight_after(date(2026, 12, 31), OSLO) == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert midnight_after(date(2026, 3, 28), OSLO) == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert midnight_after(date(2026, 3, 29), OSLO) == datetime(2026, 3, 29, 22, tzinfo=UTC)
