from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.assets import Cleared

LAST = date(2026, 12, 31)


@given(st.dates(), st.integers(0, 400))
def test_a_statement_holds_to_its_last_day_and_no_longer(last: date, days: int) -> None:
    told = Cleared("Kari", "", "vex-1", last)
    assert told.holds(last)
    if last <= date(9990, 1, 1):
        assert told.holds(last + timedelta(days=days)) is (days == 0)


def test_one_without_a_last_day_holds_until_it_is_withdrawn() -> None:
    assert Cleared("Kari", "", "vex-1").holds(LAST)
