"""What a rule asks for that query languages are known to understand otherwise, each with an example from the rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sentinel.detect.condition import (
    And,
    Cidr,
    Compare,
    Exists,
    FieldRef,
    FieldTest,
    Keyword,
    Node,
    Not,
    Null,
    Or,
    Regex,
    Test,
    Text,
    Wild,
    describe,
    leaves,
)

_OPERATOR_NAME = re.compile(r"(?:not|and|or)\w", re.IGNORECASE)


def traits(condition: Node, detection: Mapping[str, Any]) -> dict[str, str]:
    """Return the traits of a rule, each with what it was first seen in."""
    found: dict[str, str] = {}
    for name, example in (*_of_tree(condition), *_of_words(detection)):
        found.setdefault(name, example)
    return found


def _of_tree(condition: Node) -> Iterator[tuple[str, str]]:
    for leaf in leaves(condition):
        field = leaf.field if isinstance(leaf, FieldTest) else ""
        yield ("field" if field else "keyword"), field or describe(leaf.tests[0])
        for test in leaf.tests:
            for name, asks in _TESTS.items():
                if asks(test):
                    yield name, f"{field} {describe(test)}".strip()
    for node in _denied(condition):
        for leaf in leaves(node):
            if isinstance(leaf, FieldTest) and not all(isinstance(test, Exists | Null) for test in leaf.tests):
                yield "not", leaf.field
    if any(isinstance(leaf.tests[0], Regex) for either in _either(condition) for leaf in leaves(either)):
        yield "regex-in-or", "a regular expression below 'or'"
    if any(_is_or(item) for node in _joined(condition) for item in node.items):
        yield "or-in-and", "an 'or' beside an 'and'"


def _denied(node: Node) -> Iterator[Node]:
    if isinstance(node, Not):
        yield node.item
        yield from _denied(node.item)
    elif isinstance(node, And | Or):
        for item in node.items:
            yield from _denied(item)


def _either(node: Node) -> Iterator[Node]:
    if isinstance(node, Or):
        yield node
    elif isinstance(node, And):
        for item in node.items:
            yield from _either(item)


def _joined(node: Node) -> Iterator[And]:
    if isinstance(node, And):
        yield node
    if isinstance(node, And | Or):
        for item in node.items:
            yield from _joined(item)
    elif isinstance(node, Not):
        yield from _joined(node.item)


def _is_or(node: Node) -> bool:
    """Say whether a part is written out as alternatives: a list of values, or one whose dash may be any."""
    if isinstance(node, FieldTest | Keyword):
        return (len(node.tests) > 1 and not node.every) or any(map(_varies, node.tests))
    return isinstance(node, Or)


def _varies(test: Test) -> bool:
    return isinstance(test, Text) and Wild.DASH in test.parts


def _of_words(detection: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what only the words of the rule show: names that a parser may split, and encodings."""
    for name in detection:
        if _OPERATOR_NAME.match(str(name)):
            yield "operator-name", str(name)
    lines = detection.get("condition")
    if isinstance(lines, list) and len(lines) > 1:
        yield "several-conditions", f"{len(lines)} lines"
    for key, value in _items(detection):
        modifiers = set(key.split("|")[1:])
        texts = [str(one) for one in (value if isinstance(value, list) else [value])]
        if "base64offset" in modifiers and not all(text.isascii() for text in texts):
            yield "encoded-letters", key
        if modifiers & {"utf16", "utf16be"}:
            yield "utf16", key
        if "windash" in modifiers and any(dash in text for text in texts for dash in "–—―"):
            yield "long-dash", key


def _items(part: object) -> Iterator[tuple[str, Any]]:
    if isinstance(part, dict):
        for key, value in part.items():
            if "|" in str(key):
                yield str(key), value
            yield from _items(value)
    elif isinstance(part, list):
        for item in part:
            yield from _items(item)


def _letters(test: Test) -> bool:
    return isinstance(test, Text) and not test.cased and any(part.lower() != part.upper() for part in _texts(test))


def _texts(test: Text) -> list[str]:
    return [part for part in test.parts if isinstance(part, str)]


def _beyond_ascii(test: Test) -> bool:
    return _letters(test) and isinstance(test, Text) and not "".join(_texts(test)).isascii()


_TESTS: Mapping[str, Callable[[Test], bool]] = {
    "text": _letters,
    "letters": _beyond_ascii,
    "one-character": lambda test: isinstance(test, Text) and Wild.ONE in test.parts,
    "empty": lambda test: isinstance(test, Text) and not test.parts,
    "cased": lambda test: isinstance(test, Text) and test.cased,
    "cased-pattern": lambda test: isinstance(test, Text) and test.cased and test.shape != "equals",
    "regex": lambda test: isinstance(test, Regex),
    "regex-flags": lambda test: isinstance(test, Regex) and (bool(test.flags) or "(?" in test.source),
    "exists": lambda test: isinstance(test, Exists),
    "null": lambda test: isinstance(test, Null),
    "compare": lambda test: isinstance(test, Compare) and test.unit is None,
    "time-part": lambda test: isinstance(test, Compare) and test.unit is not None,
    "fieldref": lambda test: isinstance(test, FieldRef),
    "cidr": lambda test: isinstance(test, Cidr),
}
