from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from sentinel.errors import StoreError
from sentinel.model.archived import ArchivedFile
from sentinel.model.correlations import Learnt
from sentinel.model.followed import Followed
from sentinel.model.windows import WatchWindow
from sentinel.store.store import Store
from sentinel.store.tails import Step

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FILE = Followed(
    "a1", "web", "a.log", "1", "2", 10, 11, "csv", 9, 1, "h", 3, "t", 4, 5, "sep=,\næ,ø\n", 7, seen=b"\0\xff"
)
FILE = replace(FILE, lost={"truncated": 1}, newest=NOW, gone=NOW)
ARCHIVED = ArchivedFile(
    "2026-11-22/web/a.zst", date(2026, 11, 22), "web", "a.log", "a1", "/archive", 5, 9, 2, NOW, NOW, "x", sealed=True
)
WINDOW = WatchWindow(
    "k", "web", NOW, NOW + timedelta(minutes=1), "owed", 2, "why", 3, 1, {"evaluated": 1}, None, {"x": 1}
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "x.db"))
    yield store
    store.close()


def test_what_is_kept_comes_back_as_it_was(store: Store) -> None:
    tails = store.tails("k")
    assert tails.files() == []
    tails.keep(Step([FILE], archived=[ARCHIVED], windows=[WINDOW]))

    for one in (tails, store.tails("k")):
        assert one.files() == [FILE] == one.seen()
        assert one.archived() == [ARCHIVED]
        assert one.last_window("web") == WINDOW
    assert store.tails("other").files() == []
    assert (store.tails("other").archived(), store.tails("other").last_window("web")) == ([], None)


def test_what_is_kept_again_takes_the_place_and_what_is_forgotten_goes(store: Store) -> None:
    tails = store.tails("k")
    tails.files()
    tails.keep(Step([FILE, replace(FILE, id="b")], archived=[ARCHIVED], windows=[WINDOW]))
    tails.keep(
        Step(
            [replace(FILE, position=99)],
            forgotten=["b"],
            removed=[ARCHIVED.key],
            windows=[replace(WINDOW, state="done")],
        )
    )

    assert [one.position for one in store.tails("k").files()] == [99] == [one.position for one in tails.files()]
    assert store.tails("k").archived() == []
    assert [one.state for one in store.all_windows()] == ["done"]


def test_who_was_overtaken_keeps_nothing_and_looks_again(store: Store) -> None:
    one, other = store.tails("k"), store.tails("k")
    one.files()
    other.files()
    other.keep(Step([FILE]))

    with pytest.raises(StoreError, match="another watch has read the same files"):
        one.keep(Step([replace(FILE, position=1)], windows=[WINDOW]))
    assert list(store.all_windows()) == []
    assert one.files() == [FILE]
    one.keep(Step([replace(FILE, position=12)]))
    with pytest.raises(StoreError, match="another watch"):
        other.keep(Step([FILE]))


def test_what_fails_in_the_same_transaction_takes_all_of_it_back(store: Store) -> None:
    tails = store.tails("k")
    tails.files()
    memory = store.memory("k")

    def refuse(connection: Connection) -> tuple[()]:
        tails.save(connection, Step([FILE]))
        raise StoreError("no")

    with pytest.raises(StoreError):
        store.save_window("k", [], memory, Learnt(()), refuse)
    assert store.tails("k").files() == []
    tails.files()
    tails.keep(Step([FILE]))
    assert store.tails("k").files() == [FILE]
