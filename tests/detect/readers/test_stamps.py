from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.stamps import UNKNOWN, Clock, read_stamp, read_web_stamp

OSLO = ZoneInfo("Europe/Oslo")
IN_MARCH = Clock(UTC, datetime(2026, 3, 2, 12, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Oct 14 2026 01:45:00", "2026-10-14T01:45:00+00:00"),
        ("oct  4 01:45:00 2026", "2026-10-04T01:45:00+00:00"),
        ("Oct 14 2026 01:45:00.25 +02:00", "2026-10-13T23:45:00.250000+00:00"),
        ("Oct 14 2026 01:45:00,123456789 UTC", "2026-10-14T01:45:00.123456+00:00"),
        ("Oct 14 2026 01:45:60", "2026-10-14T01:45:59+00:00"),  # a leap second
        ("Oct 14 2026 01:45:00 +99:99", "2026-10-14T01:45:00+00:00"),
        ("Feb 30 2026 01:45:00", None),
        ("Oct 14 2026 25:45:00", None),
        ("Oct 14 01:45:00", None),  # no year, and nothing that tells it
        ("14 Oct 2026 01:45:00", None),
        ("", None),
        (17, None),
        (None, None),
    ],
)
def test_a_stamp_is_read_or_is_none(text: str | int | None, expected: str | None) -> None:
    found = read_stamp(text, UNKNOWN)
    assert (found and found.isoformat()) == expected


@pytest.mark.parametrize(
    ("text", "year"),
    [("Mar  2 11:00:00", 2026), ("Mar  3 11:00:00", 2026), ("Mar  4 11:00:00", 2025), ("Dec 31 23:59:59", 2025)],
)
def test_the_year_is_the_latest_in_which_it_is_past(text: str, year: int) -> None:
    found = read_stamp(text, IN_MARCH)
    assert found is not None
    assert found.year == year


def test_a_leap_day_goes_to_a_leap_year() -> None:
    found = read_stamp("Feb 29 12:00:00", IN_MARCH)
    assert found == datetime(2024, 2, 29, 12, 0, tzinfo=UTC)


def test_new_year_is_crossed_in_both_directions() -> None:
    clock = Clock(UTC, datetime(2026, 12, 31, 23, 59, tzinfo=UTC))
    assert read_stamp("Jan  1 00:00:30", clock) == datetime(2027, 1, 1, 0, 0, 30, tzinfo=UTC)  # within a day ahead
    assert read_stamp("Jan  2 00:00:30", clock) == datetime(2026, 1, 2, 0, 0, 30, tzinfo=UTC)


def test_the_zone_is_the_clocks_and_the_doubled_hour_its_first() -> None:
    clock = Clock(OSLO)
    assert read_stamp("Oct 14 2026 01:45:00", clock) == datetime(2026, 10, 13, 23, 45, tzinfo=UTC)
    assert read_stamp("Oct 25 2026 02:30:00", clock) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert read_stamp("Oct 14 2026 01:45:00 UTC", clock) == datetime(2026, 10, 14, 1, 45, tzinfo=UTC)


@given(st.integers(0, 2_800_000_000), st.integers(0, 363))
def test_what_is_less_than_a_year_old_gets_its_own_year(second: int, days: int) -> None:
    moment = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    text = f"{moment:%b} {moment.day:2} {moment:%H:%M:%S}"
    assert read_stamp(text, Clock(UTC, moment + timedelta(days=days))) == moment


@given(st.text(max_size=60))
def test_any_text_is_survived(text: str) -> None:
    assert read_stamp(text, IN_MARCH) is None or len(text) > 14
    assert read_web_stamp(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14/Oct/2026:01:45:00 +0200", "2026-10-13T23:45:00+00:00"),
        ("31/Feb/2026:01:45:00 +0200", None),
        ("14/Okt/2026:01:45:00 +0200", None),
        ("14/Oct/2026 01:45:00", None),
    ],
)
def test_web_stamps(text: str, expected: str | None) -> None:
    found = read_web_stamp(text)
    assert (found and found.isoformat()) == expected
