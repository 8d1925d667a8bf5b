"""A value calls the rules of which a needle is in it, and is searched once."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.condition import Node
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.alarm import Alarm, build_alarms
from sentinel.detect.fast.calls import Calls
from sentinel.detect.fast.gate_needles import GateNeedles
from sentinel.detect.fast.gates import Doorkeeper
from sentinel.detect.fast.table import Table, Values
from sentinel.detect.fast.texts import search_text
from sentinel.detect.fast.witness import ways
from sentinel.detect.modifiers import compile_item
from tests.detect.fast.strategies import Fields, looked_at


def alarm_of(*nodes: Node) -> Alarm:
    return build_alarms([(ways(node), False) for node in nodes]).values


def calls_of(values: Values, alarm: Alarm) -> Calls:
    """Return calls in which every rule reads every field."""
    return Calls(values, alarm, lambda _: alarm.chosen.keys() | alarm.wakeless)


def contains(text: str, field: str = "A") -> Node:
    return compile_item(f"{field}|contains", text, {})


@pytest.fixture(scope="module")
def room() -> Values:
    values = Values((), frozenset())
    values.want(["A", "B"])
    return values


@pytest.fixture
def values(room: Values) -> Values:
    room.make_room(10**9)
    return room


def numbers(values: Values, name: str, *some: Any) -> list[int]:  # noqa: ANN401 -- JSON is anything
    lines = b"".join(orjson.dumps({name: one}) + b"\n" for one in some)
    rows = Table(values, dict, folding=True).read(lines)
    assert (rows.shapes >= 0).all()
    each: list[int] = rows.values[:, values.places[name]].tolist()
    return each


@given(st.lists(looked_at(), min_size=1, max_size=4))
def test_a_rule_that_is_true_is_called_by_a_value_of_a_field_it_reads(
    room: Values, cases: list[tuple[Node, Fields]]
) -> None:
    alarm = alarm_of(*(node for node, _ in cases))
    room.make_room(10**9)
    calls = calls_of(room, alarm)
    missed = []
    for number, (node, fields) in enumerate(cases):
        if search_text(fields) is None:
            continue
        line = orjson.dumps(fields)
        room.want(fields)
        rows = Table(room, dict, folding=True).read(line + b"\n")
        if rows.shapes[0] < 0 or not holds(node, Look(fields)) or number not in alarm.chosen:
            continue
        calls.search()
        cells = [int(rows.values[0, room.places[name]]) for name in fields]
        if not any(number in calls.called(cell) and calls.loud[cell] for cell in cells):
            missed.append((node, fields))

    assert missed == []


def test_values_are_searched_once_and_again_for_other_needles(values: Values) -> None:
    calls = calls_of(values, alarm_of(contains("mimikatz"), contains("kiwi")))
    first, second, third = numbers(values, "A", "a mimikatz", "kiwi mimikatz", "xylophone")
    calls.search()

    assert [calls.called(one) for one in (first, second, third)] == [{0}, {0, 1}, set()]
    assert np.flatnonzero(calls.loud).tolist() == [first, second]
    calls.listen_to(alarm_of(contains("nothing"), contains("xylophone")))
    (fourth,) = numbers(values, "A", "a xylophone")
    calls.search()
    assert [calls.called(one) for one in (first, third, fourth)] == [set(), {1}, {1}]
    assert np.flatnonzero(calls.loud).tolist() == [third, fourth]


@pytest.mark.parametrize("value", [["x", "Kiwi"], "KİWI-kiwi", 'say "kiwi"', {"deep": ["kiwi"]}])
def test_lists_and_unusual_letters_call_too(values: Values, value: object) -> None:
    calls = calls_of(values, alarm_of(contains("kiwi"), compile_item("A", "x", {})))
    rows = Table(values, dict, folding=True).read(orjson.dumps({"A": value}) + b"\n")
    calls.search()

    if rows.shapes[0] >= 0:
        assert 0 in calls.called(int(rows.values[0, values.places["A"]]))


def test_keepers_open_for_the_values_of_their_columns_also_for_those_met_before(values: Values) -> None:
    calls = calls_of(values, alarm_of(contains("zz")))
    early, other = *numbers(values, "A", "mimikatz"), *numbers(values, "B", "mimikatz")
    calls.search()
    keeper = Doorkeeper(("A",), [((("A",), contains("mimi")), 7)], values, GateNeedles())
    calls.attend(keeper, ["A"])
    (late,) = numbers(values, "A", "mimi")
    calls.search()

    assert [calls.opened(keeper, one) for one in (early, late, other)] == [(7,), (7,), ()]
    assert np.flatnonzero(calls.loud).tolist() == sorted([early, late])
    calls.attend(keeper, ["B"])
    calls.search()
    assert calls.opened(keeper, other) == (7,)


def test_what_was_forgotten_calls_no_more(values: Values) -> None:
    calls = calls_of(values, alarm_of(contains("mimikatz")))
    (before,) = numbers(values, "A", "mimikatz")
    calls.search()
    values.make_room(10**9)
    (after,) = numbers(values, "A", "harmless")
    calls.search()

    assert before == after
    assert calls.called(after) == set()
    assert not calls.loud.any()


def test_a_value_calls_no_rule_that_does_not_read_its_field(values: Values) -> None:
    calls = Calls(values, alarm_of(contains("kiwi"), contains("kiwi", "B")), {"A": {0}, "B": {1}}.__getitem__)
    (first,), (second,) = numbers(values, "A", "a kiwi"), numbers(values, "B", "a kiwi")
    calls.search()

    assert (calls.called(first), calls.called(second)) == ({0}, {1})
    calls.listen_to(alarm_of(contains("zz"), contains("kiwi", "B")))
    calls.search()
    assert np.flatnonzero(calls.loud).tolist() == [second]
