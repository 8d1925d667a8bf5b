"""The quick look: takes the commonest packets apart in one go, and passes over those that can say nothing new.

Nine of ten packets of a busy network end here; the others are looked at properly.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from sentinel.model.skipped import Tally
from sentinel.scan.passive.capture import Record
from sentinel.scan.passive.gather import Moment
from sentinel.scan.passive.packets import FIN, RST, SYN, TCP, Segment
from sentinel.scan.passive.streams import DONE, FRESH

SHIFTS = {1: 0, 113: 2}
"""Link types that are looked at quickly: Ethernet, and the Linux cooked header, which is two bytes longer."""
NOTHING_NEW = Segment(b"", 0, 0, b"")
"""What is made of a packet of a settled direction, and of a bare acknowledgement."""

Packet: TypeAlias = tuple[int, Moment, Segment | Record]
"""A packet's number, its time, and what it carries where the quick look has seen that, else the packet as it is."""

_WHOLE = struct.Struct(">12x3sxH2xHxB2x12sI4xBB").unpack_from  # Ethernet, IPv4 and TCP in one go
_SHORTEST = 54
_PLAIN = b"\x08\x00\x45"  # IPv4 without options
_TAGGED = b"\x81\x00"
_ENDS = SYN | FIN | RST


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


def quickly(records: Iterable[tuple[int, Record]], states: Mapping[bytes, int], tally: Tally) -> Iterator[Packet]:
    """Yield the packets that may say something new; the others are counted as handled."""
    glance = glancing(states)
    for number, record in records:
        found = glance(record)
        if found is NOTHING_NEW:
            tally.handled += 1
        else:
            yield number, (record[0], record[1]), found or record
