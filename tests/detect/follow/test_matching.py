from __future__ import annotations

import gzip
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.detect.follow.following import Following


def line(number: int) -> str:
    return f'{{"n": {number}, "text": "blåbær {number * 7919}"}}\n'


LINES = "".join(map(line, range(40)))
"""More than the samples by which a content is found."""


@pytest.fixture
def following(tmp_path: Path) -> Following:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "log").write_text(LINES)
    following = Following(folder)
    following.round()
    assert numbers(following) == list(range(40))
    return following


def numbers(following: Following) -> list[object]:
    return [event.fields["n"] for event in following.events]


def append(following: Following, *more: int, name: str = "log") -> None:
    with (following.folder / name).open("a") as file:
        file.write("".join(map(line, more)))


def renamed(folder: Path) -> None:
    (folder / "log").rename(folder / "log.1")


def renamed_and_made_anew(folder: Path) -> None:
    renamed(folder)
    (folder / "log").write_text("")


def copied_and_cut(folder: Path) -> None:
    shutil.copy(folder / "log", folder / "log.1")
    os.truncate(folder / "log", 0)


def packed(folder: Path) -> None:
    renamed(folder)
    (folder / "log.1.gz").write_bytes(gzip.compress((folder / "log.1").read_bytes()))
    (folder / "log.1").unlink()


def moved_to_another_disk(folder: Path) -> None:
    """All of it gets a new inode."""
    shutil.copy2(folder / "log", folder / "new")
    (folder / "new").replace(folder / "log")


@pytest.mark.parametrize(
    "rotate",
    [renamed, renamed_and_made_anew, copied_and_cut, packed, moved_to_another_disk],
    ids=lambda one: one.__name__,
)
def test_what_was_written_before_and_after_a_rotation_is_read_once(
    following: Following, rotate: Callable[[Path], None]
) -> None:
    append(following, 40)
    rotate(following.folder)
    append(following, 41)
    for _ in range(3):
        following.round()

    assert sorted(map(int, map(str, numbers(following)))) == list(range(42))


def test_each_stage_of_a_copy_that_is_cut_off_later(following: Following) -> None:
    folder = following.folder
    append(following, 40)
    whole = (folder / "log").read_bytes()
    for length in (0, 10, 1_000, len(whole) - 5, len(whole)):
        (folder / "log.1").write_bytes(whole[:length])
        following.round()
    os.truncate(folder / "log", 0)
    following.round()
    append(following, 41)
    following.round()

    assert numbers(following) == list(range(42))
    assert sorted(one.name for one in following.known if not one.gone) == ["log", "log.1"]


def test_each_stage_of_packing(following: Following) -> None:
    folder = following.folder
    renamed(folder)
    append(following, 40, name="log.1")
    whole = gzip.compress((folder / "log.1").read_bytes())
    for length in (0, 5, 20, len(whole) - 4, len(whole)):
        (folder / "log.1.gz").write_bytes(whole[:length])
        following.round()
    (folder / "log.1").unlink()
    for _ in range(2):
        following.round()

    assert numbers(following) == list(range(41))


def test_a_copy_that_goes_on_by_itself_is_read_from_there(following: Following) -> None:
    shutil.copy(following.folder / "log", following.folder / "copy")
    append(following, 50, name="copy")
    for _ in range(3):
        following.round()
    append(following, 51)
    append(following, 52, name="copy")
    following.round()

    assert numbers(following) == [*range(40), 50, 52, 51]


def test_a_log_that_is_written_anew_is_read_from_its_beginning(following: Following) -> None:
    (following.folder / "log").write_text(line(90) + LINES.replace("blåbær", "tyttebær"))
    following.round()

    assert numbers(following) == [*range(40), 90, *range(40)]


def test_another_log_with_the_same_beginning_is_another_log(following: Following) -> None:
    (following.folder / "other").write_text(LINES[: LINES.index("\n", 1_200) + 1])
    following.round()
    append(following, 70, name="other")
    for _ in range(3):
        following.round()

    assert 70 in numbers(following)


def test_a_file_that_went_away_between_two_looks_is_known_when_it_is_back(following: Following, tmp_path: Path) -> None:
    (following.folder / "log").rename(tmp_path / "aside")
    following.round()
    assert [one.gone is None for one in following.known] == [False]
    (tmp_path / "aside").rename(following.folder / "log")
    append(following, 40)
    following.round()

    assert numbers(following) == list(range(41))
    assert [one.gone for one in following.known] == [None]


def test_renamed_while_it_is_looked_at(following: Following) -> None:
    append(following, 40)
    following.round(between=lambda: renamed_and_made_anew(following.folder))
    following.round()

    assert numbers(following) == list(range(41))
