"""Reads Windows event logs (EVTX), one 64 KiB chunk at a time, so that a broken chunk costs only itself."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import orjson
from evtx import PyEvtxParser

from sentinel.detect.dumptext import flatten_text
from sentinel.detect.fields import flatten
from sentinel.detect.readers.head import Head
from sentinel.detect.times import event_time
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally

FILE_MAGIC = b"ElfFile\0"
CHUNK_MAGIC = b"ElfChnk\0"
FILE_HEADER_BYTES = 4096
CHUNK_BYTES = 65536
# Tables of shared names and templates: only a short cut for the parser, which finds both by their place without them.
# They are linked lists, and names bent into a ring keep the parser going round for ever; so it never sees them.
TABLES = slice(128, 512)
# The smallest record has 24 bytes of frame around it, so no chunk can promise more than this.
MOST_RECORDS = CHUNK_BYTES // 24
_UNUSED = bytes(CHUNK_BYTES)


def looks_like_evtx(head: Head) -> bool:
    """Say whether a log begins as EVTX does."""
    return head.data.startswith(FILE_MAGIC)


def read_evtx(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[Event]:
    """Yield an event a record.

    Each chunk's header says how many records it holds: what the parser does not give back is skipped as
    `bad-record` or `bad-chunk`, and what a file cut short has lost as `truncated`. Chunks of zeros are unused space.
    Checksums of chunks are not judged: a log copied while Windows writes it has wrong ones.
    """
    for number, dump in dump_evtx(chunks, name, tally):
        result = as_event(dump, name, number)
        if isinstance(result, Skipped):
            tally.skip(result)
        else:
            yield result


def dump_evtx(chunks: Iterator[bytes], name: str, tally: Tally) -> Iterator[tuple[str, str]]:
    """Yield the number of each record and its JSON, as the parser dumps it, on one line; what is lost is skipped."""
    blocks = _blocks(chunks)
    header = next(blocks, b"")
    if len(header) < FILE_HEADER_BYTES:
        tally.skip(Skipped(name, "file", "truncated", "the file ends inside its header"))
        return
    number = -1
    for number, block in enumerate(blocks):
        if block == _UNUSED[: len(block)]:
            continue
        whole = len(block) == CHUNK_BYTES
        if not block.startswith(CHUNK_MAGIC):
            reason = "bad-chunk" if whole else "truncated"
            tally.skip(Skipped(name, f"chunk {number}", reason, "no chunk header where one must be"))
            continue
        yield from _chunk(block.ljust(CHUNK_BYTES, b"\0"), (name, f"chunk {number}"), tally, whole=whole)
    if number + 1 < _promised(header):
        tally.skip(Skipped(name, f"chunk {number + 1}", "truncated", "the file ends before chunks its header promises"))


def as_event(dump: str | bytes, source: str, number: str) -> Event | Skipped:
    """Return the event that a record was dumped from; its own number counts where it says one."""
    try:
        fields = (flatten_text(dump) if isinstance(dump, str) else None) or flatten(orjson.loads(dump))
    except orjson.JSONDecodeError:
        return Skipped(source, number, "bad-record", "holds text that is no Unicode")
    if isinstance(fields, str):
        return Skipped(source, number, fields)
    return Event(source, str(fields.get("EventRecordID", number)), event_time(fields), fields)


def _promised(header: bytes) -> int:
    """Return how many chunks a header counts; 0 if its checksum is wrong, since then it may count anything."""
    (count,), (checksum,) = struct.unpack_from("<H", header, 42), struct.unpack_from("<I", header, 124)
    return int(count) if zlib.crc32(header[:120]) == checksum else 0


def _blocks(stream: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the file header and the blocks that follow it; only the last may be short."""
    held = b""
    size = FILE_HEADER_BYTES
    for piece in stream:
        held += piece
        start = 0
        while len(held) - start >= size:
            yield held[start : start + size]
            start, size = start + size, CHUNK_BYTES
        held = held[start:]
    if held:
        yield held


def _chunk(block: bytes, where: tuple[str, str], tally: Tally, *, whole: bool) -> Iterator[tuple[str, str]]:
    """Yield the records of one chunk; `where` is the name of the stream, and which chunk of it this is."""
    name, place = where
    first, last = struct.unpack_from("<QQ", block, 8)
    promised = last - first + 1 if 0 <= last - first < MOST_RECORDS else None
    seen = 0
    for record in _records(block):
        seen += 1
        if isinstance(record, dict):
            yield str(record["event_record_id"]), record["data"].replace("\n", " ")
        else:
            tally.skip(Skipped(name, place, "bad-record", "the parser cannot make it out"))
    if promised is None:
        tally.skip(Skipped(name, place, "bad-chunk", "its header does not say how many records it holds"))
        return
    for _ in range(promised - seen):
        tally.skip(Skipped(name, place, "bad-chunk" if whole else "truncated", "promised but not there"))


def _records(block: bytes) -> Iterator[dict[str, Any] | RuntimeError | OSError]:
    """Yield records of one chunk; one that cannot be parsed is its error. At most as many as a chunk can hold."""
    try:
        records = PyEvtxParser(BytesIO(_as_file(block)), number_of_threads=1).records_json()
    except (RuntimeError, OSError) as error:
        yield error
        return
    for _ in range(MOST_RECORDS):
        try:
            record = next(records)
        except StopIteration:
            return
        except (RuntimeError, OSError) as error:  # the parser goes on with the next record after it
            yield error
        else:
            if record is not None:
                yield record


def _as_file(block: bytes) -> bytes:
    """Return one chunk as a file of its own: the header of the real one counts chunks that may not be there."""
    bare = memoryview(block)
    return b"".join((_HEADER, bare[: TABLES.start], bytes(TABLES.stop - TABLES.start), bare[TABLES.stop :]))


def _header() -> bytes:
    """Return the header of a file of one chunk."""
    start = struct.pack("<8sQQQIHHHH", FILE_MAGIC, 0, 0, 1, 128, 1, 3, FILE_HEADER_BYTES, 1).ljust(120, b"\0")
    return (start + struct.pack("<II", 0, zlib.crc32(start))).ljust(FILE_HEADER_BYTES, b"\0")


_HEADER = _header()
