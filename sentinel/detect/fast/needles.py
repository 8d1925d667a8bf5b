r"""Texts that must stand in an event's search text for a test to be true: what the fast path looks for first.

The search text of an event is JSON without spaces, an event a line: `{"Image":"C:\\Windows\\cmd.exe","Port":443}`.
A needle is UTF-8 in small letters and is looked for without regard to the case of A–Z; no other letter in it has two
cases. It may be there without its test being true; its test is never true without it, as long as the search text
keeps the promises of `lines.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import TypeAlias

import orjson

from sentinel.detect.condition import Number, Parts, Regex, Test, Text
from sentinel.detect.literals import Items, required_by, shortest
from sentinel.detect.program import read_tree

Needles: TypeAlias = frozenset[bytes]
"""At least one of them must be there."""

LONGEST = 100
START, END = b'":"', b'"'
"""What stands before and after a text that is the whole value of a field."""


def needles(test: Test, *, keyword: bool, texts: bool = False) -> Iterator[Needles]:
    """Yield the ways to know that `test` may be met; each of them is sound by itself.

    A test of a field may be tied to the quotes around its value; a keyword looks anywhere in a value. Where
    `texts`, the search text was made by `texts.search_text`, and no value is a number or truth value, but for whole
    numbers that stand as their text.
    """
    match test:
        case Text(parts=parts):
            yield from _of_text(parts, tied=not keyword, texts=texts)
        case Number(value=int(value), text=text) if texts and text == str(value) and text.isdigit():
            yield frozenset({START + text.encode() + END})
        case Regex(pattern=pattern):
            found = _of_tree(read_tree(pattern.pattern, pattern.flags), texts=texts)
            if found:
                yield found


def is_plain(text: str) -> bool:
    """Say whether a number or truth value could hold a text: then it may stand without quotes, or written otherwise."""
    return _PLAIN.fullmatch(text) is not None or any(
        text.casefold() in word for word in ("true", "false", "-inf", "nan")
    )


def _of_text(parts: Parts, *, tied: bool, texts: bool) -> Iterator[Needles]:
    if not parts and tied:
        yield frozenset({START + END})
    for index, part in enumerate(parts):
        if isinstance(part, str) and (texts or not is_plain(part)):
            for needle in _of_literal(
                part, start=tied and index == 0, end=tied and index == len(parts) - 1, texts=texts
            ):
                yield frozenset({needle})
            if not part.isascii():
                yield from (_forms(letter) for letter in set(part) if not letter.isascii() and _forms(letter))


def _of_literal(literal: str, *, start: bool, end: bool, texts: bool) -> Iterator[bytes]:
    """Yield a needle for each run of letters of which there is one form only, but for the case of A–Z."""
    if literal.isascii() and (texts or literal.isprintable()):
        runs: Iterable[tuple[bool, Iterable[str]]] = ((True, literal),)
    else:
        runs = groupby(literal, _is_control_too if texts else _is_usable)
    at = 0
    for usable, letters in runs:
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


def _is_control_too(letter: str) -> bool:
    """Say whether a letter is usable, or one of the control letters, which our own search text has in one form."""
    return letter.isascii() or _is_usable(letter)


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
    return orjson.dumps(text.lower())[1:-1]


def _of_tree(items: Items, *, texts: bool) -> Needles | None:
    """Return the longest literal that every text found by a regular expression must hold, or one of several."""
    found = required_by(items, _is_control_too if texts else _is_usable, lambda run: texts or not is_plain(run))
    best = max(found, key=shortest, default=None)
    return None if best is None else frozenset(_escape(run)[:LONGEST] for run in best)


_PLAIN = re.compile(r"[0-9.eE+-]*")
