"""A door lets pass exactly the rows whose values open it, by whatever name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect.condition import Node, fields
from sentinel.detect.evaluate import Look
from sentinel.detect.fast.gate_needles import GateNeedles
from sentinel.detect.fast.gates import Porter, may_hold
from sentinel.detect.fast.interned import MOST
from sentinel.detect.fast.passing import through
from sentinel.detect.fast.table import Table, Values
from sentinel.detect.modifiers import compile_item
from sentinel.detect.routes import Route
from sentinel.detect.rule import LogSourceKey
from tests.detect.fast.mutations import compact

VIEW = Route("x", LogSourceKey(None, None, None), (), (("A", "a1"), ("A", "a2"), ("B", "b1")))
NAMES = {"A": ("A", "a1", "a2"), "B": ("B", "b1")}
VALUES = st.sampled_from(["kiosk", "KIOSK", "", "x", "1", 1, 0, None, True, "x\ty"])
RECORDS = st.dictionaries(st.sampled_from(["A", "a1", "a2", "B", "b1", "other"]), VALUES, max_size=5)
OF_ONE = [("A|contains", "kio"), ("A", None), ("A", ""), ("A|re", "^1$"), ("A|exists", True), ("A", 1)]
OF_TWO = [("A|fieldref", "B"), ("B|fieldref", "A")]


class Hall:
    """Doors in front of rows."""

    def __init__(self, lines: Sequence[bytes], *, scanning: bool = True) -> None:
        self.values = Values((), frozenset())
        self.values.want(name for names in NAMES.values() for name in names)
        self.rows = Table(self.values, dict, folding=True).read(b"\n".join(lines))
        self.members = np.flatnonzero(self.rows.shapes >= 0)
        self._porter = Porter(self.values, GateNeedles() if scanning else None)

    def passing(self, nodes: Sequence[Node], members: Sequence[int] | None = None) -> dict[int, list[int]]:
        """Return the rows that pass a door to each of some conditions, all on the same fields."""
        names = tuple(sorted(fields(nodes[0])))
        door = self._porter.door(
            tuple(NAMES[name] for name in names), [((names, node), at) for at, node in enumerate(nodes)]
        )
        some = self.members if members is None else np.array(members, np.int64)
        return {entry: left.tolist() for entry, left in through(door, self.rows, some, self.values)}


def wanted(nodes: Sequence[Node], records: Sequence[dict[str, Any]]) -> dict[int, list[int]]:
    """Return what the reference says of the records as rules see them."""
    views = [Look(VIEW.view(record)) for record in records]
    every = {at: [row for row, look in enumerate(views) if may_hold(node, look)] for at, node in enumerate(nodes)}
    return {at: rows for at, rows in every.items() if rows}


@settings(max_examples=60)
@given(st.lists(RECORDS, min_size=1, max_size=12), st.sampled_from([OF_ONE, OF_TWO]), st.booleans())
def test_exactly_the_rows_whose_value_opens_pass(
    records: list[dict[str, Any]], keys: list[tuple[str, object]], scanning: bool
) -> None:
    nodes = [compile_item(key, value, {}) for key, value in keys]
    hall = Hall([compact(record) for record in records], scanning=scanning)

    assert len(hall.members) == len(records)
    assert hall.passing(nodes) == wanted(nodes, records)


def test_of_several_names_the_first_that_is_there_counts() -> None:
    """Null is there; only what is not there is asked for by another name."""
    kiosk = [compile_item("A", "kiosk", {})]
    lines = [
        b'{"a1":"kiosk"}',
        b'{"a2":"kiosk"}',
        b'{"a2":"kiosk","a1":"x"}',
        b'{"a2":"x","A":"kiosk"}',
        b'{"a1":"kiosk","A":null}',
        b'{"a1":"kiosk","A":""}',
        b'{"b1":"kiosk"}',
    ]

    assert Hall(lines).passing(kiosk) == {0: [0, 1, 3]}


def test_only_the_rows_that_are_asked_about_pass() -> None:
    hall = Hall([b'{"A":"kiosk"}', b'{"A":"x"}'] * 4)
    kiosk = [compile_item("A", "kiosk", {}), compile_item("A", "x", {}), compile_item("A", "y", {})]

    assert hall.passing(kiosk, [0, 1, 6]) == {0: [0, 6], 1: [1]}
    assert hall.passing(kiosk, [3]) == {1: [3]}
    assert hall.passing(kiosk) == {0: [0, 2, 4, 6], 1: [1, 3, 5, 7]}


@pytest.mark.parametrize("scanning", [True, False])
def test_many_new_values_pass_as_a_few_do(scanning: bool) -> None:
    """So many that needles and expressions are looked for in all of them at once."""
    records = [{"A": f"x{row}" + (".kiosk" if row % 700 == 0 else "")} for row in range(2_500)]
    nodes = [compile_item("A|contains", "kio", {}), compile_item("A|re", r"^x\d*77$", {})]
    hall = Hall([compact(record) for record in records], scanning=scanning)
    found = hall.passing(nodes)

    assert found == wanted(nodes, records)
    assert found[0] == [0, 700, 1400, 2100]
    assert hall.passing(nodes, [0, 1, 77]) == {0: [0], 1: [77]}


def test_all_rows_pass_where_there_is_no_room_for_their_values_together() -> None:
    hall = Hall([b'{"A":%d,"B":"y%d"}' % (row, row) for row in range(MOST // 2 - 1)])
    same = [compile_item("A|fieldref", "B", {})]

    assert len(hall.members) == MOST // 2 - 1
    assert hall.passing(same) == {0: hall.members.tolist()}
    assert hall.passing([compile_item("A", 7, {})]) == {0: [7]}
