"""Opens a path as streams of plain bytes, packed or not; what a file is says its first bytes, never its name."""

from __future__ import annotations

import lzma
import os
import select
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Protocol

import zstandard

from sentinel.detect.readers.archive import ZIP, members
from sentinel.detect.readers.live import QUIET
from sentinel.detect.readers.spool import spool
from sentinel.detect.readers.stamps import UNKNOWN, Clock
from sentinel.errors import InputError, Location
from sentinel.model.skipped import Skipped, Tally

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
XZ = b"\xfd7zXZ\0"
STDIN = Path("-")
READ_BYTES = 256 * 1024
# The most that one step can unpack to is bounded by what goes in: 128 KiB for every four bytes of zstd, so 8 MiB.
SLICE_BYTES = 256
MOST_LAYERS = 2
"""So an archive may hold packed logs or one more archive, and no more."""

_XZ_MEMORY = 128 * 1024 * 1024  # `xz -9` asks for 65 MiB


@dataclass(frozen=True, slots=True)
class Stream:
    """One log's unpacked bytes, and its name: that of its file, or `<archive>/<member>`.

    `clock` knows when the file was last written to, where it is one. `live`: what is there may not be all, and the
    rest may be long in coming. `file` holds just these bytes.
    """

    name: str
    chunks: Iterator[bytes]
    clock: Clock = UNKNOWN
    live: bool = False
    packed: bool = False
    file: Path | None = None


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


def _xz() -> Unpacker:
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)


UNPACKERS: dict[bytes, Callable[[], Unpacker]] = {GZIP: _gzip, ZSTD: _zstd, XZ: _xz}


def files_below(path: Path, tally: Tally) -> Iterator[tuple[Path, str]]:
    """Yield the files of a folder in order, each with what its name adds to the folder's; a file is itself alone.

    Links to folders are not followed. Skipped: `not-a-file` (a pipe, a device), `unreadable` (a folder).
    """
    if not path.is_dir():
        yield path, ""
        return

    def note(error: OSError) -> None:
        tally.skip(Skipped(tally.source, str(error.filename), "unreadable", error.strerror or ""))

    for folder, inner, names in os.walk(path, onerror=note):
        inner.sort()
        for name in sorted(names):
            file = Path(folder) / name
            if file.is_file():
                yield file, f"/{file.relative_to(path).as_posix()}"
            else:
                tally.skip(Skipped(tally.source, name, "not-a-file"))


def open_streams(path: Path, name: str, tally: Tally) -> Iterator[Stream]:
    """Yield the logs that a file holds, lazily; each must be read before the next is taken. `-` is standard input.

    A packed stream that ends too early or is broken gives what could be unpacked, and one skip (`truncated`,
    `corrupt`) in the tally. InputError: the file cannot be opened or read.
    """
    file = path if path.is_file() else None
    clock = Clock(latest=datetime.fromtimestamp(file.stat().st_mtime, UTC)) if file else UNKNOWN
    return _unwrapped(Stream(name, _read(path, name), clock, _is_live(path), file=file), tally, MOST_LAYERS)


def _unwrapped(stream: Stream, tally: Tally, layers: int) -> Iterator[Stream]:
    """Take off one layer and look again."""
    head, chunks = peek(stream.chunks, len(XZ))
    new = next((new for magic, new in UNPACKERS.items() if head.startswith(magic)), None)
    if layers and new:
        plain = unpack(chunks, new, stream.name, tally)
        yield from _unwrapped(replace(stream, chunks=plain, packed=True, file=None), tally, layers - 1)
    elif layers and head.startswith(ZIP):
        with stream.file.open("rb") if stream.file else spool(chunks, stream.name) as archive:
            for name, member in members(archive, stream.name, tally):
                yield from _unwrapped(Stream(name, member, stream.clock), tally, layers - 1)
    else:
        yield replace(stream, chunks=chunks)


def peek(chunks: Iterator[bytes], size: int) -> tuple[bytes, Iterator[bytes]]:
    """Return up to `size` first bytes or a little more, and a stream that still holds them.

    Where a pipe goes quiet behind a whole line, what came so far must do.
    """
    held: list[bytes] = []
    length = 0
    for chunk in chunks:
        held.append(chunk)
        length += len(chunk)
        if length >= size or (not chunk and len(held) > 1 and held[-2].endswith(b"\n")):
            break
    return b"".join(held), chain(held, chunks)


def unpack(chunks: Iterator[bytes], new: Callable[[], Unpacker], name: str, tally: Tally) -> Iterator[bytes]:
    """Yield what a stream of packed members holds; zeros after the last one are padding."""
    member = new()
    fresh = True
    for data in (piece for chunk in chunks for piece in _pieces(chunk, SLICE_BYTES)):
        rest = data
        if not data:
            yield b""
        while rest:
            if member.eof:
                rest = rest.lstrip(b"\0")
                member, fresh = (new(), True) if rest else (member, fresh)
                continue
            try:
                plain = member.decompress(rest)
            except (zlib.error, zstandard.ZstdError, lzma.LZMAError, EOFError) as error:
                return tally.skip(Skipped(name, "", "corrupt", f"the packed stream is broken: {error}"))
            fresh = False
            rest = member.unused_data if member.eof else b""
            if plain:
                yield from _pieces(plain, READ_BYTES)
    if not member.eof and not fresh:
        tally.skip(Skipped(name, "", "truncated", "the packed stream ends before its end"))
    return None


def _is_live(path: Path) -> bool:
    """Say whether somebody may still be writing: a pipe, a socket, a terminal. What cannot be asked is opened later."""
    with suppress(OSError):
        mode = (os.fstat(0) if path == STDIN else path.stat()).st_mode
        return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISCHR(mode)
    return False


def _read(path: Path, name: str) -> Iterator[bytes]:
    """Yield what is there as soon as it is there, and nothing (`b""`) once a pipe has been quiet for QUIET seconds."""
    try:
        with open(0 if path == STDIN else path, "rb", buffering=0, closefd=path != STDIN) as stream:
            # On Windows nobody can be asked whether a pipe has something.
            live = os.name == "posix" and stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)
            while True:
                if live and not select.select([stream], [], [], QUIET)[0]:
                    yield b""
                chunk = stream.read(READ_BYTES)
                if not chunk:
                    return
                yield chunk
    except OSError as error:
        raise InputError(Location(name), f"cannot be read: {error.strerror or error}") from error


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    """Cut bytes into pieces; nothing is one piece, since it says that a pipe is quiet."""
    return (data[start : start + size] for start in range(0, len(data) or 1, size))
