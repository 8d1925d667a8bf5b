"""Skips over the values of JSON in bytes, as strictly as RFC 8259 has them, and says what was met in them.

Every function takes the place where something begins and returns the place behind it, or BAD where it is not what it
should be, or what a reader of JSON may take in more than one way. Those that are `compiled` see no objects: bytes come
as an array, and places are numbers.
"""

from __future__ import annotations

import unicodedata
from typing import Any, TypeAlias

import numpy as np

from sentinel.native import compiled

Bytes: TypeAlias = Any
"""An array of bytes; NumPy's own types say nothing of what is compiled."""

BAD = -1
RESPELLED = 1
"""Met: an escape that JSON does not demand, so that the same text may be written in another way."""
FOLDING = 2
"""Met: a letter that means one of A–Z, or several letters, to somebody who disregards case: `ſ` is an s, `ß` is ss."""

BRACED = 4
"""Met: a GUID that a dump of Windows events writes bare, and that has braces to a reader of them."""

KNOWN_IN = "14.0.0"
KNOWN = (
    "\u00df\u0130\u0131\u0149\u017f\u01f0\u0390\u03b0\u0587\u1e96\u1e97\u1e98\u1e99\u1e9a\u1e9e\u1f50\u1f52\u1f54"
    "\u1f56\u1f80\u1f81\u1f82\u1f83\u1f84\u1f85\u1f86\u1f87\u1f88\u1f89\u1f8a\u1f8b\u1f8c\u1f8d\u1f8e\u1f8f\u1f90"
    "\u1f91\u1f92\u1f93\u1f94\u1f95\u1f96\u1f97\u1f98\u1f99\u1f9a\u1f9b\u1f9c\u1f9d\u1f9e\u1f9f\u1fa0\u1fa1\u1fa2"
    "\u1fa3\u1fa4\u1fa5\u1fa6\u1fa7\u1fa8\u1fa9\u1faa\u1fab\u1fac\u1fad\u1fae\u1faf\u1fb2\u1fb3\u1fb4\u1fb6\u1fb7"
    "\u1fbc\u1fc2\u1fc3\u1fc4\u1fc6\u1fc7\u1fcc\u1fd2\u1fd3\u1fd6\u1fd7\u1fe2\u1fe3\u1fe4\u1fe6\u1fe7\u1ff2\u1ff3"
    "\u1ff4\u1ff6\u1ff7\u1ffc\u212a\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06\ufb13\ufb14\ufb15\ufb16\ufb17"
)


def folding_letters() -> list[int]:
    """Return the letters that fold into A–Z, or into several: known for one version of Unicode, else worked out."""
    return list(map(ord, KNOWN)) if unicodedata.unidata_version == KNOWN_IN else worked_out()


def worked_out() -> list[int]:
    """Ask Python of every letter, which takes a tenth of a second."""
    every = (*range(0x80, 0xD800), *range(0xE000, 0x20000))
    return [
        number
        for number in every
        if len(chr(number).casefold()) > 1
        or any(other.isascii() for other in chr(number).casefold() + chr(number).lower() + chr(number).upper())
    ]


FOLDING_LETTERS = np.array(folding_letters(), dtype=np.int64)
_GUID, _QUOTE_MARK = 38, 0x22
_SHORTER = np.array([dict(zip(b"\b\t\n\f\r", b"btnfr", strict=True)).get(byte, 0) for byte in range(32)], np.uint8)
_LAST = len(FOLDING_LETTERS) - 1
_MOST_DIGITS = 40
_MOST_EXPONENT = 2
"""Digits up to which a number is surely within what a reader of JSON can hold."""

_QUOTE, _BACKSLASH, _PLAIN, _WIDE, _CONTROL = 1, 2, 0, 3, 4
_KINDS = np.array(
    [
        _CONTROL
        if byte < 0x20
        else _QUOTE
        if byte == 0x22
        else _BACKSLASH
        if byte == 0x5C
        else _PLAIN
        if byte < 0x80
        else _WIDE
        for byte in range(256)
    ],
    dtype=np.uint8,
)
_SHORT = np.array([chr(byte) in '"\\bfnrt' for byte in range(256)])
"""What stands behind a backslash where JSON demands one."""
_HEX = np.array([int(chr(byte), 16) if chr(byte) in "0123456789abcdefABCDEF" else -1 for byte in range(256)])
_DIGIT = np.array([0x30 <= byte <= 0x39 for byte in range(256)])


