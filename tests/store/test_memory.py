from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.errors import StoreError
from sentinel.model.alerts import Alert, Correlated, Member
from sentinel.model.correlations import Episode, Held, Learnt, Point
from sentinel.store.store import Store
from tests.store.test_store import ALERT, TIME

POINT = Point(10**15, "e1", "a", ("å", 2.5), "lv.jsonl", "7", ALERT.matched)
EPISODE = Episode(2, 3, 1, "3", POINT, (POINT,), 4, (), ("u",))
MEMBER = Member("a", "e1", TIME, "lv.jsonl", "7", ALERT.matched)
TOLD = replace(ALERT, correlation=Correlated("event_count", 60.0, {"g": "kåre"}, TIME, TIME, (MEMBER,), 1), revision=2)
HELD = Held("r1", "m", ("kåre", ""), (POINT,), 5, EPISODE, (TOLD,), waiting=False, useless_after=10**15 + 9)


def check_memory(store: Store, site: str) -> None:
    """Everything that a memory promises, on whatever database."""
    memory = store.memory(site)
    assert (memory.held("r1", "m", HELD.group), list(memory.waiting("r1", "m")), memory.line()) == (None, [], None)

    waits = replace(HELD, group=("b",), waiting=True)
    assert store.save_watch(site, [TOLD], memory, Learnt([HELD, waits], 7)) == 1
    again = store.memory(site)
    assert (again.held("r1", "m", HELD.group), again.line()) == (HELD, 7)
    assert list(again.waiting("r1", "m")) == [waits]
    assert again.held("r1", "another meaning", HELD.group) is None
    assert store.memory(f"{site}2").held("r1", "m", HELD.group) is None

    other = replace(HELD, meaning="n", told=())
    store.save_watch(site, [], again, Learnt([other, Held("r1", "m", ("b",))], 7))
    last = store.memory(site)
    assert last.held("r1", "n", HELD.group) == other
    assert (last.held("r1", "m", HELD.group), last.held("r1", "m", ("b",))) == (None, None)

    check_turns(store, site)


def check_turns(store: Store, site: str) -> None:
    """Of two runs that read the same memory the second is told to run again, and nothing of it is saved."""
    first, second = store.memory(site), store.memory(site)
    store.save_watch(site, [], first, Learnt([replace(HELD, group=("c",))], 7))
    late: Alert = replace(TOLD, id=f"late-{site}")
    with pytest.raises(StoreError, match="run this one again"):
        store.save_watch(site, [late], second, Learnt([replace(HELD, group=("d",))], 7))

    assert store.memory(site).held("r1", "m", ("d",)) is None
    assert store.alert(late.id) == []
    assert store.save_watch(site, [late], store.memory(site), Learnt([], 7)) == 1


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(str(tmp_path / "x.db"))


def test_what_is_learnt_is_remembered_by_site_rule_meaning_and_group(store: Store) -> None:
    check_memory(store, "s")


def test_two_first_runs_at_once_are_told_apart(store: Store) -> None:
    check_turns(store, "s")


def test_what_no_later_window_needs_is_dropped_unless_it_waits(store: Store) -> None:
    waits = replace(HELD, group=("b",), waiting=True)
    store.save_watch("s", [], store.memory("s"), Learnt([HELD, waits], None))
    store.save_watch("s", [], store.memory("s"), Learnt([], HELD.useless_after))

    memory = store.memory("s")
    assert (memory.held("r1", "m", HELD.group), memory.held("r1", "m", ("b",))) == (None, waits)


def test_alerts_and_memory_are_saved_both_or_neither(store: Store) -> None:
    def broken() -> Iterator[Alert]:
        yield TOLD
        raise StoreError("cut off")

    with pytest.raises(StoreError):
        store.save_watch("s", broken(), store.memory("s"), Learnt([HELD]))

    assert list(store.alerts()) == []
    assert store.memory("s").held("r1", "m", HELD.group) is None


def test_a_run_that_learnt_nothing_does_not_stand_in_the_way_of_another(store: Store) -> None:
    first, second = store.memory("s"), store.memory("s")
    store.save_watch("s", [TOLD], first, Learnt([]))
    store.save_watch("s", [TOLD], second, Learnt([HELD]))

    assert store.memory("s").held("r1", "m", HELD.group) == HELD
