"""Reads the members of tar archives one after the other; their paths are names to show, and never opened."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.scan.knowledge.stream import CHUNK, Stream

BLOCK = 512
LONGEST_NAME = 64 * 1024
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
