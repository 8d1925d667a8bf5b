"""A foreign stream of bytes: looked at before it is read, unpacked piece by piece, and never longer than is allowed."""

from __future__ import annotations

import lzma
import zlib
from collections.abc import Iterator
from typing import IO, Protocol

import zstandard

CHUNK = 256 * 1024
MOST_UNPACKED = 32 * 1024**3
"""More than all feeds that we read come to together; a bomb ends here."""
ZSTD_BITE = 1024
MEMORY = 160 * 1024 * 1024
_BROKEN = (EOFError, OSError, ValueError, zlib.error, lzma.LZMAError, zstandard.ZstdError)


class Source(Protocol):
    """Whatever bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes, none at the end."""
        ...


class Stream:
    """Bytes that come in pieces. `broken` says why they ended before their time; empty while all is well."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._buffer = b""
        self.broken = ""

    def peek(self, size: int) -> bytes:
        """Return the next bytes without taking them; fewer at the end."""
        while len(self._buffer) < size and (piece := self._next()):
            self._buffer += piece
        return self._buffer[:size]

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, exactly so many unless the end comes first."""
        found, missing = [], size
        while missing and (piece := self._buffer or self._next()):
            found.append(piece[:missing])
            self._buffer = piece[missing:]
            missing -= len(found[-1])
        return b"".join(found)

    def lines(self, longest: int) -> Iterator[bytes]:
        """Yield lines without their ends; of one that is too long only what shows that it is."""
        rest, skipping = b"", False
        while piece := self.read(CHUNK):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                if not skipping:
                    yield line.removesuffix(b"\r")
                skipping = False
            if len(rest) > longest:
                if not skipping:
                    yield rest[: longest + 1]
                rest, skipping = b"", True
        if rest and not skipping:
            yield rest.removesuffix(b"\r")

    def _next(self) -> bytes:
        """Return the next piece that is not empty; what breaks is remembered, and is an end."""
        try:
            return next((piece for piece in self._pieces if piece), b"")
        except _BROKEN as error:
            self.broken = self.broken or str(error) or type(error).__name__
            return b""


class TooMuchError(ValueError):
    """More was unpacked than any feed holds."""


class Allowance:
    """How many bytes may still be unpacked, of one feed's files together."""

    def __init__(self, most: int = MOST_UNPACKED) -> None:
        self._left = most

    def spend(self, size: int) -> None:
        """Take from what is left; TooMuchError where nothing is."""
        self._left -= size
        if self._left < 0:
            raise TooMuchError("unpacks to more than any feed holds")


def plain(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the pieces of an open file."""
    while piece := file.read(CHUNK):
        yield piece


def unpacked(packed: Stream, allowance: Allowance) -> Stream | None:
    """Return what is packed in a stream as gzip, xz or zstd; None where nothing is."""
    head = packed.peek(6)
    for magic, unpack in ((b"\x1f\x8b", _gzip), (b"\xfd7zXZ\0", _xz), (b"\x28\xb5\x2f\xfd", _zstd)):
        if head.startswith(magic):
            return Stream(allowed(unpack(packed), allowance))
    return None


def allowed(pieces: Iterator[bytes], allowance: Allowance) -> Iterator[bytes]:
    """Yield pieces as long as something is left; TooMuchError where nothing is."""
    for piece in pieces:
        allowance.spend(len(piece))
        yield piece


def _gzip(packed: Stream) -> Iterator[bytes]:
    """Yield what is in one or more gzip members one after the other, never much more at a time than was asked for."""
    unpacker = zlib.decompressobj(wbits=31)
    while piece := packed.read(CHUNK):
        while piece:
            if unpacker.eof:
                unpacker = zlib.decompressobj(wbits=31)
            yield unpacker.decompress(piece, CHUNK)
            piece = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    if not unpacker.eof:
        raise EOFError(packed.broken or "breaks off")


def _xz(packed: Stream) -> Iterator[bytes]:
    unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=MEMORY)
    while piece := packed.read(CHUNK):
        while piece or not (unpacker.eof or unpacker.needs_input):
            if unpacker.eof:
                unpacker = lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=MEMORY)
            yield unpacker.decompress(piece, CHUNK)
            piece = unpacker.unused_data.lstrip(b"\0") if unpacker.eof else b""
    if not unpacker.eof:
        raise EOFError(packed.broken or "breaks off")


def _zstd(packed: Stream) -> Iterator[bytes]:
    """Yield what is in one or more frames; in small bites, since what one bite unpacks to cannot be bounded here."""
    kind = zstandard.ZstdDecompressor(max_window_size=MEMORY)
    unpacker = kind.decompressobj()
    while piece := packed.read(ZSTD_BITE):
        while piece:
            if unpacker.eof:
                unpacker = kind.decompressobj()
            yield unpacker.decompress(piece)
            piece = unpacker.unused_data if unpacker.eof else b""
    if not unpacker.eof:
        raise EOFError(packed.broken or "breaks off")
