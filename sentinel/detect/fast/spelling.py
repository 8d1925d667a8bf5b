"""Writes lines of JSON in the one way that needles are looked for: without spaces and needless escapes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.tokens import BRACED, RESPELLED, Bytes, is_guid, spell_text
from sentinel.native import address, bytes_at, compiled, entry, int64_at, machine_code

_QUOTE, _OPENS, _CLOSES, _COMMA, _LINE_FEED = 0x22, 0x5B, 0x5D, 0x2C, 0x0A
_COLON, _GUID = 0x3A, 38
_SPACES = np.array([byte in b" \t\r" for byte in range(256)])


class Line(NamedTuple):
    """A line from `at` to `end` of `size` bytes, and whether bare GUIDs in it get braces."""

    data: Bytes
    at: int
    end: int
    size: int
    braced: int


@entry
def spell_at(frame: Bytes) -> int:
    """Write the good ones of some lines, and where they end; return how much was written.

    There is room for thrice their bytes. Each line keeps its line feed, of the others only that is written. The items
    of a list stand one by one, as if each had a name.
    """
    size, count, data, ends = frame[0], frame[1], bytes_at(frame[2]), int64_at(frame[3])
    good, out, places = bytes_at(frame[4]), bytes_at(frame[5]), int64_at(frame[6])
    met = bytes_at(frame[7])
    at, to = 0, 0
    for row in range(count):
        if good[row] != 0:
            to = _spell_line(Line(data, at, ends[row], size, met[row] & BRACED), out, to)
        out[to] = _LINE_FEED
        to += 1
        places[row] = to
        at = ends[row]
    return to


@compiled
def _spell_line(line: Line, out: Bytes, to: int) -> int:
    data, at, end, size, braced = line
    inside = False
    while at < end:
        byte = data[at]
        if byte == _QUOTE:
            bare = braced != 0 and not inside and out[to - 1] == _COLON and at + _GUID <= end
            if bare and is_guid(data, at, at + _GUID):
                to = _spell_guid(data, at, out, to)
                at += _GUID
            else:
                at, to = spell_text(data, at, out, to, size)
            continue
        at += 1
        if byte == _OPENS or byte == _CLOSES:
            inside = byte == _OPENS
        elif not _SPACES[byte] and byte != _LINE_FEED:
            out[to] = byte
            to += 1
            if inside and byte == _COMMA:
                to = _name_item(out, to)
    return to


@compiled
def _spell_guid(data: Bytes, at: int, out: Bytes, to: int) -> int:
    out[to] = _QUOTE
    out[to + 1] = 0x7B
    for place in range(1, _GUID - 1):
        out[to + 1 + place] = data[at + place]
    out[to + _GUID] = 0x7D
    out[to + _GUID + 1] = _QUOTE
    return to + _GUID + 2


@compiled
def _name_item(out: Bytes, to: int) -> int:
    out[to] = _QUOTE
    out[to + 1] = _QUOTE
    out[to + 2] = _COLON
    return to + 3


def spelled(block: bytes, rows: Rows) -> tuple[bytes, list[int]]:
    """Return the search text of a block and where its lines end: the block itself where it is spelled so already."""
    if not (rows.met & (RESPELLED | BRACED)).any():
        return block, rows.ends.tolist()
    out = np.empty(3 * len(block) + len(rows.ends), np.uint8)
    places = np.zeros(len(rows.ends), np.int64)
    data, good = np.frombuffer(block, np.uint8), (rows.shapes >= 0).astype(np.uint8)
    arrays = (data, rows.ends, good, out, places, rows.met)
    written, _ = machine_code("detect").call(spell_at, (data.size, len(rows.ends), *map(address, arrays)))
    return out[:written].tobytes(), places.tolist()
