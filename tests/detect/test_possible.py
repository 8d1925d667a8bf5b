from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.condition import And, Exists, FieldRef, FieldTest, Keyword, Node, Not, Null, Or
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.possible import missing, possible
from sentinel.detect.values import as_test, parse
from sentinel.model.events import Fields

NAMES = ("A", "B", "C")
TEST = st.sampled_from(
    [
        as_test(parse("x")),
        as_test(parse("")),
        Null(),
        Exists(wanted=True),
        Exists(wanted=False),
        FieldRef("B", "equals"),
    ]
)
LEAF = st.builds(
    FieldTest, st.sampled_from(NAMES), st.lists(TEST, min_size=1, max_size=2).map(tuple), st.booleans()
) | st.just(Keyword((as_test(parse("x")),)))
NODES: st.SearchStrategy[Node] = st.recursive(
    LEAF,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


def every_event(seen: frozenset[str]) -> Iterator[Fields]:
    """All events over some of the seen fields and a few values."""
    for names in chain.from_iterable(combinations(sorted(seen), size) for size in range(len(seen) + 1)):
        events: list[dict[str, str | None]] = [{}]
        for name in names:
            events = [{**fields, name: value} for fields in events for value in ("x", "", "y", None)]
        yield from events


@given(NODES, st.frozensets(st.sampled_from(NAMES)))
def test_impossible_is_never_wrong(node: Node, seen: frozenset[str]) -> None:
    found = {holds(node, Look(fields)) for fields in every_event(seen)}
    for outcome in (True, False):
        if not possible(node, seen, outcome=outcome):
            assert outcome not in found
            absent = missing(node, seen, outcome=outcome)
            assert not absent & seen


@given(NODES, st.frozensets(st.sampled_from(NAMES)))
def test_more_fields_never_make_it_less_possible(node: Node, seen: frozenset[str]) -> None:
    for outcome in (True, False):
        if possible(node, seen, outcome=outcome) and not any(isinstance(t, Null | Exists) for t in all_tests(node)):
            assert possible(node, seen | {"A"}, outcome=outcome)


def all_tests(node: Node) -> Iterator[object]:
    match node:
        case FieldTest(tests=tests) | Keyword(tests=tests):
            yield from tests
        case Not(item=item):
            yield from all_tests(item)
        case And(items=items) | Or(items=items):
            for item in items:
                yield from all_tests(item)
