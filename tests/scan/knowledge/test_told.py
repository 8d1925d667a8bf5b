from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.skipped import Tally
from sentinel.scan.knowledge.told import Intake, day_of, stamp


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("2025-08-25T17:04:19.9796Z", "2025-08-25T17:04:19.979600"),
        ("2024-01-01T00:30:00+02:00", "2023-12-31T22:30:00.000000"),
        ("2025-08-25T00:00:00+0000", "2025-08-25T00:00:00.000000"),
        ("2024-02-29", "2024-02-29T00:00:00.000000"),
        (datetime(2024, 2, 3, tzinfo=UTC), "2024-02-03T00:00:00.000000"),
        ("2023-02-29", ""),
        ("1601-01-01", ""),
        ("0001-01-01T00:00:00+14:00", ""),
        ("yesterday", ""),
        (7, ""),
        (None, ""),
    ],
)
def test_moments_become_texts_that_sort(value: object, told: str) -> None:
    assert stamp(value) == told


MOMENTS = st.datetimes(datetime.fromisoformat("1990-01-01"), datetime.fromisoformat("2100-01-01"))


@given(MOMENTS, MOMENTS)
def test_stamps_sort_as_moments_do(one: datetime, other: datetime) -> None:
    assert (stamp(one.isoformat()) < stamp(other.isoformat())) == (one < other)


def test_a_day_after_that_of_the_bundle_is_no_evidence() -> None:
    intake = Intake("kev", date(2026, 11, 20), Tally("kev"))
    for told in ("2026-11-01T00:00:00", "2026-10-01T00:00:00", "2027-01-01T00:00:00", ""):
        intake.current(told, "feed")

    assert (intake.oldest, intake.newest) == (date(2026, 10, 1), date(2026, 11, 1))
    assert dict(intake.tally.parts) == {"from-the-future": 1}
    assert (day_of(""), day_of("2026-11-01T00:00")) == (None, date(2026, 11, 1))
