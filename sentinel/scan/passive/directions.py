"""Keeps in machine code what is known of each direction of a TCP connection: an open-addressed table of its states.

A row is a key (both addresses, both ports), how long that is, the state as streams.py counts it, and the last walk in
which a packet of it was handed on. Rows stand in the order in which they came, as in a dict of Python.
"""

from __future__ import annotations

from sentinel.native import bytes_at, compiled, int32_at, int64_at
from sentinel.scan.passive.frames import Pointer, Table, number_at, short_at
from sentinel.scan.passive.streams import FRESH, LIVE

SLOTS = 1 << 18  # four times the directions that are known at once: chains stay short
ROW = 64
"""Bytes of a row; the key is at its beginning."""
LONGEST = 36  # bytes of a key: of IPv6; of IPv4 it is 12
SIZE = 40  # where in a row the length of its key stands
_WORDS, _STATE, _WALK = 8, 6, 7

# Where in a frame stands what every walk and every look at the table is given.
(
    DATA, AT, END, BIG, LINK, MORE, FOUND, PASSED, INDEX, ROWS,
    COUNT, MOST, WALK, SEED, PER_SECOND, STOPPED, ROOM, WHAT,
) = range(18)  # fmt: skip


@compiled
def slot_of(data: Pointer, ends: tuple[int, int, int], ports: tuple[int, int], frame: Pointer) -> int:
    """Return the slot of a key, or the free one for it; `ends` is where its addresses lie, and how long one is."""
    index: Pointer = int32_at(frame[INDEX])
    rows: Pointer = bytes_at(frame[ROWS])
    source, target, half = ends
    value = _mixed(frame[SEED], ports[0] << 16 | ports[1])
    for place in range(0, half, 4):
        value = _mixed(_mixed(value, number_at(data, source + place, 1)), number_at(data, target + place, 1))
    value = (value ^ value >> 23) * 0x85EBCA6B & 0xFFFFFFFFFFFF
    slot = (value >> 20) % SLOTS
    while index[slot] and not _is_at(rows, (index[slot] - 1) * ROW, data, ends, ports):
        slot = (slot + 1) % SLOTS
    return slot


@compiled
def _mixed(value: int, word: int) -> int:
    return ((value ^ word) * 0x9E3779B1 & 0xFFFFFFFFFFFF) ^ value >> 21


@compiled
def _is_at(rows: Pointer, row: int, data: Pointer, ends: tuple[int, int, int], ports: tuple[int, int]) -> bool:
    source, target, half = ends
    if rows[row + SIZE] != 2 * half + 4 or number_at(rows, row + 2 * half, 1) != ports[0] << 16 | ports[1]:
        return False
    for place in range(0, half, 4):
        if number_at(rows, row + place, 1) != number_at(data, source + place, 1):
            return False
        if number_at(rows, row + half + place, 1) != number_at(data, target + place, 1):
            return False
    return True


@compiled
def row_at(slot: int, frame: Pointer) -> int:
    """Return the number of the row at a slot; -1 where there is none."""
    index: Pointer = int32_at(frame[INDEX])
    return index[slot] - 1


@compiled
def state_of(row: int, frame: Pointer) -> int:
    """Return the state of a row; that of a direction of which nothing is known where there is no row."""
    states: Pointer = int64_at(frame[ROWS])
    return states[row * _WORDS + _STATE] if row >= 0 else FRESH


@compiled
def is_held(row: int, frame: Pointer) -> bool:
    """Say whether Python has the say over a direction: it puts its bytes together, or was handed some in this walk."""
    states: Pointer = int64_at(frame[ROWS])
    if row < 0:
        return False
    return states[row * _WORDS + _STATE] == LIVE or states[row * _WORDS + _WALK] == frame[WALK]


@compiled
def put(row: int, state: int, frame: Pointer) -> None:
    """Change the state of a row."""
    states: Table = int64_at(frame[ROWS])
    states[row * _WORDS + _STATE] = state


