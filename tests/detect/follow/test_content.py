from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.follow.content import SAMPLE, File, advanced, digest, opened
from sentinel.errors import InputError
from sentinel.model.followed import Followed

DATA = bytes(number % 251 for number in range(5_000))


@pytest.fixture(params=["plain", "gzip", "zstd"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    packs: dict[str, Callable[[bytes], bytes]] = {"plain": bytes, "gzip": gzip.compress, "zstd": zstandard.compress}
    (tmp_path / "log").write_bytes(packs[request.param](DATA))
    return tmp_path / "log"


def known(*pieces: bytes) -> Followed:
    found = Followed("a", "log", "log")
    tail = b""
    for piece in pieces:
        found = advanced(found, tail, piece)
        tail = (tail + piece)[-SAMPLE:]
    return found


@given(starts=st.lists(st.integers(0, 5_100), max_size=4))
def test_what_stands_behind_any_place_and_the_sums_before_it(path: Path, starts: list[int]) -> None:
    with opened(path, "log") as content:
        for start in starts:
            assert b"".join(content.chunks(start)) == DATA[start:]
        there = {at for at in starts if at <= len(DATA)}
        assert content.sums(set(starts)) == {at: zlib.crc32(DATA[:at]) for at in there}
        assert content.first(100) == DATA[:100]
        assert (content.length(), content.broken) == (len(DATA), "")


@given(edges=st.lists(st.integers(1, 4_999), min_size=1, max_size=6, unique=True), wrong=st.integers(0, 4_999))
def test_what_was_read_is_known_again_and_what_differs_is_not(path: Path, edges: list[int], wrong: int) -> None:
    ends = sorted(edges)
    before = known(*(DATA[start:end] for start, end in zip([0, *ends], ends, strict=False)))
    other = DATA[:wrong] + bytes([DATA[wrong] ^ 1]) + DATA[wrong + 1 :]

    assert (before.position, before.crc) == (ends[-1], zlib.crc32(DATA[: ends[-1]]))
    with opened(path, "log") as content:
        assert content.still_holds(before)
        differs = known(other[: ends[-1]])
        outside = differs.head_length <= wrong < differs.position - differs.tail_length
        assert content.still_holds(differs) is (wrong >= ends[-1] or (outside and not content.packed))


def test_a_shorter_file_holds_it_no_more(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(DATA[:100])
    with opened(tmp_path / "log", "log") as content:
        assert not content.still_holds(known(DATA[:200]))


@pytest.mark.parametrize(("cut", "expected"), [(-4, "truncated"), (None, "")])
def test_a_packed_file_says_what_is_wrong_once_it_is_used_up(cut: int | None, expected: str, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(gzip.compress(DATA)[:cut])
    with opened(tmp_path / "log", "log") as content:
        assert b"".join(content.chunks(10)) == DATA[10:]
        assert content.broken == expected


def test_rubbish_behind_a_packed_file(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(gzip.compress(DATA) + b"rubbish")
    with opened(tmp_path / "log", "log") as content:
        assert content.length() == len(DATA)
        assert content.broken == "corrupt"


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="log: cannot be read: No such file"), opened(tmp_path / "x", "log"):
        pass


def test_a_file_is_the_same_under_another_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    before = File.of(tmp_path / "a", "a", (tmp_path / "a").stat())
    (tmp_path / "a").rename(tmp_path / "b")

    assert File.of(tmp_path / "b", "b", (tmp_path / "b").stat()).key == before.key
    assert digest(b"") == ""
