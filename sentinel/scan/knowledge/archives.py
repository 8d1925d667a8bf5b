"""Reads the members of tar and zip archives one after the other; their paths are names to show, and never opened."""

from __future__ import annotations

import stat
import tempfile
from collections.abc import Iterator
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from sentinel.scan.knowledge.stream import CHUNK, Stream

BLOCK = 512
LONGEST_NAME = 64 * 1024
ZIP = b"PK\x03\x04"
_ENCRYPTED = 1
_FILE_KINDS = (b"0", b"\0")
_BASE_256 = 0x80
_BROKEN = "the archive is broken, or breaks off"


class ArchiveError(ValueError):
    """An archive that is broken."""


def is_tar(head: bytes) -> bool:
    """Say whether the first block of a file is the header of a member."""
    return len(head) >= BLOCK and _checked(head[:BLOCK])


def tar_members(stream: Stream) -> Iterator[tuple[str, Stream]]:
    """Yield the files of a tar archive (POSIX 1003.1, GNU) by name; each must be read before the next is asked for.

    ArchiveError where it breaks off.
    """
    long_name = ""
    while header := stream.read(BLOCK):
        if not header.strip(b"\0"):
            return
        if len(header) < BLOCK or not _checked(header):
            raise ArchiveError(stream.broken or _BROKEN)
        kind, left = header[156:157], _number(header[124:136])
        counted = _Member(stream, left)
        if kind in b"Lx" and left <= LONGEST_NAME:
            long_name = _told_name(kind, stream.read(left)) or long_name
            counted.left = 0
        elif kind in _FILE_KINDS:
            yield long_name or _short_name(header), Stream(counted.pieces())
        if kind not in b"Lxg":
            long_name = ""
        counted.drain()
        stream.read(-left % BLOCK)
    raise ArchiveError(stream.broken or _BROKEN)  # an archive ends with a block of zeros


def zip_members(stream: Stream, opened: IO[bytes] | None) -> Iterator[tuple[str, Stream | str]]:
    """Yield the files of a zip archive by name; instead of a stream, the reason why one cannot be read.

    `opened` is the file itself where it can be sought in; else the stream is written to a temporary one.
    ArchiveError: it has no table of contents.
    """
    with tempfile.TemporaryFile() as spooled:
        if opened is None:
            while piece := stream.read(CHUNK):
                spooled.write(piece)
        try:
            archive = ZipFile(opened or spooled)
        except (BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise ArchiveError(stream.broken or f"the archive is broken: {error}") from error
        with archive:
            for entry in archive.infolist():
                if not entry.is_dir():
                    yield entry.filename, _unreadable(entry) or Stream(_entry(archive, entry))


class _Member:
    """What is left of one member of a tar archive."""

    def __init__(self, stream: Stream, left: int) -> None:
        self._stream = stream
        self.left = left

    def pieces(self) -> Iterator[bytes]:
        while self.left:
            piece = self._stream.read(min(CHUNK, self.left))
            if not piece:
                self.left = 0
                raise EOFError(self._stream.broken or "breaks off")
            self.left -= len(piece)
            yield piece

    def drain(self) -> None:
        while self.left and (piece := self._stream.read(min(CHUNK, self.left))):
            self.left -= len(piece)


def _checked(header: bytes) -> bool:
    """Say whether the header's own sum is right: the bytes added up, with spaces for the sum itself."""
    told = header[148:156].strip(b" \0")
    if not told or not told.isdigit():
        return False
    try:
        return int(told, 8) == sum(header) - sum(header[148:156]) + 8 * 32
    except ValueError:
        return False


def _number(field: bytes) -> int:
    """Return a size: octal digits, or, where the first bit is set, a binary number."""
    if field[0] & _BASE_256:
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    try:
        return int(digits, 8) if digits else 0
    except ValueError as error:
        raise ArchiveError("the archive is broken: a size that is none") from error


def _short_name(header: bytes) -> str:
    name = header[:100].partition(b"\0")[0]
    prefix = header[345:500].partition(b"\0")[0] if header[257:262] == b"ustar" else b""
    return _decoded(prefix + b"/" + name if prefix else name)


def _told_name(kind: bytes, data: bytes) -> str:
    if kind == b"L":
        return _decoded(data.partition(b"\0")[0])
    _, found, rest = data.partition(b" path=")
    return _decoded(rest.partition(b"\n")[0]) if found else ""


def _decoded(name: bytes) -> str:
    return name.decode("utf-8", errors="replace")


def _unreadable(entry: ZipInfo) -> str:
    if entry.flag_bits & _ENCRYPTED:
        return "encrypted"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "link"
    return "" if entry.compress_type in {ZIP_STORED, ZIP_DEFLATED} else "unsupported"


def _entry(archive: ZipFile, entry: ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(entry) as member:
            while piece := member.read(CHUNK):
                yield piece
    except (BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ArchiveError(str(error)) from error
