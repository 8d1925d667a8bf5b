from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.condition import And, FieldTest, Node, fields, leaves
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.gates import ABSENT, MOST_LETTERS, MOST_REMEMBERED, Doorkeeper, Gate, gate
from sentinel.detect.modifiers import compile_item
from tests.detect.fast.strategies import Fields, looked_at

VALUES = st.sampled_from(
    ["", "0", "-0.0", "true", "x", 0, 0.0, -0.0, 1, 1.0, True, False, None, ABSENT, 2**53 + 1, 1e300]
)


def by_name(one: Gate) -> float:
    return float(len(one[0][0]))


def names(node: Node) -> list[tuple[str, ...]] | None:
    gates = gate(node, by_name)
    return None if gates is None else [names for names, _ in gates]


def contains(name: str, value: str = "x") -> Node:
    return compile_item(f"{name}|contains", value, {})


@given(looked_at(), st.sampled_from([by_name, lambda one: -by_name(one), lambda one: float(len(list(leaves(one[1]))))]))
def test_a_gate_is_open_whenever_the_condition_is_true(case: tuple[Node, Fields], cost: object) -> None:
    node, event = case
    gates = gate(node, cost)  # type: ignore[arg-type]  # one of three functions
    if gates is not None and holds(node, Look(event)):
        assert any(holds(inner, Look({name: event[name] for name in names if name in event})) for names, inner in gates)


@given(looked_at())
def test_a_gate_reads_its_own_fields_alone(case: tuple[Node, Fields]) -> None:
    for names, node in gate(case[0], by_name) or ():
        assert fields(node) == set(names)
        assert len(names) == 1 or (len(names) == 2 and isinstance(node, FieldTest))


def test_of_what_must_all_be_true_the_cheapest_is_the_gate() -> None:
    assert names(And((contains("Long"), contains("AB"), contains("Longer")))) == [("AB",)]
    assert names(And((contains("A"), contains("A", "y")))) == [("A",)]
    assert names(compile_item("AB|fieldref", "C", {})) == [("AB", "C")]


def test_where_a_keyword_may_do_there_is_no_gate() -> None:
    assert names(compile_item("", "x", {})) is None
    assert names(And((compile_item("", "x", {}), contains("A")))) == [("A",)]


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=8))
def test_a_doorkeeper_never_holds_back_what_is_true_whatever_came_before(pairs: list[tuple[Any, Any]]) -> None:
    """Python takes 0, 0.0, -0.0 and false for the same key, whose texts are four."""
    asked: list[tuple[str, object]] = [("A", "0"), ("A", "0.0"), ("A", "-0.0"), ("A", False), ("A", None), ("A", 1)]
    asked += [("A", "true"), ("A", "1.0"), ("A|exists", False), ("A|fieldref", "B")]
    single = [compile_item(key, value, {}) for key, value in asked[:-1]]
    one = Doorkeeper(("A",), [(("A",), node) for node in single], range(len(single)))
    both = compile_item(*asked[-1], {})
    two = Doorkeeper(("A", "B"), [(("A", "B"), both)], [7])
    for first, second in pairs:
        event = {name: value for name, value in (("A", first), ("B", second)) if value is not ABSENT}
        true = {number for number, node in enumerate(single) if holds(node, Look(event))}
        assert true <= set(one[first])
        assert one.ask((first,)) == one[first]
        assert two.ask((first, second)) == (7,) or not holds(both, Look(event))


def test_a_list_is_asked_about_though_it_cannot_be_remembered() -> None:
    keeper = Doorkeeper(("A",), [(("A",), contains("A", "kiwi"))], [3])

    assert keeper.ask((["x", "Kiwi"],)) == (3,)
    assert keeper.ask((["x"],)) == ()
    assert len(keeper) == 0


def test_many_fields_with_a_one_do_not_take_for_ever() -> None:
    names = tuple(f"n{number}" for number in range(30))
    keeper = Doorkeeper(names, [(names, And(tuple(compile_item(name, "true", {}) for name in names)))], [4])

    assert keeper[(True,) * 30] == (4,)
    assert keeper[(1,) * 30] == (4,)
    assert keeper[("x",) * 30] == ()


def test_memory_does_not_grow_with_the_values() -> None:
    keeper = Doorkeeper(("A",), [(("A",), contains("A", "19"))], [1])
    opened = [number for number in range(MOST_REMEMBERED + 100) if keeper.ask((str(number),))]

    assert opened == [number for number in range(MOST_REMEMBERED + 100) if "19" in str(number)]
    assert len(keeper) <= MOST_REMEMBERED


def test_long_values_are_judged_and_not_remembered() -> None:
    keeper = Doorkeeper(("Script",), [(("Script",), contains("Script", "whoami"))], [7])
    many = {f"{number}" + "x" * MOST_LETTERS for number in range(300)} | {"whoami", "x"}

    assert keeper.opened(many) == {"whoami": (7,)}
    assert set(keeper) == {"whoami", "x"}
    assert keeper["y" * (MOST_LETTERS + 1)] == ()
    assert set(keeper) == {"whoami", "x"}
