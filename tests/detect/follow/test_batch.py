from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sentinel.detect.follow.batch import Batch, Part, Taken
from sentinel.detect.follow.follower import Follower
from sentinel.detect.follow.pieces import Keep
from sentinel.model.skipped import Tally
from tests.detect.follow.following import NOW, matcher


def test_parts_of_a_log_are_one_log_and_each_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a").write_text(
        '{"@timestamp": "2026-11-22T10:00:00Z"}\nno json\n{"@timestamp": "2026-11-21T10:00:00Z"}\n'
    )
    (tmp_path / "b").write_text('{"b": 1}\n')
    (tmp_path / "c").write_text('{"c": 1}\n')
    ids = matcher()
    logs = [
        Follower("x", lambda: [tmp_path / "a", tmp_path / "b"], ids),
        Follower("y", lambda: [tmp_path / "c"], ids),
    ]
    taken = [Taken(log, part) for log in logs for part in log.round([], NOW)]
    kept: list[bytes] = []

    def keep(_part: Part) -> Keep:
        return lambda data, _alone: kept.append(data)

    batch = Batch(taken, keep)
    feeds = batch.feeds()
    events = [[event.source for event in feed.events(Tally(feed.name))] for feed in feeds]

    assert [feed.name for feed in feeds] == ["x", "y"]
    assert events == [["a", "a", "b"], ["c"]]
    assert [one.records for one in taken] == [3, 1, 1]
    assert kept == [(tmp_path / name).read_bytes() for name in "abc"]
    known = {one.name: one for one in batch.known().values()}
    assert known["a"].newest == datetime(2026, 11, 22, 10, tzinfo=UTC)
    assert known["b"].newest is None
    assert taken[0].first == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert not batch.failed


def test_a_file_that_fails_half_way_fails_the_batch(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[\n{"a": 1}]')
    log = Follower("x", lambda: [tmp_path / "a.json"], matcher())
    taken = [Taken(log, part) for part in log.round([], NOW, at_once=True)]
    (tmp_path / "a.json").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99))
    batch = Batch(taken, lambda _part: lambda _data, _alone: None)

    assert [list(feed.events(Tally("x"))) for feed in batch.feeds()] == [[]]
    assert batch.failed
    assert log.troubles == {"a.json": "is no log but a PNG picture"}
    assert all(one.size == -1 for one in log.finished().values())
