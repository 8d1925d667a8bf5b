"""Finds IP inside a captured frame, and TCP or UDP inside IP. Nothing is copied before it is known to matter."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address
from typing import NamedTuple

from sentinel.scan.passive.reading import Message

IPV4, IPV6, ARP = 0x0800, 0x86DD, 0x0806
LARGEST_LENGTH = 1500  # below, what stands in the place of an EtherType is a length (IEEE 802.3, 3.2.6)
_SNAP = b"\xaa\xaa\x03\x00\x00\x0c"  # of Cisco, whose protocol number follows
TCP, UDP = 6, 17
CUT = -1  # the capture's own length limit ends the packet inside its headers

FIN, SYN, RST, ACK = 1, 2, 4, 16

_VLAN = {0x8100, 0x88A8, 0x9100, 0x9200}
_MAX_TAGS = 8
_IPV6_FAMILIES = {10, 24, 28, 30}  # each system has its own number for IPv6 on the loopback interface
_EXTENSIONS = {0, 43, 51, 60, 135, 139, 140}
_FRAGMENT = 44
_MAX_EXTENSIONS = 16


class Datagram(NamedTuple):
    """What IP carries: source and target address as one run of bytes, and where the payload lies in the buffer.

    `missing` counts the bytes at its end that were on the wire but not captured, or that later fragments carry.
    """

    protocol: int
    addresses: bytes
    start: int
    end: int
    missing: int


class Segment(NamedTuple):
    """A TCP segment. `key` is source and target address, then both ports: one direction of one connection."""

    key: bytes
    sequence: int
    flags: int
    payload: bytes
    missing: int = 0


def _tagged(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return the EtherType at `at`, past any VLAN tags, and where its payload begins."""
    for _ in range(_MAX_TAGS):
        if at + 2 > end:
            return CUT, end
        kind = data[at] << 8 | data[at + 1]
        if kind <= LARGEST_LENGTH and data[at + 2 : at + 8] == _SNAP and at + 10 <= end:
            return data[at + 8] << 8 | data[at + 9], at + 10
        if kind not in _VLAN:
            return kind, at + 2
        at += 4
    return 0, end


def _ethernet(data: bytes, start: int, end: int) -> tuple[int, int]:
    return _tagged(data, start + 12, end)


def _cooked(data: bytes, start: int, end: int) -> tuple[int, int]:
    return _tagged(data, start + 14, end)


def _cooked2(data: bytes, start: int, end: int) -> tuple[int, int]:
    kind, at = _tagged(data, start, end)
    if kind == CUT or at == start + 2:
        return kind, start + 20
    return _tagged(data, start + 20 + 2, end)  # the tag's own protocol follows the header


def _loopback(data: bytes, start: int, end: int) -> tuple[int, int]:
    """Return the protocol of a BSD loopback frame, whose family is in the byte order of the capturing machine."""
    if end - start < 4:
        return CUT, end
    family = max(data[start] | data[start + 1] << 8, data[start + 2] << 8 | data[start + 3])
    kind = IPV4 if family == 2 else IPV6 if family in _IPV6_FAMILIES else 0
    return kind, start + 4


def _raw(data: bytes, start: int, end: int) -> tuple[int, int]:
    if start >= end:
        return CUT, end
    return {4: IPV4, 6: IPV6}.get(data[start] >> 4, 0), start


LINKS: dict[int, Callable[[bytes, int, int], tuple[int, int]]] = {
    0: _loopback,
    1: _ethernet,
    12: _raw,
    14: _raw,
    101: _raw,
    108: _loopback,
    113: _cooked,
    228: _raw,
    229: _raw,
    276: _cooked2,
}
"""Link types by their number in the capture; each function returns the EtherType and where its payload begins."""


def ipv4(data: bytes, at: int, end: int, wire_end: int) -> Datagram | str:
    """Return what an IPv4 packet carries, or why it is not looked at. `wire_end` is where it ended on the wire."""
    if end - at < 20:
        return "cut-short"
    header = (data[at] & 15) * 4
    total = data[at + 2] << 8 | data[at + 3]
    if total == 0:
        total = wire_end - at  # offloaded to the network card, which fills it in after the capture
    if data[at] >> 4 != 4 or header < 20 or total < header or at + total > wire_end:
        return "malformed-ip"
    fragment = data[at + 6] << 8 | data[at + 7]
    if fragment & 0x1FFF:
        return "fragment"
    if at + header > end:
        return "cut-short"
    stop = min(end, at + total)
    missing = max(at + total - stop, fragment >> 13 & 1)
    return Datagram(data[at + 9], data[at + 12 : at + 20], at + header, stop, missing)


