"""Blocks that are read where they stand are those that would have been handed over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.blocks import BLOCK_BYTES, blocks
from sentinel.detect.fast.spans import Span, Spans
from sentinel.detect.readers.jsonl import MAX_LINE


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spans") / "log.jsonl"


def told(path: Path, data: bytes, window: int = BLOCK_BYTES) -> Iterator[tuple[int, bytes | None]]:
    """Yield the number of the first line of each block with its bytes, None for a line that is too long."""
    path.write_bytes(data)
    spans = Spans(path.open("rb", buffering=0), 0, 1, window)
    for one in spans:
        if isinstance(one, Span):
            block = spans.read(one)
            assert one.lines == len(block.removesuffix(b"\n").split(b"\n"))
            yield one.first, block
        else:
            yield one, None
    spans.close()


@given(st.lists(st.text("ab", max_size=6)), st.booleans(), st.integers(8, 40))
def test_all_lines_come_once_in_whole_blocks(path: Path, texts: list[str], ends: bool, window: int) -> None:
    data = "\n".join(texts).encode() + (b"\n" if ends else b"")
    found = list(told(path, data, window))
    made = [block for _, block in found if block is not None]

    assert b"".join(made) == data
    assert all(block.endswith(b"\n") for block in made[:-1])
    assert [first for first, _ in found] == [1, *accumulate((block.count(b"\n") for block in made), initial=1)][1:][
        : len(made)
    ]


@pytest.mark.parametrize(
    "long", [MAX_LINE - 1, MAX_LINE, MAX_LINE + 1, BLOCK_BYTES - 1, BLOCK_BYTES, 3 * BLOCK_BYTES + 7]
)
@pytest.mark.parametrize("end", [b"", b"\n", b"\na\nb"])
def test_lines_that_are_too_long_are_told_by_their_number(path: Path, long: int, end: bytes) -> None:
    data = b"a\n" * 1_000 + b"x" * long + end
    found = list(told(path, data))
    handed = list(blocks(data[at : at + 300_000] for at in range(0, len(data), 300_000)))

    assert b"".join(block for _, block in found if block) == b"".join(filter(None, handed))
    assert [first for first, block in found if block is None] == [1_001] * handed.count(None)
    assert [first for first, block in found if block == b"a\nb"] == [1_002] * (end.endswith(b"b") and None in handed)


def test_what_was_read_must_be_what_stands_there(path: Path) -> None:
    path.write_bytes(b"one\ntwo\nthree\n")
    spans = Spans.behind(path, 8, 3, b"two\n")

    assert spans is not None
    assert list(spans) == [Span(8, 6, 3, 1)]
    spans.close()
    assert Spans.behind(path, 8, 3, b"twa\n") is None
    assert Spans.behind(path, 2, 1, b"one\n") is None
    assert Spans.behind(path / "x", 8, 3, b"two\n") is None


def test_a_file_that_gets_shorter_is_told(path: Path) -> None:
    path.write_bytes(b"one\ntwo\n")
    spans = Spans(path.open("rb", buffering=0), 4, 2)
    (span,) = (one for one in spans if isinstance(one, Span))
    path.write_bytes(b"one\n")

    with pytest.raises(OSError, match="shorter"):
        spans.read(span)
    spans.close()
