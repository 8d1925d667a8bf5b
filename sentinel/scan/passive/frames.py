"""Takes frames apart in machine code and finds the TCP segments in them, with the same outcome as packets.py."""

from __future__ import annotations

from typing import Protocol

from sentinel.native import compiled

ETHERNET, COOKED, COOKED2, LOOPBACK, RAW = 1, 2, 3, 4, 5
FAMILIES = {
    0: LOOPBACK, 1: ETHERNET, 12: RAW, 14: RAW, 101: RAW, 108: LOOPBACK, 113: COOKED, 228: RAW, 229: RAW, 276: COOKED2,
}  # fmt: skip
"""Which of them a link type is, by its number in the capture; 0 stands for one that is not known."""
NOWHERE = -1

_IPV4, _IPV6, _ARP, _TCP, _UDP = 0x0800, 0x86DD, 0x0806, 6, 17
_CUT = -1
_MAX_TAGS, _MAX_EXTENSIONS = 8, 16
_FRAGMENT, _AUTHENTICATION = 44, 51


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


@compiled
def number_at(data: Pointer, at: int, big: int) -> int:
    """Return a number of four bytes; not by shifts, which would make one without a sign of it in machine code."""
    if big:
        return data[at] * 0x1000000 | data[at + 1] * 0x10000 | data[at + 2] * 0x100 | data[at + 3]
    return data[at + 3] * 0x1000000 | data[at + 2] * 0x10000 | data[at + 1] * 0x100 | data[at]


@compiled
def short_at(data: Pointer, at: int) -> int:
    """Return a number of two bytes, the higher first."""
    return data[at] * 0x100 | data[at + 1]


@compiled
def segment_in(data: Pointer, at: int, captured: int, wire: int, link: int) -> tuple[int, int, int, int, int]:
    """Return where both addresses lie, how many bytes they are, where TCP begins and ends, and what is missing of it.

    The first is NOWHERE for what is no TCP, or not as long as its header says it is.
    """
    addresses, size, begin, stop, missing = _carried(data, at, captured, wire, link)
    if addresses == NOWHERE or stop - begin < 20:
        return NOWHERE, 0, 0, 0, 0
    header = (data[begin + 12] >> 4) * 4
    if header < 20 or begin + header > stop:
        return NOWHERE, 0, 0, 0, 0
    return addresses, size, begin, stop, missing


@compiled
def _carried(data: Pointer, at: int, captured: int, wire: int, link: int) -> tuple[int, int, int, int, int]:
    end, wire_end = at + captured, at + max(wire, captured)
    kind, ip = located(data, at, end, link)
    if kind == _IPV4:
        return _in_four(data, ip, end, wire_end)
    if kind == _IPV6:
        return _in_six(data, ip, end, wire_end)
    return NOWHERE, 0, 0, 0, 0


@compiled
def located(data: Pointer, at: int, end: int, link: int) -> tuple[int, int]:
    """Return the EtherType of a frame and where its payload begins."""
    if link == ETHERNET:
        return _tagged(data, at + 12, end)
    if link == COOKED:
        return _tagged(data, at + 14, end)
    if link == COOKED2:
        kind, begin = _tagged(data, at, end)
        if kind == _CUT or begin == at + 2:
            return kind, at + 20
        return _tagged(data, at + 22, end)
    if link == LOOPBACK and end - at >= 4:
        family = max(data[at] | data[at + 1] * 0x100, short_at(data, at + 2))
        six = family in (10, 24, 28, 30)
        return _IPV4 if family == 2 else _IPV6 if six else 0, at + 4
    if link == RAW and at < end:
        version = data[at] >> 4
        return _IPV4 if version == 4 else _IPV6 if version == 6 else 0, at
    return _CUT, end


@compiled
def _tagged(data: Pointer, begin: int, end: int) -> tuple[int, int]:
    at = begin
    for _ in range(_MAX_TAGS):
        if at + 2 > end:
            return _CUT, end
        kind = short_at(data, at)
        if kind <= 1500 and at + 10 <= end and _is_snap(data, at + 2):
            return short_at(data, at + 8), at + 10
        if kind not in (0x8100, 0x88A8, 0x9100, 0x9200):
            return kind, at + 2
        at += 4
    return 0, end


@compiled
def _is_snap(data: Pointer, at: int) -> bool:
    return number_at(data, at, 1) == 0xAAAA0300 and short_at(data, at + 4) == 0x000C


@compiled
def _in_four(data: Pointer, at: int, end: int, wire_end: int) -> tuple[int, int, int, int, int]:
    if end - at < 20 or data[at] >> 4 != 4 or data[at + 9] != _TCP:
        return NOWHERE, 0, 0, 0, 0
    header, total, fragment = (data[at] & 15) * 4, short_at(data, at + 2), short_at(data, at + 6)
    if total == 0:
        total = wire_end - at
    if header < 20 or total < header or at + total > wire_end or fragment & 0x1FFF or at + header > end:
        return NOWHERE, 0, 0, 0, 0
    stop = min(end, at + total)
    return at + 12, 8, at + header, stop, max(at + total - stop, fragment >> 13 & 1)


@compiled
def _in_six(data: Pointer, at: int, end: int, wire_end: int) -> tuple[int, int, int, int, int]:
    if end - at < 40 or data[at] >> 4 != 6:
        return NOWHERE, 0, 0, 0, 0
    length = short_at(data, at + 4)
    total = at + 40 + length if length else wire_end
    if total > wire_end:
        return NOWHERE, 0, 0, 0, 0
    stop, begin, protocol, more = min(end, total), at + 40, data[at + 6] * 1, 0
    for _ in range(_MAX_EXTENSIONS):
        if protocol == _TCP:
            return at + 8, 32, begin, stop, max(total - stop, more)
        if protocol not in (0, 43, 44, 51, 60, 135, 139, 140) or begin + 8 > stop:
            return NOWHERE, 0, 0, 0, 0
        size = (data[begin + 1] + 1) * 8
        if protocol == _FRAGMENT:
            if short_at(data, begin + 2) & 0xFFF8:
                return NOWHERE, 0, 0, 0, 0
            size, more = 8, data[begin + 3] & 1
        elif protocol == _AUTHENTICATION:
            size = (data[begin + 1] + 2) * 4
        protocol, begin = data[begin] * 1, begin + size
    return NOWHERE, 0, 0, 0, 0


@compiled
def repeatable_in(data: Pointer, at: int, captured: int, link: int) -> tuple[int, int, int]:
    """Return where lies all that the facts of an ARP message or of a whole and sound datagram depend on.

    And what it is: 0 for ARP, else the version of IP. The first is NOWHERE for all else.
    """
    end = at + captured
    kind, begin = located(data, at, end, link)
    if kind == _ARP:
        return begin, max(min(begin + 28, end), begin), 0
    if kind == _IPV4 and end - begin >= 28 and data[begin] == 0x45 and data[begin + 9] == _UDP:
        stop = begin + short_at(data, begin + 2)
        if short_at(data, begin + 6) & 0x3FFF == 0 and 28 <= stop - begin <= 1500 and stop <= end:
            return begin + 12, stop, 4
    if kind == _IPV6 and end - begin >= 48 and data[begin] >> 4 == 6 and data[begin + 6] == _UDP:
        stop = begin + 40 + short_at(data, begin + 4)
        if 48 <= stop - begin <= 1500 and stop <= end:
            return begin + 8, stop, 6
    return NOWHERE, 0, 0
