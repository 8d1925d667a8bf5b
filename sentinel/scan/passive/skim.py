"""Says in machine code which packets belong to a settled direction, and so cannot say anything new.

It does what `quick.glancing` does, packet by packet and with the same outcome, and for IPv6 what a closer look would
come to. A filter of libpcap cannot do this: it knows no connections, and drops the second half of what one begins.
"""

from __future__ import annotations

from typing import Protocol

from sentinel.native import bytes_at, compiled, entry

SLOTS = 1 << 18  # four times the directions that are known at once: chains stay short
FOUR, SIX = 12, 36
"""Bytes of a key, two addresses and two ports, of IPv4 and of IPv6."""
STATE = 4  # bytes behind each key in the table; the first is 0 free, 1 settled, 2 no longer so

NOTHING_NEW, ANYTHING = -1, 0

_IPV4, _IPV6, _TAGGED = 0x0800, 0x86DD, 0x8100
_TCP, _SHORTEST, _FIXED = 6, 20, 40
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


@entry
def settle_at(frame: Pointer) -> int:
    """Put keys into a table, or take them out; return how many there were.

    Frame: keys, count, table, put or not, bytes of a key.
    """
    keys: Pointer = bytes_at(frame[0])
    table: Table = bytes_at(frame[2])
    size = frame[4]
    for number in range(frame[1]):
        slot = slot_of(keys, number * size, table, size)
        if slot >= 0:
            row = slot * (size + STATE)
            for place in range(size):
                table[row + place] = keys[number * size + place]
            table[row + size] = 1 + (frame[3] == 0)
    return frame[1]


@compiled
def look(data: Pointer, at: int, captured: int, wire: int, link: int, four: Pointer, six: Pointer) -> int:  # noqa: PLR0913, PLR0917 -- numbers are all that machine code takes
    """Say whether a packet is sound TCP that can say nothing new; `link` is the number of bytes before the EtherType.

    Only IP without options or extensions, behind one VLAN tag at most. Return NOTHING_NEW, or where IPv4 begins in a
    whole segment that may say something, or ANYTHING.
    """
    if captured < link + 42:
        return ANYTHING
    kind = data[at + link] << 8 | data[at + link + 1]
    ip = at + link + 2
    if kind == _TAGGED:
        kind = data[ip + 2] << 8 | data[ip + 3]
        ip += 4
    end, room = at + captured, wire - (ip - at)
    if kind == _IPV4:
        return _look_at_four(data, ip, end, room, four)
    return NOTHING_NEW if kind == _IPV6 and _settled_six(data, ip, end, room, six) else ANYTHING


@compiled
def _look_at_four(data: Pointer, ip: int, end: int, room: int, table: Pointer) -> int:
    if end - ip < _FIXED or data[ip] != 0x45 or data[ip + 9] != _TCP:
        return ANYTHING
    if (data[ip + 6] << 8 | data[ip + 7]) & 0x3FFF:
        return ANYTHING
    total, header = data[ip + 2] << 8 | data[ip + 3], data[ip + 32] >> 2 & 0x3C
    if header < _SHORTEST or total < 20 + header or total > room or ip + 20 + header > end:
        return ANYTHING
    flags = data[ip + 33]
    if is_known(data, ip + 12, table, FOUR):
        if flags & _SYN == 0:
            return NOTHING_NEW
    elif total == 20 + header and flags & _ENDS == 0:
        return NOTHING_NEW
    return ip if ip + total <= end else ANYTHING


@compiled
def _settled_six(data: Pointer, ip: int, end: int, room: int, table: Pointer) -> bool:
    if end - ip < _FIXED + _SHORTEST or data[ip] >> 4 != 6 or data[ip + 6] != _TCP:
        return False
    length, header = data[ip + 4] << 8 | data[ip + 5], data[ip + 52] >> 2 & 0x3C
    if header < _SHORTEST or length < header or _FIXED + length > room or ip + _FIXED + header > end:
        return False
    flags = data[ip + 53]
    if is_known(data, ip + 8, table, SIX):
        return flags & _SYN == 0
    return length == header and flags & _ENDS == 0


@compiled
def is_known(data: Pointer, at: int, table: Pointer, size: int) -> bool:
    """Say whether a key is in a table, and settled."""
    slot = slot_of(data, at, table, size)
    return slot >= 0 and table[slot * (size + STATE) + size] == 1


@compiled
def slot_of(keys: Pointer, at: int, table: Pointer, size: int) -> int:
    """Return the slot of a key, or the free one for it; a slot once taken stays taken. -1: the table is full."""
    value = 0
    for place in range(at, at + size, 4):
        word = keys[place] << 24 | keys[place + 1] << 16 | keys[place + 2] << 8 | keys[place + 3]
        value = ((value ^ word) * 0x9E3779B1 & 0xFFFFFFFFFFFF) ^ value >> 21
    value = (value ^ value >> 23) * 0x85EBCA6B & 0xFFFFFFFFFFFF
    slot = (value >> 20) % SLOTS
    for _ in range(SLOTS):
        row = slot * (size + STATE)
        if table[row + size] == 0:
            return slot
        same = True
        for place in range(size):
            if table[row + place] != keys[at + place]:
                same = False
                break
        if same:
            return slot
        slot = (slot + 1) % SLOTS
    return -1


@compiled
def number_at(data: Pointer, at: int, big: int) -> int:
    """Return a number of four bytes."""
    if big:
        return data[at] << 24 | data[at + 1] << 16 | data[at + 2] << 8 | data[at + 3]
    return data[at + 3] << 24 | data[at + 2] << 16 | data[at + 1] << 8 | data[at]
