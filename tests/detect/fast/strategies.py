"""Conditions, and events that most of them are true for or nearly so, in letters on which searches go wrong."""

from __future__ import annotations

from random import Random
from typing import Any, TypeAlias

from hypothesis import strategies as st

from sentinel.detect.condition import And, FieldRef, FieldTest, Node, Not, Or, Test, leaves
from sentinel.detect.modifiers import compile_item
from sentinel.detect.values import UnusableError
from tests.detect.fast.fitting import example
from tests.detect.fast.mutations import ODD, alike

Fields: TypeAlias = dict[str, Any]

LETTERS = 'abkKsSiIıİßſKåÅÅæΐι\u0308\\"/ .1e+-?*\n'
words = st.one_of(
    st.text(LETTERS, max_size=6),
    st.sampled_from(["true", "INF", "-inf", "nan", "1", "1.0", "1e+16", "10", r"C:\kiosk\iss.exe", "straße", "K/s"]),
)
regexes = st.sampled_from(
    [
        "kis+",
        "(?i)kiosk",
        "i(a|kk|ss)",
        "[ab]k?iss",
        "^i$",
        r"\\kiosk\\",
        "(?i:å)b|ka",
        "x{0,3}si",
        '"k',
        "(?>ik)s",
        r"\bs",
    ]
)
_MODIFIERS = ("", "|contains", "|startswith", "|endswith", "|cased", "|contains|cased", "|contains|all", "|windash")
names = st.sampled_from(["A", "B", "C d"])


def _compiled(key: str, value: object) -> Node | None:
    try:
        return compile_item(key, value, {})
    except UnusableError:
        return None


_values = st.one_of(words, st.lists(words, min_size=1, max_size=3))
items: st.SearchStrategy[Node] = st.one_of(
    st.builds(lambda name, way, value: _compiled(name + way, value), names, st.sampled_from(_MODIFIERS), _values),
    st.builds(_compiled, names, st.sampled_from([1, 1.0, 0, True, None, 10**20])),
    st.builds(lambda name, way, value: _compiled(name + way, value), names, st.sampled_from(["|re", "|re|i"]), regexes),
    st.builds(lambda name, value: _compiled(f"{name}|exists", value), names, st.booleans()),
    st.builds(lambda name, value: _compiled(f"{name}|lt", value), names, st.sampled_from([1, 5.5, -1])),
    st.builds(lambda name, value: _compiled(f"{name}|fieldref", value), names, names),
    st.builds(lambda value: _compiled("", value), _values),
).filter(bool)
conditions: st.SearchStrategy[Node] = st.recursive(
    items,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: And(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: Or(tuple(parts))),
    ),
    max_leaves=6,
)
values = st.one_of(words, st.sampled_from(ODD), st.integers(), st.floats(allow_nan=False), st.lists(words, max_size=2))


@st.composite
def looked_at(draw: st.DrawFn) -> tuple[Node, Fields]:
    """Draw a condition, and an event that holds what some of its tests ask for, often in letters of another form."""
    node = draw(conditions)
    chance = draw(st.randoms(use_true_random=False))
    fields: Fields = {name: draw(values) for name in draw(st.sets(names))}
    for leaf in leaves(node):
        for test in leaf.tests if draw(st.booleans()) else ():
            made = fields.get(test.field) if isinstance(test, FieldRef) else made_for(test, chance)
            fields[leaf.field if isinstance(leaf, FieldTest) else "A"] = [made, "x"] if draw(st.booleans()) else made
    return node, fields


def made_for(test: Test, chance: Random) -> Any:  # noqa: ANN401 -- a value of an event
    """Return a value that a test is probably met by, in letters of any form, with others around them."""
    made = example(test, chance)
    if isinstance(made, str) and chance.random() < 0.7:
        made = chance.choice(["", "", "x", "ı", '"']) + str(alike(made, chance)) + chance.choice(["", "", "\\", "İ"])
    return made
