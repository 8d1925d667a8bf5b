"""Walks over packets in machine code and finds those that may say something; one walk a form of record."""

from __future__ import annotations

import mmap
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from sentinel.model.kept import Kept
from sentinel.native import address_of, bytes_at, compiled, entry, int64_at, machine_code
from sentinel.scan.passive import streams
from sentinel.scan.passive.capture import MAX_BLOCK, MAX_PACKET
from sentinel.scan.passive.directions import (
    AT,
    BIG,
    COUNT,
    DATA,
    END,
    FOUND,
    INDEX,
    LINK,
    LONGEST,
    MORE,
    MOST,
    PASSED,
    PER_SECOND,
    ROOM,
    ROW,
    ROWS,
    SEED,
    SIZE,
    SLOTS,
    STOPPED,
    WALK,
    WHAT,
    find_at,
    forget_at,
    put_at,
)
from sentinel.scan.passive.frames import Pointer, Table, number_at
from sentinel.scan.passive.skim import BEGIN, CODE, NO_ROOM, NOTHING_NEW, NUMBER, NUMBERS, TICKS, WHICH, look
from sentinel.scan.passive.streams import DONE, FRESH, MAX_LIVE, Streams

MAX_LEFT = 1 << 12  # what the code is told, so that it can never write beyond what was made room for
FIND, PUT, FORGET, RECORDS, BLOCKS, BATCH = range(6)
"""What is asked of the machine code; all of it is one piece, which takes half as long to make as six."""
PLACE = 16  # bytes of a place in a batch

_BLOCK, _PACKET, _SECTION, _OWN = 12, 6, 0x0A0D0D0A, 3  # of pcapng; all types up to 3 are read in Python
_BEFORE = 28  # bytes before the packet in its block


@dataclass(frozen=True, slots=True)
class Left:
    """One walk: the packets that are left, in numbers as skim.py has them, where it ended, and how many it passed."""

    packets: memoryview
    end: int
    passed: int


class Skimmer:
    """Keeps a table of all directions in place of that of the streams, and walks over packets with it.

    What Python changes of the table it does in the streams' own dict, which is put into the table before the next walk.
    Raises ImportError, OSError or RuntimeError where there can be no machine code.
    """

    def __init__(self, of: Streams, kept: Kept | None, seed: int) -> None:
        self._code = machine_code("scan", kept)
        self._streams = of
        of.elsewhere = self.state_of
        most = streams.MAX_DIRECTIONS + MAX_LIVE + 1
        self.rows, self._spare = (mmap.mmap(-1, most * ROW) for _ in range(2))
        self._index = mmap.mmap(-1, 4 * SLOTS)
        self._found = array("q", bytes(8 * NUMBERS * MAX_LEFT))
        self._frame = array("q", bytes(8 * (WHAT + 1)))
        frame = self._frame
        frame[INDEX], frame[ROWS], frame[SEED] = address_of(self._index), address_of(self.rows), seed
        frame[MOST], frame[ROOM] = streams.MAX_DIRECTIONS, MAX_LEFT

    def records(self, data: bytearray, at: int, link: int, form: tuple[bool, int, int]) -> Left:
        """Walk over the records of a pcap. Form: big-endian or not, bytes before a packet, ticks a second."""
        big, head, self._frame[PER_SECOND] = form
        return self._walk(RECORDS, data, (at, len(data)), (link, head, big))

    def blocks(self, data: bytearray, at: int, links: Sequence[int], *, big: bool) -> Left:
        """Walk over the whole blocks of a pcapng section, with the links of its interfaces."""
        known = array("q", links)
        return self._walk(BLOCKS, data, (at, len(data)), (known.buffer_info()[0], len(links), big))

    def batch(self, data: bytes, places: bytes, at: int, link: int) -> Left:
        """Walk over packets whose places are listed: seconds, microseconds, offset and length, of four bytes each."""
        big = sys.byteorder == "big"
        return self._walk(BATCH, data, (at, len(places)), (link, address_of(places), big))

    def state_of(self, key: bytes) -> int:
        """Return the state of a direction; of one that is not known it was not asked anything."""
        self._frame[DATA], self._frame[MORE] = address_of(key), len(key)
        state = self._call(FIND)
        return DONE if state == FRESH else state

    def follow(self) -> None:
        """Put what Python changed into the table."""
        states = self._streams.states
        for size in (12, LONGEST):
            keys = [key for key in states if len(key) == size]
            if keys:
                packed, values = b"".join(keys), array("q", [states[key] for key in keys])
                frame = self._frame
                frame[DATA], frame[END], frame[MORE] = address_of(packed), len(keys), size
                frame[FOUND] = values.buffer_info()[0]
                self._call(PUT)
        states.clear()

    def _walk(
        self,
        walk: int,
        data: bytes | bytearray,
        span: tuple[int, int],
        form: tuple[int, int, bool],
    ) -> Left:
        self.follow()
        frame = self._frame
        if frame[STOPPED]:
            self._forget()
        frame[DATA], frame[AT], frame[END] = address_of(data), *span
        frame[LINK], frame[MORE], frame[BIG] = form
        frame[FOUND], frame[WALK], frame[STOPPED] = self._found.buffer_info()[0], frame[WALK] + 1, 0
        left = self._call(walk)
        return Left(memoryview(self._found)[: left * NUMBERS], frame[AT], frame[PASSED])

    def _forget(self) -> None:
        """Forget the older half of all directions, but for those that are being put together."""
        live, frame, index = self._streams.live(), self._frame, mmap.mmap(-1, 4 * SLOTS)
        for number, key in enumerate(live):
            at = number * ROW
            self._spare[at : at + len(key)], self._spare[at + SIZE] = key, len(key)
        frame[DATA], frame[END], frame[AT] = address_of(self._spare), len(live), streams.MAX_DIRECTIONS // 2
        frame[FOUND], frame[WALK] = address_of(index), frame[WALK] + 1
        self._call(FORGET)
        self.rows, self._spare, self._index = self._spare, self.rows, index
        frame[MOST] = max(streams.MAX_DIRECTIONS, frame[COUNT] + 1)

    def _call(self, what: int) -> int:
        self._frame[WHAT] = what
        return self._code.at(do_at, self._frame.buffer_info()[0])


