"""Conditions as programs for machine code (`judging.py`), which says of most values what the reference evaluator would.

What it cannot say is left open, and the reference evaluator is asked: expressions, numbers with a point, tests that
regard case, keywords.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import numpy as np

from sentinel.detect.condition import And, Exists, FieldTest, Keyword, Node, Not, Null, Number, Or, Shape, Test, Text
from sentinel.detect.fast.interned import Interned, addresses
from sentinel.detect.fast.judging import (
    AND,
    ANY,
    CONTAINS,
    DEEPEST,
    ENDS,
    EQUALS,
    EVERY,
    EXISTS,
    MAYBE,
    NEEDS,
    NEVER,
    NOT,
    NULL,
    OR,
    PAIRS,
    REST,
    SCRATCH,
    STARTS,
    TEST,
    TEXTS,
    judge_at,
    note_tests_at,
)
from sentinel.detect.fast.tokens import Bytes
from sentinel.native import address, address_of, machine_code

Columns: TypeAlias = Callable[[str], Sequence[int]]
"""The columns that a field may stand in; a number below 0 for one that is not there (yet)."""
_SHAPES: dict[Shape, int] = {"equals": EQUALS, "contains": CONTAINS, "startswith": STARTS, "endswith": ENDS}
_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"'})
_NO_PAIRS = (0,) * PAIRS
_CONTROL = " "
"""The first letter that JSON writes as it is."""


class Library:
    """Programs one after another; each is made once."""

    def __init__(self) -> None:
        self._code, self._tests, self._letters = array("q"), array("q"), bytearray(1)
        self._ready = 0
        self._made: dict[tuple[int, tuple[tuple[int, ...], ...]], tuple[Node, int | None]] = {}
        self._scratch = array("q", bytes(8 * SCRATCH))

    def program(self, node: Node, names: Iterable[str], columns: Columns) -> int | None:
        """Return where the program of a condition on these fields begins; None where it can say nothing of use."""
        key = id(node), tuple(tuple(columns(name)) for name in names)
        if key not in self._made:
            start = len(self._code)
            can = _depth(node) < DEEPEST and _Writer(self._code, self._tests, self._letters, columns).write(node)
            if not can:
                del self._code[start:]
            self._made[key] = node, start if can else None  # held, so that no other one has its id
        return self._made[key][1]

    def judge(self, known: Interned, cells: Bytes, programs: Bytes, rows: Bytes) -> Bytes:
        """Return FALSE, TRUE or UNKNOWN for each program with its row of `cells`."""
        self._get_ready()
        verdicts = np.empty(len(rows), np.uint8)
        arrays = (np.ascontiguousarray(programs, np.int64), np.ascontiguousarray(rows, np.int64), verdicts)
        own = (self._code.buffer_info()[0], self._tests.buffer_info()[0], address_of(self._letters))
        places = (*own, address(cells), self._scratch.buffer_info()[0], *map(address, arrays))
        machine_code("detect").call(judge_at, (len(rows), cells.shape[1], *places, *addresses(known)))
        return verdicts

    def _get_ready(self) -> None:
        """Have the pairs of letters noted of tests that were written since."""
        count = len(self._tests) // TEST
        if self._ready < count:
            places = (self._tests.buffer_info()[0], address_of(self._letters))
            machine_code("detect").call(note_tests_at, (self._ready, count, *places))
            self._ready = count


def _depth(node: Node) -> int:
    match node:
        case Not(item=item):
            return 1 + _depth(item)
        case And(items=items) | Or(items=items):
            return 1 + max(map(_depth, items), default=DEEPEST)
    return 0


class _Writer:
    """Writes the program of one condition."""

    def __init__(self, code: array[int], tests: array[int], letters: bytearray, columns: Columns) -> None:
        self._code = code
        self._tests = tests
        self._letters = letters
        self._columns = columns

    def write(self, node: Node) -> bool:
        """Write a condition; False where it is such that it is hardly ever known to be false."""
        start = len(self._code)
        match node:
            case FieldTest():
                return self._write_leaf(node)
            case Keyword():
                self._code.extend((MAYBE, start + 2))
                return False
            case Not(item=item):
                self._code.extend((NOT, 0))
                useful = [self.write(item)]
            case And(items=items) | Or(items=items):
                self._code.extend((AND if isinstance(node, And) else OR, 0))
                useful = [self.write(item) for item in items]
        self._code[start + 1] = len(self._code)
        return all(useful) if isinstance(node, Or) else any(useful)

    def _write_leaf(self, node: FieldTest) -> bool:
        start, first = len(self._code), len(self._tests) // TEST
        match node.tests:
            case (Exists(wanted=wanted),):
                self._code.extend((EXISTS, 0, int(wanted), 0, 0))
            case (Null(),):
                self._code.extend((NULL, 0, 0, 0, 0))
            case _:
                asks = EVERY if node.every else ANY
                for test in node.tests:
                    asks |= 0 if self._write_test(test) else REST
                count = len(self._tests) // TEST - first
                self._code.extend((TEXTS, 0, asks, first, count))
        columns = self._columns(node.field)
        self._code.extend(columns)
        self._code[start + 1] = len(self._code)
        return min(columns) >= 0 and (self._code[start] != TEXTS or self._code[start + 2] != ANY | REST)

    def _write_test(self, test: Test) -> bool:
        """Write a test of texts; False where it is none that can be written."""
        match test:
            case Text(cased=False, pattern=None):
                self._add(_SHAPES[test.shape], test.literal)
            case Text(cased=False):
                parts = (part for part in test.parts if isinstance(part, str) and part.isascii())
                self._add(NEEDS, max(parts, key=len, default=""))
            case Number(value=int() as value, text=text) if not isinstance(value, bool) and text == str(value):
                self._add(EQUALS, text)
            case _:
                return False
        return True

    def _add(self, kind: int, literal: str) -> None:
        """Write a test that asks for a text; none that is not of plain ASCII is in a value that is."""
        if not literal.isascii() or (not literal.isprintable() and min(literal, default=_CONTROL) < _CONTROL):
            kind, literal = NEVER, ""
        letters = literal.lower().translate(_ESCAPED).encode()
        self._tests.extend((kind, len(self._letters), len(letters), *_NO_PAIRS))
        self._letters += letters
