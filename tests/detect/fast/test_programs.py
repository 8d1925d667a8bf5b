"""What machine code says of a condition is what the reference evaluator says, or it says nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect.condition import And, FieldTest, Keyword, Node, Not, Or, Test, fields
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.judging import DEEPEST, FALSE, MOST_LETTERS, TRUE, UNKNOWN
from sentinel.detect.fast.programs import Library
from sentinel.detect.fast.table import Table, Values
from sentinel.detect.modifiers import compile_item
from sentinel.detect.sigma import load_rules
from tests.detect.fast.mutations import compact
from tests.detect.fast.strategies import Fields, conditions, looked_at
from tests.shared import ROOT

NAMES = ("A", "B", "C d")


def verdicts(node: Node, records: Sequence[Fields], *, shown: int = 3) -> list[tuple[int, Look]]:
    """Return what is said of each record that has a row, of which machine code sees the first columns, and the record.

    FALSE for every row where there is no program.
    """
    values = Values((), frozenset())
    values.want(NAMES)
    block = b"\n".join(compact(record) for record in records)
    rows = Table(values, dict, folding=True).read(block)
    good = np.flatnonzero(rows.shapes >= 0)
    library = Library()
    at = library.program(node, sorted(fields(node)), lambda name: (values.places[name],))
    if at is None:
        return [(UNKNOWN, Look(records[row])) for row in good.tolist()]
    cells = np.ascontiguousarray(rows.values[:, :shown])
    said = library.judge(values.known, cells, np.full(len(good), at), good)
    return [(verdict, Look(records[row])) for verdict, row in zip(said.tolist(), good.tolist(), strict=True)]


@settings(max_examples=400)
@given(st.lists(looked_at(), min_size=1, max_size=5), st.sampled_from([3, 3, 2, 0]))
def test_what_is_said_is_what_the_reference_says(cases: list[tuple[Node, Fields]], shown: int) -> None:
    for node, _ in cases:
        said = verdicts(node, [record for _, record in cases], shown=shown)
        wrong = [look.fields for verdict, look in said if verdict != UNKNOWN and bool(verdict) != holds(node, look)]
        assert wrong == []


@given(conditions)
def test_without_any_field_it_is_known_or_not(node: Node) -> None:
    """A field that is not there is not one that was not looked at."""
    for verdict, look in verdicts(node, [{}]):
        assert verdict in {UNKNOWN, holds(node, look)}
    for verdict, _ in verdicts(node, [{}], shown=0):
        assert verdict == UNKNOWN


def said(key: str, value: object, *records: object) -> list[int]:
    return [verdict for verdict, _ in verdicts(compile_item(key, value, {}), [{"A": record} for record in records])]


@pytest.mark.parametrize(
    ("key", "value", "record", "expected"),
    [
        ("A", "Kiosk", "kIOSK", TRUE),
        ("A", "kiosk", "kiosk ", FALSE),
        ("A|contains", "iosk", "a kiosk", TRUE),
        ("A|contains", ["x", "OS"], "kiosk", TRUE),
        ("A|contains|all", ["k", "os"], "kiosk", TRUE),
        ("A|contains|all", ["k", "x"], "kiosk", FALSE),
        ("A|endswith", "\\cmd.exe", "C:\\Windows\\CMD.exe", TRUE),
        ("A|endswith", "\\cmd.exe", "C:\\Windows\\xcmd.exe", FALSE),
        ("A|startswith", '"c:\\', '"C:\\x" y', TRUE),
        ("A|contains", '\\"', 'a\\"b', TRUE),
        ("A|contains", '\\"', 'a"b\\', FALSE),
        ("A|contains", "nt", "\\new", FALSE),
        ("A|contains", "å", "kiosk", FALSE),
        ("A", 4688, 4688, TRUE),
        ("A", 4688, "4688", TRUE),
        ("A", "4688", 4688, TRUE),
        ("A", 4688, 4689, FALSE),
        ("A|exists", True, None, TRUE),
        ("A|exists", False, "", FALSE),
        ("A", None, None, TRUE),
        ("A", None, "", FALSE),
        ("A", "", "", TRUE),
        ("A", "a*b?c", "x", FALSE),
        ("A", "a*kio?c", "akioskc", UNKNOWN),
        ("A|windash|contains", " -enc", "powershell", FALSE),
        ("A|re", "k", "kiosk", UNKNOWN),
        ("A|cased", "K", "k", UNKNOWN),
        ("A", 1.5, "1.5", UNKNOWN),
        ("A", True, 1, FALSE),
        ("A", True, True, UNKNOWN),
        ("A|contains", "k", "åk", UNKNOWN),
        ("A|contains", "k", "a\nk", UNKNOWN),
        ("A|contains", "k", ["k"], UNKNOWN),
        ("A", None, [None], UNKNOWN),
        ("A|contains", "k", 1.5, UNKNOWN),
        ("A|contains", "k", "x" * MOST_LETTERS, UNKNOWN),
        ("A|contains", "k", "x" * (MOST_LETTERS - 2), FALSE),
    ],
)
def test_what_is_said_of_one_value(key: str, value: object, record: object, expected: int) -> None:
    assert said(key, value, record) == [expected]


def test_tests_of_which_some_can_be_judged() -> None:
    tests = (*asked_of("A", "x"), *asked_of("A|re", "^k"))
    any_of, every = FieldTest("A", tests), FieldTest("A", tests, every=True)

    assert [verdict for verdict, _ in verdicts(any_of, [{"A": "x"}, {"A": "k"}, {}])] == [UNKNOWN] * 3
    assert [verdict for verdict, _ in verdicts(Not(any_of), [{"A": "x"}, {"A": "k"}])] == [UNKNOWN] * 2
    both = And((any_of, compile_item("B", "y", {})))
    assert [verdict for verdict, _ in verdicts(both, [{"A": "x", "B": "y"}, {"A": "k", "B": "y"}, {"B": "z"}])] == [
        TRUE,
        UNKNOWN,
        FALSE,
    ]
    assert [verdict for verdict, _ in verdicts(every, [{"A": "x"}, {"A": "k"}, {}])] == [UNKNOWN, FALSE, FALSE]


def asked_of(key: str, value: str) -> tuple[Test, ...]:
    node = compile_item(key, value, {})
    assert isinstance(node, FieldTest)
    return node.tests


def test_true_false_and_unknown_together() -> None:
    known, other, unknown = (compile_item("A", "x", {}), compile_item("B", "y", {}), compile_item("C d|re", "z", {}))
    records = [{"A": "x", "B": "y", "C d": "z"}, {"A": "x", "B": "q", "C d": "z"}, {"A": "q", "B": "q", "C d": "z"}]

    def told(node: Node) -> list[int]:
        return [verdict for verdict, _ in verdicts(node, records)]

    assert told(And((unknown, known, other))) == [UNKNOWN, FALSE, FALSE]
    assert told(Or((And((known, other)), And((unknown, other))))) == [TRUE, FALSE, FALSE]
    assert told(Not(And((known, Not(other))))) == [TRUE, FALSE, TRUE]
    either = Or((other, And((unknown, known))))
    assert told(And((known, Not(Not(either))))) == [TRUE, UNKNOWN, FALSE]
    assert told(And((Keyword(asked_of("A", "x")), other))) == [UNKNOWN, FALSE, FALSE]


def test_what_is_nested_too_deep_or_can_never_be_refuted_has_no_program() -> None:
    node: Node = compile_item("A", "x", {})
    depth = 0
    while Library().program(node, ["A"], lambda _: (0,)) is not None:
        node, depth = Not(node), depth + 1
    assert depth == DEEPEST
    assert Library().program(Keyword(asked_of("A", "x")), [], lambda _: (0,)) is None
    assert Library().program(compile_item("A|re", "x", {}), ["A"], lambda _: (0,)) is None
    assert Library().program(compile_item("A", "x", {}), ["A"], lambda _: (-1,)) is None


def test_a_field_that_goes_by_several_names_is_the_first_that_is_there() -> None:
    values = Values((), frozenset())
    values.want(NAMES)
    rows = Table(values, dict).read(b'{"A":"x","B":"y"}\n{"B":"y"}\n{"B":"x"}\n{}')
    library, node = Library(), compile_item("Z", "x", {})
    at = library.program(node, ["Z"], lambda _: (values.places["A"], values.places["B"]))

    assert at is not None
    assert library.judge(values.known, rows.values, np.full(4, at), np.arange(4)).tolist() == [TRUE, FALSE, TRUE, FALSE]


def test_a_program_is_made_once_and_those_of_others_go_on() -> None:
    library = Library()
    one, other = compile_item("A", "x", {}), compile_item("A|re", "x", {})
    first = library.program(one, ["A"], lambda _: (0,))

    assert library.program(other, ["A"], lambda _: (0,)) is None
    assert library.program(one, ["A"], lambda _: (0,)) == first
    assert library.program(one, ["A"], lambda _: (1,)) != first


def test_most_of_our_own_rules_can_be_judged() -> None:
    """Else this would be for nothing."""
    rules = load_rules([ROOT / "rules"], ROOT).rules
    library = Library()
    known = [library.program(rule.widest, sorted(rule.fields), lambda _: (0,)) is not None for rule in rules]

    assert FALSE == 0
    assert sum(known) > 0.8 * len(rules)
