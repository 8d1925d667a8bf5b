"""Reads the members of a zip archive one after the other, however many: its table of contents is a stream too.

The standard library's reader keeps an object for each member: 190 MB for the 300,000 records of a list of CVEs. Paths
are names to show, and never opened.
"""

from __future__ import annotations

import stat
import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from sentinel.scan.knowledge.archives import ArchiveError
from sentinel.scan.knowledge.stream import CHUNK, Allowance, Stream, allowed

ZIP = b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8
_ENCRYPTED = 1
_UTF_8 = 0x800
_WIDE, _WIDE_SHORT = 0xFFFFFFFF, 0xFFFF
_LONGEST_COMMENT = 0xFFFF
# Sizes and layouts are those of PKWARE's APPNOTE 4.3.7 (local), 4.3.12 (central), 4.3.14-16 (ends), 4.5.3 (zip64).
_LOCAL = struct.Struct("<4s22xHH")
_CENTRAL = struct.Struct("<4s4xHH4xIIIHHH4xII")
_END = struct.Struct("<4s6xHIIH")
_LOCATOR = struct.Struct("<4s4xQ4x")
_WIDE_END = struct.Struct("<4s28xQQQ")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the table of contents."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    attributes: int
    place: int


def zip_members(stream: Stream, opened: IO[bytes] | None, allowance: Allowance) -> Iterator[tuple[str, Stream | str]]:
    """Yield the files of a zip archive by name; instead of a stream, the reason why one cannot be read.

    `opened` is the file itself where it can be sought in; else the stream is written to a temporary one.
    ArchiveError: it has no table of contents, or a broken one.
    """
    with tempfile.TemporaryFile() as spooled:
        if opened is None:
            while piece := stream.read(CHUNK):
                spooled.write(piece)
        file = opened or spooled
        for entry in _entries(file, stream.broken):
            if not entry.name.endswith("/"):
                yield entry.name, _unreadable(entry) or Stream(allowed(_unpacked(file, entry), allowance))


def _entries(file: IO[bytes], broken: str) -> Iterator[_Entry]:
    """Yield the table of contents."""
    place, size, number = _table(file, broken)
    table = _Table(file, place, size)
    for _ in range(number):
        entry = table.next()
        if entry is None:
            raise ArchiveError("its table of contents is broken")
        yield entry


def _table(file: IO[bytes], broken: str) -> tuple[int, int, int]:
    """Return where the table of contents is, how long, and how many members it lists."""
    length = file.seek(0, 2)
    start = max(0, length - _END.size - _LONGEST_COMMENT - _LOCATOR.size)
    file.seek(start)
    tail = file.read(length - start)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise ArchiveError(broken or "it has no table of contents: it is cut off, or broken")
    _, number, size, place, _ = _END.unpack_from(tail, at)
    if number == _WIDE_SHORT or _WIDE in {size, place}:
        return _wide_table(file, tail[:at], (place, size, number))
    return place, size, number


def _wide_table(file: IO[bytes], before: bytes, narrow: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return the same as an archive tells it that is too large for 32 bits."""
    at = len(before) - _LOCATOR.size
    mark, place = _LOCATOR.unpack_from(before, at) if at >= 0 else (b"", 0)
    if mark != b"PK\x06\x07":
        return narrow
    file.seek(place)
    raw = file.read(_WIDE_END.size)
    if len(raw) < _WIDE_END.size or not raw.startswith(b"PK\x06\x06"):
        raise ArchiveError("its table of contents is broken")
    _, number, size, offset = _WIDE_END.unpack(raw)
    return offset, size, number


class _Table:
    """The table of contents, read a piece at a time."""

    def __init__(self, file: IO[bytes], place: int, size: int) -> None:
        self._file = file
        self._place = place
        self._left = size
        self._buffer = b""

    def next(self) -> _Entry | None:
        """Return the next entry; None where there is none, or no whole one."""
        raw = self._take(_CENTRAL.size)
        if len(raw) < _CENTRAL.size or not raw.startswith(b"PK\x01\x02"):
            return None
        _, flags, method, crc, packed, unpacked, name, extra, comment, attributes, place = _CENTRAL.unpack(raw)
        told, more = self._take(name), self._take(extra)
        self._take(comment)
        if _WIDE in {packed, unpacked, place}:
            packed, place = _wide_fields(more, (unpacked, packed, place))
        label = told.decode("utf-8" if flags & _UTF_8 else "cp437", errors="replace")
        return _Entry(label, flags, method, crc, packed, attributes, place)

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size and self._left > 0:
            self._file.seek(self._place)
            piece = self._file.read(min(CHUNK, self._left))
            if not piece:
                break
            self._place += len(piece)
            self._left -= len(piece)
            self._buffer += piece
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found


def _wide_fields(extra: bytes, narrow: tuple[int, int, int]) -> tuple[int, int]:
    """Return packed size and place from the extra field 1, which holds those that do not fit in 32 bits, in order."""
    values = list(narrow)
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        field = extra[at + 4 : at + 4 + size]
        if kind == 1:
            wide = iter(struct.unpack(f"<{len(field) // 8}Q", field[: len(field) // 8 * 8]))
            values = [next(wide, value) if value == _WIDE else value for value in values]
            break
        at += 4 + size
    return values[1], values[2]


def _unreadable(entry: _Entry) -> str:
    if entry.flags & _ENCRYPTED:
        return "encrypted"
    if stat.S_ISLNK(entry.attributes >> 16):
        return "link"
    return "" if entry.method in {_STORED, _DEFLATED} else "unsupported"


def _unpacked(file: IO[bytes], entry: _Entry) -> Iterator[bytes]:
    """Yield the bytes of a member; what is not what the table of contents says is broken."""
    crc = 0
    for piece in _inflated(file, entry) if entry.method == _DEFLATED else _packed(file, entry):
        crc = zlib.crc32(piece, crc)
        yield piece
    if crc != entry.crc:
        raise ArchiveError("its sum is not the one that the archive tells")


def _inflated(file: IO[bytes], entry: _Entry) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits=-15)
    for packed in _packed(file, entry):
        piece = packed
        while piece and not unpacker.eof:
            yield unpacker.decompress(piece, CHUNK)
            piece = unpacker.unconsumed_tail
    if not unpacker.eof:
        raise EOFError("breaks off")


def _packed(file: IO[bytes], entry: _Entry) -> Iterator[bytes]:
    file.seek(entry.place)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(ZIP):
        raise ArchiveError("a member is not where the table of contents says")
    _, name, extra = _LOCAL.unpack(header)
    at, left = entry.place + _LOCAL.size + name + extra, entry.packed
    while left:
        file.seek(at)  # the table of contents is read from the same file
        piece = file.read(min(CHUNK, left))
        if not piece:
            raise EOFError("breaks off")
        at += len(piece)
        left -= len(piece)
        yield piece
