"""Norway's public holidays, computed: those of the law of 24 February 1995 no. 12 and of 26 April 1947 no. 1."""

from __future__ import annotations

from datetime import date, timedelta

_FIXED = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
_FROM_EASTER = (-3, -2, 0, 1, 39, 49, 50)
"""Maundy Thursday, Good Friday, both days of Easter, Ascension Day, both days of Whitsun."""

_SATURDAY = 5


def easter(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar, by the anonymous computus (Meeus/Jones/Butcher)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    correction = (8 * century + 13) // 25
    epact = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def holidays(year: int) -> frozenset[date]:
    """Return the public holidays of a year; the eves of Christmas, New Year and Whitsun are none."""
    sunday = easter(year)
    return frozenset(
        {date(year, month, day) for month, day in _FIXED}
        | {sunday + timedelta(days=distance) for distance in _FROM_EASTER}
    )


def is_working_day(day: date) -> bool:
    """Say whether a day is neither Saturday, Sunday nor a public holiday."""
    return day.weekday() < _SATURDAY and day not in holidays(day.year)


def working_day_from(day: date) -> date:
    """Return that day where it is a working day, else the next one that is."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
