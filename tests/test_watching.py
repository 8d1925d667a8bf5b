"""What comes into an index is looked at once, whatever happens to runners, to the way there, and to late records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from sentinel.detect.compiled import Compiled, compile_rules
from sentinel.detect.joined import MAX_NAME
from sentinel.elastic.cluster import Access, connect
from sentinel.store.store import Store
from tests.elastic.faults import between
from tests.watching.rule import RULE
from tests.watching.watched import (
    MANY,
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


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yml").write_text(RULE, encoding="utf-8")
    return tmp_path / "rules"


@pytest.fixture
def compiled(rules: Path) -> Compiled:
    return compile_rules([rules], rules, {})


@pytest.fixture
def index() -> str:
    return f"x{uuid4().hex}"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "x.db"))
    yield store
    store.close()


def test_each_window_is_looked_at_once_and_each_alert_is_new_once(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled
) -> None:
    put(elasticsearch_url, index, range(3), 0.5)
    put(elasticsearch_url, index, range(3, 5), 1.0)
    clock = Clock(START + 2 * MINUTE)
    watching = runner(elasticsearch_url, store, index, compiled, clock)

    first, second = list(watching.round(silent)), list(watching.round(silent))

    assert [(one.window.state, one.window.records, len(one.new)) for one in first] == [("done", 6, 3), ("done", 4, 2)]
    assert second == []
    assert stems(store) == expected(5)
    assert [one.rules for one in watching.windows.listed()] == [{"evaluated": 1}] * 2


def test_records_that_come_late_are_found_and_the_old_alerts_are_not_told_again(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled
) -> None:
    put(elasticsearch_url, index, range(3))
    watching = runner(elasticsearch_url, store, index, compiled, Clock(START + MINUTE))
    list(watching.round(silent))

    put(elasticsearch_url, index, range(3, 5))
    (again,) = watching.round(silent)

    assert [alert.fields["cs-uri-stem"] for alert in again.new] == ["/blåbær/3", "/blåbær/4"]
    assert (again.window.records, again.window.alerts) == (10, 5)
    assert list(watching.round(silent)) == []


def test_what_cannot_be_read_stays_owed_and_is_told(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled
) -> None:
    put(elasticsearch_url, index, range(3))
    clock = Clock(START + MINUTE)
    with between(elasticsearch_url, lambda path, _body: "partial" if path.startswith("/_search") else "") as proxy:
        (looked,) = runner(proxy.url, store, index, compiled, clock).round(silent)
    assert (looked.window.state, looked.window.tries) == ("owed", 1)
    assert "shards did not answer" in looked.window.reason
    assert stems(store) == []

    clock.now += timedelta(hours=1)
    watching = runner(elasticsearch_url, store, index, compiled, clock)
    assert [one.window.records for one in watching.round(silent) if one.window.start == START] == [6]
    assert stems(store) == expected(3)


def test_records_that_no_rule_can_look_at_are_told_with_their_reason(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled
) -> None:
    put(elasticsearch_url, index, range(2))
    odd = {"event": {"ingested": START.isoformat()}, "x" * (MAX_NAME + 1): 1}
    connect(Access(elasticsearch_url)).index(index=index, document=odd, refresh=True)
    watching = runner(elasticsearch_url, store, index, compiled, Clock(START + MINUTE))

    (looked,) = watching.round(silent)

    assert (looked.window.records, looked.window.skipped) == (5, {"too-large": 1})
    assert [one.skipped for one in watching.windows.listed()] == [{"too-large": 1}]
    assert list(watching.round(silent)) == [], "what was skipped is not read again for ever"


def test_records_of_an_index_that_keeps_no_source_are_not_taken_for_empty_ones(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled
) -> None:
    connect(Access(elasticsearch_url)).indices.create(index=index, mappings={"_source": {"enabled": False}})
    put(elasticsearch_url, index, range(2))
    watching = runner(elasticsearch_url, store, index, compiled, Clock(START + MINUTE))

    (looked,) = watching.round(silent)

    assert (looked.window.records, looked.window.skipped) == (4, {"no-source": 4})


def test_a_rule_that_breaks_is_told_and_the_others_go_on(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled
) -> None:
    put(elasticsearch_url, index, range(2))
    watching = runner(elasticsearch_url, store, index, breaking(compiled), Clock(START + MINUTE))

    (looked,) = watching.round(silent)

    assert [entry.state for entry in looked.ledger] == ["failed", "evaluated"]
    assert [one.rules for one in watching.windows.listed()] == [{"failed": 1, "evaluated": 1}]
    assert stems(store) == expected(2)


def test_rules_that_no_window_is_looked_at_for_are_known_before_any_is(
    elasticsearch_url: str, store: Store, index: str, rules: Path
) -> None:
    (rules / "refused.yml").write_text("title: Half\n", encoding="utf-8")
    (rules / "nowhere.yml").write_text(RULE.replace("webserver", "teapot").replace("c11", "c12"), encoding="utf-8")
    watching = runner(elasticsearch_url, store, index, compile_rules([rules], rules, {}), Clock(START))

    assert sorted(entry.state for entry in watching.unable()) == ["no-route", "refused"]


def test_what_cannot_be_counted_is_told(elasticsearch_url: str, store: Store, index: str, compiled: Compiled) -> None:
    put(elasticsearch_url, index, range(1))
    clock = Clock(START + MINUTE)
    list(runner(elasticsearch_url, store, index, compiled, clock).round(silent))

    with between(elasticsearch_url, lambda _path, _body: "503") as proxy:
        watching = runner(proxy.url, store, index, compiled, clock)
        list(watching.round(silent))

    assert "refused with 503" in watching.uncounted


def test_records_that_say_no_moment_of_intake_are_counted(
    elasticsearch_url: str, store: Store, index: str, compiled: Compiled
) -> None:
    put(elasticsearch_url, index, range(1))
    connect(Access(elasticsearch_url)).index(index=index, document={"cs-uri-stem": "/blåbær"}, refresh=True)

    assert runner(elasticsearch_url, store, index, compiled, Clock(START)).undated() == 1


def test_correlations_of_runners_that_work_at_once_are_found_without_reading_again(
    elasticsearch_url: str, store: Store, index: str, rules: Path
) -> None:
    (rules / "b.yml").write_text(MANY, encoding="utf-8")
    compiled = compile_rules([rules], rules, {})
    for minute in range(3):
        put(elasticsearch_url, index, range(minute * 2, minute * 2 + 2), minute + 0.5)
    clock = Clock(START + 3 * MINUTE)
    other = runner(elasticsearch_url, store, index, compiled, clock, "b")

    def overtaken(_label: str, items: Iterable[T]) -> Iterator[T]:
        yield from items
        list(other.round(silent))

    (looked,) = runner(elasticsearch_url, store, index, compiled, clock).round(overtaken)

    assert (looked.window.start, looked.window.state) == (START, "done")
    assert [(one.state, one.tries) for one in other.windows.listed()] == [("done", 0)] * 3
    (found,) = (alert for alert in store.alerts() if alert.correlation and alert.status == "current")
    assert found.correlation is not None
    assert (found.correlation.total, found.correlation.start) == (6, START + MINUTE / 2)
