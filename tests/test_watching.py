"""What comes into an index is looked at once, whatever happens to runners, to the way there, and to late records."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest

from sentinel.detect.compiled import Compiled, compile_rules
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.pages import Reader
from sentinel.store.store import Store
from sentinel.watching import Beat, Means, Runner
from tests.elastic.faults import between
from tests.elastic.waiting import no_wait
from tests.shared import ROOT

T = TypeVar("T")
START = datetime(2026, 11, 20, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RULE = """title: Something happened
id: 5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11
status: experimental
description: A test
level: high
author: Kåre
logsource: {category: webserver}
detection:
  sel: {cs-uri-stem|contains: BLÅBÆR}
  condition: sel
"""


class Clock:
    """A clock that is set by the test."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yml").write_text(RULE, encoding="utf-8")
    return tmp_path / "rules"


@pytest.fixture
def compiled(rules: Path) -> Compiled:
    return compile_rules([rules], rules, {})


def put(url: str, index: str, numbers: Iterable[int], minute: float = 0.5, start: datetime = START) -> None:
    """Write records that the rule is met by, and as many that it is not."""
    came = (start + minute * MINUTE).isoformat()
    operations: list[dict[str, Any]] = []
    for number in numbers:
        for stem in (f"/blåbær/{number}", f"/tyttebær/{number}"):
            event = {"dataset": "web.access", "ingested": came}
            operations += [{"create": {"_id": stem}}, {"@timestamp": came, "event": event, "cs-uri-stem": stem}]
    answer = connect(Access(url)).bulk(index=index, operations=operations, refresh=True)
    assert not answer["errors"]


def runner(url: str, store: Store, index: str, compiled: Compiled, clock: Clock, who: str = "a") -> Runner:
    """Return a runner that plans no window after 20 minutes, whatever its clock says."""
    reader = Reader(connect(Access(url)), no_wait)
    beat = Beat(index, START, delay=max(timedelta(0), clock.now - START - 20 * MINUTE), length=MINUTE)
    return Runner(reader, store, "klinikken", beat, Means(compiled, ROOT, None, clock), who)


def stems(store: Store) -> list[str]:
    return sorted(str(alert.fields["cs-uri-stem"]) for alert in store.alerts())


def expected(count: int) -> list[str]:
    return sorted(f"/blåbær/{number}" for number in range(count))


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
    assert (again.window.records, again.alerts) == (10, 5)
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


@pytest.mark.slow
def test_two_runners_behind_a_bad_line_lose_nothing_and_double_nothing(
    elasticsearch_url: str, tmp_path: Path, index: str, compiled: Compiled
) -> None:
    """Hundreds of faults, two runners on one store, and records that come while they run."""
    for minute in range(20):
        put(elasticsearch_url, index, range(minute * 10, minute * 10 + 10), minute + 0.5)
    chance, clock = random.Random(3), Clock(START + 20 * MINUTE)
    faults = ("429", "503", "drop", "lose", "truncate", "partial", "ended")
    told: list[str] = []

    def watch(url: str, who: str) -> None:
        store = Store.open(str(tmp_path / "shared.db"))
        for _ in range(60):
            watching = runner(url, store, index, compiled, clock, who)
            told.extend(str(alert.fields["cs-uri-stem"]) for one in watching.round(silent) for alert in one.new)
            clock.now += timedelta(hours=1)
        store.close()

    with between(
        elasticsearch_url, lambda path, _body: chance.choice((*faults, "", "")) if "_search" in path else ""
    ) as proxy:
        runners = [threading.Thread(target=watch, args=(proxy.url, who)) for who in ("a", "b")]
        for one in runners:
            one.start()
        put(elasticsearch_url, index, range(200, 210), 3.5)
        for one in runners:
            one.join()
        assert sum(count for fault, count in proxy.done.items() if fault) > 300

    store = Store.open(str(tmp_path / "shared.db"))
    clock.now += timedelta(days=1)
    last = runner(elasticsearch_url, store, index, compiled, clock)
    last.beat = replace(last.beat, recount=timedelta(days=3_650))
    told += (str(alert.fields["cs-uri-stem"]) for one in last.round(silent) for alert in one.new)
    assert stems(store) == expected(210)
    assert sorted(told) == expected(210)
    store.close()


@pytest.mark.slow
def test_killed_many_times_a_watch_loses_nothing(
    elasticsearch_url: str, tmp_path: Path, index: str, rules: Path
) -> None:
    start = datetime.now(UTC).replace(second=0, microsecond=0) - 31 * MINUTE
    for minute in range(30):
        put(elasticsearch_url, index, range(minute * 10, minute * 10 + 10), minute + 0.5, start)
    words = f"watch run --from {elasticsearch_url} --index {index} --save klinikken --once --minutes 1 --store x.db -q"
    since = f"--since {start:%Y-%m-%dT%H:%M}+00:00 --delay 0 --rules {rules} --format jsonl"
    command = [sys.executable, "-m", "sentinel", *words.split(), *since.split()]
    for number in range(20):
        process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.8 + number * 0.06)
        process.send_signal(signal.SIGKILL)
        process.wait()
    store = Store.open(str(tmp_path / "x.db"))
    with store.windows("klinikken", index).transaction() as connection:  # as if the leases of the dead were over
        connection.exec_driver_sql("UPDATE watch_windows SET leased = NULL")

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.stderr.splitlines()[-1] == "0 windows owed"
    assert stems(store) == expected(300)
    store.close()
