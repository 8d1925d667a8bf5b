r"""Expressions that take an underscore for a letter beyond ASCII: they find whatever they would find with the letter.

Hyperscan looks for expressions in bytes, where `å` is two. So an underscore stands for it: to `.`, `\w`, `\b` and
whatever else an expression of ASCII may ask of a character, both are the same, unless it names the underscore.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sentinel.detect.condition import FieldTest, Node, Regex, leaves
from sentinel.detect.program import Tree, read_tree

_UNDERSCORE, _ASCII = ord("_"), 0x80


def takes_underscores(node: Node) -> bool:
    """Say whether all expressions of a condition do."""
    tests = (test for leaf in leaves(node) if isinstance(leaf, FieldTest) for test in leaf.tests)
    return all(_takes(test.pattern) for test in tests if isinstance(test, Regex))


def _takes(pattern: re.Pattern[str]) -> bool:
    return not pattern.flags & re.ASCII and _are_plain(read_tree(pattern.pattern, pattern.flags))


def _are_plain(items: Tree) -> bool:
    """Say whether parts of an expression name neither an underscore nor anything beyond ASCII, nor an earlier part."""
    return all(_PLAIN.get(str(operation), _never)(argument) for operation, argument in items)


def _is_range_plain(ends: tuple[int, int]) -> bool:
    first, last = ends
    return last < _ASCII and not first <= _UNDERSCORE <= last


def _is_group_plain(group: tuple[Any, ...]) -> bool:
    _, added, _, items = group
    return not added & re.ASCII and _are_plain(items)


def _always(_: object) -> bool:
    return True


def _never(_: object) -> bool:
    return False


_PLAIN: dict[str, Callable[[Any], bool]] = {
    "LITERAL": lambda code: _is_range_plain((code, code)),
    "NOT_LITERAL": lambda code: _is_range_plain((code, code)),
    "RANGE": _is_range_plain,
    "IN": _are_plain,
    "NEGATE": _always,
    "CATEGORY": _always,
    "ANY": _always,
    "AT": _always,
    "BRANCH": lambda branches: all(map(_are_plain, branches[1])),
    "SUBPATTERN": _is_group_plain,
    "MAX_REPEAT": lambda repeat: _are_plain(repeat[2]),
    "MIN_REPEAT": lambda repeat: _are_plain(repeat[2]),
    "POSSESSIVE_REPEAT": lambda repeat: _are_plain(repeat[2]),
    "ATOMIC_GROUP": _are_plain,
    "ASSERT": lambda assertion: _are_plain(assertion[1]),
    "ASSERT_NOT": lambda assertion: _are_plain(assertion[1]),
}
