from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.condition import Keyword, Node, fields, leaves
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.refute import refuted
from sentinel.detect.grammar import compile_condition
from sentinel.detect.modifiers import compile_item
from tests.detect.fast.strategies import Fields, looked_at, names


@given(looked_at(), st.sets(names))
def test_what_is_refuted_is_true_for_no_event_with_these_fields(case: tuple[Node, Fields], known: set[str]) -> None:
    node, event = case
    if holds(node, Look(event)):
        assert not refuted(node, {name: event[name] for name in known if name in event}, known)


@given(looked_at())
def test_with_all_fields_known_it_is_the_condition_itself(case: tuple[Node, Fields]) -> None:
    node, event = case
    if refuted(node, event, fields(node)):
        assert not holds(node, Look(event))
    elif not any(isinstance(leaf, Keyword) for leaf in leaves(node)):
        assert holds(node, Look(event))


def test_one_false_part_is_enough_and_one_unknown_part_is_not() -> None:
    parts = {
        "a": compile_item("EventID", 4688, {}),
        "b": compile_item("Image", "x", {}),
        "c": compile_item("", "x", {}),
    }

    def false(condition: str, known: Fields) -> bool:
        return refuted(compile_condition(condition, parts), known, {"EventID"})

    assert false("a and b", {"EventID": 1})
    assert false("a and b", {})
    assert not false("a and b", {"EventID": 4688})
    assert not false("a or b", {"EventID": 1})
    assert false("not a", {"EventID": "4688"})
    assert not false("not (a and b)", {"EventID": 4688})
    assert not false("a and c", {"EventID": 4688})
    assert false("a and c", {"EventID": 1})


def test_a_field_that_is_compared_with_an_unknown_one_says_nothing() -> None:
    node = compile_item("EventID|fieldref", "Image", {})

    assert not refuted(node, {"EventID": "x"}, {"EventID"})
    assert refuted(node, {"EventID": "x", "Image": "y"}, {"EventID", "Image"})
