from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.clocks import OSLO, deadline, in_force, load_clocks, moment, state
from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.model.clocks import Clock, Unit

CLOCKS = load_clocks(root())
NOW = {clock.id: clock for clock in CLOCKS}
WALLS = st.datetimes(datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2090-01-01"))
MOMENTS = WALLS.map(lambda wall: wall.replace(tzinfo=UTC))
ANY = st.sampled_from(CLOCKS)


def oslo(text: str) -> datetime:
    return moment(datetime.fromisoformat(text))


def due(clock: str, start: str, *, extended: bool = False, paused: int = 0) -> str:
    found = deadline(NOW[clock], oslo(start), extended=extended, paused=paused)
    return f"{found.due.astimezone(OSLO):%Y-%m-%d %H:%M}"


def latest(clock: str, start: str) -> str:
    return f"{deadline(NOW[clock], oslo(start)).latest.astimezone(OSLO):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("2026-11-20T14:05", "2026-11-23 14:05"),  # a Friday: it runs through the weekend
        ("2026-12-24T12:00", "2026-12-27 12:00"),  # and through Christmas
        ("2026-03-28T12:00", "2026-03-31 13:00"),  # the night that is an hour short
        ("2026-10-24T12:00", "2026-10-27 11:00"),  # the night that is an hour long
        ("2028-02-28T23:30", "2028-03-02 23:30"),  # over a leap day
        ("2026-12-31T23:59", "2027-01-03 23:59"),
    ],
)
def test_seventy_two_hours_are_hours_that_pass(start: str, ends: str) -> None:
    assert due("gdpr-33", start) == ends


def test_the_hour_of_the_start_is_counted_though_it_may_be_left_out() -> None:
    assert due("gdpr-33", "2026-11-20T14:05") == "2026-11-23 14:05"
    assert latest("gdpr-33", "2026-11-20T14:05") == "2026-11-23 15:00"
    assert latest("gdpr-33", "2026-11-20T14:00") == "2026-11-23 15:00"


@pytest.mark.parametrize(
    ("start", "ends", "at_latest"),
    [  # each ends with the day, so the midnight after it
        ("2026-03-05T09:00", "2026-04-06 00:00", "2026-04-08 00:00"),  # 5 April 2026 is Easter Sunday, 6 is Monday
        ("2026-08-31T23:59", "2026-10-01 00:00", "2026-10-01 00:00"),  # no 31 September
        ("2027-01-31T08:00", "2027-03-01 00:00", "2027-03-02 00:00"),  # 28 February 2027 is a Sunday
        ("2028-01-31T08:00", "2028-03-01 00:00", "2028-03-01 00:00"),  # a leap year
        ("2026-11-25T00:00", "2026-12-26 00:00", "2026-12-29 00:00"),  # Christmas Day, a Friday
    ],
)
def test_a_month_ends_with_its_day_or_the_last_one(start: str, ends: str, at_latest: str) -> None:
    assert due("gdpr-12", start) == ends
    assert latest("gdpr-12", start) == at_latest


def test_two_more_months_are_counted_from_the_receipt() -> None:
    assert due("gdpr-12", "2026-11-30T10:00", extended=True) == "2027-03-01 00:00"  # 28 February: no 30th


def test_eight_weeks_and_six_more_and_a_pause() -> None:
    assert due("gdpr-36", "2026-11-20T10:00") == "2027-01-16 00:00"  # Friday to Friday
    assert due("gdpr-36", "2026-11-20T10:00", extended=True) == "2027-02-27 00:00"
    assert due("gdpr-36", "2026-11-20T10:00", paused=10) == "2027-01-26 00:00"
    assert deadline(NOW["gdpr-36"], oslo("2026-11-20T10:00"), extended=True).extended


def test_a_year_from_a_leap_day() -> None:
    assert due("yearly-review", "2028-02-29T10:00") == "2029-03-01 00:00"
    assert latest("yearly-review", "2026-05-17T10:00") == due("yearly-review", "2026-05-17T10:00")  # not of the EU


