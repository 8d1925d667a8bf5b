from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from sentinel.detect.fast.moments import moments
from sentinel.detect.times import TIME_FIELDS, event_time
from tests.detect.fast.mutations import TIMES

NAMES = ("TimeCreated", "@timestamp", "UtcTime")
GETTERS = [lambda head, name=name: getattr(head, name) for name in NAMES]
PLAIN = st.sampled_from(
    ["2026-10-14T01:45:00Z", "2026-10-14 01:45:00.123", "2026-10-14T01:45+02:00", "2026-10-14T01:45:00"]
)
MADE = st.datetimes().map(str) | st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
CUT = st.builds(lambda text, start, end: text[start:end], MADE, st.integers(0, 2), st.integers(9, 40))
VALUES = st.one_of(st.sampled_from(TIMES), MADE, CUT, st.integers(-1, 10**20), st.floats(0, 1e19))


def heads(records: list[dict[str, Any]]) -> list[SimpleNamespace]:
    return [SimpleNamespace(**{name: record.get(name, UNSET) for name in NAMES}) for record in records]


def records(each: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.dictionaries(st.sampled_from(NAMES), each), max_size=4)


@given(
    records(VALUES)
    | records(PLAIN)
    | records(MADE)
    | st.lists(PLAIN | CUT).map(lambda all_: [{"UtcTime": v} for v in all_])
)
def test_times_are_those_that_are_read_one_by_one(all_records: list[dict[str, Any]]) -> None:
    assert moments(heads(all_records), GETTERS) == [event_time(record) for record in all_records]


@pytest.mark.parametrize(
    "text",
    [
        *("0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "2026-10-14 12", "2026-10-14 1245", "2026-10-14 "),
        *("2026-10-14T12", "2026-W42-3T12:00", "2026-10-14T01:45:00Z" + " " * 50, "1760406300", "2026-10-14", ""),
    ],
)
def test_texts_that_look_like_a_time_and_are_read_otherwise(text: str) -> None:
    record = {"UtcTime": text}

    assert moments(heads([record]), GETTERS) == [event_time(record)]


def test_the_first_field_that_holds_a_time_counts() -> None:
    assert set(NAMES) <= set(TIME_FIELDS)
    found = moments(heads([{"UtcTime": "2026-10-14T01:45:00Z", "TimeCreated": "no time at all"}, {}]), GETTERS)

    assert found == [datetime(2026, 10, 14, 1, 45, tzinfo=UTC), None]
