from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sentinel.scan.knowledge.stream import Allowance, Stream, unpacked

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def pieces(raw: bytes, size: int = 7) -> Stream:
    return Stream(raw[at : at + size] for at in range(0, len(raw), size))


@given(st.binary(max_size=300), st.integers(1, 50), st.integers(0, 80))
def test_bytes_come_out_as_they_went_in(raw: bytes, size: int, look: int) -> None:
    stream = pieces(raw, size)

    assert stream.peek(look) == raw[:look]
    assert stream.read(10) + stream.read(10_000) == raw
    assert stream.read(1) == b""


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line and b"\r" not in line), max_size=8))
def test_lines_are_what_stands_between_ends(lines: list[bytes]) -> None:
    text = b"\r\n".join(lines)

    assert list(pieces(text).lines(100)) == (
        text.split(b"\r\n") if text and lines[-1:] != [b""] else text.split(b"\r\n")[:-1]
    )


def test_a_line_that_is_too_long_is_only_told() -> None:
    raw = b"a\n" + b"x" * 900_000 + b"\nb\n"

    assert [line[:12] for line in pieces(raw, 1000).lines(10)] == [b"a", b"x" * 11, b"b"]


@pytest.mark.parametrize("kind", PACKERS)
@given(raw=st.binary(max_size=2000))
def test_what_is_packed_is_unpacked(kind: str, raw: bytes) -> None:
    inner = unpacked(pieces(PACKERS[kind](raw) + PACKERS[kind](raw)), Allowance())

    assert inner is not None
    assert inner.read(10_000) == raw + raw
    assert inner.broken == ""


@pytest.mark.parametrize("kind", PACKERS)
def test_what_breaks_off_says_so(kind: str) -> None:
    packed = PACKERS[kind](bytes(range(256)) * 4000)
    inner = unpacked(pieces(packed[:-20], 64), Allowance())

    assert inner is not None
    inner.read(10_000_000)
    assert inner.broken


@pytest.mark.parametrize("kind", PACKERS)
def test_a_bomb_ends_where_the_allowance_does(kind: str) -> None:
    packed = PACKERS[kind](bytes(50_000_000))
    inner = unpacked(Stream(iter([packed])), Allowance(2_000_000))

    assert inner is not None
    read = 0
    while piece := inner.read(100_000):
        read += len(piece)
    assert read <= 2_000_000
    assert inner.broken == "unpacks to more than any feed holds"


@pytest.mark.fuzz
@given(st.binary(max_size=200), st.sampled_from([b"\x1f\x8b\x08\0", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b""]))
def test_any_bytes_are_survived(raw: bytes, magic: bytes) -> None:
    inner = unpacked(Stream(iter([magic + raw])), Allowance(1_000_000))

    assert inner is None or len(inner.read(2_000_000)) <= 1_000_000
