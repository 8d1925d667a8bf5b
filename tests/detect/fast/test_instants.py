from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.instants import NO_TIME, ODD_TIME, read_instant
from sentinel.detect.times import read_time
from tests.detect.fast.mutations import TIMES

SINCE = datetime(1970, 1, 1, tzinfo=UTC)
MADE = st.builds(
    lambda when, way, zone: when.isoformat(*way) + zone,
    st.datetimes() | st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2099, 12, 31)),  # noqa: DTZ001 -- a zone is put behind
    st.sampled_from([("T",), (" ",), ("T", "seconds"), (" ", "milliseconds"), ("T", "minutes"), ("_",)]),
    st.sampled_from(["", "Z", "z", "+00:00", "+02:00", "000000000Z", "."]),
)
CHANGED = st.builds(
    lambda text, at, size, piece: text[:at] + piece + text[at + size :],
    *(MADE, st.integers(0, 27), st.integers(0, 2), st.sampled_from([*"", *"0123456789", *".,-:TZz +", "", "٣", "20"])),
)
PLAIN = st.builds(
    lambda when, gap, fraction, zone: when.strftime(f"%Y-%m-%d{gap}%H:%M:%S") + fraction + zone,
    st.datetimes(min_value=datetime(1970, 1, 1)),  # noqa: DTZ001 -- as above
    *(st.sampled_from("T "), st.from_regex(r"(\.[0-9]{1,19})?", fullmatch=True), st.sampled_from(["", "Z"])),
)


def found(text: str, around: tuple[bytes, bytes] = (b'"', b'"')) -> int:
    data = text.encode()
    return read_instant(around[0] + data + around[1], len(around[0]), len(around[0]) + len(data))


def wanted(text: str) -> int | None:
    time = read_time(text)
    return None if time is None else (time - SINCE) // timedelta(microseconds=1)


@given(MADE | CHANGED | st.sampled_from([time for time in TIMES if isinstance(time, str)]) | st.text(max_size=30))
def test_a_time_is_read_as_the_reference_engine_reads_it_or_left_to_it(text: str) -> None:
    assert found(text) in {wanted(text), ODD_TIME}


@given(PLAIN)
def test_the_way_most_logs_write_a_time_is_read(text: str) -> None:
    assert found(text) == wanted(text) != ODD_TIME


@given(PLAIN, st.sampled_from([b"Z", b".5", b"5", b"\xff"]))
def test_what_stands_around_a_text_is_no_part_of_it(text: str, other: bytes) -> None:
    assert found(text, (other, other)) == found(text)


def test_every_day_is_counted_and_none_that_no_calendar_has() -> None:
    wrong = []
    for year in (1970, 1972, 1999, 2000, 2026, 2028, 2100, 2400, 9999):
        for month in range(14):
            for day in range(33):
                text = f"{year}-{month:02}-{day:02}T23:59:59.999999Z"
                time = wanted(text)
                if found(text) != (ODD_TIME if time is None else time):
                    wrong.append(text)

    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        *("1969-12-31T23:59:59Z", "2026-10-14T24:00:00Z", "2026-10-14T23:60:00Z", "2026-10-14T23:59:60Z", "2026-10-14"),
        *("2026-10-14T01:45:00.Z", "2026-10-14T01:45:00ZZ", "2026-10-14T01:45:00,5Z", "2026-10-14T01:45:00 ", ""),
        *(
            "2026-10-14T01:45:00" + "." + "0" * 21,
            "2026-10-14t01:45:00Z",
            "2026-10-14T01:45:00+00:00",
            "-026-10-14T01:45:00",
        ),
    ],
)
def test_what_is_written_in_another_way_is_left_to_the_reference_engine(text: str) -> None:
    assert found(text) == ODD_TIME


def test_what_stands_for_no_time_is_none() -> None:
    assert NO_TIME < ODD_TIME < wanted("1970-01-01T00:00:00Z") == 0  # type: ignore[operator]  # it is read
