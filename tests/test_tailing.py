"""Logs that are still written are read once, whatever becomes of the files and of the watch."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard

from sentinel.archiving import Archive
from sentinel.detect.compiled import Compiled
from sentinel.detect.readers import read_log
from sentinel.errors import StoreError
from sentinel.model.skipped import Tally
from sentinel.store.store import Store
from sentinel.tailing import Read, Tail, Tailed, Tools
from tests.shared import ROOT
from tests.tail_kills import compiled_rules, kill_again_and_again, silent

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVTX = ROOT / "tests" / "detect" / "readers" / "samples"


class Clock:
    """A clock that is set by the test."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)  # files know no other

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def compiled(tmp_path: Path) -> Compiled:
    return compiled_rules(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "x.db"))
    yield store
    store.close()


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    return tmp_path / "logs"


Open = Callable[..., Tail]


@pytest.fixture
def open_tail(store: Store, compiled: Compiled, clock: Clock, logs: Path, tmp_path: Path) -> Iterator[Open]:
    """Return what opens a watch over the folder, with an archive unless it is told otherwise."""
    numbers = iter(range(10**6))
    opened: list[Archive] = []

    def new(*, archive: bool = True, keep_days: int | None = None, gap: timedelta | None = None) -> Tail:
        tools = Tools(compiled, ROOT, None, clock, lambda: f"{next(numbers):032}")
        kept = store.tails("klinikken").archived()
        to = Archive(tmp_path / "archive", kept, keep_days) if archive else None
        opened.extend([to] if to else [])
        return Tail("klinikken", [Tailed("web", lambda: [logs], gap)], store, tools, to)

    yield new
    for one in opened:
        one.release()


def line(number: int, kind: str = "blåbær", day: int = 22) -> str:
    event = {"@timestamp": f"2026-11-{day}T10:00:00Z", "event.dataset": "web.access"}
    return json.dumps(event | {"cs-uri-stem": f"/{kind}/{number}"}, ensure_ascii=False) + "\n"


def stems(store: Store) -> list[str]:
    return sorted(str(alert.fields["cs-uri-stem"]) for alert in store.alerts())


def look(tail: Tail) -> list[Read]:
    return list(tail.round(silent))


def told(steps: list[Read]) -> list[str]:
    return [str(alert.fields["cs-uri-stem"]) for step in steps for alert in step.new]


def test_each_alert_is_told_once_and_kept(open_tail: Open, store: Store, logs: Path) -> None:
    tail = open_tail()
    (logs / "a.log").write_text(line(1) + line(2, "tyttebær"))
    first, again = look(tail), look(tail)
    with (logs / "a.log").open("a") as file:
        file.write(line(3))

    assert told(first) == ["/blåbær/1"]
    assert again == []
    assert told(look(tail)) == ["/blåbær/3"]
    assert stems(store) == ["/blåbær/1", "/blåbær/3"]
    assert {(alert.source, alert.record) for alert in store.alerts()} == {("logs/a.log", "1"), ("logs/a.log", "3")}


def test_a_watch_that_begins_again_goes_on_where_the_last_one_was(open_tail: Open, store: Store, logs: Path) -> None:
    (logs / "a.log").write_text(line(1))
    first = open_tail()
    look(first)
    first.close()
    (logs / "a.log").rename(logs / "a.log.1")
    (logs / "a.log").write_text(line(2))

    second = open_tail()

    assert told(look(second)) == ["/blåbær/2"]
    assert sum(one.records or 0 for one in store.all_windows()) == 2


def test_windows_follow_one_another_and_hold_every_record(
    open_tail: Open, store: Store, logs: Path, clock: Clock
) -> None:
    tail = open_tail()
    for number in range(6):
        with (logs / "a.log").open("a") as file:
            file.write(line(number) + "no json\n")
        look(tail)
        clock.now += timedelta(minutes=25)
    tail.close()

    windows = list(store.all_windows())

    assert [one.end for one in windows[:-1]] == [one.start for one in windows[1:]]
    assert [(one.records, one.alerts, one.skipped) for one in windows] == [
        (8, 4, {"not-json": 4}),
        (4, 2, {"not-json": 2}),
    ]
    assert {one.state for one in windows} == {"done"}
    assert windows[0].rules == {"evaluated": 1}


def test_what_cannot_be_read_is_owed_until_it_can(open_tail: Open, store: Store, logs: Path, clock: Clock) -> None:
    (logs / "a.log").write_text(line(1))
    (logs / "b.log").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    tail = open_tail()
    look(tail)
    assert tail.owed() == {"web": "logs/b.log: is no log but a PNG picture"}
    assert tail.notes == ["logs/b.log: is no log but a PNG picture; tried again"]
    tail.notes.clear()
    clock.now += timedelta(hours=2)
    look(tail)
    assert [(one.state, one.records) for one in store.all_windows()] == [("owed", 1)]
    assert tail.notes == []

    (logs / "b.log").write_text(line(2))
    assert told(look(tail)) == ["/blåbær/2"]
    assert tail.notes == ["logs/b.log: no trouble any more"]
    assert [(one.state, one.records) for one in store.all_windows()] == [("done", 2)]


def test_the_end_of_a_record_is_waited_for(open_tail: Open, logs: Path, clock: Clock) -> None:
    (logs / "a.log").write_text(line(1) + line(2).rstrip("\n"))
    tail = open_tail()

    assert told(look(tail)) == ["/blåbær/1"]
    assert tail.behind() == [f"logs/a.log: {len(line(2).encode()) - 1} bytes wait for the end of their record"]
    clock.now += timedelta(minutes=2)
    assert told(look(tail)) == ["/blåbær/2"]
    assert tail.behind() == []
    assert "its last record has no end" in tail.notes[0]


