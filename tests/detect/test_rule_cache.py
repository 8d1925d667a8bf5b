from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from sentinel.detect.rule_cache import ABANDONED, MOST_BYTES, MOST_KEPT, RuleCache

KEY, DATA = "0123abcd", b"what was compiled" * 10
POSIX = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="users have no numbers here")


@pytest.fixture
def cache(tmp_path: Path) -> RuleCache:
    made = RuleCache(tmp_path / "home" / "cache")
    made.save(KEY, DATA)
    return made


def path(cache: RuleCache) -> Path:
    (found,) = cache.folder.iterdir()
    return found


def test_what_was_saved_comes_back_for_its_user_only(cache: RuleCache) -> None:
    assert cache.load(KEY) == DATA
    assert cache.load("another") is None
    assert (cache.folder.stat().st_mode & 0o777, path(cache).stat().st_mode & 0o777) == (0o700, 0o600)


def test_an_empty_cache_holds_nothing(tmp_path: Path) -> None:
    assert RuleCache(tmp_path / "nowhere").load(KEY) is None


def test_a_damaged_file_is_not_used_wherever_the_damage_is(cache: RuleCache) -> None:
    file = path(cache)
    whole = file.read_bytes()
    for place in range(len(whole)):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert cache.load(KEY) is None, place
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        assert cache.load(KEY) is None, length
    file.write_bytes(whole + b"x")
    assert cache.load(KEY) is None

    cache.save(KEY, DATA)
    assert cache.load(KEY) == DATA


def test_a_file_of_another_key_is_not_used_under_this_one(cache: RuleCache) -> None:
    path(cache).rename(cache.folder / "sentinel-ffff.rules")

    assert cache.load("ffff") is None


@POSIX
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_what_others_may_write_is_not_used(cache: RuleCache, mode: int) -> None:
    path(cache).chmod(mode)

    assert cache.load(KEY) is None


@POSIX
def test_nothing_is_saved_where_others_may_write(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    RuleCache(tmp_path / "open").save(KEY, DATA)

    assert list((tmp_path / "open").iterdir()) == []


@POSIX
def test_what_another_user_owns_is_not_used(cache: RuleCache) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a file away")
    os.chown(path(cache), 12345, 12345)
    assert cache.load(KEY) is None
    os.chown(cache.folder, 12345, 12345)
    cache.save("other", DATA)

    assert [one.name for one in cache.folder.iterdir()] == [f"sentinel-{KEY}.rules"]


@POSIX
def test_a_link_is_not_followed(cache: RuleCache, tmp_path: Path) -> None:
    file = path(cache)
    file.rename(tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")

    assert cache.load(KEY) is None


@POSIX
def test_a_pipe_is_not_waited_for(cache: RuleCache) -> None:
    file = path(cache)
    file.unlink()
    os.mkfifo(file, 0o600)

    assert cache.load(KEY) is None


def test_where_nothing_can_be_saved_nothing_breaks(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = RuleCache(tmp_path / "file")
    cache.save(KEY, DATA)

    assert cache.load(KEY) is None
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_name_taken_by_a_folder_stays_and_leaves_no_half_of_a_file(cache: RuleCache) -> None:
    (cache.folder / "sentinel-taken.rules" / "inside").mkdir(parents=True)
    cache.save("taken", DATA)

    assert cache.load("taken") is None
    assert sorted(one.name for one in cache.folder.iterdir()) == [f"sentinel-{KEY}.rules", "sentinel-taken.rules"]


def test_the_oldest_and_what_was_never_finished_are_removed(cache: RuleCache) -> None:
    for number in range(MOST_KEPT):
        cache.save(f"k{number}", DATA)
        os.utime(cache.folder / f"sentinel-k{number}.rules", (number + 1, number + 1))
    others = {"film.part", "snort.rules"}
    for name, age in (
        ("sentinel-dead.part", ABANDONED + 10),
        ("sentinel-alive.part", 0),
        *((one, 10**6) for one in others),
    ):
        (cache.folder / name).write_bytes(b"half")
        os.utime(cache.folder / name, (time.time() - age, time.time() - age))
    os.utime(cache.folder / f"sentinel-{KEY}.rules", (0, 0))
    assert cache.load(KEY) == DATA  # used again, so it is not the oldest any more

    cache.save("new", DATA)

    left = {one.name for one in cache.folder.iterdir()} - others
    assert left == {
        f"sentinel-{KEY}.rules",
        "sentinel-new.rules",
        "sentinel-alive.part",
        *(f"sentinel-k{number}.rules" for number in range(2, MOST_KEPT)),
    }
    assert {one.name for one in cache.folder.iterdir()} > others  # which are not ours


def test_files_that_hold_much_together_are_fewer_and_the_newest_stays(cache: RuleCache) -> None:
    for number, size in enumerate((MOST_BYTES // 2, MOST_BYTES // 3, MOST_BYTES // 4), 1):
        cache.save(f"k{number}", bytes(size))
        os.utime(cache.folder / f"sentinel-k{number}.rules", (time.time() - 90 + number,) * 2)
    cache.save("small", DATA)
    assert {one.name for one in cache.folder.iterdir()} == {
        f"sentinel-{key}.rules" for key in ("k2", "k3", "small", KEY)
    }

    cache.save("large", bytes(MOST_BYTES + 1))
    assert {one.name for one in cache.folder.iterdir()} == {"sentinel-large.rules"}
