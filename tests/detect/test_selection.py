from __future__ import annotations

from typing import Any

import pytest

from sentinel.detect.condition import fields
from sentinel.detect.evaluate import matches
from sentinel.detect.selection import MAX_DEPTH, compile_definition, compile_detection

EVENTS: dict[str, dict[str, Any]] = {
    "a": {"A": "a"},
    "b": {"B": "b"},
    "ab": {"A": "a", "B": "b"},
    "word": {"M": "the word is given"},
    "both": {"M": "word", "N": "given"},
    "none": {"A": "x"},
}
DEFINITIONS: list[tuple[object, set[str], str]] = [
    ({"A": "a", "B": "b"}, {"ab"}, "a map is AND"),
    ([{"A": "a"}, {"B": "b"}], {"a", "b", "ab"}, "a list of maps is OR"),
    ([{"A": "a", "B": "b"}, {"M|contains": "word"}], {"ab", "word", "both"}, "AND inside OR"),
    (["word", "nothing"], {"word", "both"}, "a list of values is keywords, OR"),
    ("word", {"word", "both"}, "one keyword"),
    ({"|all": ["word", "given"]}, {"word", "both"}, "keywords AND, over all values together"),
    ({"|all": ["word", "given"], "N|exists": False}, {"word"}, "keywords and a field in one map"),
    ([[{"A": "a"}], [{"B": "b"}, "word"]], {"a", "b", "ab", "word", "both"}, "lists in lists, mixed with keywords"),
    ([{"A": ["a", "x"]}], {"a", "ab", "none"}, "a list of one map"),
]


@pytest.mark.parametrize(("definition", "met", "why"), DEFINITIONS, ids=[why for _, _, why in DEFINITIONS])
def test_definitions(definition: object, met: set[str], why: str) -> None:
    node = compile_definition(definition, {})

    assert {name for name, event in EVENTS.items() if matches(node, event) is not None} == met, why


def faults(detection: dict[Any, Any]) -> list[tuple[tuple[str | int, ...], str]]:
    node, wrong = compile_detection(detection, {})
    assert (node is None) is bool(wrong)
    return [(error.path, str(error)) for error in wrong]


def test_every_part_is_compiled_and_all_faults_come_at_once_with_their_paths() -> None:
    assert faults({
        "s": {"A|contains": ["x", None]},
        "unused": [{"B": "b"}, {"C|oops": "c"}],
        "t": {},
        5: "x",
        "condition": "s",
    }) == [
        (("s", "A|contains", 1), "null cannot stand in a list of values; give it an item of its own"),
        (("unused", 1, "C|oops"), "unknown modifier 'oops'"),
        (("t",), "is empty"),
        ((5,), "the name 5 must be text"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("detection", "path", "what"),
    [
        ({"s": {"A": "a"}}, ("condition",), "a rule needs a condition, as text or as a list of texts"),
        ({"s": {"A": "a"}, "condition": []}, ("condition",), "a rule needs a condition, as text or as a list of texts"),
        ({"s": {"A": "a"}, "condition": ["s", 5]}, ("condition",), "a rule needs a condition"),
        ({"s": {"A": "a"}, "condition": "t"}, ("condition",), "condition names 't', which is not defined"),
        ({"s": {1: "a"}, "condition": "s"}, ("s", "1"), "the field name 1 must be text"),
        ({"s": {"A": "a"}, "timeframe": "5m", "condition": "s"}, ("timeframe",), "belongs to aggregations"),
        ({"s": [], "condition": "s"}, ("s",), "an empty list asks for nothing"),
        ({"s": None, "condition": "s"}, ("s",), "null cannot be a keyword"),
    ],
)
def test_refusals(detection: dict[Any, Any], path: tuple[str, ...], what: str) -> None:
    [(found, said)] = faults(detection)

    assert found == path
    assert what in said


def test_several_conditions_are_alternatives() -> None:
    node, _ = compile_detection({"s": {"A": "a"}, "t": {"B": "b"}, "condition": ["s", "t and not s"]}, {})

    assert node is not None
    assert [matches(node, EVENTS[name]) is not None for name in ("a", "b", "none")] == [True, True, False]


def test_fields_are_those_of_the_condition_not_of_parts_it_leaves_out() -> None:
    node, _ = compile_detection({"s": {"A": "a"}, "_hidden": {"Z": "z"}, "condition": "1 of them"}, {})

    assert node is not None
    assert fields(node) == {"A"}


def test_depth_and_size_are_bounded() -> None:
    deep: object = {"A": "a"}
    for _ in range(MAX_DEPTH + 2):
        deep = [deep]

    assert faults({"s": deep, "condition": "s"})[0][1] == f"is nested more than {MAX_DEPTH} levels deep"
    wide = {f"s{number}": {"A": "a"} for number in range(200)}
    assert "more than 20,000 tests" in faults({**wide, "condition": " or ".join(["1 of s*"] * 200)})[0][1]
