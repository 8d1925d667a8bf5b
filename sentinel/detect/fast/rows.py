"""Reads many lines of JSON without making objects of them: where they end, their shapes, and a few of their values."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sentinel.detect.fast.instants import NO_TIME, ODD_TIME, read_instant
from sentinel.detect.fast.interned import (
    FULL,
    Interned,
    addresses,
    intern,
    intern_braced,
    intern_spelled,
    interned_at,
    is_same,
)
from sentinel.detect.fast.tokens import (
    BAD,
    BRACED,
    FOLDING,
    RESPELLED,
    Bytes,
    is_guid,
    skip_bare,
    skip_list,
    skip_space,
    skip_text,
)
from sentinel.detect.fast.trie import NO_FRAME, NO_RANK, OBJECT, SYSTEM, UNKNOWN, Trie, closed, step
from sentinel.native import address, bytes_at, compiled, entry, int32_at, int64_at, machine_code

NO_ROOM = -3
WHOLE, BLANK = -1, -4
"""What stands for the shape of a line that must be read whole, and of one that holds nothing."""

_OPENS, _CLOSES, _QUOTE, _COMMA, _BRACKET, _LINE_FEED = 0x7B, 0x7D, 0x22, 0x2C, 0x5B, 0x0A
_NULL = 0x6E
_START, _SIZE, _NUMBER, _MARK, _MET, _CHILD, BEFORE = 0, 1, 2, 3, 4, 5, 6
"""What is kept of each step, as so many numbers."""
KEYS = 1 << 20
"""The column under which the deciding values of a line are remembered together."""


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


class Page(NamedTuple):
    """What machine code reads of and writes to: all arrays as pointers, and how large they are.

    The first `deciding` columns decide. `before` says of each step where its name and value stood last, how long these
    are together, what came of them, and which step followed it.
    """

    data: Bytes
    size: int
    trie: Trie
    known: Interned
    rows: Rows
    lines: int
    columns: int
    deciding: int
    folding: int
    before: Bytes


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


def read_rows(page: Page, begin: Reading) -> Reading:
    """Read lines from where another reading ended; `page` holds arrays in place of pointers."""
    sizes = (page.size, page.lines, page.columns, page.deciding, page.folding, begin.row, begin.at)
    arrays = (page.data, page.before, *page.trie, *page.rows)
    why, frame = machine_code("detect").call(read_rows_at, (*sizes, *map(address, arrays), *addresses(page.known)))
    return Reading(frame[5], frame[6], why)


@entry
def read_rows_at(frame: Bytes) -> int:
    """Read rows for a frame of sizes and addresses, in which it is noted how far that came."""
    trie = Trie(
        bytes_at(frame[9]), int32_at(frame[10]), int32_at(frame[11]), int32_at(frame[12]), int32_at(frame[13]),
        int32_at(frame[14]), int32_at(frame[15]), int32_at(frame[16]), int32_at(frame[17]), int32_at(frame[18]),
        int32_at(frame[19]),
    )  # fmt: skip
    rows = Rows(
        int64_at(frame[20]), int32_at(frame[21]), int32_at(frame[22]), bytes_at(frame[23]), int32_at(frame[24]),
        int64_at(frame[25]), bytes_at(frame[26]),
    )  # fmt: skip
    known, data, before = interned_at(frame, 27), bytes_at(frame[7]), int64_at(frame[8])
    page = Page(data, frame[0], trie, known, rows, frame[1], frame[2], frame[3], frame[4], before)
    row, at, why = read_lines(page, frame[5], frame[6])
    frame[5] = row
    frame[6] = at
    return why


@compiled
def read_lines(page: Page, row: int, at: int) -> tuple[int, int, int]:
    """Read lines from a place; return how far that came, and why it ended there."""
    while at < page.size and row < page.lines:
        page.rows.times[row] = NO_TIME
        for cell in range(row * page.columns, (row + 1) * page.columns):
            page.rows.values[cell] = 0
        end = _read_line(page, at, row)
        if end == UNKNOWN or end == NO_ROOM:
            return row, at, end
        if end == BAD:
            end = _skip_line(page, at, row)
        page.rows.ends[row] = end
        row += 1
        at = end
    return row, at, 0


@compiled
def _skip_line(page: Page, at: int, row: int) -> int:
    """Skip a line that cannot be read here, and note whether it holds anything."""
    blank = True
    while at < page.size and page.data[at] != _LINE_FEED:
        blank = blank and (page.data[at] == 0x20 or 0x09 <= page.data[at] <= 0x0D)
        at += 1
    page.rows.shapes[row] = BLANK if blank else WHOLE
    return min(at + 1, page.size)


@compiled
def _read_line(page: Page, at: int, row: int) -> int:
    """Read a line; return the place behind it, or why it cannot be read."""
    data, node, depth, met, rank, fresh = page.data, 0, 0, 0, NO_RANK, True
    if data[at] != _OPENS:
        return BAD
    at += 1
    while True:
        at, met = _skip_gap(page, at, met)
        if at != BAD and data[at] == _QUOTE:
            at, node, met, rank = _read_member(page, at + 1, row, node, met, rank)
            if at >= 0 and page.trie.kinds[node] == OBJECT:
                depth += 1
                fresh = True
                continue
        elif at == BAD or not fresh or data[at] != _CLOSES:
            return BAD
        fresh = False
        if at >= 0:
            at, node, depth, met = _close(page, at, node, depth, met)
        if at < 0:
            return at
        if depth < 0:
            return _finish(page, at, row, node, met)


@compiled
def _skip_gap(page: Page, at: int, met: int) -> tuple[int, int]:
    """Skip what stands between parts; BAD at the end of all."""
    end = skip_space(page.data, at, page.size)
    if end >= page.size:
        return BAD, met
    return end, met | (RESPELLED if end != at else 0)


@compiled
def _read_member(page: Page, at: int, row: int, node: int, met: int, rank: int) -> tuple[int, int, int, int]:
    """Read a name from behind its quote, and its value; of an object only the bracket."""
    child = page.before[node * BEFORE + _CHILD]
    if child > 0 and _is_as_before(page, child, at):
        return _take_again(page, child, at, row), int(child), met | int(page.before[child * BEFORE + _MET]), rank
    above, name = node, at
    node, at, spaced = step(page.trie, node, page.data, at, page.size)
    if node < 0:
        return node, 0, met, rank
    if page.trie.kinds[node] == OBJECT:
        return at + 1, node, met | spaced, rank
    page.before[above * BEFORE + _CHILD] = node
    if node != child and _is_as_before(page, node, name):
        return _take_again(page, node, name, row), node, met | int(page.before[node * BEFORE + _MET]), rank
    at, what, rank = _read_value(page, at, row, node, rank)
    if at >= 0 and page.trie.ranks[node] == NO_RANK:
        _remember(page, node, row, name, at)
        page.before[node * BEFORE + _MET] = what | spaced
    return at, node, met | what | spaced, rank


@compiled
def _read_value(page: Page, start: int, row: int, node: int, rank: int) -> tuple[int, int, int]:
    """Read a value into its columns; return the place behind it, what was met in it, and how good a time was."""
    at, what = start, 0
    if page.data[at] == _QUOTE:
        at, what = skip_text(page.data, at + 1, page.size)
    elif page.data[at] == _BRACKET:
        at, what = skip_list(page.data, at, page.size)
    else:
        at = skip_bare(page.data, at, page.size)
    if at == BAD:
        return BAD, what, rank
    frame = page.trie.frames[node]
    if frame != NO_FRAME:
        if what & RESPELLED or (frame == SYSTEM and _is_blank(page.data, start, at)):
            return BAD, what, rank
        what |= BRACED if is_guid(page.data, start, at) else 0
    if page.trie.ranks[node] < rank:
        rank = page.trie.ranks[node]
        is_text = page.data[start] == _QUOTE
        page.rows.times[row] = read_instant(page.data, start + 1, at - 1) if is_text else ODD_TIME
    return at if _keep(page, start, at, node, row, what) else NO_ROOM, what, rank


@compiled
def _is_as_before(page: Page, node: int, at: int) -> bool:
    """Say whether a name and its value are, to the byte, what they were when this step was taken last."""
    size = page.before[node * BEFORE + _SIZE]
    end = at + size
    if size == 0 or end >= page.size or (page.data[end] != _COMMA and page.data[end] != _CLOSES):
        return False
    return is_same(page.data, page.before[node * BEFORE + _START], page.data, at, size)


@compiled
def _take_again(page: Page, node: int, at: int, row: int) -> int:
    """Put what came of a value into its columns again; return the place behind it."""
    kept, first = node * BEFORE, row * page.columns
    if page.trie.columns[node] >= 0:
        page.rows.values[first + page.trie.columns[node]] = page.before[kept + _NUMBER]
    if page.trie.marks[node] >= 0:
        page.rows.values[first + page.trie.marks[node]] = page.before[kept + _MARK]
    return int(at + page.before[kept + _SIZE])


@compiled
def _remember(page: Page, node: int, row: int, start: int, end: int) -> None:
    """Keep where a name and its value stand, and what came of them."""
    kept, first = node * BEFORE, row * page.columns
    page.before[kept + _START] = start
    page.before[kept + _SIZE] = end - start
    if page.trie.columns[node] >= 0:
        page.before[kept + _NUMBER] = page.rows.values[first + page.trie.columns[node]]
    if page.trie.marks[node] >= 0:
        page.before[kept + _MARK] = page.rows.values[first + page.trie.marks[node]]


@compiled
def _is_blank(data: Bytes, start: int, end: int) -> bool:
    """Say whether a value may be a blank text, which is none to a reader of dumped events."""
    if data[start] != _QUOTE:
        return False
    for place in range(start + 1, end - 1):
        if data[place] == 0x5C:
            return True
        if 0x20 < data[place] < 0x7F:
            return False
    return True


@compiled
def _close(page: Page, at: int, node: int, depth: int, met: int) -> tuple[int, int, int, int]:
    """Close the objects that end here; return the place behind the comma, or behind it all with a depth below 0."""
    while True:
        at, met = _skip_gap(page, at, met)
        if at == BAD or page.data[at] != _CLOSES:
            break
        at += 1
        depth -= 1
        if depth < 0:
            return at, node, depth, met
        node = closed(page.trie, node)
        if node < 0:
            return UNKNOWN, node, depth, met
    if at == BAD or page.data[at] != _COMMA:
        return BAD, node, depth, met
    return at + 1, node, depth, met


@compiled
def _keep(page: Page, start: int, end: int, node: int, row: int, met: int) -> bool:
    """Put a value into its columns; False where there is no room for it."""
    column, mark = page.trie.columns[node], page.trie.marks[node]
    first = row * page.columns
    if mark >= 0:
        empty = page.data[start] == _NULL or (page.data[start] == _QUOTE and end == start + 2)
        page.rows.values[first + mark] = 0 if empty else 1
    if column < 0:
        return True
    if page.trie.frames[node] != NO_FRAME and is_guid(page.data, start, end):
        number = intern_braced(page.known, column, page.data, start, end)
    elif met & RESPELLED and page.data[start] == _QUOTE:
        number = intern_spelled(page.known, column, page.data, start, end)
    else:
        number = intern(page.known, column, page.data, start, end)
    page.rows.values[first + column] = number
    return number != FULL


@compiled
def _finish(page: Page, at: int, row: int, node: int, met: int) -> int:
    """Note what a line is, and return the place behind it."""
    shape = page.trie.shapes[node]
    at = skip_space(page.data, at, page.size)
    if at < page.size and page.data[at] != _LINE_FEED:
        return BAD
    if shape == UNKNOWN:
        return UNKNOWN
    page.rows.met[row] = met
    page.rows.shapes[row] = WHOLE if met & FOLDING and page.folding == 0 else shape
    start = row * page.columns * 4
    key = intern(page.known, KEYS, page.rows.cells, start, start + page.deciding * 4)
    page.rows.keys[row] = key
    return NO_ROOM if key == FULL else min(at + 1, page.size)
