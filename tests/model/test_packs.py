from __future__ import annotations

from datetime import date

import pytest

from sentinel.model.packs import Standing, Status, Validity

FIRST, LAST = date(2025, 10, 1), date(2030, 1, 1)
BEFORE, DURING, AFTER = date(2025, 9, 30), date(2026, 11, 22), date(2030, 1, 2)


def validity(status: Status, first: date | None = FIRST, last: date | None = LAST) -> Validity:
    return Validity(status, first, last, "known", "here")


@pytest.mark.parametrize(
    ("status", "day", "standing"),
    [
        ("in_force", BEFORE, "not_yet"),
        ("in_force", FIRST, "in_force"),
        ("in_force", DURING, "in_force"),
        ("in_force", LAST, "in_force"),
        ("in_force", AFTER, "ended"),
        ("voluntary", BEFORE, "not_yet"),
        ("voluntary", DURING, "voluntary"),
        ("proposed", BEFORE, "proposed"),
        ("proposed", DURING, "proposed"),
        ("proposed", AFTER, "ended"),
    ],
)
def test_a_pack_stands_by_its_first_and_last_day(status: Status, day: date, standing: Standing) -> None:
    assert validity(status).on(day) == standing


def test_a_first_day_that_nobody_knows_is_said_and_not_taken_for_long_ago() -> None:
    assert validity("in_force", first=None).on(DURING) == "not_known"
    assert validity("voluntary", first=None).on(DURING) == "voluntary"


def test_what_is_proposed_never_comes_into_force_by_the_calendar() -> None:
    assert validity("proposed", first=FIRST, last=None).on(date(2999, 1, 1)) == "proposed"
