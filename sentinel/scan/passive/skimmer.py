"""Walks over the packets of a chunk in machine code and finds those that may say something; one walk a form of record.

Frames of all walks begin alike: data, start, end, big-endian, largest packet, both tables of settled directions, and
where to put what is found; a walk puts back where it ended, and how many packets it passed.
"""

from __future__ import annotations

import mmap
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from sentinel.model.kept import Kept
from sentinel.native import address_of, bytes_at, entry, int64_at, machine_code
from sentinel.scan.passive.capture import MAX_BLOCK, MAX_PACKET
from sentinel.scan.passive.skim import ANYTHING, FOUR, NOTHING_NEW, SIX, SLOTS, STATE, Table, look, number_at, settle_at
from sentinel.scan.passive.streams import DONE, FRESH, Journal, Streams

LINKS = {1: 12, 113: 14}
"""Link types that are walked over, and where their EtherType stands: Ethernet, and Linux cooked."""
MAX_LEFT = 1 << 14
RECORD = 16  # bytes before the packet in a pcap, and of a place in a batch

_FULL = SLOTS // 2
_FOUND = 3  # numbers for each packet that is left: those of `Left`
_ENDED, _PASSED = 1, 8  # where a frame tells how far a walk came
_BLOCK, _PACKET, _SECTION, _OWN = 12, 6, 0x0A0D0D0A, 3  # of pcapng; all types up to 3 are read in Python
_BEFORE = 28  # bytes before the packet in its block


@dataclass(frozen=True, slots=True)
class Left:
    """One walk: the packets that are left, each with where its record begins, how many came before it, and its look.

    A look is where IPv4 begins, with a whole TCP segment behind it, or ANYTHING.
    """

    packets: Sequence[tuple[int, int, int]]
    end: int
    passed: int


@dataclass(slots=True)
class _Directions:
    """A table of settled directions; its memory is asked for as it is used."""

    size: int
    rows: mmap.mmap
    taken: int = 0

    @staticmethod
    def of(size: int) -> _Directions:
        """Return an empty table."""
        return _Directions(size, mmap.mmap(-1, SLOTS * (size + STATE)))


class Skimmer:
    """Keeps tables of settled directions beside the streams, and walks over packets with them.

    Raises ImportError, OSError or RuntimeError where there can be no machine code.
    """

    def __init__(self, streams: Streams, kept: Kept | None) -> None:
        self._code = machine_code("scan", kept)
        self.states, self.journal = streams.states, Journal()
        streams.journal = self.journal
        self._tables = (_Directions.of(FOUR), _Directions.of(SIX))
        self._found = array("q", bytes(8 * _FOUND * MAX_LEFT))

    def records(self, data: bytearray, at: int, link: int, *, big: bool) -> Left:
        """Walk over the whole records of a pcap from `at` on."""
        return self._walk(skim_at, data, (at, len(data), int(big)), link, 0)

    def blocks(self, data: bytearray, at: int, links: Sequence[int], *, big: bool) -> Left:
        """Walk over the whole blocks of a pcapng section; `links` of its interfaces, -1 for what is not walked over."""
        known = array("q", links)
        return self._walk(skim_blocks_at, data, (at, len(data), int(big)), known.buffer_info()[0], len(links))

    def batch(self, data: bytes, places: bytes, at: int, link: int) -> Left:
        """Walk over packets whose places are listed: seconds, fraction, offset and length, of four bytes each."""
        big = int(sys.byteorder == "big")
        return self._walk(skim_batch_at, data, (at, len(places), big), link, address_of(places))

    def _walk(self, walk: object, data: bytes | bytearray, span: tuple[int, int, int], link: int, more: int) -> Left:
        self._follow()
        tables = (address_of(one.rows) for one in self._tables)
        frame = (address_of(data), *span, MAX_PACKET, *tables, self._found.buffer_info()[0], 0, link, more)
        left, after = self._code.call(walk, frame)  # type: ignore[arg-type]  # one of the entries below
        places = self._found[: _FOUND * left].tolist()
        return Left(list(zip(places[::3], places[1::3], places[2::3], strict=True)), after[_ENDED], after[_PASSED])

    def _follow(self) -> None:
        """Bring the tables up to date."""
        journal, states = self.journal, self.states
        if journal.forgotten or any(one.taken + len(journal.settled) > _FULL for one in self._tables):
            self._tables = (_Directions.of(FOUR), _Directions.of(SIX))
            journal.settled = [key for key, state in states.items() if state <= DONE]
        else:
            self._put(journal.opened, there=False)
        # a direction may settle and go on with its next message
        self._put([key for key in journal.settled if states.get(key, FRESH) <= DONE], there=True)
        journal.settled, journal.opened, journal.forgotten = [], [], False

    def _put(self, keys: Sequence[bytes], *, there: bool) -> None:
        for table in self._tables:
            packed = b"".join(key for key in keys if len(key) == table.size)
            if packed:
                count, rows = len(packed) // table.size, address_of(table.rows)
                self._code.call(settle_at, (address_of(packed), count, rows, int(there), table.size))
                table.taken += count


