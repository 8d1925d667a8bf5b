from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.holidays import easter, holidays, is_working_day, working_day_from

YEARS = st.integers(1900, 2199)


def test_easter_of_known_years() -> None:
    known = {
        1818: date(1818, 3, 22),  # the earliest that can be
        1943: date(1943, 4, 25),  # the latest
        1954: date(1954, 4, 18),  # years that simpler rules get wrong
        1981: date(1981, 4, 19),
        2024: date(2024, 3, 31),
        2025: date(2025, 4, 20),
        2026: date(2026, 4, 5),
        2027: date(2027, 3, 28),
    }

    assert {year: easter(year) for year in known} == known


def test_the_holidays_of_2026() -> None:
    assert sorted(day.isoformat()[5:] for day in holidays(2026)) == [
        "01-01",
        "04-02",
        "04-03",
        "04-05",
        "04-06",
        "05-01",
        "05-14",
        "05-17",
        "05-24",
        "05-25",
        "12-25",
        "12-26",
    ]


def test_two_holidays_can_fall_on_one_day() -> None:
    assert date(2008, 5, 1) in holidays(2008)  # Ascension Day and 1 May
    assert len(holidays(2008)) == 11


@given(YEARS)
def test_easter_is_a_sunday_between_its_bounds(year: int) -> None:
    day = easter(year)

    assert day.weekday() == 6
    assert date(year, 3, 22) <= day <= date(year, 4, 25)


@given(st.dates(date(1900, 1, 1), date(2199, 12, 1)))
def test_the_next_working_day_is_the_first_that_is_one(day: date) -> None:
    found = working_day_from(day)

    assert is_working_day(found)
    assert not any(is_working_day(day + timedelta(days=n)) for n in range((found - day).days))
    assert (found - day).days <= 5  # Maundy Thursday to the Tuesday after


@pytest.mark.parametrize("eve", [date(2026, 12, 24), date(2026, 12, 31), date(2027, 5, 14)])
def test_eves_are_working_days(eve: date) -> None:
    assert is_working_day(eve)
