"""What a file holds, unpacked, and whether that is what was read before: told by the bytes, never by the name."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from sentinel.detect.readers.unpack import READ_BYTES, UNPACKERS, unpack
from sentinel.errors import InputError, Location
from sentinel.model.followed import Followed
from sentinel.model.skipped import Tally

SAMPLE = 1024
"""Bytes at the beginning, and before where was read to, that tell whether a file was written anew."""
_MAGIC = 6


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was listed: its path, what it is called, which it is, how long, and when it was changed (ns)."""

    path: Path
    name: str
    device: str
    inode: str
    size: int
    changed: int

    @classmethod
    def of(cls, path: Path, name: str, found: os.stat_result) -> File:
        """Return what the system says of a file."""
        return cls(path, name, str(found.st_dev), str(found.st_ino), found.st_size, found.st_mtime_ns)

    @property
    def key(self) -> tuple[str, str]:
        """What stays where it is renamed."""
        return self.device, self.inode


@dataclass(slots=True)
class Content:
    """The unpacked bytes of an open file. What is wrong with a packed one is known once its bytes are used up."""

    file: IO[bytes]
    name: str
    packed: bool = False
    _tally: Tally = field(default_factory=lambda: Tally(""))
    _magic: bytes = b""

    def __post_init__(self) -> None:
        self._magic = next((magic for magic in UNPACKERS if self._at(0, _MAGIC).startswith(magic)), b"")
        self.packed = bool(self._magic)

    @property
    def inode(self) -> str:
        """The number of the open file, whatever its name is by now."""
        return str(os.fstat(self.file.fileno()).st_ino)

    @property
    def broken(self) -> str:
        """Why a packed stream has no end: `truncated`, `corrupt` or nothing."""
        return next(iter(self._tally.skipped), "")

    def chunks(self, start: int = 0) -> Iterator[bytes]:
        """Yield what comes behind the first `start` bytes."""
        self.file.seek(0 if self.packed else start)
        plain = iter(lambda: self.file.read(READ_BYTES), b"")
        if not self.packed:
            return plain
        self._tally = Tally(self.name)
        return _behind(unpack(plain, UNPACKERS[self._magic], self.name, self._tally), start)

    def first(self, size: int) -> bytes:
        """Return up to `size` first bytes."""
        if not self.packed:
            return self._at(0, size)
        held = b""
        for chunk in self.chunks():
            held += chunk
            if len(held) >= size:
                break
        return held[:size]

    def sums(self, lengths: set[int]) -> dict[int, int]:
        """Return the CRC-32 of the first bytes, for each of some lengths that there are, in one pass."""
        wanted, found, at, crc = sorted(lengths), dict[int, int](), 0, 0
        for chunk in self.chunks():
            done = 0
            while wanted and wanted[0] <= at + len(chunk):
                crc, done = zlib.crc32(chunk[done : wanted[0] - at], crc), wanted[0] - at
                found[wanted.pop(0)] = crc
            if not wanted:
                break
            crc = zlib.crc32(chunk[done:], crc)
            at += len(chunk)
        return found

    def length(self) -> int:
        """Return how many bytes there are."""
        return sum(map(len, self.chunks())) if self.packed else os.fstat(self.file.fileno()).st_size

    def still_holds(self, known: Followed) -> bool:
        """Say whether what was read still stands before what was not: by two samples, or of packed bytes by all."""
        if self.packed:
            return not known.position or self.sums({known.position}).get(known.position) == known.crc
        if self.length() < known.position:
            return False
        head = self._at(0, known.head_length)
        tail = self._at(known.position - known.tail_length, known.tail_length)
        return digest(head) == known.head and digest(tail) == known.tail

    def _at(self, start: int, size: int) -> bytes:
        self.file.seek(start)
        return self.file.read(size)


@contextmanager
def opened(path: Path, name: str) -> Iterator[Content]:
    """Open a file; InputError where it cannot be read, also later."""
    try:
        with path.open("rb") as file:
            yield Content(file, name)
    except OSError as error:
        raise InputError(Location(name), f"cannot be read: {error.strerror or error}") from error


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes; of none, nothing."""
    return hashlib.sha256(data).hexdigest() if data else ""


def advanced(known: Followed, before: bytes, data: bytes) -> Followed:
    """Return what is known once `data` is read too; `before` are the last bytes that were read before it."""
    if not data:
        return known
    tail = (before + data)[-SAMPLE:]
    head, length = (known.head, known.head_length) if known.position else (digest(data[:SAMPLE]), len(data[:SAMPLE]))
    return replace(
        known,
        position=known.position + len(data),
        head=head,
        head_length=length,
        tail=digest(tail),
        tail_length=len(tail),
        crc=zlib.crc32(data, known.crc),
    )


def _behind(chunks: Iterator[bytes], start: int) -> Iterator[bytes]:
    for chunk in chunks:
        if start < len(chunk):
            yield chunk[start:]
        start = max(0, start - len(chunk))
