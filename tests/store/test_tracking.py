from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sentinel.model.assets import Cleared
from sentinel.model.history import Decision, Looked, Tracked
from sentinel.model.severity import Severity
from sentinel.store.store import Store
from tests.store.test_store import ASSET, DAY, FINDING

MADE = datetime(2026, 11, 21, 12, tzinfo=UTC)
UNTIMED = replace(FINDING, seen=None)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.open(str(tmp_path / "x.db"))
    store.save_scan("s", DAY, [ASSET], [UNTIMED])
    return store


def one(store: Store, today: date = DAY) -> Tracked:
    (found,) = store.tracked(today)
    return found


def test_a_finding_remembers_when_it_was_first_and_last_seen(store: Store) -> None:
    store.save_scan("s", DAY + timedelta(days=5), [ASSET], [UNTIMED])

    assert (one(store).first_day, one(store).last_day, one(store).state) == (DAY, DAY + timedelta(days=5), "open")
    seen = replace(FINDING, seen=datetime(2026, 11, 23, tzinfo=UTC))
    store.save_scan("s", DAY + timedelta(days=9), [ASSET], [seen])
    assert one(store).last_day == DAY + timedelta(days=5), "what was seen earlier is not seen today"


def test_an_acceptance_runs_out(store: Store) -> None:
    until = DAY + timedelta(days=10)
    store.decide("s", "f1", Decision("accept", MADE, "Kari", "Byttes i jula", until))

    assert (one(store).state, one(store).accepted_by, one(store).reason) == ("accepted", "Kari", "Byttes i jula")
    assert one(store, until).state == "accepted"
    assert one(store, until + timedelta(days=1)).state == "open"


def test_an_acceptance_may_be_taken_back_and_all_is_remembered(store: Store) -> None:
    told = [
        Decision("accept", MADE, "Kari", "a", DAY + timedelta(days=10)),
        Decision("owner", MADE, "Kari", "MTA"),
        Decision("due", MADE, "Kari", "", DAY),
        Decision("control", MADE, "Kari", "Eget nett"),
        Decision("reopen", MADE, "Ola", "b"),
        Decision("owner", MADE, "Ola", "IKT"),
    ]
    for decision in told:
        store.decide("s", "f1", decision)

    found = one(store)
    assert (found.state, found.owner, found.due, found.controls) == ("open", "IKT", DAY, ("Eget nett",))
    assert found.decisions == tuple(told)
    assert (found.accepted_by, found.reason) == ("", "")


def test_what_is_mended_comes_back_open(store: Store) -> None:
    store.save_scan("s", DAY + timedelta(days=1), [ASSET], [], Looked(fixed=frozenset({"f1", "unknown"})))
    assert (one(store).state, one(store).fixed) == ("fixed", DAY + timedelta(days=1))

    store.save_scan("s", DAY + timedelta(days=2), [ASSET], [UNTIMED])
    assert (one(store).state, one(store).first_day) == ("open", DAY)


def test_findings_are_listed_by_gravity_and_site(store: Store) -> None:
    store.save_scan("t", DAY, [], [replace(UNTIMED, id="f9", severity=Severity.HIGH)])

    assert [found.finding.id for found in store.tracked(DAY)] == ["f9", "f1"]
    assert [found.finding.id for found in store.tracked(DAY, Severity.HIGH)] == ["f9"]
    assert [found.site for found in store.tracked(DAY, site="s")] == ["s"]


def test_what_somebody_answers_for_is_cleared_until_the_day_they_named(store: Store) -> None:
    until = DAY + timedelta(days=10)
    cleared = replace(UNTIMED, cleared=Cleared("Kari", "Skilt nett.", "vex-1", until))
    store.save_scan("s", DAY, [ASSET], [cleared])

    assert [one(store, day).state for day in (DAY, until, until + timedelta(days=1))] == ["cleared", "cleared", "open"]
    assert one(store).finding.cleared == cleared.cleared
    store.save_scan("s", DAY, [ASSET], [replace(cleared, cleared=Cleared("Kari", "", "vex-1"))])
    assert one(store, date(2999, 1, 1)).state == "cleared", "without a last day it holds until it is withdrawn"
