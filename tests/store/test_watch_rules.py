from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sentinel.errors import StoreError
from sentinel.model.alerts import Alert, RuleRef
from sentinel.model.correlations import Learnt
from sentinel.model.severity import Severity
from sentinel.model.windows import SET_ASIDE, RuleCost, WatchRule
from sentinel.store.store import Store
from sentinel.store.watch_rules import Closing, Turn, WatchRules
from tests.store.test_store import ALERT

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
REF = RuleRef("r1", "Blåbær", Severity.LOW, "m", "Åse")
GOOD = RuleCost(REF, 10, 0.25, 2)
BAD = RuleCost(REF, 10, 0.25, 0, "broke: KeyError")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "x.db"))
    yield store
    store.close()


@pytest.fixture
def rules(store: Store) -> WatchRules:
    return store.watch_rules("klinikken", "logs-*")


def note(rules: WatchRules, *costs: RuleCost, most: int = 3, now: datetime = NOW) -> tuple[WatchRule, ...]:
    with rules.transaction() as connection:
        return rules.note(connection, costs, now, most)


def test_what_rules_take_is_added_up_and_the_costliest_is_first(store: Store, rules: WatchRules) -> None:
    other = replace(GOOD, rule=replace(REF, id="r0"), seconds=9.0)
    note(rules, GOOD, other)
    note(rules, GOOD)

    listed = list(store.all_watch_rules())

    assert [(one.rule, one.windows, one.asked, one.seconds, one.hits) for one in listed] == [
        ("r0", 1, 10, 9.0, 2),
        ("r1", 2, 20, 0.5, 4),
    ]


def test_bad_windows_in_a_row_set_a_rule_aside_once(rules: WatchRules) -> None:
    fresh = [note(rules, BAD, now=NOW + number * MINUTE) for number in range(4)]

    assert [len(one) for one in fresh] == [0, 0, 1, 0]
    (aside,) = rules.aside().values()
    assert aside == replace(fresh[2][0], windows=4, asked=40, seconds=1.0)
    assert (aside.strikes, aside.since, aside.aside, aside.reason) == (3, NOW, NOW + 2 * MINUTE, "broke: KeyError")


def test_a_good_window_in_between_begins_anew(rules: WatchRules) -> None:
    for cost in (BAD, BAD, GOOD, BAD, BAD):
        assert note(rules, cost) == ()

    assert rules.aside() == {}


def test_nothing_is_set_aside_where_that_is_not_wanted(rules: WatchRules) -> None:
    assert [note(rules, BAD, most=0) for _ in range(9)] == [()] * 9


def test_a_changed_rule_is_another_rule(store: Store, rules: WatchRules) -> None:
    for _ in range(3):
        note(rules, BAD)
    note(rules, replace(GOOD, rule=replace(REF, hash="n")))

    assert rules.aside() == {}
    assert [(one.meaning, one.windows, one.strikes) for one in store.all_watch_rules()] == [("n", 1, 0)]


def closed(store: Store, number: int, states: dict[str, int], *costs: RuleCost) -> tuple[Alert, ...]:
    """Settle the window of a minute with what rules took."""
    windows = store.windows("klinikken", "logs-*")
    windows.plan(NOW, NOW + 6 * MINUTE, MINUTE)
    window = windows.claim("a", NOW)
    assert window is not None
    done = replace(window, state="done", records=5, alerts=0, rules=states)
    turn = Turn(done, "a", NOW + number * MINUTE)
    close = Closing(windows, store.watch_rules("klinikken", "logs-*"), turn, costs, 2, told)
    return store.save_window("klinikken", [], store.memory("klinikken"), Learnt([]), close)


def told(rule: WatchRule) -> Alert:
    return replace(ALERT, id=f"{rule.rule} is set aside")


def test_what_is_released_owes_the_windows_that_it_missed_and_no_others(store: Store) -> None:
    check_release(store)


def check_release(store: Store) -> None:
    """What is set aside and put back, on whatever database."""
    alerts = [
        closed(store, 0, {"evaluated": 1}, GOOD),
        closed(store, 1, {"failed": 1}, BAD),
        closed(store, 2, {"failed": 1}, BAD),
        closed(store, 3, {SET_ASIDE: 1, "evaluated": 3}),
        closed(store, 4, {"evaluated": 1, "source-absent": 1}),
    ]
    assert [[one.id for one in some] for some in alerts] == [[], [], ["r1 is set aside"], [], []]

    assert store.release("r1") == (1, 3)

    listed = store.windows("klinikken", "logs-*").listed()
    assert [one.state for one in listed] == ["done", "owed", "owed", "owed", "done", "owed"]
    assert listed[3].reason == "Blåbær was set aside, and is put back"
    assert store.watch_rules("klinikken", "logs-*").aside() == {}
    assert store.release("r1") == (0, 0)


def test_costs_and_alerts_are_kept_with_the_window_or_not_at_all(store: Store) -> None:
    windows = store.windows("klinikken", "logs-*")
    windows.plan(NOW, NOW + MINUTE, MINUTE)
    window = windows.claim("another", NOW)
    assert window is not None
    close = Closing(windows, store.watch_rules("klinikken", "logs-*"), Turn(window, "a", NOW), (BAD,), 1, told)

    with pytest.raises(StoreError, match="another runner took over"):
        store.save_window("klinikken", [ALERT], store.memory("klinikken"), Learnt([]), close)

    assert list(store.all_watch_rules()) == []
    assert list(store.alerts()) == []
