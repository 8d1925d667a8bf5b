from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.share.spool import Spool
from tests.share.sample import NOON, alert


@settings(max_examples=40)
@given(st.lists(st.none() | st.integers(-10_000_000, 10_000_000), max_size=20))
def test_alerts_come_out_by_time_and_whole(minutes: list[int | None]) -> None:
    put = [
        replace(alert(number), time=None if minute is None else NOON + timedelta(minutes=minute))
        for number, minute in enumerate(minutes)
    ]
    far = datetime.max.replace(tzinfo=UTC)
    with Spool() as spool:
        for one in put:
            spool.add(one)
        expected = sorted(put, key=lambda one: one.time or far)

        assert list(spool) == expected
        assert list(spool) == expected
        assert len(spool) == len(put)


def test_times_of_other_zones_are_the_same_moments() -> None:
    summer = timezone(timedelta(hours=2))
    with Spool() as spool:
        spool.add(alert(1, time=datetime(2026, 10, 14, 13, tzinfo=summer)))
        spool.add(alert(0, time=datetime(2026, 10, 14, 10, 30, tzinfo=UTC)))

        assert [one.id for one in spool] == ["alert-0", "alert-1"]
        assert alert(0, time=datetime(2026, 10, 14, 10, 30, tzinfo=UTC)) in spool


def test_first_and_last_moment_of_the_calendar_fit() -> None:
    with Spool() as spool:
        spool.add(alert(time=datetime.max.replace(tzinfo=UTC)))
        spool.add(alert(time=datetime.min.replace(tzinfo=UTC)))

        assert [one.time.year for one in spool if one.time] == [1, 9999]
