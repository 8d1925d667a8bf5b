"""The detection part of a rule, from plain data to one condition tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sentinel.detect.condition import And, Node, Or, leaves
from sentinel.detect.grammar import compile_condition
from sentinel.detect.modifiers import compile_item, compile_keywords
from sentinel.detect.transforms import Placeholders
from sentinel.detect.values import UnusableError

MAX_DEPTH = 32
MAX_LEAVES = 20_000


def compile_detection(
    detection: Mapping[str, Any], placeholders: Placeholders
) -> tuple[Node | None, list[UnusableError]]:
    """Compile a whole detection section, and return everything wrong in it with the path to its place."""
    named: dict[str, Node] = {}
    faults = []
    for name, definition in detection.items():
        if name == "condition":
            continue
        try:
            named[name] = _compile_named(name, definition, placeholders)
        except UnusableError as error:
            faults.append(error.below(name))
    if faults:
        return None, faults
    try:
        return _conditions(detection.get("condition"), named), []
    except UnusableError as error:
        return None, [error.below("condition")]


def _compile_named(name: object, definition: object, placeholders: Placeholders) -> Node:
    if not isinstance(name, str):
        raise UnusableError(f"the name {name!r} must be text")
    if name == "timeframe":
        raise UnusableError("'timeframe' belongs to aggregations, which are gone from Sigma; write a correlation rule")
    return compile_definition(definition, placeholders)


def compile_definition(definition: object, placeholders: Placeholders, depth: int = 0) -> Node:
    """Compile one named part: a map is AND, a list of maps is OR, plain values are keywords."""
    if depth > MAX_DEPTH:
        raise UnusableError(f"is nested more than {MAX_DEPTH} levels deep")
    if isinstance(definition, dict):
        return _compile_map(definition, placeholders)
    if not isinstance(definition, list):
        return compile_keywords(definition, placeholders)
    if not any(isinstance(item, dict | list) for item in definition):
        return compile_keywords(definition, placeholders)
    items = []
    for index, item in enumerate(definition):
        try:
            items.append(compile_definition(item, placeholders, depth + 1))
        except UnusableError as error:
            raise error.below(index) from None
    return items[0] if len(items) == 1 else Or(tuple(items))


def _compile_map(definition: Mapping[Any, Any], placeholders: Placeholders) -> Node:
    items = []
    for key, value in definition.items():
        if not isinstance(key, str):
            raise UnusableError(f"the field name {key!r} must be text", (str(key),))
        try:
            items.append(compile_item(key, value, placeholders))
        except UnusableError as error:
            raise error.below(key) from None
    if not items:
        raise UnusableError("is empty")
    return items[0] if len(items) == 1 else And(tuple(items))


def _conditions(condition: object, named: Mapping[str, Node]) -> Node:
    given = condition if isinstance(condition, list) else [condition]
    lines = [line for line in given if isinstance(line, str)]
    if len(lines) < len(given) or not lines:
        raise UnusableError("a rule needs a condition, as text or as a list of texts")
    nodes = tuple(compile_condition(line, named) for line in lines)
    node = nodes[0] if len(nodes) == 1 else Or(nodes)
    for count, _ in enumerate(leaves(node)):
        if count > MAX_LEAVES:
            raise UnusableError(f"has more than {MAX_LEAVES:,} tests")
    return node
