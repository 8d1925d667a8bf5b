from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.condition import And, FieldTest, Node, Or, fields, leaves
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.gate_needles import GateNeedles
from sentinel.detect.fast.gates import (
    MANY,
    MOST_ALSO,
    MOST_REMEMBERED,
    MOST_TOGETHER,
    Doorkeeper,
    Entry,
    Gate,
    Porter,
    gate,
)
from sentinel.detect.fast.table import Table, Values
from sentinel.detect.modifiers import compile_item
from tests.detect.fast.strategies import Fields, looked_at

ODD: list[Any] = ["", "0", "-0.0", "true", "x", 0, 0.0, -0.0, 1, 1.0, True, False, None, 2**53 + 1, 1e30, ["x", 1]]
ODD += ["Kiwi", "KİWI", "\u212aiwi", "kiwi\n", 'ki"wi', "ki\\wi", "\tkiwi", ["Kiwi"], [], "-e", "-e ", "ends in s"]
LOOKED_FOR: list[tuple[str, object]] = [
    *(("A", value) for value in ("0", "0.0", "-0.0", False, None, 1, "true", "1.0", "", "*")),
    *(("A|contains", value) for value in ("kiwi", "k", '"', "\\\\", ["x", "wi"])),
    *(("A|re", value) for value in ("kiwi", r"-e\s+", "s+$", "^$", "^k", r"\t", "(?i)KIWI", "1e", r"\Akiwi\Z")),
    *(("A|exists", value) for value in (True, False)),
    *[("A|lt", 1), ("A|startswith", "ki"), ("A|cased", "Kiwi"), ("A|endswith", "wi")],
]


def by_name(one: Gate) -> float:
    return float(len(one[0][0]))


def by_size(one: Gate) -> float:
    return float(len(list(leaves(one[1]))))


def names(node: Node) -> list[list[str]] | None:
    """Return the fields of each way, the gate first."""
    ways = gate(node, by_name)
    return None if ways is None else [["".join(each[0]) for each in (one, *also)] for one, also in ways]


def contains(name: str, value: str = "x") -> Node:
    return compile_item(f"{name}|contains", value, {})


@pytest.fixture(scope="module")
def room() -> Values:
    values = Values((), frozenset())
    values.want(["A", "B"])
    return values


@pytest.fixture
def values(room: Values) -> Values:
    room.make_room(10**9)
    return room


def numbers(values: Values, events: Sequence[dict[str, Any]], *columns: str) -> list[int]:
    """Return the numbers of the values in one column of some events, those of several columns together."""
    rows = Table(values, dict, folding=True).read(b"".join(orjson.dumps(event) + b"\n" for event in events))
    assert (rows.shapes >= 0).all()
    found = [rows.values[:, values.places[name]] for name in columns]
    together = found[0] if len(found) == 1 else values.keys(found)
    assert together is not None
    return list(together.tolist())


def one_by_one(name: str, each: Sequence[object]) -> list[dict[str, Any]]:
    return [{}, *({name: value} for value in each)]


def test_all_keepers_forget_when_they_remember_too_much_together(values: Values) -> None:
    porter = Porter(values, GateNeedles())
    doors = [porter.door((("A",),), [((("A",), contains("A", text)), 7)]) for text in ("x", "y")]
    some = numbers(values, one_by_one("A", ["x", "y", "z"]), "A")
    for door in doors:
        door.keeper.opened(some)
    porter.tidy()

    assert values.remembered == sum(len(door.keeper._known) for door in doors) > 0
    values.remembered = MOST_TOGETHER + 1
    porter.tidy()
    assert [len(door.keeper._known) for door in doors] == [0, 0]
    assert values.remembered == 0
    assert doors[0].keeper.opened(some) == {some[1]: (7,)}


@given(looked_at(), st.sampled_from([by_name, lambda one: -by_name(one), by_size]))
def test_a_way_is_open_whenever_the_condition_is_true(case: tuple[Node, Fields], cost: Callable[[Gate], float]) -> None:
    node, event = case
    ways = gate(node, cost)
    if ways is not None and holds(node, Look(event)):
        assert any(
            all(holds(inner, Look({name: event[name] for name in names if name in event})) for names, inner in each)
            for each in ((one, *also) for one, also in ways)
        )


@given(looked_at())
def test_a_gate_reads_its_own_fields_alone(case: tuple[Node, Fields]) -> None:
    for one, also in gate(case[0], by_name) or ():
        assert len(also) <= MOST_ALSO
        for names, node in (one, *also):
            assert fields(node) == set(names)
            assert len(names) == 1 or (len(names) == 2 and isinstance(node, FieldTest))