@compiled
def skip_text(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Skip a text from behind its first quote; return also what was met."""
    met = 0
    while at < end:
        kind = _KINDS[data[at]]
        if kind == _PLAIN:
            at += 1
            continue
        if kind == _QUOTE:
            return at + 1, met
        at, what = _skip_unusual(data, at, end)
        if at == BAD:
            return BAD, 0
        met |= what
    return BAD, 0


@compiled
def _skip_unusual(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Skip an escape, or a letter beyond ASCII."""
    if _KINDS[data[at]] == _BACKSLASH:
        if at + 1 < end and _SHORT[data[at + 1]]:
            return at + 2, 0
        behind, letter = read_escape(data, at, end)
        if letter < 0x20 and not 0x08 <= letter <= 0x0D:  # of those in between, most have shorter escapes
            return behind, 0
        return behind, RESPELLED | (FOLDING if is_folding(letter) else 0)
    if _KINDS[data[at]] == _WIDE:
        behind, letter = read_letter(data, at, end)
        return behind, FOLDING if is_folding(letter) else 0
    return BAD, 0


@compiled
def read_escape(data: Bytes, at: int, end: int) -> tuple[int, int]:
    r"""Read an escape that is `\/` or one of `\u`, of which two may be one letter; half a pair is BAD."""
    if at + 1 < end and data[at + 1] == 0x2F:
        return at + 2, 0x2F
    first = _read_unit(data, at, end)
    if first == BAD or 0xDC00 <= first < 0xE000:
        return BAD, 0
    if first < 0xD800 or first >= 0xE000:
        return at + 6, first
    second = _read_unit(data, at + 6, end)
    if not 0xDC00 <= second < 0xE000:
        return BAD, 0
    return at + 12, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)


@compiled
def _read_unit(data: Bytes, at: int, end: int) -> int:
    if at + 6 > end or data[at] != 0x5C or data[at + 1] != 0x75:
        return BAD
    found = 0
    for place in range(at + 2, at + 6):
        digit = _HEX[data[place]]
        if digit < 0:
            return BAD
        found = found * 16 + digit
    return found


