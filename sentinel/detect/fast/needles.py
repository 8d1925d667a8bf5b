r"""Texts that must stand in an event's search text for a test to be true: what the fast path looks for first.

The search text of an event is JSON without spaces, an event a line: `{"Image":"C:\\Windows\\cmd.exe","Port":443}`.
A needle is UTF-8 in small letters and is looked for without regard to the case of A–Z; no other letter in it has two
cases. It may be there without its test being true; its test is never true without it, as long as the search text
keeps the promises of `lines.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any, TypeAlias

from sentinel.detect.condition import Parts, Regex, Test, Text
from sentinel.detect.program import Tree, read_tree

Needles: TypeAlias = frozenset[bytes]
"""At least one of them must be there."""

LONGEST = 100
START, END = b'":"', b'"'
"""What stands before and after a text that is the whole value of a field."""


def needles(test: Test, *, keyword: bool) -> Iterator[Needles]:
    """Yield the ways to know that `test` may be met; each of them is sound by itself.

    A test of a field may be tied to the quotes around its value; a keyword looks anywhere in a value.
    """
    match test:
        case Text(parts=parts):
            yield from _of_text(parts, tied=not keyword)
        case Regex(pattern=pattern):
            found = _of_tree(read_tree(pattern.pattern, pattern.flags))
            if found:
                yield found


def is_plain(text: str) -> bool:
    """Say whether a number or truth value could hold a text: then it may stand without quotes, or written otherwise."""
    return _PLAIN.fullmatch(text) is not None or any(
        text.casefold() in word for word in ("true", "false", "-inf", "nan")
    )


def _of_text(parts: Parts, *, tied: bool) -> Iterator[Needles]:
    if not parts and tied:
        yield frozenset({START + END})
    for index, part in enumerate(parts):
        if isinstance(part, str) and not is_plain(part):
            for needle in _of_literal(part, start=tied and index == 0, end=tied and index == len(parts) - 1):
                yield frozenset({needle})
            yield from (_forms(letter) for letter in set(part) if not letter.isascii() and _forms(letter))


def _of_literal(literal: str, *, start: bool, end: bool) -> Iterator[bytes]:
    """Yield a needle for each run of letters of which there is one form only, but for the case of A–Z."""
    at = 0
    for usable, letters in groupby(literal, _is_usable):
        run = "".join(letters)
        first, at = at == 0, at + len(run)
        if not usable:
            continue
        text = _escape(run)
        last = END if end and at == len(literal) else b""
        if start and first:
            yield START + (text + last)[:LONGEST]
        yield (text + last)[-LONGEST:]


def _is_usable(letter: str) -> bool:
    return letter.isprintable() if letter.isascii() else len(_forms(letter)) == 1


@cache
def _forms(letter: str) -> Needles:
    """Return every form of a letter beyond ASCII, as bytes; none where it may be one of A–Z, or several letters."""
    folded = letter.casefold()
    ascii_too = any(other.isascii() for other in folded + letter.lower() + letter.upper())  # `ı` has the capital I
    if len(folded) != 1 or ascii_too or 0xD800 <= ord(letter) <= 0xDFFF:  # noqa: PLR2004 -- half a pair
        return frozenset()
    return frozenset(one.encode() for one in (folded, *_unfolded().get(folded, ())))


@cache
def _unfolded() -> dict[str, tuple[str, ...]]:
    """Return for each folded letter those that fold to it."""
    found: dict[str, tuple[str, ...]] = {}
    for letter in map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x20000))):
        folded = letter.casefold()
        if folded != letter:
            found[folded] = (*found.get(folded, ()), letter)
    return found


def _escape(text: str) -> bytes:
    return text.lower().replace("\\", "\\\\").replace('"', '\\"').encode()


def _of_tree(items: Iterable[tuple[Tree, Tree]]) -> Needles | None:
    """Return the longest literal that every text found by a regular expression must hold, or one of several."""
    best: Needles | None = None
    for found in _parts_of_tree(items):
        if found and (best is None or _shortest(found) > _shortest(best)):
            best = found
    return best


def _parts_of_tree(items: Iterable[tuple[Tree, Tree]]) -> Iterator[Needles | None]:
    run = ""
    for operation, argument in items:
        name = str(operation)
        if name == "LITERAL" and _is_usable(chr(argument)):
            run += chr(argument)
            continue
        yield _of_run(run)
        run = ""
        if name in _INNER:
            yield _INNER[name](argument)
    yield _of_run(run)


def _of_run(run: str) -> Needles | None:
    return None if not run or is_plain(run) else frozenset({_escape(run)[:LONGEST]})


def _of_repeat(argument: Any) -> Needles | None:  # noqa: ANN401 -- `re` publishes no types
    least, _, body = argument
    return _of_tree(body) if least else None


def _of_branch(argument: Any) -> Needles | None:  # noqa: ANN401 -- the same
    each = [_of_tree(body) for body in argument[1]]
    return None if None in each else frozenset().union(*(one for one in each if one))


def _of_group(argument: Any) -> Needles | None:  # noqa: ANN401 -- the same
    return _of_tree(argument[-1])


def _shortest(found: Needles) -> int:
    return min(map(len, found))


_INNER: dict[str, Callable[[Any], Needles | None]] = {
    "MAX_REPEAT": _of_repeat,
    "MIN_REPEAT": _of_repeat,
    "POSSESSIVE_REPEAT": _of_repeat,
    "BRANCH": _of_branch,
    "SUBPATTERN": _of_group,
    "ATOMIC_GROUP": _of_tree,
}
_PLAIN = re.compile(r"[0-9.eE+-]*")