def ipv6(data: bytes, at: int, end: int, wire_end: int) -> Datagram | str:
    """Return what an IPv6 packet carries behind its extension headers, or why it is not looked at."""
    if end - at < 40:
        return "cut-short"
    length = (data[at + 4] << 8 | data[at + 5]) or wire_end - at - 40  # zero: offloaded, or a jumbogram
    total = at + 40 + length
    if data[at] >> 4 != 6 or total > wire_end:
        return "malformed-ip"
    stop = min(end, total)
    protocol, start, more = data[at + 6], at + 40, 0
    for _ in range(_MAX_EXTENSIONS):
        if protocol not in _EXTENSIONS and protocol != _FRAGMENT:
            return Datagram(protocol, data[at + 8 : at + 40], start, stop, max(total - stop, more))
        if start + 8 > stop:
            return "cut-short" if stop < total else "malformed-ip"
        if protocol == _FRAGMENT:
            if data[start + 2] or data[start + 3] & 0xF8:
                return "fragment"
            protocol, start, more = data[start], start + 8, data[start + 3] & 1
        else:
            size = (data[start + 1] + 2) * 4 if protocol == 51 else (data[start + 1] + 1) * 8
            protocol, start = data[start], start + size
    return "malformed-ip"


def repeatable(kind: int, data: bytes | bytearray, at: int, end: int) -> bytes:
    """Return all that the facts of an ARP message or of a whole and sound datagram depend on; nothing of the others.

    It begins with what it is: the same bytes mean something else elsewhere.
    """
    if kind == ARP:
        return b"\0" + data[at : min(at + 28, end)]
    if kind == IPV4 and end - at >= 28 and data[at] == 0x45 and data[at + 9] == UDP:
        stop = at + (data[at + 2] << 8 | data[at + 3])
        whole = not (data[at + 6] << 8 | data[at + 7]) & 0x3FFF and 28 <= stop - at <= LARGEST_LENGTH and stop <= end
        return b"\4" + data[at + 12 : stop] if whole else b""
    if kind == IPV6 and end - at >= 48 and data[at] >> 4 == 6 and data[at + 6] == UDP:
        stop = at + 40 + (data[at + 4] << 8 | data[at + 5])
        return b"\6" + data[at + 8 : stop] if 48 <= stop - at <= LARGEST_LENGTH and stop <= end else b""
    return b""


def letter(said: bytes) -> Message:
    """Return the datagram that is told whole by what `repeatable` returned of it."""
    half = 4 if said[0] == 4 else 16
    at = 1 + 2 * half
    source, target = said[at] << 8 | said[at + 1], said[at + 2] << 8 | said[at + 3]
    return Message(said[at + 8 :], said[1 : 1 + half], source, target, receiver=said[1 + half : at])


def tcp(data: bytes, carried: Datagram) -> Segment | str:
    """Return the TCP segment of a datagram, or why it is not looked at."""
    at = carried.start
    if carried.end - at < 20:
        return "cut-short" if carried.missing else "malformed-tcp"
    start = at + (data[at + 12] >> 4) * 4
    if start < at + 20:
        return "malformed-tcp"
    if start > carried.end:
        return "cut-short" if carried.missing else "malformed-tcp"
    sequence = int.from_bytes(data[at + 4 : at + 8], "big")
    key = carried.addresses + data[at : at + 4]
    return Segment(key, sequence, data[at + 13], data[start : carried.end], carried.missing)


def udp(data: bytes, carried: Datagram) -> Message | str:
    """Return what a UDP datagram carries, or why it is not looked at."""
    at = carried.start
    if carried.end - at < 8:
        return "cut-short" if carried.missing else "malformed-udp"
    half = len(carried.addresses) // 2
    sender, receiver = carried.addresses[:half], carried.addresses[half:]
    source, target = data[at] << 8 | data[at + 1], data[at + 2] << 8 | data[at + 3]
    return Message(data[at + 8 : carried.end], sender, source, target, carried.missing > 0, receiver)


_FOUR = struct.Struct("4s4s2s2s").unpack  # a key of IPv4


def reverse(key: bytes) -> bytes:
    """Return the key of the other direction of the same connection."""
    if len(key) == 12:
        source, target, port, other = _FOUR(key)
        turned: bytes = target + source + other + port
        return turned
    size = (len(key) - 4) // 2
    return key[size : 2 * size] + key[:size] + key[-2:] + key[-4:-2]


@lru_cache(maxsize=16_384)
def address(raw: bytes) -> str:
    """Return an IPv4 (4 bytes) or IPv6 (16 bytes) address as text."""
    return ".".join(map(str, raw)) if len(raw) == 4 else str(IPv6Address(raw))


def hardware(raw: bytes) -> str | None:
    """Return a hardware address as text; None for group addresses and zeros, which name no machine."""
    return None if raw[0] & 1 or not any(raw) else raw.hex(":")
