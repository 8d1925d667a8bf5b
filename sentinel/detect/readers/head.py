"""The beginning of a log: what every format is recognised by."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

HEAD_BYTES = 64 * 1024
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Head:
    """The first bytes of a log, `whole` where nothing follows them."""

    data: bytes
    whole: bool

    @cached_property
    def text(self) -> str:
        """Return their text without a byte-order mark; of what is known by its first bytes nobody asks for it."""
        return self.data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")

    @property
    def lines(self) -> list[bytes]:
        """Return the lines that are there to their end, without it; the first has lost its byte-order mark."""
        *lines, last = self.data.removeprefix(codecs.BOM_UTF8).split(b"\n")
        return [*lines, last] if self.whole and last else lines

    @property
    def is_text(self) -> bool:
        """Say whether it holds a sign, and in most of its lines no zero byte: machines that lose power leave some."""
        lines = [line for line in self.text.split("\n") if line.strip("\0\t\r ")]
        return bool(lines) and 2 * sum("\0" in line for line in lines) < len(lines)


def head_of(data: bytes) -> Head:
    """Return the head of a log of which `data` is the beginning: all of it where it is shorter than HEAD_BYTES."""
    return Head(data[:HEAD_BYTES], len(data) < HEAD_BYTES)


def as_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield UTF-16 with a byte-order mark as UTF-8; what is no text becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")
