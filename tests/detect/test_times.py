from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.times import event_time, read_time

MOMENT = datetime(2026, 10, 14, 1, 45, 30, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-10-14T01:45:30.123456Z",
        "2026-10-14T01:45:30.1234567Z",  # Windows writes seven digits
        "2026-10-14T01:45:30.123456789Z",
        "2026-10-14 01:45:30.123456",  # no zone: UTC
        "2026-10-14T03:45:30.123456+02:00",
        " 2026-10-14T01:45:30.123456Z ",
        1791942330123456,
        "1791942330123456",
        1791942330123456789,
    ],
)
def test_one_moment_in_many_words(value: str | int) -> None:
    assert read_time(value) == MOMENT


@pytest.mark.parametrize(
    ("value", "micros"), [(1791942330, 0), (1791942330.5, 500000), (1791942330123, 123000), ("1791942330.25", 250000)]
)
def test_seconds_and_milliseconds(value: float | str, micros: int) -> None:
    assert read_time(value) == MOMENT.replace(microsecond=micros)


@pytest.mark.parametrize(
    "value",
    [None, True, False, "", "yesterday", 12, 42.0, "20261014", "2026-10-14", "2026-13-14T00:00:00Z", float("nan"),
     float("inf"), 10**25, -1, "0001-01-01T00:00:00+23:59", [MOMENT.isoformat()], "9" * 64, "1" * 5000],
)  # fmt: skip
def test_what_is_no_time_is_none(value: object) -> None:
    assert read_time(value) is None  # type: ignore[arg-type]  # also what a hostile log may hold


@given(st.one_of(st.text(max_size=70), st.integers(), st.floats(), st.text("0123456789-:TZ.+ ", max_size=40)))
def test_anything_is_a_time_or_none(value: str | float) -> None:
    found = read_time(value)
    assert found is None or found.tzinfo is UTC


@given(
    st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2200, 1, 1)),  # noqa: DTZ001 - the zone is drawn beside it
    st.integers(-14 * 60, 14 * 60),
)
def test_every_zone_gives_the_same_moment(local: datetime, minutes: int) -> None:
    there = local.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert read_time(there.isoformat()) == there.astimezone(UTC)


@given(st.integers(10**8, 10**11 - 1), st.integers(0, 999_999))
def test_numbers_are_read_by_their_size(seconds: int, micros: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds, microseconds=micros)
    if seconds >= 10**8 and moment.year > 1973:
        assert read_time(seconds) == moment.replace(microsecond=0)
        assert read_time((seconds * 10**6 + micros) * 1000) == moment


def test_the_first_readable_field_is_the_time() -> None:
    fields = {"UtcTime": "2026-10-14 01:00:00", "@timestamp": "no time", "timestamp": "2026-10-14T01:45:30.123456Z"}
    assert event_time(fields) == MOMENT
    assert event_time({"TimeCreated": "", **fields}) == MOMENT
    assert event_time({"message": "2026-10-14T01:45:30Z"}) is None
