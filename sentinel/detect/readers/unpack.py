"""Opens a log as a stream of plain bytes, packed or not; what the file is says its first bytes, never its name."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Protocol

import zstandard

from sentinel.errors import InputError, Location
from sentinel.model.skipped import Skipped, Tally

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
READ_BYTES = 256 * 1024
# The most that one step can unpack to is bounded by what goes in: 128 KiB for every four bytes of zstd, so 8 MiB.
SLICE_BYTES = 256


class Unpacker(Protocol):
    """What zlib and zstandard have in common."""

    @property
    def eof(self) -> bool:
        """Say whether one packed member came to its end."""

    @property
    def unused_data(self) -> bytes:
        """Return what followed that end."""

    def decompress(self, data: bytes, /) -> bytes:
        """Unpack the next piece."""


def _gzip() -> Unpacker:
    return zlib.decompressobj(wbits=31)


def _zstd() -> Unpacker:
    return zstandard.ZstdDecompressor().decompressobj()


UNPACKERS: dict[bytes, Callable[[], Unpacker]] = {GZIP: _gzip, ZSTD: _zstd}


def open_log(path: Path, name: str, tally: Tally | None = None) -> Iterator[bytes]:
    """Yield the unpacked bytes of a log, lazily.

    A packed stream that ends too early or is broken gives what could be unpacked, and one skip (`truncated`,
    `corrupt`) in the tally. InputError: the file cannot be opened or read.
    """
    raw = _read(path, name)
    head, raw = peek(raw, 4)
    for magic, new in UNPACKERS.items():
        if head.startswith(magic):
            return unpack(raw, new, name, tally)
    return raw


def peek(chunks: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """Return up to `size` first bytes or a little more, and a stream that still holds them."""
    held: list[bytes] = []
    length = 0
    for chunk in chunks:
        held.append(chunk)
        length += len(chunk)
        if length >= size:
            break
    return b"".join(held), chain(held, chunks)


def unpack(chunks: Iterator[bytes], new: Callable[[], Unpacker], name: str, tally: Tally | None) -> Iterator[bytes]:
    """Yield what a stream of packed members holds; zeros after the last one are padding."""
    member = new()
    fresh = True
    for data in (piece for chunk in chunks for piece in _pieces(chunk, SLICE_BYTES)):
        rest = data
        while rest:
            if member.eof:
                rest = rest.lstrip(b"\0")
                member, fresh = (new(), True) if rest else (member, fresh)
                continue
            try:
                plain = member.decompress(rest)
            except (zlib.error, zstandard.ZstdError) as error:
                return _note(tally, Skipped(name, "", "corrupt", f"the packed stream is broken: {error}"))
            fresh = False
            rest = member.unused_data if member.eof else b""
            yield from _pieces(plain, READ_BYTES)
    if not member.eof and not fresh:
        _note(tally, Skipped(name, "", "truncated", "the packed stream ends before its end"))
    return None


def _read(path: Path, name: str) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(READ_BYTES):
                yield chunk
    except OSError as error:
        raise InputError(Location(name), f"cannot be read: {error.strerror or error}") from error


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def _note(tally: Tally | None, skipped: Skipped) -> None:
    if tally is not None:
        tally.skip(skipped)
