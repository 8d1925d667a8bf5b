from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.blocks import BLOCK_BYTES, blocks
from sentinel.detect.readers.jsonl import MAX_LINE, lines
from tests.detect.fast.mutations import split

LENGTHS = st.lists(
    st.sampled_from([0, 1, 30, 5_000, MAX_LINE - 1, MAX_LINE, MAX_LINE + 1, BLOCK_BYTES + 7, 2 * MAX_LINE]), max_size=5
)


def seen(cut: list[bytes]) -> list[bytes | None]:
    """Return the lines of all blocks, and check that each block is whole lines."""
    found: list[bytes | None] = []
    whole = list(blocks(iter(cut)))
    for number, block in enumerate(whole):
        if block is None:
            found.append(None)
        else:
            assert block.endswith(b"\n") or number == len(whole) - 1
            found += block.removesuffix(b"\n").split(b"\n")
    return found


@given(st.lists(st.sampled_from([b"", b"{}", b'{"a":1}\r', b"x" * 90]), max_size=20), st.randoms(), st.booleans())
def test_lines_are_the_same_wherever_the_stream_is_cut(parts: list[bytes], chance: Random, ended: bool) -> None:
    data = b"\n".join(parts) + (b"\n" if ended and parts else b"")
    cut = list(split(data, chance))

    assert b"".join(block or b"" for block in blocks(iter(cut))) == data
    assert seen(cut) == (data.removesuffix(b"\n").split(b"\n") if data else [])


@given(LENGTHS, st.randoms(), st.booleans())
def test_long_lines_are_left_out_as_the_reader_leaves_them_out(lengths: list[int], chance: Random, ended: bool) -> None:
    data = b"\n".join(bytes([97 + number]) * length for number, length in enumerate(lengths)) + (
        b"\n" if ended else b""
    )
    wanted = [line for _, line in lines(iter([data]))]
    found = seen(list(split(data, chance)))

    assert [line for line in found if line != b""] == [line for line in wanted if line != b""]
    assert found[: len(wanted)] == wanted


def test_a_block_is_given_as_soon_as_it_is_full() -> None:
    line = b"x" * 999 + b"\n"
    given_so_far = []

    def chunks() -> object:
        for number in range(3 * BLOCK_BYTES // len(line)):
            given_so_far.append(number)
            yield line

    first = next(blocks(chunks()))  # type: ignore[arg-type]  # an iterator of bytes

    assert first is not None
    assert len(first) == len(given_so_far) * len(line) < BLOCK_BYTES + len(line)


def test_a_stream_without_line_ends_is_not_kept() -> None:
    endless = (b"x" * 1_000_000 for _ in range(100))

    assert list(blocks(endless)) == [None]


def test_nothing_gives_nothing() -> None:
    assert list(blocks(iter([]))) == list(blocks(iter([b"", b""]))) == []


def test_where_a_stream_goes_quiet_the_lines_so_far_are_a_block() -> None:
    pieces = [b"1\n2", b"", b"3\n", b"", b"", b"4\n5\n"]

    assert list(blocks(iter(pieces))) == [b"1\n", b"23\n", b"4\n5\n"]
