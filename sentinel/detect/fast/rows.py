"""Reads many lines of JSON at once, without making objects of them: where they end, what shape they have, what stands in a few fields."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sentinel.detect.fast.instants import NO_TIME, ODD_TIME, read_instant
from sentinel.detect.fast.interned import FULL, Interned, addresses, intern, interned_at
from sentinel.detect.fast.native import address, bytes_at, compiled, entry, int32_at, int64_at, machine_code
from sentinel.detect.fast.tokens import BAD, FOLDING, RESPELLED, Bytes, skip_bare, skip_list, skip_space, skip_text

UNKNOWN = -2
NO_ROOM = -3
WHOLE, BLANK = -1, -4
"""What stands for the shape of a line that must be read whole, and of one that holds nothing."""

PLAIN, LIST, OBJECT, CLOSE = 0, 1, 2, 3
"""What a step of a shape is: a name with a plain value, with a list, with an object, or the end of that."""
NO_RANK = 127
_OPENS, _CLOSES, _QUOTE, _COLON, _COMMA, _BRACKET, _LINE_FEED = 0x7B, 0x7D, 0x22, 0x3A, 0x2C, 0x5B, 0x0A
KEYS = 1 << 20
"""The column under which the deciding values of a line are remembered together."""


class Trie(NamedTuple):
    """The shapes of records as a tree of steps; node 0 is where all begin.

    Of each step: its name with the quote behind it, as a piece of `labels`; what it is; its first child and its next
    sibling; the column its value goes to, and the rank of it as a time; and the shape of records that end there.
    """

    labels: Bytes
    starts: Bytes
    sizes: Bytes
    kinds: Bytes
    children: Bytes
    siblings: Bytes
    columns: Bytes
    ranks: Bytes
    shapes: Bytes


class Rows(NamedTuple):
    """What is known of some lines: where they end, their shapes, the numbers of their values by column.

    `keys` are the numbers of their deciding values together, `times` microseconds since 1970, `met` what was met in
    their texts. `cells` are the bytes of `values`.
    """

    ends: Bytes
    shapes: Bytes
    values: Bytes
    cells: Bytes
    keys: Bytes
    times: Bytes
    met: Bytes


class Sizes(NamedTuple):
    """How many bytes there are, how many rows, how many columns; how many columns decide; whether folding letters may be."""

    data: int
    rows: int
    columns: int
    deciding: int
    folding: int


def make_rows(count: int, columns: int) -> Rows:
    """Return room for some lines."""
    values = np.zeros((count, columns), np.int32)
    return Rows(
        np.zeros(count, np.int64),
        np.full(count, WHOLE, np.int32),
        values,
        values.view(np.uint8).reshape(-1),
        np.zeros(count, np.int32),
        np.full(count, NO_TIME, np.int64),
        np.zeros(count, np.uint8),
    )


class Reading(NamedTuple):
    """How far reading came: the next row, where its line begins, and why it stopped: 0, UNKNOWN or NO_ROOM."""

    row: int
    at: int
    why: int


def read_rows(data: Bytes, trie: Trie, known: Interned, rows: Rows, begin: Reading, present: Bytes, deciding: int, *, folding: bool) -> Reading:
    """Read lines from where another reading ended.

    `present` says of each column whether it only matters that there is something, `deciding` how many of the first
    columns decide, `folding` whether letters that fold may be.
    """
    sizes = (data.size, rows.ends.size, rows.values.shape[1], deciding, int(folding), begin.row, begin.at)
    arrays = (data, present, *trie, *rows)
    code = machine_code()
    why, frame = code.call(read_rows_at, (*sizes, *map(address, arrays), *addresses(known)))
    return Reading(frame[5], frame[6], why)


@entry
def read_rows_at(frame: Bytes) -> int:
    """Read rows for a frame of sizes and addresses, in which it is noted how far that came."""
    sizes = Sizes(frame[0], frame[1], frame[2], frame[3], frame[4])
    trie = Trie(
        bytes_at(frame[9]), int32_at(frame[10]), int32_at(frame[11]), int32_at(frame[12]), int32_at(frame[13]),
        int32_at(frame[14]), int32_at(frame[15]), int32_at(frame[16]), int32_at(frame[17]),
    )  # fmt: skip
    rows = Rows(
        int64_at(frame[18]), int32_at(frame[19]), int32_at(frame[20]), bytes_at(frame[21]), int32_at(frame[22]),
        int64_at(frame[23]), bytes_at(frame[24]),
    )  # fmt: skip
    known = interned_at(frame, 25)
    row, at, why = _read_all(bytes_at(frame[7]), frame[6], trie, known, rows, frame[5], bytes_at(frame[8]), sizes)
    frame[5] = row
    frame[6] = at
    return why


@compiled
def _read_all(data: Bytes, at: int, trie: Trie, known: Interned, rows: Rows, row: int, present: Bytes, sizes: Sizes) -> tuple[int, int, int]:
    while at < sizes.data and row < sizes.rows:
        rows.times[row] = NO_TIME
        for cell in range(row * sizes.columns, (row + 1) * sizes.columns):
            rows.values[cell] = 0
        end = _read_line(data, at, trie, known, rows, row, present, sizes)
        if end == UNKNOWN or end == NO_ROOM:
            return row, at, end
        if end == BAD:
            end = at
            blank = True
            while end < sizes.data and data[end] != _LINE_FEED:
                blank = blank and (data[end] == 0x20 or 0x09 <= data[end] <= 0x0D)
                end += 1
            rows.shapes[row] = BLANK if blank else WHOLE
            end = min(end + 1, sizes.data)
        rows.ends[row] = end
        row += 1
        at = end
    return row, at, 0


@compiled
def _read_line(data: Bytes, at: int, trie: Trie, known: Interned, rows: Rows, row: int, present: Bytes, sizes: Sizes) -> int:
    size = sizes.data
    if data[at] != _OPENS:
        return BAD
    at += 1
    node, depth, met, rank, fresh = 0, 0, 0, NO_RANK, True
    while True:
        start = at
        at = skip_space(data, at, size)
        if at >= size:
            return BAD
        if at != start:
            met |= RESPELLED
        if data[at] == _QUOTE:
            node, at, spaced = _step(trie, node, data, at + 1, size)
            if node < 0:
                return node
            met |= spaced
            if trie.kinds[node] == OBJECT:
                depth += 1
                at += 1
                fresh = True
                continue
            start = at
            if data[at] == _QUOTE:
                at, what = skip_text(data, at + 1, size)
                met |= what
            elif data[at] == _BRACKET:
                at, what = skip_list(data, at, size)
                met |= what
            else:
                at = skip_bare(data, at, size)
            if at == BAD:
                return BAD
            if trie.ranks[node] < rank:
                rank = trie.ranks[node]
                rows.times[row] = read_instant(data, start + 1, at - 1) if data[start] == _QUOTE else ODD_TIME
            if trie.columns[node] >= 0 and not _keep(data, start, at, trie.columns[node], known, rows, row, present, sizes):
                return NO_ROOM
        elif not (fresh and data[at] == _CLOSES):
            return BAD
        fresh = False
        while True:
            start = at
            at = skip_space(data, at, size)
            if at >= size:
                return BAD
            if at != start:
                met |= RESPELLED
            if data[at] != _CLOSES:
                break
            at += 1
            if depth == 0:
                return _finish(data, at, trie.shapes[node], met, known, rows, row, sizes)
            depth -= 1
            node = _closed(trie, node)
            if node < 0:
                return UNKNOWN
        if data[at] != _COMMA:
            return BAD
        at += 1


@compiled
def _step(trie: Trie, node: int, data: Bytes, at: int, size: int) -> tuple[int, int, int]:
    """Return the step that the name at this place leads to, the place of its value, and what was met between."""
    child = trie.children[node]
    while child >= 0:
        behind = _behind(trie, child, data, at, size)
        if behind >= 0:
            place = behind
            met = 0
            if place < size and data[place] != _COLON:
                place = skip_space(data, place, size)
                met = RESPELLED
            if place >= size or data[place] != _COLON:
                return BAD, 0, 0
            place += 1
            if place < size and data[place] <= 0x20:
                place = skip_space(data, place, size)
                met = RESPELLED
            if place >= size:
                return BAD, 0, 0
            kind = OBJECT if data[place] == _OPENS else LIST if data[place] == _BRACKET else PLAIN
            if kind == trie.kinds[child]:
                return int(child), place, met
        child = trie.siblings[child]
    return UNKNOWN, 0, 0


@compiled
def _behind(trie: Trie, child: int, data: Bytes, at: int, size: int) -> int:
    """Return the place behind a name that is that of a step, or BAD."""
    length = trie.sizes[child]
    if length == 0 or at + length > size:
        return BAD
    start = trie.starts[child]
    for place in range(length):
        if trie.labels[start + place] != data[at + place]:
            return BAD
    return int(at + length)


@compiled
def _closed(trie: Trie, node: int) -> int:
    """Return the step that the end of an object leads to."""
    child = trie.children[node]
    while child >= 0 and trie.kinds[child] != CLOSE:
        child = trie.siblings[child]
    return int(child)


@compiled
def _keep(data: Bytes, start: int, end: int, column: int, known: Interned, rows: Rows, row: int, present: Bytes, sizes: Sizes) -> bool:
    cell = row * sizes.columns + column
    if present[column] != 0:
        empty = data[start] == 0x6E or (data[start] == _QUOTE and end == start + 2)
        rows.values[cell] = 0 if empty else 1
        return True
    number = intern(known, column, data, start, end)
    rows.values[cell] = number
    return number != FULL


@compiled
def _finish(data: Bytes, at: int, shape: int, met: int, known: Interned, rows: Rows, row: int, sizes: Sizes) -> int:
    at = skip_space(data, at, sizes.data)
    if at < sizes.data and data[at] != _LINE_FEED:
        return BAD
    if shape == UNKNOWN:
        return UNKNOWN
    rows.met[row] = met
    rows.shapes[row] = WHOLE if met & FOLDING and sizes.folding == 0 else shape
    start = row * sizes.columns * 4
    key = intern(known, KEYS, rows.cells, start, start + sizes.deciding * 4)
    rows.keys[row] = key
    return NO_ROOM if key == FULL else min(at + 1, sizes.data)
