from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.fast.loud import by_number
from sentinel.detect.fast.rows import make_rows

COLUMNS = 4
cells = st.lists(st.lists(st.integers(0, 9), min_size=COLUMNS, max_size=COLUMNS), min_size=1, max_size=12)
places = st.lists(st.integers(0, COLUMNS - 1), unique=True)


def test_loud_values_are_found_with_the_rows_they_are_in() -> None:
    rows = make_rows(4, 2)
    rows.values[:] = [[3, 1], [0, 5], [3, 5], [1, 1]]
    loud = np.zeros(10, np.bool_)
    loud[[3, 5]] = True
    found = by_number(rows, np.array([0, 1, 2]), [0, 1], loud)

    assert {number: some.tolist() for number, some in found.items()} == {3: [0, 2], 5: [1, 2]}
    assert by_number(rows, np.array([3]), [0, 1], loud) == by_number(rows, np.array([0]), [], loud) == {}
    assert by_number(rows, np.array([], np.int64), [0], loud) == {}


@given(cells, places, st.sets(st.integers(1, 9)), st.data())
def test_machine_code_finds_what_a_loop_finds(
    table: list[list[int]], columns: list[int], noise: set[int], data: st.DataObject
) -> None:
    members = sorted(data.draw(st.sets(st.integers(0, len(table) - 1))))
    rows = make_rows(len(table), COLUMNS)
    rows.values[:] = table
    loud = np.zeros(10, np.bool_)
    loud[list(noise)] = True
    expected: dict[int, list[int]] = {}
    for row in members:
        for number in {table[row][column] for column in columns} & noise:
            expected.setdefault(number, []).append(row)
    found = by_number(rows, np.array(members, np.int64), columns, loud)

    assert {number: sorted(set(some.tolist())) for number, some in found.items()} == expected
