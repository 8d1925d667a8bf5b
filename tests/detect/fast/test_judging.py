"""Machine code judges as the same functions do in Python."""

from __future__ import annotations

import itertools
from array import array

import numpy as np
from hypothesis import given

from sentinel.detect.condition import Node, fields
from sentinel.detect.fast.judging import SCRATCH, TEST, Judge, _note_pair, run
from sentinel.detect.fast.programs import Library
from sentinel.detect.fast.table import Table, Values
from tests.detect.fast.mutations import compact
from tests.detect.fast.strategies import Fields, looked_at
from tests.detect.fast.test_programs import NAMES


@given(looked_at())
def test_machine_code_judges_as_python_does(case: tuple[Node, Fields]) -> None:
    node, record = case
    values = Values((), frozenset())
    values.want(NAMES)
    rows = Table(values, dict, folding=True).read(compact(record))
    library = Library()
    at = library.program(node, sorted(fields(node)), lambda name: (values.places[name],))
    if at is None:
        return
    found = library.judge(values.known, rows.values, np.array([at]), np.array([0])).tolist()
    judge = Judge(
        library._code,
        noted(library),
        library._letters,
        values.known,
        rows.values[0],
        len(NAMES),
        array("q", [0] * SCRATCH),
    )

    assert [run(judge, at, 0)] == found


def noted(library: Library) -> array[int]:
    """Return the tests with their pairs of letters, noted in Python; machine code has noted the same."""
    tests = array("q", library._tests)
    for test in range(0, len(tests), TEST):
        tests[test + 3 : test + TEST] = array("q", [0] * (TEST - 3))
        letters = library._letters[tests[test + 1] : tests[test + 1] + tests[test + 2]]
        for one, other in itertools.pairwise(letters):
            _note_pair(tests, test + 3, one, other)
    assert tests == library._tests
    return tests
