from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sentinel.detect.follow.follower import FORGOTTEN, Follower
from sentinel.detect.follow.pieces import Piece
from sentinel.detect.follow.whole import Whole
from sentinel.model.skipped import Tally
from tests.detect.follow.following import matcher


@pytest.fixture
def now() -> datetime:
    return datetime.now().astimezone()  # files know no other clock


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logs").mkdir()
    return tmp_path / "logs"


@pytest.fixture
def follower(folder: Path) -> Follower:
    return Follower("log", lambda: [folder], matcher())


def look(follower: Follower, now: datetime, *, at_once: bool = False) -> list[str]:
    """Return the names of files of which something was read."""

    def read() -> Iterator[str]:
        for part in follower.round(list(follower.known.values()), now, at_once=at_once):
            list(part.events(Tally("log"), lambda _data, _alone: None))
            follower.known[part.known.id] = part.known
            yield part.file.name

    names = list(read())
    follower.finished()
    return names


def test_files_below_a_folder_are_read_when_they_change(follower: Follower, folder: Path, now: datetime) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "a").write_text('{"a": 1}\n')
    (folder / "b").write_text('{"a": 2}\n')

    assert look(follower, now) == ["logs/b", "logs/deep/a"]
    assert look(follower, now) == []
    (folder / "b").write_text('{"a": 2}\n{"a": 3}\n')
    assert look(follower, now) == ["logs/b"]


def test_the_same_file_under_two_names_is_read_once(follower: Follower, folder: Path, now: datetime) -> None:
    (folder / "a").write_text('{"a": 1}\n')
    os.link(folder / "a", folder / "b")
    (folder / "c").symlink_to(folder / "a")

    assert look(follower, now) == ["logs/a"]


def test_a_path_that_is_not_there_is_told_until_it_is(tmp_path: Path, now: datetime) -> None:
    follower = Follower("log", lambda: [tmp_path / "later"], matcher())
    assert look(follower, now) == []
    assert follower.troubles == {"later": "is not there"}
    (tmp_path / "later").write_text('{"a": 1}\n')
    assert look(follower, now) == ["later"]
    assert follower.troubles == {}


def test_a_stranger_is_told_in_each_round_and_read_once_it_is_a_log(
    follower: Follower, folder: Path, now: datetime
) -> None:
    (folder / "a").write_text("one two\nthree\n")
    for _ in range(2):
        assert look(follower, now) == []
        assert list(follower.troubles) == ["logs/a"]
    (folder / "a").write_text('{"a": 1}\n{"a": 2}\n{"a": 3}\n')
    assert look(follower, now) == ["logs/a"]
    assert follower.troubles == {}


def test_empty_files_and_blank_lines_are_nothing(follower: Follower, folder: Path, now: datetime) -> None:
    (folder / "a").write_text("")
    (folder / "b").write_text("\n\n")
    for minutes in (0, 5):
        assert look(follower, now + timedelta(minutes=minutes)) == []
        assert follower.troubles == {}
    assert follower.behind == {}


def test_a_packed_file_without_end_is_read_as_far_as_it_goes_and_owed(
    follower: Follower, folder: Path, now: datetime
) -> None:
    data = b"".join(b'{"a": %d}\n' % number for number in range(5_000))
    packed = gzip.compress(data)
    (folder / "a.gz").write_bytes(packed[: len(packed) // 2])
    assert look(follower, now) == ["logs/a.gz"]
    assert "truncated" in follower.troubles["logs/a.gz"]
    assert look(follower, now) == []
    assert "truncated" in follower.troubles["logs/a.gz"]
    (folder / "a.gz").write_bytes(packed)
    assert look(follower, now) == ["logs/a.gz"]
    assert follower.troubles == {}
    assert [one.position for one in follower.known.values()] == [len(data)]


def test_a_file_that_is_read_whole_is_left_alone_while_it_is_written(
    follower: Follower, folder: Path, now: datetime
) -> None:
    (folder / "a.json").write_text("[\n" + '{"a": 1}\n]')
    assert look(follower, now) == []
    assert follower.waiting
    assert look(follower, now + timedelta(seconds=3)) == ["logs/a.json"]
    assert look(follower, now + timedelta(seconds=9)) == []


def test_one_that_never_rests_is_read_after_a_while(follower: Follower, folder: Path, now: datetime) -> None:
    read = []
    for second in range(0, 150, 5):
        (folder / "a.json").write_text(f'[\n{{"a": {second}}}\n]')
        os.utime(folder / "a.json", (now.timestamp() + second, now.timestamp() + second))
        read += [second] * len(look(follower, now + timedelta(seconds=second)))

    assert read == [60, 120]


def test_at_once_means_at_once(follower: Follower, folder: Path, now: datetime) -> None:
    (folder / "a.json").write_text('[\n{"a": 1}\n]')
    assert look(follower, now, at_once=True) == ["logs/a.json"]


def test_what_goes_away_while_it_is_written_is_told_once(follower: Follower, folder: Path, now: datetime) -> None:
    (folder / "a").write_text('{"a": 1}\n')
    look(follower, now)
    (folder / "a").unlink()
    for minutes in range(3):
        look(follower, now + timedelta(minutes=minutes))

    assert follower.notes == ["logs/a: gone; 9 bytes of it were read, and nobody knows of more"]
    assert follower.forgotten(now) == []
    assert follower.forgotten(now + FORGOTTEN + timedelta(days=1)) == [*follower.known]


def test_what_was_quiet_for_long_may_go_without_a_word(follower: Follower, folder: Path, now: datetime) -> None:
    (folder / "a").write_text('{"a": 1}\n')
    os.utime(folder / "a", (1, 1))
    look(follower, now)
    (folder / "a").unlink()
    for minutes in range(3):
        look(follower, now + timedelta(minutes=minutes))

    assert follower.notes == []


def test_parts_are_of_two_kinds(follower: Follower, folder: Path, now: datetime) -> None:
    (folder / "a").write_text('{"a": 1}\n')
    (folder / "b.json").write_text('[\n{"a": 1}\n]')

    assert [type(one) for one in follower.round([], now, at_once=True)] == [Piece, Whole]
