"""Walks the packet records of a capture file: pcap and pcapng, plain, gzip or zstd, in one pass and bounded memory."""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, cast

import zstandard

from sentinel.errors import InputError, Location
from sentinel.model.skipped import Skipped, Tally

STDIN = Path("-")
CHUNK = 1 << 17  # small enough to stay in the processor's cache: twice as fast as a megabyte
MAX_PACKET = 262_144  # libpcap's own ceiling for one record
MAX_BLOCK = 16 << 20
MAX_INTERFACES = 4_096

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_MICRO, _NANO = 1_000_000, 1_000_000_000
_PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", _MICRO, 16),
    b"\xa1\xb2\xc3\xd4": (">", _MICRO, 16),
    b"\x4d\x3c\xb2\xa1": ("<", _NANO, 16),
    b"\xa1\xb2\x3c\x4d": (">", _NANO, 16),
    b"\x34\xcd\xb2\xa1": ("<", _MICRO, 24),  # an old patched libpcap with eight more bytes a record
    b"\xa1\xb2\xcd\x34": (">", _MICRO, 24),
}
_INTERFACE, _OLD_PACKET, _SIMPLE_PACKET, _PACKET = 1, 2, 3, 6
_BROKEN = (EOFError, OSError, zlib.error, zstandard.ZstdError)
_SECTION, _SECTION_MAGIC = 0x0A0D0D0A, b"\x0a\x0d\x0d\x0a"
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_LOOKS = {
    b"PK": "a ZIP archive",
    b"ElfFile\0": "a Windows event log",
    b"<?xml": "XML",
    b"%PDF": "a PDF",
    b"BZh": "a bzip2 file; unpack it first",
    b"\xfd7zXZ": "an xz file; unpack it first",
    b"snoop\0\0\0": "a Solaris snoop capture; convert it to pcap first",
    b"GMBU": "a Microsoft Network Monitor capture; convert it to pcap first",
    b"RTSS": "a Microsoft Network Monitor capture; convert it to pcap first",
    b"SQLite format 3": "an SQLite database",
}


@dataclass(frozen=True, slots=True)
class Interface:
    """Where packets were captured: the link type, ticks of its clock a second, and the clock's offset in seconds."""

    link: int
    per_second: int = _MICRO
    offset: int = 0
    snaplen: int = 0

    def time(self, ticks: int) -> datetime | None:
        """Return the moment in UTC; None where the record has none (zero) or one beyond the calendar."""
        if not ticks:
            return None
        microseconds = ticks if self.per_second == _MICRO else ticks * _MICRO // self.per_second
        try:
            return _EPOCH + (self.offset * _MICRO + microseconds) * _MICROSECOND  # a third quicker than a new timedelta
        except OverflowError:
            return None


Record: TypeAlias = tuple[Interface, int, bytes, int, int, int]
"""Interface, clock ticks, a buffer, start and end of the packet in it, and the packet's length on the wire.

A bare tuple, and no copy of the packet: this is made for every packet of a capture.
"""


class Source:
    """The bytes of a capture, handed out in chunks; a compressed stream that breaks off is marked as `broken`."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream
        self.chunk = CHUNK
        self.broken = False
        self.head = self._read(64)

    @property
    def is_pcap(self) -> bool:
        """Say whether it begins as a pcap does, not as a pcapng."""
        return self.head[:4] in _PCAP

    def more(self, data: bytes, at: int, need: int) -> bytes:
        """Return the bytes from `at` on with new ones appended: `need` in all, or fewer at the end of the file."""
        parts = [data[at:]]
        size = len(parts[0])
        while size < need and (chunk := self._read(max(self.chunk, need - size))):
            parts.append(chunk)
            size += len(chunk)
        return b"".join(parts)

    def _read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except _BROKEN:
            self.broken = True
            return b""

    def into(self, room: memoryview) -> int:
        """Read the next bytes into memory that is there; return how many, 0 at the end."""
        try:
            return self._stream.readinto(room)
        except _BROKEN:
            self.broken = True
            return 0


class Window:
    """The part of a capture that is looked at, in memory that is used again and again: new memory costs more."""

    def __init__(self, source: Source, size: int) -> None:
        self._source, self._size = source, size

    @property
    def broken(self) -> bool:
        """Say whether a compressed stream broke off."""
        return self._source.broken

    def more(self, data: bytearray, at: int, need: int) -> bytearray:
        """Have the bytes from `at` on come first, and new ones behind them: `need` in all, or fewer at the end."""
        size = len(data) - at
        data[:size] = data[at:]
        room_for = max(self._size, need, size)
        del data[room_for:]  # a large block made it larger
        data.extend(bytes(room_for - len(data)))
        with memoryview(data) as room:
            while size < len(data) and (came := self._source.into(room[size:])):
                size += came
        del data[size:]
        return data


@contextmanager
def opened(path: Path, name: str) -> Iterator[Source]:
    """Open a capture, `-` being standard input; raise InputError, saying what it looks like, where it is none."""
    with ExitStack() as stack:
        try:
            plain = stack.enter_context(open(0 if path == STDIN else path, "rb", closefd=path != STDIN))
            stream = stack.enter_context(_unpacked(plain))
        except OSError as error:
            raise InputError(Location(name), f"cannot be read: {error.strerror or error}") from error
        source = Source(stream)
        if source.head[:4] not in _PCAP and source.head[:4] != _SECTION_MAGIC:
            raise InputError(Location(name), f"is not a network capture: it {_appearance(source)}")
        yield source


def records(source: Source, name: str, tally: Tally) -> Iterator[Record]:
    """Return every packet record; what cannot be read as one is counted as skipped."""
    walk = _pcap if source.is_pcap else _pcapng
    return walk(source, name, tally)


def pcap_header(source: Source) -> tuple[str, int, Interface] | None:
    """Return byte order, bytes a record's header and the interface of a pcap; None for pcapng or a cut file."""
    if source.head[:4] not in _PCAP or len(source.head) < 24:
        return None
    order, per_second, header = _PCAP[source.head[:4]]
    return order, header, Interface(struct.unpack_from(order + "I", source.head, 20)[0] & 0xFFFF, per_second)


