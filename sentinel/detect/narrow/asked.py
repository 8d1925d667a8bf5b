"""What must be among the words of an event whenever a condition is true for it: read off the condition's tree.

It asks for less than the condition does, and never for more: the names of most fields, the order of words, digits,
numbers, absence and whatever stands below a `not` are left to the evaluator, which judges what is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from sentinel.detect.condition import And, FieldTest, Keyword, Node, Not, Number, Or, Part, Regex, Test, Text, Wild
from sentinel.detect.literals import required_by
from sentinel.detect.narrow.words import KNOWN, LONGEST, LONGEST_PAIR, RUN, pair
from sentinel.detect.program import read_tree
from sentinel.detect.values import fold

SAFE = 10**15
"""Numbers up to which one with a point is written with all its digits (`4688.0`)."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word is there; where `before` or `after`, as a part of one, with other letters before or after it."""

    text: str
    before: bool = False
    after: bool = False

    @property
    def is_part(self) -> bool:
        """Say whether it may be a part of a word."""
        return self.before or self.after


@dataclass(frozen=True, slots=True)
class All:
    """Every item is there; of none at all, that is always so: then nothing is known."""

    items: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """At least one item is there; of none at all, that is never so."""

    items: tuple[Asked, ...] = ()


Asked: TypeAlias = Word | All | Any
Names: TypeAlias = Callable[[str], tuple[str, ...]]
"""The names under which an event may have a field, if each of them has pairs; none otherwise."""
ANYTHING = All()
"""Asks for nothing: every event may be meant."""


def asked_by(node: Node, names: Names) -> Asked:
    """Return what every event has for which a condition is true."""
    match node:
        case FieldTest(field=field, tests=tests, every=every):
            return (every_of if every else one_of)(_of_field(test, names(field)) for test in tests)
        case Keyword(tests=tests, every=every):
            return (every_of if every else one_of)(map(_of_test, tests))
        case And(items=items):
            return every_of(asked_by(item, names) for item in items)
        case Or(items=items):
            return one_of(asked_by(item, names) for item in items)
        case Not(item=Not(item=item)):
            return asked_by(item, names)
    return ANYTHING


def every_of(items: Iterable[Asked]) -> Asked:
    """Join what is asked for together; items that ask for nothing are left out."""
    flat = (inner for item in items for inner in (item.items if isinstance(item, All) else (item,)))
    kept = tuple(dict.fromkeys(flat))
    return kept[0] if len(kept) == 1 else All(kept)


def one_of(items: Iterable[Asked]) -> Asked:
    """Join what is asked for in turn: nothing, where one of the items asks for nothing."""
    flat = (inner for item in items for inner in (item.items if isinstance(item, Any) else (item,)))
    kept = tuple(dict.fromkeys(flat))
    if ANYTHING in kept:
        return ANYTHING
    return kept[0] if len(kept) == 1 else Any(kept)


def _of_field(test: Test, names: tuple[str, ...]) -> Asked:
    texts = _whole(test) if names else ()
    words = [pair(name, text) for name in names for text in texts]
    if words and all(len(word) < LONGEST_PAIR for word in words):
        return one_of(map(Word, words))
    return _of_test(test)


def _whole(test: Test) -> tuple[str, ...]:
    """Return the folded whole values that meet a test, where these are known and are texts or numbers."""
    match test:
        case Text(shape="equals", parts=(str(text),)):
            return (fold(text),)
        case Number(value=bool()):
            return ()
        case Number(value=int(value), text=text) if 0 < value < SAFE and text == str(value):
            return (text, str(float(value)))
    return ()


def _of_test(test: Test) -> Asked:
    match test:
        case Text(parts=parts):
            return every_of(_of_parts(parts))
        case Regex(pattern=pattern):
            tree, cased = read_tree(pattern.pattern, pattern.flags), not pattern.flags & re.IGNORECASE
            found = required_by(tree, str.isascii, cased=cased)
            return every_of(one_of(map(_inside, texts)) for texts in found)
    return ANYTHING


def _of_parts(parts: tuple[Part, ...]) -> Iterator[Asked]:
    """Yield the runs of the texts of a pattern; one at an end goes on where any letters may follow."""
    for index, part in enumerate(parts):
        if isinstance(part, str):
            before = index > 0 and parts[index - 1] is not Wild.DASH
            after = index < len(parts) - 1 and parts[index + 1] is not Wild.DASH
            yield from _runs(fold(part), before=before, after=after)


def _inside(text: str) -> Asked:
    return every_of(_runs(fold(text), before=True, after=True))


def _runs(text: str, *, before: bool, after: bool) -> Iterator[Word]:
    """Yield the runs of a folded text; `before` and `after` say whether other letters may stand around it."""
    for run in RUN.finditer(text):
        whole = run.group()
        goes_on = before and run.start() == 0, after and run.end() == len(text)
        if len(whole) > (KNOWN if any(goes_on) else LONGEST):
            yield Word(whole[:KNOWN], before=True, after=True)
        else:
            yield Word(whole, *goes_on)
