from __future__ import annotations

from datetime import date
from itertools import product

from sentinel.comply.dpia.events import events_of, high, measures_of
from tests.comply.dpia.parts import AS_OF, PACK, estimate, file

LOCK = {"title": "Lås", "owner": "Leder", "due": "2026-11-20"}
DONE = {**LOCK, "state": "done", "done": "2026-11-19"}


def test_three_events_always_stand_there_and_own_ones_after_them() -> None:
    made = file(events={"shame": {"title": "Bli sett ned på"}, "loss": {}})

    assert [event.id for event in events_of(made, PACK)] == ["access", "change", "loss", "shame"]
    assert [event.own for event in events_of(made, PACK)] == [False, False, False, True]
    assert all(event.residual is None for event in events_of(made, PACK))


def test_what_is_hoped_for_is_reached_when_every_measure_is_done() -> None:
    rests = {"before": estimate(3, 3), "measures": ["lock", "door"], "after": estimate(2, 2)}
    half = file(events={"access": rests}, measures={"lock": DONE, "door": LOCK})
    whole = file(events={"access": rests}, measures={"lock": DONE, "door": DONE})

    assert [events_of(one, PACK)[0].reached for one in (half, whole)] == [False, True]
    assert events_of(half, PACK)[0].residual == events_of(half, PACK)[0].after


def test_what_was_never_judged_again_is_left_as_it_was() -> None:
    (access, *_) = events_of(file(events={"access": {"before": estimate(4, 4)}}), PACK)

    assert access.residual == access.before
    assert high((access,)) == (access,)


def test_a_measure_is_overdue_the_day_after_its_day() -> None:
    made = file(measures={"lock": LOCK, "done": DONE, "open": {"title": "x"}})

    assert [one.overdue for one in measures_of(made, AS_OF)] == [True, False, False]
    assert [one.overdue for one in measures_of(made, date(2026, 11, 20))] == [False, False, False]


def test_the_gravest_corner_is_high_and_the_mildest_is_low() -> None:
    bands = {(i, j): PACK.scale.matrix().band(i, j) for i, j in product(range(1, 5), repeat=2)}

    assert [place for place, band in bands.items() if band == "high"] == [(2, 4), (3, 3), (3, 4), (4, 3), (4, 4)]
    assert [place for place, band in bands.items() if band == "low"] == [(1, 1), (1, 2), (2, 1), (2, 2)]
