"""Judges conditions in machine code: which of them are surely true, or surely false, for the values of some rows.

A condition is a program (`programs.py`): numbers, of which each step begins with what it is and where the next one
begins. What a step asks of a text it asks of the text as it stands in JSON: in lines of ASCII in which nothing but
backslashes and quotes is escaped, every text has one spelling. Of all other values nothing is said, nor of long ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sentinel.detect.fast.interned import Interned, interned_at, is_count
from sentinel.detect.fast.tokens import Bytes
from sentinel.native import bytes_at, compiled, entry, int32_at, int64_at

FALSE, TRUE, UNKNOWN = 0, 1, 2
AND, OR, NOT, TEXTS, EXISTS, NULL, MAYBE = range(7)
"""The steps of a program. Those that ask for a field end with its columns: the first in which something is, counts."""
ANY, EVERY, REST = 0, 1, 2
"""What TEXTS asks: that any or every test is met; REST: there are others that only the reference evaluator knows."""
EQUALS, CONTAINS, STARTS, ENDS, NEVER, NEEDS = range(6)
"""The tests of texts. NEEDS is one that may be met only where its letters are there."""
TEST, PAIRS = 11, 8
"""Numbers of a test: what it is, where its letters begin, how many they are, and the pairs of letters in them."""
DEEPEST = 30
MOST_LETTERS = 600
"""Bytes of a value; what is longer is searched quicker by Python."""
_FRAME = 3
_NUMBER, _START, _SIZE, _FIRST_PAIR = 92, 93, 94, 95
SCRATCH = _FIRST_PAIR + PAIRS
"""Numbers that machine code needs room for: steps that are not done yet, and what is known of the last value."""
_BACKSLASH, _QUOTE = 0x5C, 0x22
_LOWER = np.array([byte + 32 if 0x41 <= byte <= 0x5A else byte for byte in range(256)], np.uint8)


class Judge(NamedTuple):
    """Programs, their tests and the letters of these; the values by number, and by row and column; room to work."""

    code: Bytes
    tests: Bytes
    letters: Bytes
    known: Interned
    cells: Bytes
    width: int
    scratch: Bytes


@entry
def judge_at(frame: Bytes) -> int:
    """Run a program over a row for each of several pairs, and note what comes of it."""
    judge = Judge(
        int64_at(frame[2]), int64_at(frame[3]), bytes_at(frame[4]), interned_at(frame, 10), int32_at(frame[5]),
        frame[1], int64_at(frame[6]),
    )  # fmt: skip
    programs, rows, verdicts = int64_at(frame[7]), int64_at(frame[8]), bytes_at(frame[9])
    judge.scratch[_NUMBER] = 0
    for pair in range(frame[0]):
        verdicts[pair] = run(judge, programs[pair], rows[pair] * judge.width)
    return 0


@entry
def note_tests_at(frame: Bytes) -> int:
    """Note the pairs of letters of some tests."""
    tests, letters = int64_at(frame[2]), bytes_at(frame[3])
    for test in range(frame[0] * TEST, frame[1] * TEST, TEST):
        for place in range(tests[test + 1], tests[test + 1] + tests[test + 2] - 1):
            _note_pair(tests, test + 3, int(letters[place]), int(letters[place + 1]))
    return 0


@compiled
def run(judge: Judge, at: int, first: int) -> int:
    """Return what a program says of the row whose cells begin at `first`."""
    depth = 0
    while True:
        kind = judge.code[at]
        if kind <= NOT:
            judge.scratch[depth * _FRAME] = kind
            judge.scratch[depth * _FRAME + 1] = judge.code[at + 1]
            judge.scratch[depth * _FRAME + 2] = TRUE if kind == AND else FALSE
            depth += 1
            at += 2
            continue
        value = _leaf(judge, at, first)
        at, depth, value = _settle(judge, judge.code[at + 1], depth, value)
        if depth == 0:
            return value


@compiled
def _settle(judge: Judge, at: int, depth: int, value: int) -> tuple[int, int, int]:
    """Hand a value up to the steps that it decides or ends; return the next step, and how many are not done."""
    while depth > 0:
        top = (depth - 1) * _FRAME
        kind, end = judge.scratch[top], judge.scratch[top + 1]
        if kind == NOT:
            value = value if value == UNKNOWN else TRUE - value
        else:
            decides = FALSE if kind == AND else TRUE
            if value == UNKNOWN:
                judge.scratch[top + 2] = UNKNOWN
            if value != decides:
                if at != end:
                    return at, depth, value
                value = int(judge.scratch[top + 2])
        at = end
        depth -= 1
    return at, depth, value


@compiled
def _leaf(judge: Judge, at: int, first: int) -> int:
    """Return what one step says that asks for a field."""
    kind = judge.code[at]
    if kind == MAYBE:
        return UNKNOWN
    asks = judge.code[at + 2]
    number = _number(judge, at + 5, judge.code[at + 1], first)
    if number < 0:
        return UNKNOWN
    if kind == EXISTS:
        return TRUE if (number > 0) == (asks != 0) else FALSE
    if kind == NULL:
        return TRUE if number == 0 else _is_null(judge.known, number)
    if number == 0:
        return FALSE
    _look(judge, number)
    if judge.scratch[_START] < 0:
        return UNKNOWN
    return _texts(judge, asks, judge.code[at + 3], judge.code[at + 4])


@compiled
def _number(judge: Judge, at: int, end: int, first: int) -> int:
    """Return the number of a field's value: 0 where it is not there, -1 where that is not known."""
    for place in range(at, end):
        column = judge.code[place]
        if column < 0 or column >= judge.width:
            return -1
        number = int(judge.cells[first + column])
        if number != 0:
            return number
    return 0


