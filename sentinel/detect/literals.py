"""Plain texts that whatever a regular expression finds must hold: quick to look for before the expression is tried."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from sentinel.detect.program import Tree, read_tree

Items: TypeAlias = Iterable[tuple[Tree, Tree]]
Required: TypeAlias = tuple[frozenset[str], ...]
"""Of each set, one text is there."""

MANY = 8
"""Texts that one set may have; more are hardly quicker to look for than the expression itself."""
FOLDED = frozenset("iksIKS")
"""Letters of ASCII that letters beyond it are taken for where case is disregarded: `ı`, the Kelvin sign and `ſ`."""


def required(pattern: re.Pattern[str]) -> Required:
    """Return what must be in a text in which `pattern` is found; in its small letters, where case is nothing."""
    caseless = bool(pattern.flags & re.IGNORECASE)
    found = required_by(
        read_tree(pattern.pattern, pattern.flags), _is_usable if caseless else _is_any, cased=not caseless
    )
    sets = {frozenset(text.lower() if caseless else text for text in texts) for texts in found}
    return tuple(sorted((texts for texts in sets if len(texts) <= MANY), key=len))


def required_by(
    items: Items, is_usable: Callable[[str], bool], accepts: Callable[[str], bool] = bool, *, cased: bool = False
) -> Iterator[frozenset[str]]:
    """Yield sets of texts of which each holds one that is in whatever the items of an expression find.

    The texts are made of usable letters, and are such as `accepts` says. Where `cased`, parts that disregard case by
    themselves, as `(?i:…)`, yield nothing.
    """

    def inner(body: Items) -> Iterator[frozenset[str]]:
        return required_by(body, is_usable, accepts, cased=cased)

    run = ""
    for operation, argument in (*items, ("END", None)):
        name = str(operation)
        if name == "LITERAL" and is_usable(chr(argument)):
            run += chr(argument)
            continue
        if run and accepts(run):
            yield frozenset({run})
        run = ""
        if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"} and argument[0]:
            yield from inner(argument[2])
        elif name == "ATOMIC_GROUP" or (name == "SUBPATTERN" and not (cased and argument[1])):
            yield from inner(argument if name == "ATOMIC_GROUP" else argument[-1])
        elif name == "BRANCH":
            each = [max(inner(body), key=shortest, default=None) for body in argument[1]]
            if None not in each:
                yield frozenset[str]().union(*(one for one in each if one))


def shortest(texts: frozenset[str]) -> int:
    """Return the letters of the shortest of some texts."""
    return min(map(len, texts))


def _is_any(_letter: str) -> bool:
    return True


def _is_usable(letter: str) -> bool:
    return letter.isascii() and letter not in FOLDED