def test_silence_is_told_when_it_begins_and_when_it_ends(open_tail: Open, logs: Path, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    (logs / "a.log").write_text(line(1))
    tail = open_tail(gap=timedelta(hours=6))
    look(tail)
    assert tail.notes == []
    clock.now += timedelta(hours=5)
    look(tail)
    look(tail)
    assert tail.notes == ["web: silent since 2026-11-22 10:00 UTC"]
    with (logs / "a.log").open("a") as file:
        file.write(line(2, day=23))
    look(tail)
    assert tail.notes[1:] == ["web: records come again"]


def test_a_file_that_can_only_be_read_whole_gives_each_record_once(
    open_tail: Open, store: Store, logs: Path, clock: Clock
) -> None:
    records = [json.loads(line(number)) for number in range(4)]
    tail = open_tail()
    for count in (2, 3, 3, 4):
        (logs / "a.json").write_text(json.dumps(records[:count]))
        clock.now += timedelta(seconds=10)
        look(tail)

    assert sum(one.records or 0 for one in store.all_windows()) == 4
    assert len(stems(store)) == 4


def test_what_the_archive_holds_gives_the_same_alerts(
    open_tail: Open, store: Store, logs: Path, tmp_path: Path
) -> None:
    (logs / "a.log").write_text(line(1) + "no json\n" + line(2))
    (logs / "b.log.gz").write_bytes(gzip.compress(line(3).encode()))
    (logs / "c.json").write_text(json.dumps([json.loads(line(4)), json.loads(line(5))]))
    tail = open_tail()
    list(tail.round(silent, at_once=True))
    tail.close()

    (day,) = (path for path in (tmp_path / "archive").iterdir() if path.name.startswith("2"))
    again = {str(event.fields["cs-uri-stem"]) for event in read_log(day, "archive", Tally("archive"))}

    assert again == set(stems(store))
    assert {oct(path.stat().st_mode)[-3:] for path in day.rglob("*") if path.is_file()} == {"600"}
    assert {oct(path.stat().st_mode)[-3:] for path in (tmp_path / "archive", day, day / "web")} == {"700"}


def test_an_archive_that_cannot_be_written_holds_the_watch_back(
    open_tail: Open, store: Store, logs: Path, tmp_path: Path
) -> None:
    tail = open_tail()
    (logs / "a.log").write_text(line(1))
    shutil.rmtree(tmp_path / "archive")
    (tmp_path / "archive").write_text("in the way")

    with pytest.raises(StoreError, match="archive"):
        look(tail)
    assert stems(store) == []
    (tmp_path / "archive").unlink()
    assert told(look(tail)) == ["/blåbær/1"]


def test_a_step_that_is_not_kept_is_read_again(
    open_tail: Open, store: Store, logs: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tail = open_tail()
    (logs / "a.log").write_text(line(1))

    def refuse(*_given: object) -> None:
        raise StoreError("no")

    with monkeypatch.context() as patch:
        patch.setattr(store, "save_window", refuse)
        with pytest.raises(StoreError):
            look(tail)
    with (logs / "a.log").open("a") as file:
        file.write(line(2))

    assert told(look(tail)) == ["/blåbær/1", "/blåbær/2"]
    (archived,) = (tmp_path / "archive").glob("2*/web/*")
    data = zstandard.ZstdDecompressor().stream_reader(archived.read_bytes(), read_across_frames=True).read()
    assert data.decode() == line(1) + line(2)


def test_two_watches_over_the_same_files_keep_each_record_once(open_tail: Open, store: Store, logs: Path) -> None:
    one, other = open_tail(archive=False), open_tail(archive=False)
    (logs / "a.log").write_text(line(1))
    first = one.round(silent)
    assert told([next(first)]) == ["/blåbær/1"]
    deque(other.round(silent), maxlen=0)
    with pytest.raises(StoreError, match="another watch"):
        deque(first, maxlen=0)
    with (logs / "a.log").open("a") as file:
        file.write(line(2))

    assert told(look(one)) == ["/blåbær/2"]
    assert look(other) == []
    assert stems(store) == ["/blåbær/1", "/blåbær/2"]


def test_days_of_the_archive_are_removed_whole_and_it_is_said(
    open_tail: Open, store: Store, logs: Path, clock: Clock, tmp_path: Path
) -> None:
    tail = open_tail(keep_days=2)
    first = f"{clock.now:%Y-%m-%d}"
    for number in range(4):
        with (logs / "a.log").open("a") as file:
            file.write(line(number))
        look(tail)
        clock.now += timedelta(days=1)
    look(tail)

    days = sorted(path.name for path in (tmp_path / "archive").iterdir() if path.name.startswith("2"))
    assert (first in days, len(days)) == (False, 2)
    assert any(f"{first}: removed, 1 record" in note for note in tail.notes)
    rows = store.tails("klinikken").archived()
    assert sorted({f"{one.day}" for one in rows}) == days
    assert all(one.sealed and len(one.sha256) == 64 for one in rows)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_nobody_may_read_is_owed(open_tail: Open, logs: Path) -> None:
    (logs / "a.log").write_text(line(1))
    (logs / "a.log").chmod(0)
    tail = open_tail()
    look(tail)
    assert tail.owed() == {"web": "logs/a.log: cannot be read: Permission denied"}


@pytest.mark.slow
def test_killed_at_any_point_nothing_is_lost_and_nothing_doubled(tmp_path: Path) -> None:
    found = kill_again_and_again(tmp_path, kills=30, seed=5)

    assert (found.lost, found.doubled, found.ended) == (0, 0, 0)
    assert found.torn > 0
    assert {"copy_and_cut", "pack", "rename", "rename_and_pack"} <= found.done.keys()
