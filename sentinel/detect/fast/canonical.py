"""Fingerprints of many plain rows at once: what `alerts.fingerprint` would say of them, without making events first.

Machine code writes the text that is hashed: the fields by the order of their names, numbers and truth values as their
text, GUIDs in capitals, `TimeCreated` as a moment. A row in which it meets anything else is left to `fingerprint`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from sentinel.detect.alerts import ID_LETTERS
from sentinel.detect.fast.instants import ODD_TIME
from sentinel.detect.fast.interned import is_count
from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.runs import starts_of
from sentinel.detect.fast.shapes import Order
from sentinel.detect.fast.table import Table
from sentinel.detect.fast.tokens import BAD, RESPELLED, Bytes, is_guid, skip_bare, skip_text
from sentinel.native import address, bytes_at, compiled, entry, int64_at, machine_code

_QUOTE, _BACKSLASH, _COLON, _COMMA, _OPENS, _CLOSES = 0x22, 0x5C, 0x3A, 0x2C, 0x7B, 0x7D
_SHORT = np.array([chr(byte) in '"\\bfnt' for byte in range(256)])
"""What stands behind a backslash in a text that is hashed as it is written; `\\r` is none: lines end with LF there."""
_GUID = 40
_ROOM = 64
_SECOND, _DAY = 1_000_000, 86_400_000_000


class Plain(NamedTuple):
    """Rows of one plain shape: the bytes of each, its time, and room for where its values are.

    `sizes` are those of the names with a quote, `order` that of their alphabet, `moment` is the step of `TimeCreated`.
    """

    data: Bytes
    starts: Bytes
    ends: Bytes
    times: Bytes
    steps: int
    moment: int
    sizes: Bytes
    order: Bytes
    places: Bytes


def fingerprints(table: Table, block: bytes, rows: Rows, wanted: Sequence[int]) -> dict[int, str]:
    """Return the fingerprints of those rows, of some, for which they are known here."""
    at = np.array(wanted, np.int64)
    at = at[(rows.shapes[at] >= 0) & (rows.met[at] & RESPELLED == 0)]
    at = at[np.argsort(rows.shapes[at], kind="stable")]
    data = np.frombuffer(block, np.uint8)
    found: dict[int, str] = {}
    for some in np.split(at, starts_of(rows.shapes[at])[1:]) if at.size else ():
        order = table.order(rows.shapes.item(some[0]))
        if order is not None:
            texts = _texts(data, rows, some, order)
            found |= {
                row: hashlib.sha256(text).hexdigest()[:ID_LETTERS]
                for row, text in zip(some.tolist(), texts, strict=True)
                if text
            }
    return found


def _texts(data: Bytes, rows: Rows, some: Bytes, order: Order) -> list[memoryview]:
    """Return what is hashed of some rows of a shape; nothing of those that are not known here."""
    ends = rows.ends[some]
    starts = np.where(some > 0, rows.ends[some - 1], 0)
    out = np.empty(2 * int((ends - starts).sum()) + _ROOM * len(some), np.uint8)
    behind, places = np.zeros(len(some), np.int64), np.zeros(3 * len(order.sizes), np.int64)
    arrays = (data, starts, ends, rows.times[some], order.sizes, order.order, places, out, behind)
    frame = (len(some), len(order.sizes), order.moment, *map(address, arrays))
    machine_code("detect").call(write_at, frame)
    text: memoryview = out.data
    return [text[start:end] for start, end in pairwise((0, *behind.tolist()))]


@entry
def write_at(frame: Bytes) -> int:
    """Write what is hashed of some rows, and where it ends; nothing of a row in which something else is met."""
    plain = Plain(
        bytes_at(frame[3]), int64_at(frame[4]), int64_at(frame[5]), int64_at(frame[6]), frame[1], frame[2],
        int64_at(frame[7]), int64_at(frame[8]), int64_at(frame[9]),
    )  # fmt: skip
    out, behind, to = bytes_at(frame[10]), int64_at(frame[11]), 0
    for row in range(frame[0]):
        end = _write_row(plain, row, out, to) if _find_values(plain, row) else BAD
        to = to if end == BAD else end
        behind[row] = to
    return 0


@compiled
def _find_values(plain: Plain, row: int) -> bool:
    """Note where the names and values of a row are; False where it is written in another way."""
    data, at, end = plain.data, plain.starts[row] + 1, plain.ends[row]
    for step in range(plain.steps):
        place = step * 3
        plain.places[place] = at
        at += 1 + plain.sizes[step]
        if at + 1 >= end or data[at] != _COLON:
            return False
        at += 1
        plain.places[place + 1] = at
        at = skip_text(data, at + 1, end)[0] if data[at] == _QUOTE else skip_bare(data, at, end)
        if at == BAD or at >= end or data[at] != (_COMMA if step < plain.steps - 1 else _CLOSES):
            return False
        plain.places[place + 2] = at
        at += 1
    return True


@compiled
def _write_row(plain: Plain, row: int, out: Bytes, to: int) -> int:
    """Write a row; return where that ends, or BAD."""
    out[to] = _OPENS
    for number in range(plain.steps):
        step = plain.order[number]
        start, value, end = plain.places[step * 3], plain.places[step * 3 + 1], plain.places[step * 3 + 2]
        to += 1
        for place in range(start, value):
            out[to] = plain.data[place]
            to += 1
        if step == plain.moment:
            to = BAD if plain.times[row] <= ODD_TIME else _write_moment(plain.times[row], out, to)
        else:
            to = _write_value(plain.data, value, end, out, to)
        if to == BAD:
            return BAD
        out[to] = _COMMA
    out[to] = _CLOSES
    return to + 1


@compiled
def _write_value(data: Bytes, at: int, end: int, out: Bytes, to: int) -> int:
    """Write a value as its text; return where that ends, or BAD."""
    first = data[at]
    if first == _QUOTE:
        return _write_text(data, at, end, out, to)
    if not is_count(data, at, end - at) and first != 0x74 and first != 0x66 and first != 0x6E:
        return BAD
    quotes = 0 if first == 0x6E else 1
    if quotes == 1:
        out[to] = _QUOTE
        out[to + 1 + end - at] = _QUOTE
    for place in range(end - at):
        out[to + quotes + place] = data[at + place]
    return to + 2 * quotes + end - at


@compiled
def _write_text(data: Bytes, at: int, end: int, out: Bytes, to: int) -> int:
    """Write a text, a GUID in braces in capitals; return where that ends, or BAD."""
    start, is_braced = to, end - at == _GUID and data[at + 1] == _OPENS and data[end - 2] == _CLOSES
    escaped = False
    for place in range(at, end):
        byte = data[place]
        if escaped and not _SHORT[byte]:
            return BAD
        escaped = byte == _BACKSLASH and not escaped
        out[to] = byte
        to += 1
    if is_braced:
        _raise_letters(out, start + 2, to - 2)
        out[start + 1] = _QUOTE
        out[to - 2] = _QUOTE
        if not is_guid(out, start + 1, to - 1):
            for place in range(at, end):
                out[start + place - at] = data[place]
        out[start + 1] = _OPENS
        out[to - 2] = _CLOSES
    return to


@compiled
def _raise_letters(out: Bytes, at: int, end: int) -> None:
    for place in range(at, end):
        if 0x61 <= out[place] <= 0x66:
            out[place] -= 0x20


@compiled
def _write_moment(time: int, out: Bytes, to: int) -> int:
    """Write microseconds since 1970 as `datetime.isoformat` does; the days as Howard Hinnant's `civil_from_days`."""
    days, rest = time // _DAY + 719_468, time % _DAY
    era = days // 146_097
    day = days - era * 146_097
    year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    year += era * 400 + (1 if month >= 10 else 0)
    second = rest // _SECOND
    out[to] = _QUOTE
    to = _write_number(year, 4, out, to + 1, 0x2D)
    to = _write_number(month - 9 if month >= 10 else month + 3, 2, out, to, 0x2D)
    to = _write_number(day - (153 * month + 2) // 5 + 1, 2, out, to, 0x54)
    to = _write_number(second // 3_600, 2, out, to, _COLON)
    to = _write_number(second // 60 % 60, 2, out, to, _COLON)
    to = _write_number(second % 60, 2, out, to, 0x2E)
    to = _write_number(rest % _SECOND, 6, out, to, 0x2B)
    to = _write_number(0, 2, out, to, _COLON)
    return _write_number(0, 2, out, to, _QUOTE)


@compiled
def _write_number(number: int, digits: int, out: Bytes, to: int, behind: int) -> int:
    for place in range(digits - 1, -1, -1):
        out[to + place] = 0x30 + number % 10
        number //= 10
    out[to + digits] = behind
    return to + digits + 1
