"""Says in machine code which packets can say something new, and counts handshakes of the others.

It does what `Streams.take` does with a packet that changes nothing but the state of its direction, with the same
outcome. A filter of libpcap cannot do this: it knows no connections, and drops the second half of what one begins.
"""

from __future__ import annotations

from sentinel.native import compiled
from sentinel.scan.passive.directions import (
    COUNT,
    MOST,
    ROW,
    added,
    hold,
    is_held,
    ports_at,
    put,
    row_at,
    slot_of,
    state_of,
)
from sentinel.scan.passive.frames import NOWHERE, Pointer, Table, number_at, repeatable_in, segment_in
from sentinel.scan.passive.packets import ACK, FIN, RST, SYN
from sentinel.scan.passive.streams import DONE, HL7_START, RESTING

NOTHING_NEW, ANYTHING, SEGMENT, LISTENS, BEGINS, LETTER, NO_ROOM = -1, 0, 1, 2, 3, 4, -2
"""What a packet is: one that says nothing, one for a closer look, TCP that may say something, the answer of a server
that begins a connection, the first data behind a handshake, a datagram or ARP message that may be known already, and
one of a direction for which there is no room until others are forgotten."""

# Where in what is found of a packet stands what is found.
BEGIN, NUMBER, CODE, WHICH, TICKS, KEY, KEY_END, STATE, SEQUENCE, FLAGS, START, STOP, MISSING = range(13)
NUMBERS = 13

_ENDS = SYN | FIN | RST
_ANSWER = SYN | ACK


@compiled
def look(data: Pointer, at: int, captured: int, wire: int, link: int, frame: Table, found: Table, out: int) -> int:  # noqa: PLR0913, PLR0917 -- numbers are all that machine code takes
    """Return what a packet is, and put what is needed of TCP into what is found, from `out` on."""
    addresses, size, tcp, stop, missing = segment_in(data, at, captured, wire, link)
    if addresses == NOWHERE:
        return _letter(data, at, captured, link, found, out)
    start, flags = tcp + (data[tcp + 12] >> 4) * 4, data[tcp + 13] * 1
    if start == stop and flags & _ENDS == 0:
        return NOTHING_NEW
    ports, half = ports_at(data, tcp), size // 2
    slot = slot_of(data, (addresses, addresses + half, half), ports, frame)
    row = row_at(slot, frame)
    state = state_of(row, frame)
    if flags & SYN == 0 and not is_held(row, frame) and _is_idle(data, start, stop, state):
        return NOTHING_NEW
    if row < 0:
        if frame[COUNT] >= frame[MOST]:
            return NO_ROOM
        row = added(slot, data, (addresses, addresses + half, half), ports, frame)
    found[out + STATE], found[out + SEQUENCE] = state, number_at(data, tcp + 4, 1)
    found[out + KEY], found[out + KEY_END] = row * ROW, row * ROW + size + 4
    found[out + FLAGS], found[out + START], found[out + STOP], found[out + MISSING] = flags, start, stop, missing
    other = slot_of(data, (addresses + half, addresses, half), (ports[1], ports[0]), frame)
    if flags & SYN and not is_held(row, frame) and not is_held(row_at(other, frame), frame):
        put(row, found[out + SEQUENCE] + 1 & 0xFFFFFFFF, frame)
        return LISTENS if flags & (_ENDS | ACK) == _ANSWER else NOTHING_NEW
    begins = state >= 0 and state == found[out + SEQUENCE] and flags & _ENDS == 0 and not is_held(row, frame)
    hold(row, frame)
    return BEGINS if begins else SEGMENT


@compiled
def _letter(data: Pointer, at: int, captured: int, link: int, found: Table, out: int) -> int:
    """Find what `packets.repeatable` would: what it is stands in the place of a state."""
    start, stop, kind = repeatable_in(data, at, captured, link)
    if start == NOWHERE:
        return ANYTHING
    found[out + START], found[out + STOP], found[out + STATE] = start, stop, kind
    return LETTER


@compiled
def _is_idle(data: Pointer, start: int, stop: int, state: int) -> bool:
    """Say whether what comes on a direction that nobody reads changes nothing."""
    return start == stop or state <= DONE or (state <= RESTING and data[start] != HL7_START)