def _unpacked(plain: io.BufferedReader) -> io.BufferedIOBase:
    """Return a stream of the capture itself, whether or not it is compressed. A pipe cannot be wound back."""
    magic = plain.peek(4)[:4]
    if magic[:2] == _GZIP:
        return gzip.GzipFile(fileobj=plain)
    if magic == _ZSTD:
        unpacking = zstandard.ZstdDecompressor().stream_reader(plain, read_across_frames=True)
        return cast("io.BufferedIOBase", unpacking)
    return plain


def _appearance(source: Source) -> str:
    head = source.head
    if not head:
        return "is a compressed file that is damaged" if source.broken else "is empty"
    for magic, what in _LOOKS.items():
        if head.startswith(magic):
            return f"looks like {what}"
    try:
        said = getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        said = "\0"
    if all(character.isprintable() or character in "\t\r\n" for character in said):
        return "looks like text"
    return f"begins with the bytes {head[:4].hex(' ')}"


def _pcap(source: Source, name: str, tally: Tally) -> Iterator[Record]:
    order, per_second, header = _PCAP[source.head[:4]]
    unpack = struct.Struct(order + "IIII").unpack_from
    data = source.more(source.head, 0, 24)
    if len(data) < 24:
        tally.skip(Skipped(name, "file header", "truncated-file"))
        return
    interface = Interface(struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF, per_second)
    at, size, number = 24, len(data), 0
    while True:
        if at + header > size:
            data, at = source.more(data, at, header), 0
            size = len(data)
            if size < header:
                break
        seconds, fraction, captured, wire = unpack(data, at)
        if captured > MAX_PACKET:
            tally.skip(Skipped(name, f"after packet {number}", "bad-record"))
            return
        end = at + header + captured
        if end > size:
            data, at, end = source.more(data, at, header + captured), 0, header + captured
            size = len(data)
            if size < end:
                break
        number += 1
        yield interface, seconds * per_second + fraction, data, at + header, end, wire
        at = end
    if size or source.broken:
        tally.skip(Skipped(name, f"after packet {number}", "truncated-file"))


class Section:
    """What a pcapng section says about the blocks after it: byte order and interfaces."""

    def __init__(self, order: str) -> None:
        self.order = order
        self.interfaces: list[Interface] = []
        self.head = struct.Struct(order + "II").unpack_from
        self.packet = struct.Struct(order + "IIIII").unpack_from
        self.old_packet = struct.Struct(order + "HHIIII").unpack_from

    def moment(self, data: bytes | bytearray, at: int) -> tuple[Interface, int]:
        """Return the time of the packet in the sound block at a place, in ticks of its interface's clock."""
        which, high, low, _, _ = self.packet(data, at + 8)
        return self.interfaces[which], high << 32 | low


