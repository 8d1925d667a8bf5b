"""Remembers values as they stand in a log, each under a number: the same programs, users and channels come all day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sentinel.detect.fast.tokens import Bytes, skip_text, spell_text
from sentinel.native import address, bytes_at, compiled, entry, int32_at, int64_at, machine_code

FULL = -1
MOST = 1 << 19
"""Values that are remembered together, and, eight at a time, the bytes of their texts."""
MOST_BYTES = 40 * 1024 * 1024
_FEW_DIGITS = 15
_SLOTS = 1 << 20
_LAST_SLOT = _SLOTS - 1
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)
_EIGHT = np.uint64(8)
_HIGH = np.uint64(40)


class Interned(NamedTuple):
    """Values by number, the first is 1. `used` holds how many there are, and how many bytes they take."""

    slots: Bytes
    starts: Bytes
    sizes: Bytes
    columns: Bytes
    text: Bytes
    used: Bytes


def make_interned() -> Interned:
    """Return room for values."""
    return Interned(
        np.zeros(_SLOTS, np.int32),
        np.zeros(MOST + 1, np.int64),
        np.zeros(MOST + 1, np.int32),
        np.zeros(MOST + 1, np.int32),
        np.zeros(MOST_BYTES, np.uint8),
        np.zeros(2, np.int64),
    )


def forget(known: Interned) -> None:
    """Forget all values."""
    known.slots[:] = 0
    known.used[:] = 0


def text_of(known: Interned, number: int) -> bytes:
    """Return a value as it stood in the log."""
    start = int(known.starts[number])
    return bytes(known.text[start : start + int(known.sizes[number])])


def addresses(known: Interned) -> tuple[int, ...]:
    """Return what `interned_at` takes."""
    return tuple(map(address, known))


@compiled
def interned_at(frame: Bytes, first: int) -> Interned:
    """Return values whose addresses stand in a frame."""
    return Interned(
        int32_at(frame[first]), int64_at(frame[first + 1]), int32_at(frame[first + 2]), int32_at(frame[first + 3]),
        bytes_at(frame[first + 4]), int64_at(frame[first + 5]),
    )  # fmt: skip


@compiled
def intern(known: Interned, column: int, data: Bytes, at: int, end: int) -> int:
    """Return the number of a value of a column, FULL where there is no room for another one.

    Values are compared byte by byte, never by their hashes alone.
    """
    slot = _hash(column, data, at, end) & _LAST_SLOT
    while known.slots[slot] != 0:
        number = known.slots[slot]
        fits = known.columns[number] == column and known.sizes[number] == end - at
        if fits and is_same(known.text, known.starts[number], data, at, end - at):
            return int(number)
        slot = (slot + 1) & _LAST_SLOT
    if known.used[0] >= MOST or known.used[1] + end - at > MOST_BYTES:
        return FULL
    return _add(known, slot, column, data, at, end)


@compiled
def intern_braced(known: Interned, column: int, data: Bytes, at: int, end: int) -> int:
    """Return the number of a text with braces around what stands between its quotes."""
    start = known.used[1]
    size = end - at + 2
    if start + size > MOST_BYTES:
        return FULL
    known.text[start] = 0x22
    known.text[start + 1] = 0x7B
    for place in range(at + 1, end - 1):
        known.text[start + 1 + place - at] = data[place]
    known.text[start + size - 2] = 0x7D
    known.text[start + size - 1] = 0x22
    return intern(known, column, known.text, start, start + size)


@compiled
def intern_spelled(known: Interned, column: int, data: Bytes, at: int, end: int) -> int:
    """Return the number of a text as it is spelled without needless escapes."""
    start = known.used[1]
    if start + end - at > MOST_BYTES:
        return FULL
    _, behind = spell_text(data, at, known.text, start, end)
    return intern(known, column, known.text, start, behind)


@compiled
def _add(known: Interned, slot: int, column: int, data: Bytes, at: int, end: int) -> int:
    number = int(known.used[0]) + 1
    start = known.used[1]
    known.slots[slot] = number
    known.starts[number] = start
    known.sizes[number] = end - at
    known.columns[number] = column
    for place in range(end - at):
        known.text[start + place] = data[at + place]
    known.used[0] = number
    known.used[1] = start + end - at
    return number


@compiled
def is_same(one: Bytes, at: int, other: Bytes, place: int, size: int) -> bool:
    """Say whether two pieces of some bytes are equal; eight bytes are compared at once."""
    behind = at + size
    while at + 8 <= behind:
        if _word(one, at) != _word(other, place):
            return False
        at += 8
        place += 8
    while at < behind:
        if one[at] != other[place]:
            return False
        at += 1
        place += 1
    return True


@compiled
def _word(data: Bytes, at: int) -> Bytes:
    """Return eight bytes as one number: of this, machine code is a single load."""
    word = np.uint64(0)
    for place in range(8):
        word |= np.uint64(data[at + place]) << (np.uint64(place) * _EIGHT)
    return word


@compiled
def _hash(column: int, data: Bytes, at: int, end: int) -> int:
    found = (np.uint64(column) + np.uint64(end - at) * np.uint64(31)) * _MULTIPLIER
    while at + 8 <= end:
        found = (found ^ _word(data, at)) * _MULTIPLIER
        found ^= found >> _SHIFT
        at += 8
    while at < end:
        found = (found ^ np.uint64(data[at])) * _MULTIPLIER
        at += 1
    return int((found * _MULTIPLIER) >> _HIGH)


COMBINED = 1 << 21
"""The column under which the numbers of several values are remembered together."""


def keys_of(known: Interned, numbers: Bytes) -> Bytes | None:
    """Return a number for each row of `numbers`; None where there is no room for another one."""
    keys = np.zeros(len(numbers), np.int32)
    cells = np.ascontiguousarray(numbers, np.int32)
    frame = (len(keys), 4 * numbers.shape[1], address(cells), address(keys), *addresses(known))
    return None if machine_code("detect").call(combine_at, frame)[0] else keys


@entry
def combine_at(frame: Bytes) -> int:
    """Give a number to each row of cells; return 1 where there was no room for all."""
    known, cells, keys, width = interned_at(frame, 4), bytes_at(frame[2]), int32_at(frame[3]), frame[1]
    for row in range(frame[0]):
        key = intern(known, COMBINED + width, cells, row * width, (row + 1) * width)
        if key == FULL:
            return 1
        keys[row] = key
    return 0


class Texts(NamedTuple):
    """Values, a line for each: as needles are looked for in them, and as they are. Whole numbers stand as their text.

    `ends` and `bare_ends` are the places behind the lines. What is `lettered` has Latin letters beyond ASCII, of which
    an underscore stands for each in `bare`. What is `odd` has others, or is more than one line or value; what is
    `strange` is no text, or one in which needles cannot be looked for.
    """

    lines: bytes
    ends: list[int]
    bare: bytes
    bare_ends: list[int]
    lettered: list[int]
    odd: list[int]
    strange: list[int]


_LETTERED, _ODD, _STRANGE = 1, 2, 3


def gathered(known: Interned, numbers: Bytes, *, bare: bool = True) -> Texts:
    """Return the values in each row of `numbers` together on a line; 0 stands for none.

    Without `bare` nothing is written there, and what is more than strange is not told.
    """
    room = int(known.sizes[numbers].sum()) + 4 * numbers.size + len(numbers)
    lines, plain = np.empty(room, np.uint8), np.empty(room if bare else 0, np.uint8)
    places = np.zeros((2, len(numbers)), np.int64)
    odd = np.zeros(len(numbers), np.uint8)
    cells = np.ascontiguousarray(numbers, np.int32)
    arrays = (cells, lines, plain, places, odd)
    machine_code("detect").call(gather_at, (*numbers.shape, int(bare), *map(address, arrays), *addresses(known)))
    ends, bare_ends = places.tolist()
    return Texts(
        lines[: ends[-1]].tobytes(),
        ends,
        plain[: bare_ends[-1]].tobytes(),
        bare_ends,
        np.flatnonzero(odd == _LETTERED).tolist(),
        np.flatnonzero(odd == _ODD).tolist(),
        np.flatnonzero(odd == _STRANGE).tolist(),
    )


@entry
def gather_at(frame: Bytes) -> int:
    """Write `":` and each value to lines, the value alone to bare lines, and where both end to places."""
    count, fields, is_bare, known = frame[0], frame[1], frame[2] != 0, interned_at(frame, 8)
    numbers, places, odd = int32_at(frame[3]), int64_at(frame[6]), bytes_at(frame[7])
    lines, bare, at, bare_at = bytes_at(frame[4]), bytes_at(frame[5]), 0, 0
    for row in range(count):
        together = 0
        for field in range(fields):
            number = numbers[row * fields + field]
            if number > 0:
                together += 1
                at, what = _gather_line(known, number, lines, at)
                if is_bare and what == 0:
                    bare_at, what = _gather_bare(known, number, bare, bare_at)
                odd[row] = max(odd[row], what)
        if together > 1:
            odd[row] = max(odd[row], _ODD)
        lines[at] = 0x0A
        at += 1
        if is_bare:
            bare[bare_at] = 0x0A
            bare_at += 1
        places[row] = at
        places[count + row] = bare_at
    return 0


@compiled
def _gather_line(known: Interned, number: int, lines: Bytes, at: int) -> tuple[int, int]:
    """Write a value behind `":`; return where it ends, and _STRANGE where needles cannot be looked for in it."""
    start, size, texts = known.starts[number], known.sizes[number], known.text
    quotes = 1 if is_count(texts, start, size) else 0
    lines[at] = 0x22
    lines[at + 1] = 0x3A
    if quotes == 1:
        lines[at + 2] = 0x22
        lines[at + 3 + size] = 0x22
    at += 2 + quotes
    for place in range(size):
        lines[at + place] = texts[start + place]
    is_text = quotes == 1 or (texts[start] == 0x22 and skip_text(texts, start + 1, start + size)[1] == 0)
    return at + size + quotes, 0 if is_text else _STRANGE


@compiled
def _gather_bare(known: Interned, number: int, bare: Bytes, at: int) -> tuple[int, int]:
    """Write a value alone; return where it ends, and 0, _LETTERED, or _ODD where it cannot be written."""
    start, size = known.starts[number], known.sizes[number]
    if is_count(known.text, start, size):
        for place in range(size):
            bare[at + place] = known.text[start + place]
        return at + size, 0
    end, what = _write_bare(known.text, start + 1, start + size - 1, bare, at)
    return at if what == _ODD else end, what


@compiled
def is_count(data: Bytes, start: int, size: int) -> bool:
    """Say whether a value is a whole number of a few digits, whose text is how it is written."""
    if size > _FEW_DIGITS:
        return False
    for place in range(size):  # noqa: SIM110 -- Numba compiles no generators in `all`
        if data[start + place] < 0x30 or data[start + place] > 0x39:
            return False
    return True


@compiled
def _write_bare(data: Bytes, at: int, end: int, out: Bytes, to: int) -> tuple[int, int]:
    """Write a text without its escapes; return where it ends, and 0, _LETTERED, or _ODD where it cannot be written."""
    what = 0
    while at < end:
        byte = data[at]
        if byte >= 0x80:
            if not _is_latin(byte, data[at + 1]):
                return to, _ODD
            byte = 0x5F
            what = _LETTERED
            at += 1
        elif byte == 0x5C:
            at += 1
            byte = data[at]
            if byte == 0x74:
                byte = 0x09
            elif byte != 0x22 and byte != 0x5C:
                return to, _ODD
        out[to] = byte
        to += 1
        at += 1
    return to, what


@compiled
def _is_latin(first: int, second: int) -> bool:
    """Say whether two bytes of UTF-8 are a letter from U+00C0 to U+017F: all there are but for two signs."""
    return 0xC3 <= first <= 0xC5 and (first != 0xC3 or (second != 0x97 and second != 0xB7))
