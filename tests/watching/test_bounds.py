"""No rule, no cluster in trouble and no slow runner makes a watch blind without a word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from sentinel.detect.compiled import Compiled
from sentinel.detect.meter import BILLION
from sentinel.elastic.cluster import Access, connect
from sentinel.model.windows import SET_ASIDE
from sentinel.store.store import Store
from sentinel.store.windows import LEASE
from sentinel.watching import Bounds
from tests.elastic.faults import between
from tests.watching.watched import (
    MINUTE,
    START,
    Clock,
    T,
    breaking,
    expected,
    put,
    runner,
    silent,
    stems,
)


def test_a_rule_that_breaks_again_and_again_is_set_aside_and_its_windows_are_owed_when_it_is_put_back(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled
) -> None:
    for minute in range(6):
        put(elasticsearch_url, index, range(minute, minute + 1), minute + 0.5)
    clock, both = Clock(START + 5 * MINUTE), breaking(compiled)

    looked = list(runner(elasticsearch_url, store, index, both, clock).round(silent))

    assert [one.window.rules for one in looked] == [{"failed": 1, "evaluated": 1}] * 3 + [
        {SET_ASIDE: 1, "evaluated": 1}
    ] * 2
    assert [[alert.rule.title for alert in one.new] for one in looked][2] == [
        "Something happened",
        "Rule set aside, not looked at any more: Broken",
    ]
    (aside,) = [alert for alert in store.alerts() if "set aside" in alert.rule.title]
    assert (aside.fields["rule"], aside.fields["reason"]) == ("b", "broke: KeyError")
    assert {entry.state: entry.reason for entry in looked[4].ledger}["failed"].endswith("broke: KeyError")
    assert looked[4].aside == {"b"}

    assert store.release("b") == (1, 5)
    clock.now += MINUTE
    first, second = both.ruleset.rules
    mended = Compiled(replace(both.ruleset, rules=(replace(first, condition=second.condition), second)))
    again = list(runner(elasticsearch_url, store, index, mended, clock).round(silent))
    assert [one.window.rules for one in again] == [{"evaluated": 2}] * 6
    assert sum(alert.rule.id == "b" for alert in store.alerts()) == 6
    assert stems(store) == expected(6)


def test_a_rule_that_takes_too_long_is_set_aside(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled
) -> None:
    for minute in range(4):
        put(elasticsearch_url, index, range(minute, minute + 1), minute + 0.5)
    watching = runner(elasticsearch_url, store, index, compiled, Clock(START + 4 * MINUTE))
    seconds = count(0, 40 * BILLION)
    watching.means = replace(watching.means, timer=lambda: next(seconds))

    looked = list(watching.round(silent))

    assert [one.window.rules for one in looked] == [{"evaluated": 1}] * 3 + [{SET_ASIDE: 1}]
    assert [one.window.alerts for one in looked] == [1, 1, 1, 0]
    (rule,) = store.all_watch_rules()
    assert re.fullmatch(r"took \d+\.0 seconds, more than 30\.0", rule.reason)


def test_more_alerts_of_a_rule_than_wanted_become_one_with_the_true_count(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled
) -> None:
    put(elasticsearch_url, index, range(7))
    watching = runner(elasticsearch_url, store, index, compiled, Clock(START + MINUTE))
    watching.beat = replace(watching.beat, bounds=Bounds(alerts=4))

    (looked,) = watching.round(silent)

    assert (looked.window.alerts, len(looked.new)) == (7, 5)
    assert looked.new[-1].rule.title == "7 alerts of one rule, 3 of them only counted: Something happened"

    put(elasticsearch_url, index, range(7, 9))
    (again,) = watching.round(silent)
    assert again.window.alerts == 9
    (notice,) = (alert for alert in store.alerts() if alert.fields.get("only_counted"))
    assert notice.fields["alerts"] == 9


def test_a_cluster_in_trouble_is_given_a_rest_and_everything_stays_owed(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled
) -> None:
    for minute in range(6):
        put(elasticsearch_url, index, range(minute, minute + 1), minute + 0.5)
    clock, said, trouble = Clock(START + 6 * MINUTE), list[str](), ["503"]
    with between(elasticsearch_url, lambda _path, _body: trouble[0]) as proxy:
        watching = runner(proxy.url, store, index, compiled, clock)
        watching.breaker.say = said.append

        first = list(watching.round(silent))
        asked = proxy.done["503"]
        assert (len(first), list(watching.round(silent)), proxy.done["503"]) == (3, [], asked)
        clock.now += timedelta(minutes=1)
        assert (list(watching.round(silent)), proxy.done["503"]) == ([], asked + 1), "one small request"
        assert {one.state for one in watching.windows.listed()} == {"owed"}

        trouble[0] = ""
        clock.now += timedelta(minutes=2)
        assert [one.window.state for one in watching.round(silent)][:6] == ["done"] * 6
    assert [line.split(":")[0] for line in said] == [
        "asks nothing more for now, and looks again after a growing pause",
        "the cluster answers again",
    ]
    assert stems(store) == expected(6)


def test_a_window_that_takes_long_stays_with_who_works_on_it(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sentinel.watching.SOME", 1)
    put(elasticsearch_url, index, range(9))
    clock = Clock(START + MINUTE)
    other = runner(elasticsearch_url, store, index, compiled, clock, "b")

    def slowly(_label: str, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            clock.now += LEASE / 3
            assert list(other.round(silent)) == []
            yield item

    watching = runner(elasticsearch_url, store, index, compiled, clock)
    other.beat = replace(other.beat, delay=timedelta(days=365))
    (looked,) = watching.round(slowly)

    assert looked.window.state == "done"
    assert stems(store) == expected(9)


def test_records_that_are_gone_when_a_window_is_read_again_are_told(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled
) -> None:
    put(elasticsearch_url, index, range(3))
    watching = runner(elasticsearch_url, store, index, compiled, Clock(START + MINUTE))
    (first,) = watching.round(silent)
    connect(Access(elasticsearch_url)).delete(index=index, id="/tyttebær/1", refresh=True)
    watching.windows.owe_again(first.window, "a test")

    (again,) = watching.round(silent)

    assert (again.window.records, again.window.reason) == (5, "1 record fewer than when it was read before")