@compiled
def _is_null(known: Interned, number: int) -> int:
    """Say whether a value is null; of a list, which may hold it, that is not known."""
    byte = known.text[known.starts[number]]
    return TRUE if byte == 0x6E else UNKNOWN if byte == 0x5B else FALSE


@compiled
def _look(judge: Judge, number: int) -> None:
    """Note where a value's text begins, its size, and its pairs of letters; a start below 0 if it has no plain one."""
    if judge.scratch[_NUMBER] == number:
        return
    start, size = judge.known.starts[number], judge.known.sizes[number]
    quotes = 1 if judge.known.text[start] == _QUOTE else 0
    judge.scratch[_NUMBER] = number
    judge.scratch[_START] = -1
    if size > MOST_LETTERS or (quotes == 0 and not is_count(judge.known.text, start, size)):
        return
    if _note_pairs(judge, start + quotes, start + size - quotes):
        judge.scratch[_START] = start + quotes
        judge.scratch[_SIZE] = size - 2 * quotes


@compiled
def _note_pairs(judge: Judge, start: int, end: int) -> bool:
    """Note the pairs of letters of a text; False where it is not plain."""
    data, scratch = judge.known.text, judge.scratch
    for place in range(PAIRS):
        scratch[_FIRST_PAIR + place] = 0
    before, at = 0, start
    while at < end:
        byte = int(_LOWER[data[at]])
        if byte >= 0x80:
            return False
        if at > start:
            _note_pair(scratch, _FIRST_PAIR, before, byte)
        if byte == _BACKSLASH:
            at += 1
            if data[at] != _BACKSLASH and data[at] != _QUOTE:
                return False
            _note_pair(scratch, _FIRST_PAIR, byte, int(data[at]))
            byte = int(data[at])
        before = byte
        at += 1
    return True


@compiled
def _note_pair(pairs: Bytes, first: int, one: int, other: int) -> None:
    """Note two letters among 256 pairs, of which several share one; eight numbers from `first` on hold these."""
    pair = ((one * 31) ^ other) & 255
    pairs[first + (pair >> 5)] |= 1 << (pair & 31)


@compiled
def _texts(judge: Judge, asks: int, test: int, count: int) -> int:
    """Return what some tests of a field say of the value that was looked at last."""
    decides = FALSE if asks & EVERY else TRUE
    found = TRUE - decides
    for number in range(test, test + count):
        value = _test(judge, number * TEST)
        if value == decides:
            return decides
        if value == UNKNOWN:
            found = UNKNOWN
    return UNKNOWN if asks & REST else found


@compiled
def _test(judge: Judge, at: int) -> int:
    kind, size = judge.tests[at], judge.tests[at + 2]
    start, end = judge.scratch[_START], judge.scratch[_START] + judge.scratch[_SIZE]
    if kind == NEVER or size > end - start or (kind == EQUALS and size != end - start):
        return FALSE
    if kind == EQUALS or kind == STARTS:
        return TRUE if _is_there(judge, at, start) else FALSE
    if kind == ENDS:
        return TRUE if _is_there(judge, at, end - size) else FALSE
    for place in range(PAIRS):
        if judge.tests[at + 3 + place] & ~judge.scratch[_FIRST_PAIR + place]:
            return FALSE
    for place in range(start, end - size + 1):
        if _is_there(judge, at, place):
            return UNKNOWN if kind == NEEDS else TRUE
    return FALSE


@compiled
def _is_there(judge: Judge, at: int, place: int) -> bool:
    """Say whether the letters of a test stand at a place, in small or large letters."""
    start = judge.tests[at + 1]
    for offset in range(judge.tests[at + 2]):
        if _LOWER[judge.known.text[place + offset]] != judge.letters[start + offset]:
            return False
    return True
