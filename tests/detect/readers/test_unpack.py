from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.readers.unpack import open_streams, peek
from sentinel.errors import InputError
from sentinel.model.skipped import Tally
from tests.detect.logs import memory

PLAIN = "".join(f'{{"number": {number}, "name": "blåbær"}}\n' for number in range(5000)).encode()
PACKED = {
    "plain": PLAIN,
    "gz": gzip.compress(PLAIN),
    "gz of two members": gzip.compress(PLAIN[:70_000]) + gzip.compress(PLAIN[70_000:]),
    "gz with padding": gzip.compress(PLAIN) + b"\0" * 5000,
    "zst": zstandard.compress(PLAIN),
    "zst of two frames": zstandard.compress(PLAIN[:70_000]) + zstandard.compress(PLAIN[70_000:]),
}


def unpacked(data: bytes, folder: Path) -> tuple[bytes, Tally]:
    path = folder / "no-name-tells"
    path.write_bytes(data)
    tally = Tally("log")
    return b"".join(piece for stream in open_streams(path, "log", tally) for piece in stream.chunks), tally


@pytest.mark.parametrize("kind", PACKED)
def test_the_bytes_decide(kind: str, tmp_path: Path) -> None:
    data, tally = unpacked(PACKED[kind], tmp_path)
    assert data == PLAIN
    assert tally.total == 0


@pytest.mark.parametrize("kind", ["gz", "zst", "zst of two frames"])
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_what_is_cut_short_gives_its_start_and_one_skip(kind: str, share: float, tmp_path: Path) -> None:
    noisy = random.Random(1).randbytes(200_000)
    packed = (
        gzip.compress(noisy) if kind == "gz" else zstandard.compress(noisy[:9000]) + zstandard.compress(noisy[9000:])
    )
    data, tally = unpacked(packed[: int(len(packed) * share)], tmp_path)
    assert noisy.startswith(data)
    assert len(data) > len(noisy) * share * 0.3
    assert tally.skipped == {"truncated": 1}


def test_a_frame_may_end_where_a_step_ends(tmp_path: Path) -> None:
    for size in range(1000, 1060):
        noise = random.Random(size).randbytes(size)
        for packed in (gzip.compress(noise), zstandard.compress(noise)):
            assert unpacked(packed, tmp_path)[1].total == 0


@pytest.mark.parametrize("tail", [b"rubbish", b"\0\0rubbish"])
def test_rubbish_behind_the_end_is_told(tail: bytes, tmp_path: Path) -> None:
    for packed in (PACKED["gz"], PACKED["zst"]):
        data, tally = unpacked(packed + tail, tmp_path)
        assert data == PLAIN
        assert sum(tally.skipped.values()) == 1


@given(
    st.sampled_from(["gz", "zst"]),
    st.lists(st.tuples(st.integers(4, 400), st.integers(0, 255)), min_size=1, max_size=5),
)
def test_broken_streams_never_raise(
    tmp_path_factory: pytest.TempPathFactory, kind: str, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(PACKED[kind])
    for place, value in changes:
        data[place % len(data)] = value
    plain, tally = unpacked(bytes(data), tmp_path_factory.mktemp("broken"))
    assert plain == PLAIN or tally.total == 1 or len(plain) == len(PLAIN)


def test_a_bomb_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(zstandard.compress(b"\0" * 300_000_000))
    assert path.stat().st_size < 40_000
    with memory() as peak:
        (stream,) = open_streams(path, "bomb", Tally("bomb"))
        assert sum(map(len, stream.chunks)) == 300_000_000
    assert peak() < 30_000_000


def test_peek_takes_nothing_away() -> None:
    head, stream = peek(iter([b"ab", b"cd", b"ef"]), 3)
    assert (head, b"".join(stream)) == (b"abcd", b"abcdef")
    assert peek(iter([]), 3)[0] == b""


def test_what_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^log: cannot be read: No such file"):
        next(open_streams(tmp_path / "absent", "log", Tally("log")))
    with pytest.raises(InputError, match=r"^log: cannot be read: Is a directory"):
        next(open_streams(tmp_path, "log", Tally("log")))
