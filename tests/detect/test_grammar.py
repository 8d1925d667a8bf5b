from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigma.conditions import SigmaCondition
from sigma.exceptions import SigmaError
from sigma.rule import SigmaDetections

from sentinel.detect.condition import And, FieldTest, Node, Not, Null, Or
from sentinel.detect.grammar import MAX_DEPTH, compile_condition, selects
from sentinel.detect.values import UnusableError

NAMES = ("a", "b", "sel_1", "sel_2", "_hidden", "notepad", "orders", "sel-x", "of", "1", "all")
NAMED: dict[str, Node] = {name: FieldTest(name, (Null(),)) for name in NAMES}


def shown(node: Node) -> str:
    match node:
        case And(items=items):
            return f"({' & '.join(map(shown, items))})"
        case Or(items=items):
            return f"({' | '.join(map(shown, items))})"
        case Not(item=item):
            return f"!{shown(item)}"
        case FieldTest(field=field):
            return field
    raise AssertionError(node)


GOOD = [
    ("a", "a", "a name"),
    ("a and b or sel_1", "((a & b) | sel_1)", "and binds closer than or"),
    ("a or b and sel_1", "(a | (b & sel_1))", "and binds closer than or"),
    ("not a and b", "(!a & b)", "not binds closest"),
    ("not (a and b)", "!(a & b)", "parentheses"),
    ("not not a", "!!a", "negations are kept"),
    ("A and b".replace("A", "a").replace("and", "AND"), "(a & b)", "operators in capitals are in the wild"),
    ("NOT a Or b", "(!a | b)", "any case"),
    ("a\n  and\n  b", "(a & b)", "line breaks"),
    ("(a)and(b)", "(a & b)", "no blank is needed beside a parenthesis"),
    ("1 of sel_*", "(sel_1 | sel_2)", "one of"),
    ("any of sel_*", "(sel_1 | sel_2)", "any of, as pySigma has it"),
    ("All of sel_*", "(sel_1 & sel_2)", "all of"),
    ("1 of *_2", "sel_2", "a star in front"),
    ("1 of s*_*1", "sel_1", "stars anywhere"),
    ("1 of _*", "_hidden", "a pattern with an underscore means the hidden ones"),
    ("notepad", "notepad", "a name that begins with an operator (pySigma reads: not epad)"),
    ("a or orders", "(a | orders)", "the same for or"),
    ("1 of sel-*", "sel-x", "a dash in a pattern (pySigma refuses it)"),
    ("of", "of", "names that are words of the language"),
    ("1 or all", "(1 | all)", "the same"),
]


@pytest.mark.parametrize(("line", "tree", "why"), GOOD, ids=[line for line, _, _ in GOOD])
def test_conditions(line: str, tree: str, why: str) -> None:
    assert shown(compile_condition(line, NAMED)) == tree, why


def test_them_means_all_but_the_hidden_ones() -> None:
    assert shown(compile_condition("1 of them", NAMED)) == f"({' | '.join(n for n in NAMES if n[0] != '_')})"


BAD = [
    ("", "condition is empty"),
    ("a and", "condition ends where a name is expected"),
    ("a b", "condition does not go on with 'b'"),
    ("(a", "condition ends where"),
    ("a)", "condition does not go on with ')'"),
    ("()", "condition has ')' where a name is expected"),
    ("and a", "condition has 'and' where a name is expected"),
    ("missing", "condition names 'missing', which is not defined"),
    ("them", "condition names 'them', which is not defined"),
    ("1 of nothing_*", "condition says '1 of nothing_*', but nothing is named so"),
    ("2 of sel_*", "condition says '2 of'; only 1, any and all can be counted"),
    ("a | count() > 5", "aggregations with '|' are gone from Sigma; write a correlation rule"),
    ("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1), "nested more than 50 levels"),
    ("a or " * 6000 + "a", "more than 10,000 words"),
]


@pytest.mark.parametrize(("line", "what"), BAD, ids=[what for _, what in BAD])
def test_refusals(line: str, what: str) -> None:
    with pytest.raises(UnusableError) as caught:
        compile_condition(line, NAMED)

    assert what in str(caught.value)


@pytest.mark.parametrize(
    ("pattern", "name", "meant"),
    [
        ("them", "a", True),
        ("them", "_a", False),
        ("*", "_a", False),
        ("_*", "_a", True),
        ("a", "a", True),
        ("a", "ab", False),
        ("a.c", "abc", False),
        ("a*c", "abbc", True),
    ],
)
def test_what_a_pattern_means(pattern: str, name: str, *, meant: bool) -> None:
    assert selects(pattern, name) is meant


lines = st.recursive(
    st.sampled_from(["x", "y", "z", "1 of s_*", "all of s_*", "1 of them"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join),
        inner.map(lambda line: f"({line})"),
        inner.map(lambda line: f"not ({line})"),
    ),
    max_leaves=8,
)
SIMPLE = ("x", "y", "z", "s_1", "s_2")


def truth(tree: object, true: frozenset[str]) -> bool:
    kind, args = type(tree).__name__, getattr(tree, "args", [])
    if kind == "ConditionNOT":
        return not truth(args[0], true)
    if kind in {"ConditionAND", "ConditionOR"}:
        return (all if kind == "ConditionAND" else any)(truth(arg, true) for arg in args)
    return str(getattr(tree, "field", "")) in true


def our_truth(node: Node, true: frozenset[str]) -> bool:
    match node:
        case And(items=items):
            return all(our_truth(item, true) for item in items)
        case Or(items=items):
            return any(our_truth(item, true) for item in items)
        case Not(item=item):
            return not our_truth(item, true)
        case FieldTest(field=field):
            return field in true
    raise AssertionError(node)


@given(lines, st.frozensets(st.sampled_from(SIMPLE)))
def test_it_means_what_pysigma_reads(line: str, true: frozenset[str]) -> None:
    ours = compile_condition(line, {name: FieldTest(name, (Null(),)) for name in SIMPLE})
    detections = SigmaDetections.from_dict({**{name: {name: "v"} for name in SIMPLE}, "condition": line})

    assert our_truth(ours, true) == truth(SigmaCondition(line, detections).parse(), true)


@given(st.text(alphabet="ab_()1 ofandrthem*|\n", max_size=40))
def test_any_line_is_a_tree_or_a_refusal(line: str) -> None:
    with suppress(UnusableError):
        shown(compile_condition(line, NAMED))


def test_pysigma_still_reads_a_name_that_begins_with_not_as_a_negation() -> None:
    """The reason for a grammar of our own; when pySigma mends it, this test says so."""
    detections = SigmaDetections.from_dict({"notepad": {"a": "b"}, "condition": "notepad"})
    with pytest.raises(SigmaError):
        SigmaCondition("notepad", detections).parse()