@entry
def skim_at(frame: Table) -> int:
    """Walk over the records of a pcap, and return how many packets are left for a closer look. Frame[9]: the link."""
    data, at, end = bytes_at(frame[0]), frame[1], frame[2]
    four, six, found = bytes_at(frame[5]), bytes_at(frame[6]), int64_at(frame[7])
    records = left = 0
    while at + RECORD <= end and left < MAX_LEFT:
        captured, wire = number_at(data, at + 8, frame[3]), number_at(data, at + 12, frame[3])
        if captured > frame[4] or at + RECORD + captured > end:
            break
        ip = look(data, at + RECORD, captured, wire, frame[9], four, six)
        if ip != NOTHING_NEW:
            found[_FOUND * left] = at
            found[_FOUND * left + 1] = records
            found[_FOUND * left + 2] = ip
            left += 1
        records += 1
        at += RECORD + captured
    frame[1] = at
    frame[8] = records
    return left


@entry
def skim_blocks_at(frame: Table) -> int:
    """Walk over blocks of a pcapng up to one that says something of the file. Frame[9]: links, [10]: how many."""
    data, at, end = bytes_at(frame[0]), frame[1], frame[2]
    four, six, found, links = bytes_at(frame[5]), bytes_at(frame[6]), int64_at(frame[7]), int64_at(frame[9])
    records = left = 0
    while at + _BLOCK <= end and left < MAX_LEFT:
        kind, length = number_at(data, at, frame[3]), number_at(data, at + 4, frame[3])
        if kind <= _OWN or kind == _SECTION or length < _BLOCK or length > MAX_BLOCK:
            break
        if length & 3 or at + length > end:
            break
        if kind == _PACKET:
            if length < _BEFORE + 4:
                break
            which, captured = number_at(data, at + 8, frame[3]), number_at(data, at + 20, frame[3])
            if which >= frame[10] or captured > frame[4] or captured > length - _BEFORE - 4:
                break
            link, wire = links[which], number_at(data, at + 24, frame[3])
            ip = ANYTHING if link < 0 else look(data, at + _BEFORE, captured, wire, link, four, six)
            if ip != NOTHING_NEW:
                found[_FOUND * left] = at
                found[_FOUND * left + 1] = records
                found[_FOUND * left + 2] = ip
                left += 1
            records += 1
        at += length
    frame[1] = at
    frame[8] = records
    return left


@entry
def skim_batch_at(frame: Table) -> int:
    """Walk over packets whose places are listed elsewhere. Frame[9]: the link, [10]: the places."""
    data, at, end, places = bytes_at(frame[0]), frame[1], frame[2], bytes_at(frame[10])
    four, six, found = bytes_at(frame[5]), bytes_at(frame[6]), int64_at(frame[7])
    records = left = 0
    while at + RECORD <= end and left < MAX_LEFT:
        begin, captured = number_at(places, at + 8, frame[3]), number_at(places, at + 12, frame[3])
        ip = look(data, begin, captured, captured, frame[9], four, six)
        if ip != NOTHING_NEW:
            found[_FOUND * left] = at
            found[_FOUND * left + 1] = records
            found[_FOUND * left + 2] = ip
            left += 1
        records += 1
        at += RECORD
    frame[1] = at
    frame[8] = records
    return left
