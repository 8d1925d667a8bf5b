from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Update

from sentinel.errors import StoreError
from sentinel.model.windows import WatchWindow
from sentinel.store.store import Store
from sentinel.store.windows import LEASE, SPLIT_AFTER, Windows

START = datetime(2026, 11, 22, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "x.db"))
    yield store
    store.close()


@pytest.fixture
def windows(store: Store) -> Windows:
    return store.windows("klinikken", "logs-*")


def settle(windows: Windows, window: WatchWindow, who: str, now: datetime) -> None:
    done = replace(window, state="done", records=3, alerts=1, rules={"evaluated": 2})
    with windows.transaction() as connection:
        windows.settle(connection, done, who, now)


def spans(windows: Windows) -> list[tuple[float, float]]:
    listed = windows.listed()
    return [((one.start - START) / MINUTE, (one.end - START) / MINUTE) for one in listed]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.integers(1, 20))
def test_windows_follow_one_another_without_gap_or_overlap(untils: list[int], length: int) -> None:
    store = Store.open("sqlite:///:memory:")
    windows = store.windows("a", "b")
    for until in untils:
        windows.plan(START, START + until * MINUTE, length * MINUTE)
    edges = spans(windows)
    store.close()

    assert [start for start, _ in edges] == ([0.0, *(end for _, end in edges)][:-1] if edges else [])
    assert (edges[-1][1] if edges else 0) == max(untils)
    assert all(0 < end - start <= length for start, end in edges)


def test_a_window_is_one_runners_until_it_is_settled(windows: Windows) -> None:
    windows.plan(START, START + 2 * MINUTE, MINUTE)

    first, second, none = windows.claim("a", START), windows.claim("b", START), windows.claim("c", START)

    assert first is not None
    assert second is not None
    assert (first.start, second.start, none) == (START, START + MINUTE, None)
    settle(windows, first, "a", START)
    assert [(one.state, one.records, one.rules) for one in windows.listed()] == [
        ("done", 3, {"evaluated": 2}),
        ("owed", None, {}),
    ]


def test_a_window_that_another_runner_cut_meanwhile_is_claimed_as_it_is_now(windows: Windows) -> None:
    """Between looking for a window and taking it another runner may have had it, failed, and cut it in two."""
    windows.plan(START, START + MINUTE, MINUTE)
    for _ in range(SPLIT_AFTER - 1):
        held = windows.claim("a", START)
        assert held is not None
        windows.fail(held, "a", "cut off", START - 2 * LEASE)
    hindered = Hindered(windows)

    found = Windows(hindered.transaction, windows.site, windows.target).claim("b", START)

    assert found is not None
    assert hindered.done
    assert (found.start, found.end) == (START, START + MINUTE / 2)
    assert spans(windows) == [(0, 0.5), (0.5, 1)]
    settle(windows, found, "b", START)


class Hindered:
    """Lets another runner have a window, fail and cut it before the first that would take it does."""

    def __init__(self, windows: Windows) -> None:
        self.windows = windows
        self.done = False

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with self.windows.transaction() as self.connection:
            yield self

    def execute(self, statement: Any) -> Any:  # noqa: ANN401 -- as SQLAlchemy has it
        if isinstance(statement, Update) and not self.done:
            self.done = True
            held = self.windows.claim("a", START)
            assert held is not None
            self.windows.fail(held, "a", "cut off", START - 2 * LEASE)
        return self.connection.execute(statement)


def test_who_was_away_too_long_settles_nothing(windows: Windows) -> None:
    windows.plan(START, START + MINUTE, MINUTE)
    first = windows.claim("a", START)
    assert first is not None
    assert windows.claim("b", START + LEASE) == first

    with pytest.raises(StoreError, match="another runner took over"):
        settle(windows, first, "a", START + LEASE)
    settle(windows, first, "b", START + LEASE)
    assert windows.claim("a", START + 2 * LEASE) is None


def test_who_is_still_at_work_keeps_the_window(windows: Windows) -> None:
    windows.plan(START, START + MINUTE, MINUTE)
    window = windows.claim("a", START)
    assert window is not None

    windows.renew(window, "b", START + LEASE / 2)
    assert windows.claim("c", START + LEASE) is not None, "another cannot keep it"
    windows.renew(window, "c", START + LEASE)
    assert windows.claim("d", START + LEASE * 1.5) is None
    assert windows.claim("d", START + 2 * LEASE) is not None


def test_a_window_that_is_cut_forgets_what_was_counted_in_all_of_it(windows: Windows) -> None:
    windows.plan(START, START + MINUTE, MINUTE)
    window = windows.claim("a", START)
    assert window is not None
    settle(windows, window, "a", START)
    windows.owe_again(window, "records came later")
    for number in range(SPLIT_AFTER):
        again = windows.claim("a", START + number * timedelta(hours=1))
        assert again is not None
        windows.fail(again, "a", "no answer", START + number * timedelta(hours=1))

    assert [one.records for one in windows.listed()] == [None, None]


def test_what_fails_stays_owed_and_is_cut_in_two_without_losing_a_moment(windows: Windows) -> None:
    windows.plan(START, START + 8 * MINUTE, 8 * MINUTE)
    now = START
    for _ in range(SPLIT_AFTER):
        window = windows.claim("a", now)
        assert window is not None
        windows.fail(window, "a", "no answer", now)
        assert windows.claim("a", now) is None, "not at once"
        now += timedelta(hours=1)

    assert spans(windows) == [(0, 4), (4, 8)]
    assert {(one.state, one.tries, one.reason) for one in windows.listed()} == {("owed", SPLIT_AFTER, "no answer")}


def test_a_second_is_not_cut_any_more_and_is_tried_for_ever(windows: Windows) -> None:
    windows.plan(START, START + timedelta(seconds=1), MINUTE)
    now = START
    for _ in range(4 * SPLIT_AFTER):
        window = windows.claim("a", now)
        assert window is not None
        windows.fail(window, "a", "no answer", now)
        now += timedelta(hours=1)

    assert len(windows.listed()) == 1


def test_what_holds_more_than_was_read_is_owed_again(windows: Windows) -> None:
    windows.plan(START, START + MINUTE, MINUTE)
    window = windows.claim("a", START)
    assert window is not None
    settle(windows, window, "a", START)

    windows.owe_again(window, "records came later")

    again = windows.claim("b", START)
    assert again is not None
    assert (again.state, again.reason) == ("owed", "records came later")


def test_sites_and_indices_do_not_see_each_others_windows(store: Store, windows: Windows) -> None:
    windows.plan(START, START + MINUTE, MINUTE)
    others = store.windows("klinikken", "winlogbeat-*"), store.windows("sykehuset", "logs-*")

    assert [other.claim("a", START) for other in others] == [None, None]
    others[1].plan(START, START + MINUTE, MINUTE)
    assert [(one.site, one.target) for one in store.all_windows()] == [("klinikken", "logs-*"), ("sykehuset", "logs-*")]
