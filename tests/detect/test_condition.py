from __future__ import annotations

from ipaddress import ip_network

import pytest

from sentinel.detect import values
from sentinel.detect.condition import (
    And,
    Cidr,
    Compare,
    Exists,
    FieldRef,
    FieldTest,
    Keyword,
    Not,
    Null,
    Number,
    Or,
    Test,
    Wild,
    describe,
    fields,
    leaves,
)
from sentinel.detect.modifiers import compile_item


def text(value: str) -> Test:
    return values.as_test(values.parse(value))


A = FieldTest("A", (text("x"),))
B = FieldTest("B", (FieldRef("C", "equals"),))
K = Keyword((text("*k*"),))
TREE = And((A, Or((Not(B), K))))


def test_leaves_come_from_left_to_right_and_through_not() -> None:
    assert list(leaves(TREE)) == [A, B, K]


def test_fields_are_those_it_reads_and_those_it_compares_with() -> None:
    assert fields(TREE) == {"A", "B", "C"}


def test_equal_conditions_are_equal_however_they_are_bundled() -> None:
    assert FieldTest("A", (text("x"),)) == A
    assert FieldTest("A", (text("x"),), every=True) != A


def test_texts_are_bundled_by_shape_and_the_rest_is_left() -> None:
    found = FieldTest("A", (text("e"), text("s*"), text("*e"), text("*c*"), text("a*b"), Number(5, "5"))).bundle

    assert found.exact == {"e"}
    assert (found.starts, found.ends, found.inside) == (("s",), ("e",), ("c",))
    assert len(found.rest) == 2


def test_where_each_must_be_met_an_exact_text_is_not_bundled_since_each_may_be_met_by_another_element() -> None:
    found = FieldTest("A", (text("e"), text("*c*")), every=True).bundle

    assert (found.exact, found.inside, len(found.rest)) == (frozenset(), ("c",), 1)


DESCRIBED: list[tuple[Test, str]] = [
    (text("Å"), "= 'Å'"),
    (text("*Å*"), "contains 'Å'"),
    (text("a*"), "starts with 'a'"),
    (text("*a"), "ends with 'a'"),
    (text("a*b?"), "like 'a*b?'"),
    (text("*"), "contains ''"),
    (values.as_test(("Å",), cased=True), "= 'Å' (exact case)"),
    (values.as_test((Wild.ANY, Wild.DASH, "c –", Wild.DASH, "k"), dashes="/-"), "like '*/c –-k' (any dash)"),
    (Number(5, "5"), "= 5"),
    (Compare("gte", 5), "≥ 5"),
    (Compare("lt", 7, "hour"), "hour < 7"),
    (Compare(None, 7, "hour"), "hour = 7"),
    (Cidr(ip_network("10.0.0.0/8")), "in 10.0.0.0/8"),
    (Null(), "has no value"),
    (Exists(wanted=True), "is there"),
    (Exists(wanted=False), "is not there"),
    (FieldRef("B", "endswith"), "ends with field B"),
]


@pytest.mark.parametrize(("test", "said"), DESCRIBED, ids=[said for _, said in DESCRIBED])
def test_each_test_can_say_what_it_asks(test: Test, said: str) -> None:
    assert describe(test) == said


def test_a_regular_expression_says_what_the_rule_wrote_and_its_flags() -> None:
    node = compile_item("F|re|i", r"a\d+", {})

    assert isinstance(node, FieldTest)
    assert describe(node.tests[0]) == r"matches /a\d+/i"