def test_the_hour_that_comes_twice_means_its_first_turn() -> None:
    assert oslo("2026-10-25T02:30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_hour_that_is_left_out_means_the_earlier() -> None:
    assert oslo("2026-03-29T02:30") == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def test_a_time_with_zone_is_taken_as_it_is() -> None:
    assert moment(datetime.fromisoformat("2026-07-01T12:00:00-04:00")) == datetime(2026, 7, 1, 16, tzinfo=UTC)


@given(ANY, MOMENTS, MOMENTS)
def test_a_later_start_never_has_an_earlier_end(clock: Clock, one: datetime, other: datetime) -> None:
    first, second = (deadline(clock, start) for start in sorted((one, other)))

    assert first.due <= second.due
    assert first.latest <= second.latest


@given(ANY, MOMENTS, st.integers(0, 60))
def test_the_earlier_reading_is_shown_and_more_time_is_never_less(clock: Clock, start: datetime, paused: int) -> None:
    plain = deadline(clock, start)
    longer = deadline(clock, start, extended=True, paused=paused)

    assert start < plain.due <= plain.latest
    assert (plain.why_later is None) == (plain.due == plain.latest)
    assert plain.due <= longer.due


@given(MOMENTS)
def test_no_deadline_is_later_than_the_longest_its_words_can_mean(start: datetime) -> None:
    assert deadline(NOW["gdpr-33"], start).due == start + timedelta(hours=72)
    assert deadline(NOW["dsl-24"], start).due == start + timedelta(hours=24)
    assert deadline(NOW["gdpr-12"], start).due <= start + timedelta(days=32, hours=1)
    assert deadline(NOW["gdpr-36"], start).due <= start + timedelta(weeks=8, days=1, hours=1)
    assert deadline(NOW["yearly-review"], start).due <= start + timedelta(days=367, hours=1)


@given(MOMENTS)
def test_what_is_counted_in_days_ends_at_midnight_in_oslo(start: datetime) -> None:
    found = deadline(NOW["gdpr-12"], start)

    assert found.last_day is not None
    assert found.due.astimezone(OSLO).replace(tzinfo=None) == datetime.combine(
        found.last_day + timedelta(days=1), datetime.min.time()
    )


@given(WALLS)
def test_no_reading_of_the_clock_on_the_wall_is_taken_as_later_than_it_can_be(wall: datetime) -> None:
    assert all(moment(wall) <= wall.replace(tzinfo=OSLO, fold=fold) for fold in (0, 1))


def test_a_deadline_is_near_then_passed_and_what_is_done_stays_so() -> None:
    found = deadline(NOW["gdpr-33"], oslo("2026-11-20T12:00"))
    told = [
        state(found, 24, found.due - timedelta(hours=24, seconds=1)),
        state(found, 24, found.due - timedelta(hours=24)),
        state(found, 24, found.due),
        state(found, 24, found.due + timedelta(seconds=1)),
        state(found, 24, found.due + timedelta(days=9), done=found.due),
        state(found, 24, found.due + timedelta(days=9), done=found.due + timedelta(seconds=1)),
        state(found, 24, found.due - timedelta(days=1, hours=9), done=found.due - timedelta(hours=1)),
    ]

    assert told == ["running", "near", "near", "passed", "done", "done_late", "running"]


def test_a_law_applies_from_its_day_and_never_before_it_is_in_force() -> None:
    assert "dsl-24" not in in_force(CLOCKS, date(2025, 9, 30))
    assert "dsl-24" in in_force(CLOCKS, date(2025, 10, 1))
    assert not any(name.startswith("nis2") for name in in_force(CLOCKS, date(2090, 1, 1)))
    assert set(in_force(CLOCKS, date(2018, 7, 19))) == set()


def test_every_unit_that_a_file_may_name_can_be_counted() -> None:
    ends = [deadline(replace(NOW["gdpr-12"], unit=unit), oslo("2026-01-01T10:00")).due for unit in get_args(Unit)]

    assert len(set(ends)) == len(get_args(Unit))


LAW = """
id: new-law
title: {nb: Ny lov, en: New law}
starts: {nb: nå, en: now}
law: {source: Ny lov, place: § 1, confidence: unverified}
valid_from: 2027-01-01
period: {unit: weeks, number: 2}
counting: calendar
near_hours: 24
"""


def written(folder: Path, **files: str) -> Path:
    (folder / "checklists" / "clocks").mkdir(parents=True)
    for name, text in files.items():
        (folder / "checklists" / "clocks" / f"{name}.yml").write_text(text)
    return folder


def test_a_new_law_is_a_new_file(tmp_path: Path) -> None:
    (clock,) = load_clocks(written(tmp_path, law=LAW))

    assert deadline(clock, oslo("2027-01-04T10:00")).last_day == date(2027, 1, 18)


def test_a_law_that_changes_is_two_files_and_each_start_has_its_own(tmp_path: Path) -> None:
    old = LAW.replace("2027-01-01", "2020-01-01\nvalid_to: 2026-12-31").replace("number: 2", "number: 3")
    clocks = load_clocks(written(tmp_path, old=old, new=LAW))

    assert in_force(clocks, date(2026, 12, 31))["new-law"].number == 3
    assert in_force(clocks, date(2027, 1, 1))["new-law"].number == 2


def test_faults_come_at_once_each_with_its_line(tmp_path: Path) -> None:
    base = written(
        tmp_path,
        again=LAW.replace("new-law", "other-law").replace("2027-01-01", "2027-06-01\nvalid_to: 2027-05-31"),
        law=LAW,
        third=LAW.replace("2027-01-01", "2026-01-01"),
    )

    with pytest.raises(ContentError) as caught:
        load_clocks(base)

    assert [str(fault) for fault in caught.value.faults] == [
        "checklists/clocks/again.yml:7: 2027-05-31 is before it is valid",
        "checklists/clocks/third.yml:2: clock new-law is also in checklists/clocks/law.yml, for some of the same days",
    ]


def test_a_folder_without_clocks_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="holds no clocks"):
        load_clocks(tmp_path)
