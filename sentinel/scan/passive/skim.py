"""Passes over the packets of settled directions in machine code; what it leaves are those that may say something.

It does what `observing.settled` does, packet by packet and with the same outcome, over the bytes of a whole chunk at
once. A filter of libpcap cannot do this: it knows no connections, and drops the second half of what one begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sentinel.model.kept import Kept
from sentinel.native import address, bytes_at, compiled, entry, int64_at, machine_code
from sentinel.scan.passive.streams import DONE, FRESH, Journal, Streams

SLOTS = 1 << 18  # four times the directions that are known at once: chains stay short
FULL = SLOTS // 2
KEY = 12  # two IPv4 addresses and two ports
MAX_LEFT = 1 << 14
_FOUND = 2  # numbers for each packet that is left: where it begins, and how many came before it

_SIXTEEN = 16
_ETHERNET_IP, _TAGGED = 0x0800, 0x8100
_TCP, _SHORTEST = 6, 20
_SYN, _ENDS = 2, 7  # SYN, and any of FIN, SYN and RST


class Pointer(Protocol):
    """Numbers one behind the other: an array of Python, or what machine code has for it."""

    def __getitem__(self, place: int, /) -> int:
        """Return one of them."""
        ...


class Table(Pointer, Protocol):
    """Numbers that can be changed."""

    def __setitem__(self, place: int, number: int, /) -> None:
        """Change one of them."""
        ...


@dataclass(frozen=True, slots=True)
class Left:
    """One walk: the packets that are left, each with where its record begins and how many came before it."""

    packets: Sequence[tuple[int, int]]
    end: int
    passed: int


class Skimmer:
    """Keeps a table of settled directions beside the streams, and walks over the records of a pcap with it."""

    def __init__(self, streams: Streams, order: str, largest: int, kept: Kept | None) -> None:
        self._code = machine_code("scan", kept)
        self._streams, self._journal = streams, Journal()
        streams.journal = self._journal
        self._big, self._largest = order == ">", largest
        self._table, self._found = np.zeros(SLOTS * _SIXTEEN, np.uint8), np.zeros(_FOUND * MAX_LEFT, np.int64)
        self._taken = 0

    def walk(self, data: bytes, at: int, size: int, link: int) -> Left:
        """Walk over the whole records from `at` on; `link` is the number of bytes before the EtherType."""
        self._follow()
        begin, own = np.frombuffer(data, np.uint8), (address(self._table), address(self._found))
        frame = (address(begin), at, size, int(self._big), self._largest, link, *own, 0)
        left, after = self._code.call(skim_at, frame)
        places = self._found[: _FOUND * left].tolist()
        return Left(list(zip(places[::2], places[1::2], strict=True)), after[1], after[8])

    @property
    def outdated(self) -> bool:
        """Say whether a settled direction is no longer so: what a walk passed over may have to be looked at again."""
        return bool(self._journal.opened) or self._journal.forgotten

    def _follow(self) -> None:
        """Bring the table up to date."""
        journal, states = self._journal, self._streams.states
        if journal.forgotten or self._taken + len(journal.settled) > FULL:
            self._table[:] = 0
            self._taken = 0
            journal.settled = [key for key, state in states.items() if state <= DONE]
        else:
            self._put(journal.opened, there=False)
        # a direction may settle and go on with its next message
        self._put([key for key in journal.settled if states.get(key, FRESH) <= DONE], there=True)
        journal.settled, journal.opened, journal.forgotten = [], [], False

    def _put(self, keys: Sequence[bytes], *, there: bool) -> None:
        packed = b"".join(key for key in keys if len(key) == KEY)
        if packed:
            count = len(packed) // KEY
            data = np.frombuffer(packed, np.uint8)
            self._code.call(settle_at, (address(data), count, address(self._table), int(there)))
            self._taken += count


@entry
def skim_at(frame: Table) -> int:
    """Walk over whole records, and return how many packets are left for a closer look.

    Frame: data, start, end, big-endian, largest packet, bytes before the EtherType, table, found. On return frame[1]
    is where the walk ended and frame[8] how many records it passed.
    """
    data, at, end = bytes_at(frame[0]), frame[1], frame[2]
    table, found = bytes_at(frame[6]), int64_at(frame[7])
    records = left = 0
    while at + _SIXTEEN <= end and left < MAX_LEFT:
        captured, wire = _number(data, at + 8, frame[3]), _number(data, at + 12, frame[3])
        if captured > frame[4] or at + _SIXTEEN + captured > end:
            break
        if not _settled(data, at + _SIXTEEN, captured, wire, frame[5], table):
            found[2 * left] = at
            found[2 * left + 1] = records
            left += 1
        records += 1
        at += _SIXTEEN + captured
    frame[1] = at
    frame[8] = records
    return left


@entry
def settle_at(frame: Pointer) -> int:
    """Put keys into the table, or take them out; return how many there were. Frame: keys, count, table, put or not."""
    keys: Pointer = bytes_at(frame[0])
    table: Table = bytes_at(frame[2])
    for number in range(frame[1]):
        slot = _slot(keys, number * KEY, table)
        if slot >= 0:
            for place in range(KEY):
                table[slot * _SIXTEEN + place] = keys[number * KEY + place]
            table[slot * _SIXTEEN + KEY] = 1 + (frame[3] == 0)
    return frame[1]


@compiled
def _settled(data: Pointer, at: int, captured: int, wire: int, link: int, table: Pointer) -> bool:
    """Say whether a packet is sound TCP over plain IPv4 that can say nothing new."""
    if captured < link + 42:
        return False
    kind = data[at + link] << 8 | data[at + link + 1]
    ip = at + link + 2
    if kind == _TAGGED:
        kind = data[ip + 2] << 8 | data[ip + 3]
        ip += 4
    if kind != _ETHERNET_IP or captured < ip - at + 40 or data[ip] != 0x45 or data[ip + 9] != _TCP:
        return False
    if (data[ip + 6] << 8 | data[ip + 7]) & 0x3FFF:
        return False
    total, header = data[ip + 2] << 8 | data[ip + 3], data[ip + 32] >> 2 & 0x3C
    if header < _SHORTEST or total < 20 + header or total > wire - (ip - at) or ip + 20 + header > at + captured:
        return False
    flags = data[ip + 33]
    if _is_known(data, ip + 12, table):
        return flags & _SYN == 0
    return total == 20 + header and flags & _ENDS == 0


@compiled
def _is_known(data: Pointer, at: int, table: Pointer) -> bool:
    slot = _slot(data, at, table)
    return slot >= 0 and table[slot * _SIXTEEN + KEY] == 1


@compiled
def _slot(keys: Pointer, at: int, table: Pointer) -> int:
    """Return the slot of a key, or the free one for it; a slot once taken stays taken. -1: the table is full."""
    value = 0
    for place in range(KEY):
        value = (value * 0x01000193 ^ keys[at + place]) & 0xFFFFFFFFFFFF
    value = (value ^ value >> 21) * 0x9E3779B1 & 0xFFFFFFFFFFFF
    slot = (value >> 16) % SLOTS
    for _ in range(SLOTS):
        if table[slot * _SIXTEEN + KEY] == 0:
            return slot
        same = True
        for place in range(KEY):
            if table[slot * _SIXTEEN + place] != keys[at + place]:
                same = False
                break
        if same:
            return slot
        slot = (slot + 1) % SLOTS
    return -1


@compiled
def _number(data: Pointer, at: int, big: int) -> int:
    if big:
        return data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3]
    return data[at + 3] << 24 | data[at + 2] << 16 | data[at + 1] << 8 | data[at]
