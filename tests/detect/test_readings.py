from __future__ import annotations

import math
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect import readings

MOMENT = datetime(2026, 10, 14, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Å ", "Å "),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (-1.5, "-1.5"),
        (None, None),
        ({"a": 1}, None),
        (b"x", None),
    ],
)
def test_text(value: object, text: str | None) -> None:
    assert readings.as_text(value) == text


def test_a_number_too_long_to_print_is_still_text() -> None:
    assert readings.as_text(1 << 20_000) == hex(1 << 20_000)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        (5.5, 5.5),
        ("5", 5),
        ("+5", 5),
        ("-5.5", -5.5),
        (".5", 0.5),
        ("5.", 5),
        ("1e3", 1000),
        ("0x1F", 31),
        ("0X1f", 31),
        ("", None),
        (" 5", None),
        ("5 ", None),
        ("1_000", None),
        ("٥", None),
        ("0x", None),
        ("nan", None),
        ("inf", None),
        ("1" * 65, float("1" * 65)),
        ("9" * 400, math.inf),
        ("-" + "9" * 400, -math.inf),
        ("1e999", math.inf),
        ("-1E+99999", -math.inf),
        ("1e-9999", 0.0),
        ("0x" + "f" * 65, None),
        ("1" * 65 + "x", None),
        (True, None),
        (None, None),
        ([5], None),
    ],
)
def test_number(value: object, number: float | None) -> None:
    assert readings.as_number(value) == number


@pytest.mark.parametrize(
    "value",
    [
        "2026-10-14T01:12:00Z",
        "2026-10-14 01:12:00",
        "2026-10-14T03:12:00+02:00",
        "2026-10-14T01:12:00.0000000Z",
        "20261014T011200Z",
        MOMENT.timestamp(),
        int(MOMENT.timestamp()),
        str(int(MOMENT.timestamp())),
        int(MOMENT.timestamp() * 1e3),
        int(MOMENT.timestamp() * 1e6),
        int(MOMENT.timestamp()) * 10**9,
    ],
)
def test_time(value: object) -> None:
    assert readings.as_time(value) == MOMENT


@pytest.mark.parametrize(
    "value",
    ["", "x", "01:12", "2026-13-01", None, True, [], float("nan"), 1e300, "9" * 19, "0001-01-01T00:00:00+14:00"],
)
def test_no_time(value: object) -> None:
    time = readings.as_time(value)

    assert time is None or value == "9" * 19  # nanoseconds in the year 2286: a time, if an odd one


@given(st.one_of(st.text(), st.floats(), st.integers(), st.binary(), st.none(), st.lists(st.integers())))
def test_any_value_is_read_or_not(value: object) -> None:
    readings.as_number(value)
    readings.as_time(value)
    readings.as_text(value)
    readings.as_address(str(value))


def test_address_written_as_ipv6_is_the_ipv4_address() -> None:
    assert readings.as_address("::ffff:192.0.2.1") == ip_address("192.0.2.1")
    assert readings.as_address("2001:db8::1") == ip_address("2001:db8::1")
    assert readings.as_address("192.0.2.1 ") is None


def test_units() -> None:
    last = datetime(2027, 1, 1, 5, 6, tzinfo=UTC)

    assert [readings.unit_of(last, unit) for unit in ("minute", "hour", "day", "week", "month", "year")] == [
        6,
        5,
        1,
        53,
        1,
        2027,
    ]


def test_scalars_of_lists_and_maps_in_them() -> None:
    assert list(readings.scalars([1, [2, {"a": 3, "b": [None]}], []])) == [1, 2, 3, None]
    assert list(readings.scalars("abc")) == ["abc"]


def test_endless_nesting_is_cut() -> None:
    endless: list[object] = [1]
    endless.append(endless)

    assert len(list(readings.scalars(endless))) == readings.MAX_DEPTH


@pytest.mark.parametrize(
    ("time", "hour", "day", "why"),
    [
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), 1, 29, "the last hour of winter"),
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), 3, 29, "the clock jumps over 2"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), 2, 25, "2 in summer"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), 2, 25, "2 again in winter"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), 0, 2, "another day"),
        (datetime.max.replace(tzinfo=UTC), 23, 31, "no time is too late"),
    ],
)
def test_parts_of_times_in_oslo(time: datetime, hour: int, day: int, why: str) -> None:
    assert (readings.unit_of(time, "hour", "Europe/Oslo"), readings.unit_of(time, "day", "Europe/Oslo")) == (
        hour,
        day,
    ), why


def test_weeks_are_those_of_the_zone() -> None:
    last = datetime(2027, 1, 3, 23, 30, tzinfo=UTC)

    assert [readings.unit_of(last, "week"), readings.unit_of(last, "week", "Europe/Oslo")] == [53, 1]
