"""A regular expression as a list of small steps that can be followed in any number of places at once."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from re import _parser  # type: ignore[attr-defined]  # the only reader that agrees with `re` by definition
from typing import Any, TypeAlias

MAX_PROGRAM = 20_000


class UnsupportedError(ValueError):
    """An expression that has no finite automaton, or too large a one."""


Tree: TypeAlias = Any
"""What `re`'s own reader returns; it publishes no types."""

_Program: TypeAlias = list[tuple[str, Any]]
_Items: TypeAlias = Iterable[tuple[Tree, Tree]]


def read_tree(source: str, flags: int) -> Tree:
    """Read an expression as `re` itself does."""
    with warnings.catch_warnings(action="ignore"):  # «possible nested set» is advice to the rule's author
        return _parser.parse(source, flags)


def compile_program(source: str, flags: int) -> tuple[tuple[str, Any], ...]:
    """Compile to steps: `char` (a pattern for one character), `split`, `jump`, `at` (an assertion), `match`."""
    tree = read_tree(source, flags)
    program: _Program = []
    _add_all(program, tree, tree.state.flags)
    return (*program, ("match", None))


def _add_all(program: _Program, items: _Items, flags: int) -> None:
    for operation, argument in items:
        if len(program) > MAX_PROGRAM:
            raise UnsupportedError(f"needs more than {MAX_PROGRAM:,} steps")
        add = _OPERATIONS.get(str(operation))
        if add is None:
            raise UnsupportedError(f"{str(operation).lower()} has no linear form")
        add(program, str(operation), argument, flags)


def _add_character(program: _Program, operation: str, argument: Tree, flags: int) -> None:
    match operation:
        case "ANY":
            source = "."
        case "IN":
            source = _class_source(argument)
        case _:
            source = f"[{'^' if operation == 'NOT_LITERAL' else ''}{_escaped(argument)}]"
    program.append(("char", re.compile(source, flags & _CHARACTER_FLAGS)))


def _class_source(items: Iterable[tuple[Tree, Tree]]) -> str:
    made = ""
    for operation, argument in items:
        match str(operation):
            case "NEGATE":
                made += "^"
            case "LITERAL":
                made += _escaped(argument)
            case "RANGE":
                made += f"{_escaped(argument[0])}-{_escaped(argument[1])}"
            case _:
                made += _CATEGORIES[str(argument)]
    return f"[{made}]"


def _escaped(code: int) -> str:
    return f"\\U{code:08x}"


def _add_branch(program: _Program, _operation: str, argument: Tree, flags: int) -> None:
    jumps = []
    *others, final = argument[1]
    for items in others:
        split = len(program)
        program.append(("split", 0))
        _add_all(program, items, flags)
        jumps.append(len(program))
        program.append(("jump", 0))
        program[split] = ("split", len(program))
    _add_all(program, final, flags)
    for at in jumps:
        program[at] = ("jump", len(program))


def _add_group(program: _Program, _operation: str, argument: Tree, flags: int) -> None:
    _, added, removed, items = argument
    _add_all(program, items, (flags | added) & ~removed)


def _add_repeat(program: _Program, _operation: str, argument: Tree, flags: int) -> None:
    least, most, items = argument
    endless = most is _parser.MAXREPEAT
    if max(least, 0 if endless else most) > MAX_PROGRAM:
        raise UnsupportedError(f"needs more than {MAX_PROGRAM:,} steps")
    for _ in range(least):
        size = len(program)
        _add_all(program, items, flags)
        if len(program) == size:  # what takes no step takes none however often, and nested it would never end
            return
    if endless:
        start = len(program)
        program.append(("split", 0))
        _add_all(program, items, flags)
        program.append(("jump", start))
        program[start] = ("split", len(program))
        return
    splits = []
    for _ in range(most - least):
        splits.append(len(program))
        program.append(("split", 0))
        _add_all(program, items, flags)
    for at in splits:
        program[at] = ("split", len(program))


def _add_assertion(program: _Program, _operation: str, argument: Tree, flags: int) -> None:
    name = str(argument)
    if flags & re.MULTILINE and name in {"AT_BEGINNING", "AT_END"}:
        name += "_LINE"
    if flags & re.ASCII and name in {"AT_BOUNDARY", "AT_NON_BOUNDARY"}:
        name += "_ASCII"
    program.append(("at", name))


_OPERATIONS: dict[str, Callable[[_Program, str, Any, int], None]] = {
    "LITERAL": _add_character,
    "NOT_LITERAL": _add_character,
    "ANY": _add_character,
    "IN": _add_character,
    "BRANCH": _add_branch,
    "SUBPATTERN": _add_group,
    "MAX_REPEAT": _add_repeat,
    "MIN_REPEAT": _add_repeat,
    "AT": _add_assertion,
}
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
_CHARACTER_FLAGS = re.IGNORECASE | re.DOTALL | re.ASCII