@compiled
def read_letter(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Read a letter beyond ASCII in UTF-8 as RFC 3629 allows it: neither longer than need be, nor half a pair."""
    first = int(data[at])
    size = 2 if 0xC2 <= first < 0xE0 else 3 if 0xE0 <= first < 0xF0 else 4 if 0xF0 <= first < 0xF5 else 0
    if size == 0 or at + size > end:
        return BAD, 0
    letter = first & (0x7F >> size)
    for place in range(at + 1, at + size):
        if data[place] & 0xC0 != 0x80:
            return BAD, 0
        letter = (letter << 6) | (int(data[place]) & 0x3F)
    least = 0x80 if size == 2 else 0x800 if size == 3 else 0x10000
    if letter < least or letter > 0x10FFFF or 0xD800 <= letter < 0xE000:
        return BAD, 0
    return at + size, letter


@compiled
def is_folding(letter: int) -> bool:
    """Say whether a letter beyond ASCII is one of FOLDING_LETTERS."""
    if letter < 0x80:
        return False
    low, high = 0, _LAST
    while low < high:
        middle = (low + high) >> 1
        if FOLDING_LETTERS[middle] < letter:
            low = middle + 1
        else:
            high = middle
    return bool(FOLDING_LETTERS[low] == letter)


@compiled
def skip_bare(data: Bytes, at: int, end: int) -> int:
    """Skip a number, a truth value or `null`; numbers of very many digits are BAD."""
    first = data[at]
    if first == 0x74:
        return _skip_word(data, at, end, 0x72, 0x75, 0x65)
    if first == 0x6E:
        return _skip_word(data, at, end, 0x75, 0x6C, 0x6C)
    if first == 0x66 and at + 5 <= end and data[at + 1] == 0x61:
        return _skip_word(data, at + 1, end, 0x6C, 0x73, 0x65)
    return _skip_number(data, at, end)


@compiled
def _skip_word(data: Bytes, at: int, end: int, one: int, two: int, three: int) -> int:
    if at + 4 <= end and data[at + 1] == one and data[at + 2] == two and data[at + 3] == three:
        return at + 4
    return BAD


@compiled
def _skip_number(data: Bytes, at: int, end: int) -> int:
    if data[at] == 0x2D:
        at += 1
    first = at
    at = _skip_digits(data, at, end, _MOST_DIGITS)
    if at == BAD or (data[first] == 0x30 and at - first > 1):
        return BAD
    if at < end and data[at] == 0x2E:
        at = _skip_digits(data, at + 1, end, _MOST_DIGITS)
    if at != BAD and at < end and (data[at] == 0x65 or data[at] == 0x45):
        at += 1
        if at < end and (data[at] == 0x2B or data[at] == 0x2D):
            at += 1
        at = _skip_digits(data, at, end, _MOST_EXPONENT)
    return at


@compiled
def _skip_digits(data: Bytes, at: int, end: int, most: int) -> int:
    """Skip digits, at least one."""
    start = at
    while at < end and _DIGIT[data[at]]:
        at += 1
    return at if 0 < at - start <= most else BAD


@compiled
def skip_space(data: Bytes, at: int, end: int) -> int:
    """Skip what JSON allows between its parts."""
    while at < end and (data[at] == 0x20 or data[at] == 0x09 or data[at] == 0x0D):
        at += 1
    return at


@compiled
def skip_list(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Skip a list of plain values from its bracket; one that holds lists or objects is BAD."""
    met = RESPELLED
    at = skip_space(data, at + 1, end)
    if at < end and data[at] == 0x5D:
        return at + 1, met
    while at < end:
        if data[at] == 0x22:
            at, what = skip_text(data, at + 1, end)
            met |= what
        else:
            at = skip_bare(data, at, end)
        if at == BAD:
            return BAD, 0
        at = skip_space(data, at, end)
        if at >= end or (data[at] != 0x2C and data[at] != 0x5D):
            return BAD, 0
        if data[at] == 0x5D:
            return at + 1, met
        at = skip_space(data, at + 1, end)
    return BAD, 0


@compiled
def is_guid(data: Bytes, start: int, end: int) -> bool:
    """Say whether a value is a GUID without braces, in capitals: what `dumped.braced` puts them around."""
    if end - start != _GUID or data[start] != _QUOTE_MARK or data[end - 1] != _QUOTE_MARK:
        return False
    for place in range(_GUID - 2):
        byte = data[start + 1 + place]
        if place == 8 or place == 13 or place == 18 or place == 23:
            if byte != 0x2D:
                return False
        elif not (0x30 <= byte <= 0x39 or 0x41 <= byte <= 0x46):
            return False
    return True


@compiled
def spell_text(data: Bytes, at: int, out: Bytes, to: int, size: int) -> tuple[int, int]:
    """Write a text with its quotes and no escapes but those that JSON demands; it never gets longer."""
    out[to] = _QUOTE_MARK
    at += 1
    to += 1
    while data[at] != _QUOTE_MARK:
        if data[at] != 0x5C:
            out[to] = data[at]
            at += 1
            to += 1
        elif _SHORT[data[at + 1]]:
            out[to] = 0x5C
            out[to + 1] = data[at + 1]
            at += 2
            to += 2
        else:
            at, letter = read_escape(data, at, size)
            to = _spell_control(letter, out, to) if letter < 0x20 else _spell_letter(letter, out, to)
    out[to] = _QUOTE_MARK
    return at + 1, to + 1


@compiled
def _spell_control(letter: int, out: Bytes, to: int) -> int:
    """Write a control letter with the escape that it has in JSON."""
    out[to] = 0x5C
    if _SHORTER[letter] != 0:
        out[to + 1] = _SHORTER[letter]
        return to + 2
    out[to + 1] = 0x75
    out[to + 2] = 0x30
    out[to + 3] = 0x30
    out[to + 4] = 0x30 + (letter >> 4)
    out[to + 5] = (letter & 15) + (0x30 if (letter & 15) < 10 else 0x57)
    return to + 6


@compiled
def _spell_letter(letter: int, out: Bytes, to: int) -> int:
    """Write a letter in UTF-8, with the escape of `"` and of a backslash."""
    if letter < 0x80:
        if letter == _QUOTE_MARK or letter == 0x5C:
            out[to] = 0x5C
            to += 1
        out[to] = letter
        return to + 1
    size = 2 if letter < 0x800 else 3 if letter < 0x10000 else 4
    for place in range(size - 1, 0, -1):
        out[to + place] = 0x80 | (letter & 0x3F)
        letter >>= 6
    out[to] = ((0xF00 >> size) & 0xFF) | letter
    return to + size
