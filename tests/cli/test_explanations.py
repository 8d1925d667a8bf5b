from __future__ import annotations

from sentinel.cli.explanations import MOST_ITEMS, matched, short, tree
from sentinel.detect.condition import FieldTest, Or
from sentinel.detect.evaluate import Look
from sentinel.detect.explain import explain_condition, first_false
from sentinel.detect.modifiers import compile_item
from sentinel.model.explained import Explanation, View


def explained(count: int, value: str) -> list[str]:
    items = tuple(compile_item("a", str(number), {}) for number in range(count))
    assert all(isinstance(item, FieldTest) for item in items)
    part = explain_condition(Or(items), Look({"a": value}))
    view = View("x/y/z", part, first_false(part))
    return tree(Explanation("i", "Title", "h", "a.yml:1", "log", "7", "no-hit", "", ("x/y/z",), (view,)))


def test_of_many_items_those_that_decide_are_shown() -> None:
    assert explained(30, "25")[-2:] == ["    ✓ a = '25': '25'", "    … 29 more"]
    assert explained(30, "x")[-1] == f"    … {30 - MOST_ITEMS} more"
    assert len(explained(3, "x")) == 6 + 3


def test_a_hit_shows_what_met_what() -> None:
    assert matched({"matched": [{"field": "a", "by": "= 'b'", "value": "B"}]}) == ["    a = 'b': 'B'"]
    assert matched({"matched": []}) == ["    true because of what is absent"]


def test_long_texts_are_cut_and_say_so() -> None:
    assert short("x" * 5000).endswith("… (5,000 letters)")
    assert short("x") == "x"