@compiled
def skim_at(frame: Table) -> int:
    """Walk over the records of a pcap, and return how many packets are left for a closer look."""
    data: Pointer = bytes_at(frame[DATA])
    found: Table = int64_at(frame[FOUND])
    at, end, head = frame[AT], frame[END], frame[MORE]
    records = left = 0
    while at + head <= end and left < frame[ROOM]:
        captured, wire = number_at(data, at + 8, frame[BIG]), number_at(data, at + 12, frame[BIG])
        if captured > MAX_PACKET or at + head + captured > end:
            break
        out = NUMBERS * left
        code = look(data, at + head, captured, wire, frame[LINK], frame, found, out)
        if code == NO_ROOM:
            frame[STOPPED] = 1
            break
        if code != NOTHING_NEW:
            found[out + BEGIN], found[out + NUMBER], found[out + CODE], found[out + WHICH] = at, records, code, 0
            seconds = number_at(data, at, frame[BIG])
            found[out + TICKS] = seconds * frame[PER_SECOND] + number_at(data, at + 4, frame[BIG])
            left += 1
        records += 1
        at += head + captured
    frame[AT] = at
    frame[PASSED] = records
    return left


@compiled
def skim_blocks_at(frame: Table) -> int:
    """Walk over blocks of a pcapng up to one that says something of the file. More: how many interfaces it has."""
    data: Pointer = bytes_at(frame[DATA])
    found: Table = int64_at(frame[FOUND])
    links: Pointer = int64_at(frame[LINK])
    at, end = frame[AT], frame[END]
    records = left = 0
    while at + _BLOCK <= end and left < frame[ROOM]:
        kind, length = number_at(data, at, frame[BIG]), number_at(data, at + 4, frame[BIG])
        if kind <= _OWN or kind == _SECTION or length < _BLOCK or length > MAX_BLOCK:
            break
        if length & 3 or at + length > end:
            break
        if kind == _PACKET:
            if length < _BEFORE + 4:
                break
            which, captured = number_at(data, at + 8, frame[BIG]), number_at(data, at + 20, frame[BIG])
            if which >= frame[MORE] or captured > MAX_PACKET or captured > length - _BEFORE - 4:
                break
            out, wire = NUMBERS * left, number_at(data, at + 24, frame[BIG])
            code = look(data, at + _BEFORE, captured, wire, links[which], frame, found, out)
            if code == NO_ROOM:
                frame[STOPPED] = 1
                break
            if code != NOTHING_NEW:
                found[out + BEGIN], found[out + NUMBER], found[out + CODE], found[out + WHICH] = (
                    at,
                    records,
                    code,
                    which,
                )
                high = number_at(data, at + 12, frame[BIG])
                found[out + TICKS] = high << 32 | number_at(data, at + 16, frame[BIG])
                left += 1
            records += 1
        at += length
    frame[AT] = at
    frame[PASSED] = records
    return left


@compiled
def skim_batch_at(frame: Table) -> int:
    """Walk over packets whose places are listed elsewhere. More: the places."""
    data: Pointer = bytes_at(frame[DATA])
    places: Pointer = bytes_at(frame[MORE])
    found: Table = int64_at(frame[FOUND])
    at, end = frame[AT], frame[END]
    records = left = 0
    while at + PLACE <= end and left < frame[ROOM]:
        begin, captured = number_at(places, at + 8, frame[BIG]), number_at(places, at + 12, frame[BIG])
        out = NUMBERS * left
        code = look(data, begin, captured, captured, frame[LINK], frame, found, out)
        if code == NO_ROOM:
            frame[STOPPED] = 1
            break
        if code != NOTHING_NEW:
            found[out + BEGIN], found[out + NUMBER], found[out + CODE], found[out + WHICH] = at, records, code, 0
            seconds = number_at(places, at, frame[BIG])
            found[out + TICKS] = seconds * 1_000_000 + number_at(places, at + 4, frame[BIG])
            left += 1
        records += 1
        at += PLACE
    frame[AT] = at
    frame[PASSED] = records
    return left


@entry
def do_at(frame: Table) -> int:
    """Do what a frame asks for."""
    what = frame[WHAT]
    if what == RECORDS:
        return skim_at(frame)
    if what == BLOCKS:
        return skim_blocks_at(frame)
    if what == BATCH:
        return skim_batch_at(frame)
    if what == PUT:
        return put_at(frame)
    return find_at(frame) if what == FIND else forget_at(frame)
