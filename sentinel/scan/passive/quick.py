"""The quick look: takes the commonest packets apart in one go, and passes over those that can say nothing new.

Nine of ten packets of a busy network end here; the others are looked at properly.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from itertools import count
from typing import TypeAlias

from sentinel.model.skipped import Skipped, Tally
from sentinel.scan.passive.capture import CHUNK, MAX_PACKET, Interface, Record, Source, pcap_header, records
from sentinel.scan.passive.gather import Moment
from sentinel.scan.passive.packets import ARP, FIN, IPV4, IPV6, RST, SYN, TCP, Segment, repeatable
from sentinel.scan.passive.streams import DONE, FRESH

SHIFTS = {1: 0, 113: 2}
"""Link types that are looked at quickly: Ethernet, and the Linux cooked header, which is two bytes longer."""
NOTHING_NEW = Segment(b"", 0, 0, b"")
"""What is made of a packet of a settled direction, and of a bare acknowledgement."""

Packet: TypeAlias = tuple[int, Moment, Segment | bytes | Record]
"""A packet's number, its time, and what it carries where the quick look has seen that, else the packet as it is.

Bytes are what `packets.repeatable` returns.
"""

_WHOLE = struct.Struct(">12x3sxH2xHxB2x12sI4xBB").unpack_from  # Ethernet, IPv4 and TCP in one go
_SHORTEST = 54
_PLAIN = b"\x08\x00\x45"  # IPv4 without options
_TAGGED = b"\x81\x00"
_TYPES = {b"\x08\x00": IPV4, b"\x08\x06": ARP, b"\x86\xdd": IPV6}
_ENDS = SYN | FIN | RST
_LOOK = 96  # bytes that a look at a record may read behind it
_HEADS = tuple(20 + (offset >> 2 & 0x3C) if offset >> 4 >= 5 else 1 << 16 for offset in range(256))
"""Bytes of both headers, of IPv4 without options and TCP, by where TCP says it ends; past all where it lies."""


def glancing(states: Mapping[bytes, int]) -> Callable[[Record], Segment | None]:
    """Return the quick look, given what is known of directions: the segment of a sound and whole packet of IPv4.

    What can say nothing new is NOTHING_NEW; None is for a closer look.
    """
    state_of = states.get

    def glance(record: Record, tag: int = 0) -> Segment | None:
        interface, _, data, start, end, wire = record
        shift = SHIFTS.get(interface.link, -1) + tag
        if shift < tag or end - start < _SHORTEST + shift:
            return None
        kind, total, fragment, protocol, key, sequence, offset, flags = _WHOLE(data, start + shift)
        if kind != _PLAIN or protocol != TCP or fragment & 0x3FFF:
            return glance(record, 4) if not tag and kind[:2] == _TAGGED else None
        header = offset >> 2 & 0x3C
        at, stop = start + shift + 34 + header, start + shift + 14 + total
        if header < 20 or not 20 + header <= total <= wire - 14 - shift or at > end:
            return None
        if state_of(key, FRESH) <= DONE:
            if not flags & SYN:
                return NOTHING_NEW
        elif at == stop and not flags & _ENDS:
            return NOTHING_NEW
        return Segment(key, sequence, flags, data[at:stop]) if stop <= end else None

    return glance


def quickly(source: Source, name: str, tally: Tally, states: Mapping[bytes, int]) -> Iterator[Packet]:
    """Yield the packets of a capture that may say something new; the others are counted as handled."""
    found = pcap_header(source)
    if found is not None and found[2].link in SHIFTS:
        return _left_of_pcap(source, name, tally, states, found)
    return looked_at(enumerate(records(source, name, tally), 1), tally, states)


def looked_at(numbered: Iterable[tuple[int, Record]], tally: Tally, states: Mapping[bytes, int]) -> Iterator[Packet]:
    """Yield those of some packets that may say something new; the others are counted as handled."""
    glance = glancing(states)
    for number, record in numbered:
        found = glance(record)
        if found is NOTHING_NEW:
            tally.handled += 1
        else:
            yield number, (record[0], record[1]), found or record


def _left_of_pcap(
    source: Source, name: str, tally: Tally, states: Mapping[bytes, int], head: tuple[str, int, Interface]
) -> Iterator[Packet]:
    """Do the same for a pcap, in memory that is used again and again."""
    order, header, _ = head
    captured_at = struct.Struct(order + "8xI").unpack_from
    data = bytearray(header + MAX_PACKET + _LOOK)
    room, have = memoryview(data)[:-_LOOK], len(source.head) - 24
    room[:have] = source.head[24:]
    number, need, left_in = 0, header, _leaving(data, tally, states, head)
    while need <= len(room):
        while have < need and (came := source.into(room[have : have + CHUNK])):
            have += came
        if have < need:
            break
        at, number = yield from left_in(have, number)
        room[: have - at], have = data[at:have], have - at
        need = header + (captured_at(data)[0] if have >= header else 0)
    if have or source.broken:
        reason = "bad-record" if need > len(room) else "truncated-file"
        tally.skip(Skipped(name, f"after packet {number}", reason))


def _leaving(
    data: bytearray, tally: Tally, states: Mapping[bytes, int], head: tuple[str, int, Interface]
) -> Callable[[int, int], Generator[Packet, None, tuple[int, int]]]:
    """Return what goes through so many bytes of records, of which the first is behind so many others.

    What is commonest costs no call of a function there, and nothing that a look at the whole head of a record can tell.
    """
    order, header, interface = head
    shift = SHIFTS[interface.link]
    look = struct.Struct(f"{order}8xII{header - 4 + shift}x3sxBB2xHxB2x12s8xBB").unpack_from
    moment_at, glance, state_of = struct.Struct(order + "II").unpack_from, glancing(states), states.get
    fragmented, lead = 0x3FFF if order == ">" else 0xFF3F, 14 + shift

    def left_in(have: int, before: int) -> Generator[Packet, None, tuple[int, int]]:
        at = left = 0
        for number in count(before):
            captured, wire, kind, high, low, fragment, protocol, key, offset, flags = look(data, at)
            end = at + header + captured
            if end > have:
                break
            start = end - captured
            found: Segment | Record | bytes | None = None
            if (
                kind == _PLAIN
                and protocol == TCP
                and _HEADS[offset] <= high << 8 | low <= captured - lead
                and captured <= wire
                and not fragment & fragmented
            ):
                if state_of(key, FRESH) <= DONE and not flags & SYN:
                    at = end
                    continue
                begin, stop = start + lead + _HEADS[offset], start + lead + (high << 8 | low)
                if begin == stop and not flags & _ENDS:
                    at = end
                    continue
                sequence = int.from_bytes(data[start + lead + 24 : start + lead + 28])
                found = Segment(key, sequence, flags, bytes(data[begin:stop]))
            seconds, fraction = moment_at(data, at)
            moment, at = (interface, seconds * interface.per_second + fraction), end
            if found is None and captured >= lead:
                found = repeatable(_TYPES.get(kind[:2], 0), data, start + lead, end)
            if not found:
                record = (*moment, bytes(data[start:end]), 0, captured, wire)
                found = glance(record) or record
                if found is NOTHING_NEW:
                    continue
            left += 1
            yield number + 1, moment, found
        tally.handled += number - before - left
        return at, number

    return left_in
