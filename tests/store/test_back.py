from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from sentinel.detect.kept_sets import EMPTY
from sentinel.errors import StoreError
from sentinel.model.enabled import BackFound, BackStretch, Enabled, EnabledRule, KeptSet, KeptText, Plan
from sentinel.store import back as module
from sentinel.store.back import Back
from sentinel.store.store import Store
from sentinel.store.tables import rule_sets
from tests.store.test_store import ALERT

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SET = KeptSet("one", (EnabledRule("k", "T", "r", "m", "v"),), (KeptText("a.yml", "title: æ\n"),), (), {"n": ["v"]})
ADDED, GONE = BackFound("added", "k", ALERT), BackFound("gone", "k", replace(ALERT, event_id="e" * 32))
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(str(tmp_path / "x.db"))


@pytest.fixture
def back(store: Store) -> Back:
    return store.back("site", "logs-*")


def stretch(hours: int) -> BackStretch:
    return BackStretch(f"h{hours}", "done", start=NOW - hours * HOUR, end=NOW, records=3, same={"k": 2})


def test_a_set_is_kept_whole_and_one_that_is_spoilt_is_told(back: Back, store: Store) -> None:
    back.keep(SET)
    back.keep(SET)
    assert (back.kept("one"), back.kept("other")) == (SET, None)

    with store._transaction() as connection:
        connection.execute(update(rule_sets).values(body=b"noise"))
    with pytest.raises(StoreError, match="cannot be read"):
        back.kept("one")


def test_a_stretch_and_what_was_found_in_it_are_kept_together_and_once(back: Back) -> None:
    plan = back.plan(EMPTY.id, "one", NOW - HOUR)
    for _ in range(2):
        back.settle(plan, stretch(1), [ADDED, GONE])

    assert list(back.found(plan)) == [ADDED, GONE]
    assert back.stretches(plan) == [stretch(1)]

    def breaks() -> object:
        yield ADDED
        raise StoreError("cut off")

    with pytest.raises(StoreError):
        back.settle(plan, stretch(2), breaks())  # type: ignore[arg-type]  # cut off half-way
    assert back.stretches(plan) == [stretch(1)]


def test_enabling_keeps_what_is_added_and_forgets_nothing(back: Back, store: Store) -> None:
    gone = replace(GONE.alert, id="gone")
    store.save_alerts("site", [gone])
    plan = back.plan(EMPTY.id, "one", NOW - HOUR)
    back.settle(plan, stretch(1), [ADDED, GONE])
    assert [one.id for one in store.alerts()] == ["gone"]

    assert back.enable(plan, NOW) == 1

    assert {one.id for one in store.alerts()} == {"gone", ADDED.alert.id}
    assert back.enabled() == Enabled("one", NOW)
    assert back.owed_plans() == [replace(plan, enabled=NOW)]


def test_what_is_found_after_it_was_enabled_is_an_alert_at_once(back: Back, store: Store) -> None:
    plan = back.plan(EMPTY.id, "one", NOW - HOUR)
    back.enable(plan, NOW)

    back.settle(back.owed_plans()[0], stretch(1), [ADDED, GONE])

    assert [one.id for one in store.alerts()] == [ADDED.alert.id]


def test_a_difference_to_a_set_that_is_no_longer_used_is_not_enabled(back: Back) -> None:
    first, second = back.plan(EMPTY.id, "one", NOW), back.plan(EMPTY.id, "two", NOW)
    back.enable(first, NOW)

    with pytest.raises(StoreError, match="another set of rules was enabled meanwhile"):
        back.enable(second, NOW)
    assert back.enabled() == Enabled("one", NOW)


def test_a_runner_that_begins_closes_what_is_owed_and_the_first_moment_counts(back: Back) -> None:
    plan = back.plan(EMPTY.id, "one", NOW)
    back.begun(NOW)
    assert back.enabled() is None
    back.enable(plan, NOW)
    back.begun(NOW + HOUR)
    back.begun(NOW + 2 * HOUR)

    assert back.enabled() == Enabled("one", NOW, NOW + HOUR)
    assert [one.upto for one in back.owed_plans()] == [NOW + HOUR]


def test_a_plan_reaches_back_the_farthest_that_was_asked(back: Back) -> None:
    back.plan("a", "b", NOW - HOUR)
    assert back.plan("a", "b", NOW).since == NOW - HOUR
    assert back.plan("a", "b", NOW - 2 * HOUR) == Plan("a", "b", NOW - 2 * HOUR)
    assert back.owed_plans() == []


def test_files_are_owed_until_they_are_done_or_forgotten(back: Back) -> None:
    plan = back.plan("a", "b", NOW)
    one, two = BackStretch("1", "owed", path="/x"), BackStretch("2", "owed", path="/y")
    back.owe(plan, [one, two])
    done = replace(one, state="done")
    back.settle(plan, done)
    back.owe(plan, [one, two])
    assert back.stretches(plan) == [done, two]

    back.forget(plan, ["1", "2"])
    assert back.stretches(plan) == [done]


def test_alerts_beyond_what_is_kept_are_counted(back: Back, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 2)
    plan = back.plan("a", "b", NOW)
    many = [replace(ADDED, alert=replace(ALERT, event_id=f"{number:032}")) for number in range(3)]

    back.settle(plan, stretch(1), many)
    back.settle(plan, stretch(2), [ADDED])

    assert len(list(back.found(plan))) == 2
    assert [one.beyond for one in back.stretches(plan)] == [{"added k": 1}, {"added k": 1}]


def test_the_newest_search_of_correlations_takes_the_place_of_those_before(back: Back) -> None:
    plan = back.plan("a", "b", NOW)
    first = replace(stretch(1), name="correlations 1", correlations=True)
    back.settle(plan, stretch(1))
    back.settle(plan, first)
    back.settle(plan, replace(first, name="correlations 2"))

    assert [one.name for one in back.stretches(plan)] == ["correlations 2", "h1"]


def test_watches_do_not_mix(store: Store, back: Back) -> None:
    plan = back.plan("a", "b", NOW)
    back.settle(plan, stretch(1), [ADDED])
    back.enable(plan, NOW)

    for other in (store.back("site", "other"), store.back("other", "logs-*")):
        assert (other.enabled(), other.owed_plans(), other.stretches(plan), list(other.found(plan))) == (
            None,
            [],
            [],
            [],
        )
