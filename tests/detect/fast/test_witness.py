from __future__ import annotations

from hypothesis import given

from sentinel.detect.condition import Node, Not
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.texts import search_text
from sentinel.detect.fast.witness import MOST, Cost, all_needles, guessed, is_witness, measured, total, ways, witness
from sentinel.detect.grammar import compile_condition
from sentinel.detect.modifiers import compile_item
from tests.detect.fast.strategies import Fields, looked_at

LONGER: Cost = lambda needle: float(len(needle))  # noqa: E731 -- as measured() makes one
COSTS: tuple[Cost, ...] = (guessed, LONGER, lambda needle: -len(needle), measured({}, 0))


def chosen(condition: str, **parts: str) -> set[bytes] | None:
    named = {name: compile_item("A|contains", value, {}) for name, value in parts.items()}
    return cheapest(compile_condition(condition, named))


def cheapest(node: Node, cost: Cost = guessed) -> set[bytes] | None:
    found = witness(ways(node), cost)
    return None if found is None else set(found)


@given(looked_at())
def test_no_condition_is_true_without_a_needle_of_its_witness_whatever_the_costs(case: tuple[Node, Fields]) -> None:
    node, fields = case
    text = search_text(fields)
    if text is not None and holds(node, Look(fields)):
        found = [witness(ways(node), cost) for cost in COSTS]
        assert all(one is None or any(needle in text.lower() for needle in one) for one in found)


@given(looked_at())
def test_a_witness_is_made_of_all_needles_and_no_other(case: tuple[Node, Fields]) -> None:
    known = ways(case[0])
    every = set(all_needles(known))

    assert all((witness(known, cost) or frozenset()) <= every for cost in COSTS)


@given(looked_at())
def test_what_was_chosen_is_a_witness_and_no_condition_is_true_without_what_is_one(case: tuple[Node, Fields]) -> None:
    """Whatever is held to be a witness, not only what is chosen here: it may come from an earlier log."""
    node, fields = case
    known = ways(node)
    every = frozenset(all_needles(known))
    text = search_text(fields)

    assert all(found is None or is_witness(found, known) for found in (witness(known, cost) for cost in COSTS))
    if text is not None and holds(node, Look(fields)):
        absent = frozenset(needle for needle in every if needle not in text.lower())
        assert not is_witness(absent, known)


def test_a_needle_that_lacks_or_that_nothing_asks_for_makes_no_witness() -> None:
    several = ways(compile_item("A|contains", ["kiwi", "mimi"], {}))
    every = ways(compile_item("A|contains|all", ["kiwi", "mimi"], {}))

    assert [is_witness(frozenset(found), several) for found in ({b"kiwi"}, {b"kiwi", b"mimi"}, {b"other"})] == [
        False,
        True,
        False,
    ]
    assert is_witness(frozenset({b"kiwi"}), every)
    assert not is_witness(frozenset({b"kiwi"}), ways(Not(compile_item("A", "kiwi", {}))))


def test_the_cheapest_of_what_must_be_there_is_chosen() -> None:
    assert chosen("a and b", a="service", b="mimikatz") == {b"mimikatz"}
    assert chosen("a or b", a="service", b="mimikatz") == {b"mimikatz", b"service"}
    assert chosen("a and (b or c)", a="process", b="kiwi", c="mimi") == {b"kiwi", b"mimi"}


def test_below_a_not_nothing_needs_to_be_there() -> None:
    assert chosen("not a", a="mimikatz") is None
    assert chosen("a or not b", a="mimikatz", b="x") is None
    assert chosen("a and not b", a="mimikatz", b="service") == {b"mimikatz"}
    assert cheapest(Not(Not(compile_item("A|contains", "kiwi", {})))) == {b"kiwi"}


def test_what_needs_too_many_needles_is_no_help() -> None:
    values = [f"name{number:05}x" for number in range(MOST + 1)]

    assert cheapest(compile_item("A|contains", values, {})) is None
    assert len(cheapest(compile_item("A|contains", values[1:], {})) or ()) == MOST


def test_what_was_counted_counts_more_than_what_was_guessed() -> None:
    cost = measured({b"mimikatz": 30}, 100)
    node = compile_item("A|contains|all", ["mimikatz", "service"], {})

    assert cheapest(node, cost) == {b"service"}
    assert 0.3 <= total(frozenset({b"mimikatz"}), cost) < 0.31
    assert guessed(b".dll") / 1000 > guessed("\N{PILE OF POO}".encode()) > 0
    assert guessed(b".dll") > guessed(b"mimikatz") > guessed(b"mimikatz.exe 1")
