from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect import values
from sentinel.detect.condition import And, FieldTest, Keyword, Node, Not, Or, Test
from sentinel.detect.condition import leaves as below
from sentinel.detect.evaluate import Look, _met, holds, matches, matches_in
from sentinel.detect.modifiers import compile_item
from sentinel.detect.selection import compile_definition
from sentinel.detect.values import UnusableError
from sentinel.model.alerts import Match
from sentinel.model.events import Value


def text(value: str, *, cased: bool = False) -> Test:
    return values.as_test(values.parse(value), cased=cased)


names = st.sampled_from(["A", "B", "C"])
words = st.text(alphabet="abÅå*?\\- ", max_size=4)
leaves = st.one_of(
    st.builds(FieldTest, names, st.lists(words.map(text), min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(Keyword, st.lists(words.map(text), min_size=1, max_size=2).map(tuple), st.booleans()),
    st.builds(compile_item, names.map(lambda name: f"{name}|exists"), st.booleans(), st.just({})),
    st.builds(compile_item, names, st.none(), st.just({})),
    st.builds(compile_item, names.map(lambda name: f"{name}|re"), st.sampled_from(["a+", "^$", "(?i)å"]), st.just({})),
    st.builds(compile_item, names.map(lambda name: f"{name}|fieldref|contains"), names, st.just({})),
)
nodes = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: And(tuple(items))),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: Or(tuple(items))),
    ),
    max_leaves=6,
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(alphabet="abÅåß*- \n", max_size=6))
json = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)
events = st.dictionaries(st.sampled_from(["A", "B", "C", "D.e"]), json, max_size=4)


def true(node: Node, event: dict[str, Any]) -> bool:
    return matches(node, event) is not None


@given(nodes, events)
def test_double_negation_changes_nothing(node: Node, event: dict[str, Any]) -> None:
    assert true(Not(Not(node)), event) is true(node, event)
    assert true(Not(node), event) is not true(node, event)


@given(nodes, nodes, events)
def test_de_morgan(left: Node, right: Node, event: dict[str, Any]) -> None:
    assert true(Not(And((left, right))), event) is true(Or((Not(left), Not(right))), event)
    assert true(Not(Or((left, right))), event) is true(And((Not(left), Not(right))), event)


@given(nodes, events)
def test_a_match_names_only_fields_that_are_read_and_tests_of_the_tree(node: Node, event: dict[str, Any]) -> None:
    for match in matches(node, event) or ():
        assert match.field in {"A", "B", "C", *event}
        assert match.by


@given(words, st.lists(st.text(alphabet="abÅå", max_size=3), max_size=4))
def test_a_list_is_met_where_any_element_is(pattern: str, elements: list[str]) -> None:
    node = FieldTest("A", (text(pattern),))

    assert true(node, {"A": elements}) is any(true(node, {"A": element}) for element in elements)


@given(st.text(alphabet="aÅøÆıẞßſK", min_size=1, max_size=5))
def test_case_never_matters_unless_asked(word: str) -> None:
    for written in (word.upper(), word.lower(), word.casefold()):
        plain = FieldTest("A", (values.as_test((word,)),))
        if written.casefold() == word.casefold():
            assert true(plain, {"A": written})
        assert true(FieldTest("A", (values.as_test((word,), cased=True),)), {"A": written}) is (written == word)


@given(st.lists(words.map(text), min_size=1, max_size=4), st.booleans(), events)
def test_the_bundle_means_what_its_tests_mean(several: list[Test], every: bool, event: dict[str, Any]) -> None:
    node, look = FieldTest("A", tuple(several), every), Look(event)
    each = [_met(test, "A", look) is not None for test in several]

    assert holds(node, look) is (all(each) if every else any(each))


@given(st.lists(words.map(text), min_size=1, max_size=4), st.booleans(), scalars)
def test_what_met_a_single_value_is_what_meets_it_in_a_list(several: list[Test], cased: bool, value: Value) -> None:
    """Single values are asked in a way of their own, which costs no call for each test."""
    others = [compile_item("A|re", "a+", {}), compile_item("A", [1, "1"], {})]
    further = [test for one in others for leaf in below(one) for test in leaf.tests]
    node = FieldTest("A", (*several, text("a*", cased=cased), *further))

    assert matches(node, {"A": value}) == matches(node, {"A": [value, None]})


@given(nodes, nodes, events)
def test_rules_that_share_a_look_do_not_disturb_one_another(first: Node, second: Node, event: dict[str, Any]) -> None:
    look = Look(event)

    assert [matches_in(node, look) for node in (first, second, first)] == [
        matches(node, event) for node in (first, second, first)
    ]


definitions = st.recursive(
    st.one_of(scalars, words),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.builds(
                "|".join,
                st.lists(
                    st.sampled_from(["A", "", "contains", "re", "all", "cidr", "gt", "hour", "windash", "wide",
                                     "base64offset", "fieldref", "exists", "neq", "expand", "cased", "oops"]),
                    min_size=1, max_size=3,
                ),
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=8,
)  # fmt: skip


@given(definitions, events)
def test_any_definition_is_evaluated_or_refused(definition: object, event: dict[str, Any]) -> None:
    with suppress(UnusableError):
        matches(compile_definition(definition, {"a": ["x"]}), event)


def test_what_made_it_true_is_told_field_by_field() -> None:
    node = And((
        compile_item("A|contains", ["x", "y", "z"], {}),
        Or((compile_item("B", "no", {}), compile_item("C|gt", 4, {}))),
        compile_item("", "key", {}),
        Not(compile_item("E", "never", {})),
    ))  # fmt: skip

    assert matches(node, {"A": ["YX", "-"], "C": "5", "D": "KEYS"}) == (
        Match("A", "YX", "contains 'x'"),
        Match("A", "YX", "contains 'y'"),
        Match("C", "5", "> 4"),
        Match("D", "KEYS", "contains 'key'"),
    )


def test_true_only_through_not_is_a_hit_without_reasons() -> None:
    node = Not(compile_item("A", "x", {}))

    assert matches(node, {"A": "y"}) == ()
    assert matches(node, {}) == ()
    assert matches(node, {"A": "x"}) is None
    assert matches(Not(Not(compile_item("A", "x", {}))), {"A": "x"}) == ()


def test_absence_that_was_asked_for_is_a_reason() -> None:
    assert matches(compile_item("A", None, {}), {}) == (Match("A", "", "has no value"),)
    assert matches(compile_item("A|exists", False, {}), {}) == (Match("A", "", "is not there"),)  # noqa: FBT003 -- a rule's value


def test_presence_shows_what_is_there() -> None:
    node = compile_item("A|exists", True, {})  # noqa: FBT003 -- a rule's value

    assert matches(node, {"A": ["", "Ås"]}) == (Match("A", "", "is there"),)
    assert matches(node, {"A": [None, "Ås"]}) == (Match("A", "Ås", "is there"),)
    assert matches(node, {"A": None}) == matches(node, {"A": []}) == (Match("A", "", "is there"),)
    assert matches(node, {}) is None


def test_a_list_of_maps_has_its_texts_looked_at() -> None:
    event: dict[str, Any] = {"A": [{"name": "x"}, {"name": "Ås"}]}

    assert matches(compile_item("A", "ås", {}), event) == (Match("A", "Ås", "= 'ås'"),)
    assert matches(compile_item("", "ås", {}), event) == (Match("A", "Ås", "contains 'ås'"),)
