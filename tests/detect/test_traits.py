from __future__ import annotations

from typing import Any

import pytest

from sentinel.detect.selection import compile_detection
from sentinel.detect.traits import traits


@pytest.mark.parametrize(
    ("detection", "name", "example"),
    [
        ({"a": {"F": "å"}, "condition": "a"}, "letters", "F = 'å'"),
        ({"a": {"F|contains": "x"}, "condition": "a"}, "text", "F contains 'x'"),
        ({"a": ["x"], "condition": "a"}, "keyword", "contains 'x'"),
        ({"a": {"F": "1"}, "condition": "not a"}, "not", "F"),
        ({"a": {"F|gte": 1}, "condition": "a"}, "compare", "F ≥ 1"),
        ({"a": {"F|hour": 1}, "condition": "a"}, "time-part", "F hour = 1"),
        ({"a": {"F|re": "x"}, "b": {"F": 1}, "condition": "a or b"}, "regex-in-or", "a regular expression below 'or'"),
        ({"a": {"F": "x", "G": ["y", "z"]}, "condition": "a"}, "or-in-and", "an 'or' beside an 'and'"),
        (
            {"a": {"F": 1}, "b": [{"G": 1}, {"H": 1}], "condition": "not (a and b)"},
            "or-in-and",
            "an 'or' beside an 'and'",
        ),
        ({"a": {"F": 1, "G|windash": "x -y"}, "condition": "a"}, "or-in-and", "an 'or' beside an 'and'"),
        ({"android": {"F": 1}, "condition": "android"}, "operator-name", "android"),
        ({"a": {"F": 1}, "condition": ["a", "a"]}, "several-conditions", "2 lines"),
    ],
)
def test_a_trait_comes_with_what_shows_it(detection: dict[str, Any], name: str, example: str) -> None:
    node, wrong = compile_detection(detection, {})

    assert wrong == []
    assert node is not None
    assert traits(node, detection)[name] == example


@pytest.mark.parametrize(
    ("detection", "name"),
    [
        ({"a": {"F": "12-3"}, "condition": "a"}, "text"),
        ({"a": {"F": None}, "condition": "not a"}, "not"),
        ({"a": {"F|cased": "Abc"}, "condition": "a"}, "cased-pattern"),
        ({"a": {"F|re": "x"}, "condition": "a"}, "regex-in-or"),
        ({"a": {"F|base64offset": "abc"}, "condition": "a"}, "encoded-letters"),
        ({"a": {"F": "1"}, "condition": "a"}, "operator-name"),
        ({"a": {"F": ["1", "2"]}, "b": {"G": 1, "H|contains|all": ["x", "y"]}, "condition": "a or b"}, "or-in-and"),
    ],
)
def test_what_is_not_there_is_not_said(detection: dict[str, Any], name: str) -> None:
    node, _ = compile_detection(detection, {})

    assert node is not None
    assert name not in traits(node, detection)