@compiled
def hold(row: int, frame: Pointer) -> None:
    """Note that a packet of a row is handed on in this walk."""
    states: Table = int64_at(frame[ROWS])
    states[row * _WORDS + _WALK] = frame[WALK]


@compiled
def added(slot: int, data: Pointer, ends: tuple[int, int, int], ports: tuple[int, int], frame: Table) -> int:
    """Add a row at a free slot, and return its number."""
    index: Table = int32_at(frame[INDEX])
    rows: Table = bytes_at(frame[ROWS])
    source, target, half = ends
    row = frame[COUNT]
    at = row * ROW
    for place in range(half):
        rows[at + place], rows[at + half + place] = data[source + place], data[target + place]
    for place in range(2):
        rows[at + 2 * half + 2 * place] = ports[place] >> 8
        rows[at + 2 * half + 2 * place + 1] = ports[place] & 255
    rows[at + SIZE] = 2 * half + 4
    put(row, FRESH, frame)
    index[slot] = row + 1
    frame[COUNT] = row + 1
    return row


@compiled
def ports_at(data: Pointer, at: int) -> tuple[int, int]:
    """Return two ports, one behind the other."""
    return short_at(data, at), short_at(data, at + 2)


@compiled
def find_at(frame: Table) -> int:
    """Return the state of a key, FRESH where it is not in the table. Data: the key, more: how long it is."""
    data: Pointer = bytes_at(frame[DATA])
    return state_of(row_at(_slot_at(data, 0, frame[MORE], frame), frame), frame)


@compiled
def put_at(frame: Table) -> int:
    """Put states of keys into the table. Data: the keys, end: how many, more: how long each, found: the states."""
    data: Pointer = bytes_at(frame[DATA])
    states: Pointer = int64_at(frame[FOUND])
    for number in range(frame[END]):
        row = row_at(_slot_at(data, number * frame[MORE], frame[MORE], frame), frame)
        if row >= 0:
            put(row, states[number], frame)
    return frame[END]


@compiled
def forget_at(frame: Table) -> int:
    """Forget the older half, but for what Python puts together, which comes first from then on; return how many stay.

    Data: an array of as many rows, which becomes the table, its first ones being what is put together: key and length
    of each; end: how many of these. At: the first row of the younger half. Found: a new index, all zeros.
    """
    old: Pointer = bytes_at(frame[ROWS])
    new: Table = bytes_at(frame[DATA])
    rows, kept = frame[COUNT], frame[END]
    for number in range(kept):
        row = row_at(_slot_of_row(new, number, frame), frame)
        hold(row, frame)
        _copy(old, row, new, number)
    for row in range(frame[AT], rows):
        if not _is_kept(row, frame):
            _copy(old, row, new, kept)
            kept += 1
    frame[INDEX], frame[ROWS], frame[COUNT] = frame[FOUND], frame[DATA], kept
    index: Table = int32_at(frame[INDEX])
    for row in range(kept):
        index[_slot_of_row(new, row, frame)] = row + 1
    return kept


@compiled
def _slot_of_row(rows: Pointer, row: int, frame: Pointer) -> int:
    return _slot_at(rows, row * ROW, rows[row * ROW + SIZE] * 1, frame)


@compiled
def _slot_at(keys: Pointer, at: int, size: int, frame: Pointer) -> int:
    """Return the slot of a key that lies somewhere whole."""
    half = (size - 4) // 2
    return slot_of(keys, (at, at + half, half), ports_at(keys, at + 2 * half), frame)


@compiled
def _is_kept(row: int, frame: Pointer) -> bool:
    states: Pointer = int64_at(frame[ROWS])
    return states[row * _WORDS + _WALK] == frame[WALK]


@compiled
def _copy(source: Pointer, row: int, target: Table, number: int) -> None:
    for place in range(ROW):
        target[number * ROW + place] = source[row * ROW + place]
