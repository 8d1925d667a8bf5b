from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from sentinel.content import root
from sentinel.detect.engine import Engine
from sentinel.detect.routes import load_routes
from sentinel.detect.watch import Log, Watch
from sentinel.model.alerts import Alert
from sentinel.settling import TURNS, settle
from sentinel.store.memory import Memory, OvertakenError
from sentinel.store.store import Store
from tests.detect.rules import rule, rules

T = TypeVar("T")
CHANNEL = "Microsoft-Windows-Sysmon/Operational"
TWICE = """title: Twice
id: 00000000-0000-4000-8000-000000000009
status: test
level: high
author: Åse
correlation:
  type: event_count
  rules: [00000000-0000-4000-8000-000000000001]
  timespan: 1h
  condition: {gte: 2}
  generate: true
"""


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "x.db"))
    yield store
    store.close()


def looked(store: Store, folder: Path, hour: int) -> tuple[Watch, tuple[Alert, ...], Memory]:
    """Judge one event over what is remembered by now."""
    ruleset = rules(
        folder, rule(1, "s: {Image: x}\ncondition: s", "category: process_creation\nproduct: windows"), TWICE
    )
    event = f'{{"@timestamp": "2026-11-20T08:{hour:02}:00Z", "EventID": 1, "Channel": "{CHANNEL}", "Image": "x"}}\n'
    (folder / f"{hour}.jsonl").write_text(event)
    memory = store.memory("k")
    watching = Watch(Engine(ruleset, load_routes(root())), memory, keeps=True)
    return watching, tuple(watching.alerts([Log("log", [folder / f"{hour}.jsonl"])], silent)), memory


def test_what_another_kept_meanwhile_is_looked_at_together(store: Store, tmp_path: Path) -> None:
    """Two look at one event each, of which a correlation wants both: whoever keeps second finds it."""
    views = [looked(store, tmp_path, hour) for hour in (1, 2)]

    kept = [
        settle(
            watching,
            alerts,
            memory,
            lambda: store.memory("k"),
            lambda found, over, watching=watching: store.save_window(  # type: ignore[misc]  # bound in the loop
                "k", found, over, watching.correlator.learnt(), lambda _: ()
            ),
        )
        for watching, alerts, memory in views
    ]

    assert [[alert.correlation is not None for alert in one] for one in kept] == [[False], [False, True]]


def test_who_is_always_overtaken_keeps_nothing_and_says_so(store: Store, tmp_path: Path) -> None:
    watching, alerts, memory = looked(store, tmp_path, 1)
    tried: list[tuple[Alert, ...]] = []

    def overtaken(found: tuple[Alert, ...], _memory: Memory) -> None:
        tried.append(found)
        raise OvertakenError("another was quicker")

    with pytest.raises(OvertakenError, match=f"{TURNS} times"):
        settle(watching, alerts, memory, lambda: store.memory("k"), overtaken)

    assert tried == [alerts] * TURNS
    assert len(alerts) == 1