def test_of_what_must_all_be_true_the_cheapest_is_the_gate_and_the_others_must_be_open_too() -> None:
    assert names(And((contains("Long"), contains("AB"), contains("Longer")))) == [["AB", "Long", "Longer"]]
    assert names(And((contains("A"), contains("A", "y")))) == [["A"]]
    assert names(compile_item("AB|fieldref", "C", {})) == [["ABC"]]
    assert names(And(tuple(contains("A" * size) for size in range(1, 20)))) == [["A" * size for size in range(1, 8)]]


def test_where_any_may_be_true_each_has_a_way() -> None:
    assert names(Or((contains("A"), contains("BB")))) == [["A"], ["BB"]]
    assert names(And((Or((contains("A"), contains("B"))), contains("Long")))) == [["A", "Long"], ["B", "Long"]]
    assert names(Or((contains("A"), compile_item("", "x", {})))) is None


def test_where_a_keyword_may_do_there_is_no_gate() -> None:
    assert names(compile_item("", "x", {})) is None
    assert names(And((compile_item("", "x", {}), contains("A")))) == [["A"]]


@pytest.mark.parametrize("scanning", [True, False])
@pytest.mark.parametrize("many", [True, False])
def test_a_keeper_lets_pass_what_is_true_and_nothing_else(values: Values, scanning: bool, many: bool) -> None:
    """Python takes 0, 0.0, -0.0 and false for the same key, whose texts are four."""
    asked = [compile_item(*one, {}) for one in LOOKED_FOR]
    events = one_by_one("A", [*ODD, *(f"p{number}" for number in range(MANY if many else 1))])
    keys = numbers(values, events, "A")
    keeper = Doorkeeper(
        ("A",),
        [((("A",), node), 10 + at) for at, node in enumerate(asked)],
        values,
        GateNeedles() if scanning else None,
    )
    true = {
        key: found
        for key, event in zip(keys, events, strict=True)
        if (found := tuple(10 + at for at, node in enumerate(asked) if holds(node, Look(event))))
    }

    assert len(set(keys)) == len(events)
    assert keeper.opened(keys[::2]) == {key: true[key] for key in keys[::2] if key in true}
    assert keeper.opened(keys) == keeper.opened(keys) == true


@pytest.mark.parametrize("many", [True, False])
def test_two_fields_are_asked_about_together(values: Values, many: bool) -> None:
    node = compile_item("A|fieldref", "B", {})
    pairs = [{"A": first, "B": second} for first in ODD for second in ODD]
    events = [*pairs, {"A": "x"}, {"B": "x"}, {}, *({"A": number, "B": 1} for number in range(10, MANY * many))]
    keys = numbers(values, events, "A", "B")
    found = Doorkeeper(("A", "B"), [((("A", "B"), node), 7)], values, GateNeedles()).opened(keys)

    assert found == {key: (7,) for key, event in zip(keys, events, strict=True) if holds(node, Look(event))}


def test_what_is_remembered_is_forgotten_with_the_values(values: Values) -> None:
    keeper = Doorkeeper(("A",), [((("A",), contains("A")), 3)], values, GateNeedles())
    first = numbers(values, one_by_one("A", ["x", "y"]), "A")
    before = keeper.opened(first)
    values.make_room(10**9)
    second = numbers(values, one_by_one("A", ["y", "x"]), "A")

    assert first == second
    assert before == {first[1]: (3,)}
    assert keeper.opened(second) == {second[2]: (3,)}


@pytest.mark.parametrize("scanning", [True, False])
def test_more_values_than_are_remembered_are_judged_all_the_same(values: Values, scanning: bool) -> None:
    keeper = Doorkeeper(("A",), [((("A",), contains("A", "19")), 1)], values, GateNeedles() if scanning else None)
    texts = [str(number) for number in range(MOST_REMEMBERED + 100)]
    keys = numbers(values, [{"A": text} for text in texts], "A")
    wanted = {key for key, text in zip(keys, texts, strict=True) if "19" in text}

    assert keeper.opened(keys[:150]).keys() | keeper.opened(keys[150:]).keys() == wanted
    assert keeper.opened(keys).keys() == wanted


def test_a_porter_makes_one_keeper_for_the_same_gates_and_one_number_for_the_same_entry(values: Values) -> None:
    porter = Porter(values, None)
    one: Gate = (("A",), contains("A"))
    first = porter.door((("A",),), [(one, 1)])
    renamed = porter.door((("A", "a"),), [((("A",), contains("A")), 1)])

    assert first.keeper is renamed.keeper
    assert porter.door((("A",),), [(one, 2)]).keeper is not first.keeper
    entries = [Entry(5, (first,)), Entry(5, ()), Entry(5, (first,)), Entry(6, ())]
    assert [porter.entry(each) for each in entries] == [0, 1, 0, 2]
    assert porter.entries == [entries[0], entries[1], entries[3]]