class Block(NamedTuple):
    """A block of a pcapng: its section, its type, and where it and its body's end lie in a buffer."""

    section: Section
    kind: int
    data: Any  # bytes, or those of a window
    at: int
    end: int

    @property
    def is_packet(self) -> bool:
        """Say whether it holds a packet."""
        return self.kind in _PACKETS

    def record(self) -> Record | None:
        """Return the packet of a block that holds one; None for lengths that contradict each other."""
        return _PACKETS[self.kind](self.section, self.data, self.at, self.end)

    def copied(self) -> Record | None:
        """Return the same with a copy of the packet: for a window, whose bytes are soon others."""
        record = self.record()
        if record is None:
            return None
        interface, ticks, data, start, end, wire = record
        return interface, ticks, bytes(data[start:end]), 0, end - start, wire

    def adds_interface(self) -> bool:
        """Add the interface that the block describes to its section; say whether interfaces may have changed."""
        if self.kind == _INTERFACE and len(self.section.interfaces) < MAX_INTERFACES:
            self.section.interfaces.append(_interface(self.section, self.data, self.at, self.end))
        return self.kind in {_INTERFACE, _SECTION}


def _pcapng(source: Source, name: str, tally: Tally) -> Iterator[Record]:
    block = Block(Section("<"), 0, source.head, 0, -4)
    while True:
        found = block_at(source, block.section, block.data, block.end + 4)
        if isinstance(found, str):
            if found:
                tally.skip(Skipped(name, f"after packet {tally.total}", found))
            return
        block = found
        if block.is_packet:
            record = block.record()
            if record is None:
                tally.skip(Skipped(name, f"packet {tally.total + 1}", "bad-record"))
            else:
                yield record
        else:
            block.adds_interface()


def block_at(source: Source | Window, section: Section, data: Any, at: int) -> Block | str:  # noqa: ANN401 -- the bytes of either
    """Return the block at a place, reading on where it is not all there; else why there is none, nothing at the end."""
    if len(data) - at < 12:
        data, at = source.more(data, at, 12), 0
        if len(data) < 12:
            return "truncated-file" if data or source.broken else ""
    if data[at : at + 4] == _SECTION_MAGIC:
        section = Section(">" if data[at + 8 : at + 12] == b"\x1a\x2b\x3c\x4d" else "<")
    kind, length = section.head(data, at)
    if not 12 <= length <= MAX_BLOCK or length % 4:
        return "bad-record"
    if at + length > len(data):
        data, at = source.more(data, at, length), 0
        if len(data) < length:
            return "truncated-file"
    return Block(section, kind, data, at, at + length - 4)


def _interface(section: Section, data: bytes, at: int, end: int) -> Interface:
    """Read an interface block; one that is too short has an unknown link type, so that the numbering stays right."""
    if end - at < 16:
        return Interface(-1)
    link, _, snaplen = struct.unpack_from(section.order + "HHI", data, at + 8)
    per_second, offset = _MICRO, 0
    at += 16
    while at + 4 <= end:
        code, size = struct.unpack_from(section.order + "HH", data, at)
        if code == 0 or at + 4 + size > end:
            break
        if code == 9 and size == 1:
            per_second = _resolution(data[at + 4])
        elif code == 14 and size == 8:
            offset = struct.unpack_from(section.order + "q", data, at + 4)[0]
        at += 4 + size + -size % 4
    return Interface(link, per_second, offset, snaplen)


def _resolution(code: int) -> int:
    """Return ticks a second of `if_tsresol`: a power of ten, or of two where the highest bit is set."""
    return 1 << (code & 0x7F) if code & 0x80 else 10**code


def _enhanced_packet(section: Section, data: bytes, at: int, end: int) -> Record | None:
    if end - at < 28:
        return None
    which, high, low, captured, wire = section.packet(data, at + 8)
    return _record(section, which, high << 32 | low, data, (at + 28, captured, wire, end))


def _obsolete_packet(section: Section, data: bytes, at: int, end: int) -> Record | None:
    if end - at < 28:
        return None
    which, _, high, low, captured, wire = section.old_packet(data, at + 8)
    return _record(section, which, high << 32 | low, data, (at + 28, captured, wire, end))


def _simple_packet(section: Section, data: bytes, at: int, end: int) -> Record | None:
    """Read a packet without time; it belongs to the first interface, whose snaplen may have cut it."""
    if end - at < 12 or not section.interfaces:
        return None
    wire = struct.unpack_from(section.order + "I", data, at + 8)[0]
    captured = min(wire, section.interfaces[0].snaplen or wire, end - at - 12)
    return _record(section, 0, 0, data, (at + 12, captured, wire, end))


def _record(section: Section, which: int, ticks: int, data: bytes, span: tuple[int, int, int, int]) -> Record | None:
    start, captured, wire, end = span
    if which >= len(section.interfaces) or captured > min(MAX_PACKET, end - start):
        return None
    return section.interfaces[which], ticks, data, start, start + captured, wire


_PACKETS: dict[int, Callable[[Section, bytes, int, int], Record | None]] = {
    _PACKET: _enhanced_packet,
    _SIMPLE_PACKET: _simple_packet,
    _OLD_PACKET: _obsolete_packet,
}
