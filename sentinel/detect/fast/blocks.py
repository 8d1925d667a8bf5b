"""Cuts a stream of bytes into blocks of whole lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sentinel.detect.fast.tokens import Bytes
from sentinel.detect.readers.jsonl import MAX_LINE
from sentinel.native import address, bytes_at, entry, machine_code

BLOCK_BYTES = 8 * 1024 * 1024
_LINE_FEED = 0x0A


def blocks(chunks: Iterator[bytes]) -> Iterator[bytes | None]:
    """Yield the lines of a stream in blocks of about BLOCK_BYTES; None stands for a line longer than MAX_LINE.

    Every block but the last ends with a line feed. An empty chunk says that nothing more came for a while: then the
    lines so far are a block.
    """
    held: list[bytes] = []
    size, dropping = 0, False
    for chunk in chunks:
        piece = chunk
        if dropping:
            end = piece.find(b"\n") + 1
            if not end:
                continue
            yield None
            piece, dropping = piece[end:], False
        held.append(piece)
        size += len(piece)
        if size < BLOCK_BYTES and chunk:
            continue
        block, rest = _cut(held)
        yield from _without_long(block)
        dropping = len(rest) > MAX_LINE
        held, size = ([], 0) if dropping else ([rest], len(rest))
    if dropping:
        yield None
    yield from _without_long(b"".join(held))


def _cut(pieces: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the whole lines of some pieces, and what is behind them; most often the last piece ends a line."""
    *whole, last = pieces
    cut = last.rfind(b"\n") + 1
    if cut or not whole:
        return b"".join((*whole, memoryview(last)[:cut])), last[cut:]
    return _cut([b"".join(pieces)])


def _without_long(block: bytes) -> Iterator[bytes | None]:
    """Yield a block without its lines that are longer than MAX_LINE, and None for each."""
    return (cut if cut is None else block[slice(*cut)] for cut in cuts_of(block, len(block)))


def cuts_of(block: bytes | bytearray, size: int) -> Iterator[tuple[int, int] | None]:
    """Yield where the lines of a block begin and end, those together that are not too long; None for one that is."""
    start = at = 0
    while size - at > MAX_LINE:
        end = block.rfind(b"\n", at, at + MAX_LINE + 1) + 1
        if end:
            at = end
            continue
        if at > start:
            yield start, at
        yield None
        start = at = (block.find(b"\n", at, size) + 1) or size
    if start < size:
        yield start, size


def count_lines(block: bytes | memoryview) -> int:
    """Return the number of lines, with machine code: five times as fast as `bytes.count`."""
    if not block:
        return 0
    feeds, _ = machine_code("detect").call(count_at, (len(block), address(np.frombuffer(block, np.uint8))))
    return feeds + (block[-1] != _LINE_FEED)


@entry
def count_at(frame: Bytes) -> int:
    """Count line feeds."""
    data = bytes_at(frame[1])
    found = 0
    for place in range(frame[0]):
        found += data[place] == _LINE_FEED
    return found
