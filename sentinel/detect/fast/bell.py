"""Says of many values which gates they may open: needles and expressions are looked for in all of them together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sentinel.detect.condition import And, FieldTest, Node, Or, Regex, Test, Text
from sentinel.detect.fast.alarm import Alarm, make_alarm
from sentinel.detect.fast.interned import Texts
from sentinel.detect.fast.scanner import Expression, Scanner, compiles
from sentinel.detect.fast.witness import guessed, ways, witness

Asked: TypeAlias = Mapping[int, tuple[Expression, ...]]
"""The expressions of gates, by the number of the gate."""
_OTHERWISE = re.compile(r"\\[AZuUN0-9]|\{,|\[\[|\[:|\(\?[aLu]|\(\?P[=>]|\(\?\(")
"""What Hyperscan reads otherwise than Python, or not in lines of which each is a text of its own."""


@dataclass(frozen=True, slots=True)
class Bell:
    """`alarm` wakes gates by needles, `scanner` those of `numbers` by expressions; those of `always` need no waking."""

    alarm: Alarm
    scanner: Scanner | None
    numbers: tuple[int, ...]
    always: tuple[int, ...]
    every: range

    def woken(self, texts: Texts) -> Iterator[tuple[int, Collection[int]]]:
        """Yield each of some values that may open gates, with these: all of them where it is no text."""
        found = self.alarm.woken(texts.lines, texts.ends)
        if self.scanner is not None:
            for number, index in self.scanner.scan_lines(texts.bare, texts.bare_ends):
                found.setdefault(index, set()).add(self.numbers[number])
            for index in texts.odd:
                found.setdefault(index, set()).update(self.numbers)
        for index in texts.strange:
            found[index] = set(self.every)
        for index in range(len(texts.ends)) if self.always else sorted(found):
            yield index, sorted(found[index].union(self.always)) if index in found else self.always


def make_bell(nodes: Sequence[Node]) -> Bell:
    """Compile what some gates ask for: expressions where they have some, needles where they do not."""
    asked = {index: found for index, node in enumerate(nodes) if (found := _expressions(node))}
    scanner, by_expression = _scanner(asked)
    needed = {}
    for index, node in enumerate(nodes):
        needles = witness(ways(node, texts=True), guessed) if index not in by_expression else None
        if needles is not None:
            needed[index] = needles
    always = tuple(index for index in range(len(nodes)) if index not in needed and index not in by_expression)
    numbers = tuple(index for index, found in by_expression.items() for _ in found)
    return Bell(make_alarm(needed, len(nodes)), scanner, numbers, always, range(len(nodes)))


def _scanner(asked: Asked) -> tuple[Scanner | None, Asked]:
    """Compile the expressions of gates; leave out those of gates with one that cannot be looked for here."""
    every = [one for found in asked.values() for one in found]
    try:
        return (Scanner.expressions(every) if every else None), asked
    except ValueError:
        known = {index: found for index, found in asked.items() if all(map(compiles, found))}
        every = [one for found in known.values() for one in found]
        return (Scanner.expressions(every) if every else None), known


def _expressions(node: Node) -> tuple[Expression, ...] | None:
    """Return expressions of which one is in every plain text that meets a condition; None where there are none."""
    match node:
        case FieldTest(tests=tests) if any(isinstance(test, Regex) for test in tests):
            each = [_expression(test) for test in tests]
            known = tuple(one for one in each if one is not None)
            if node.every:
                return known[:1] or None
            return known if len(known) == len(each) else None
        case And(items=items):
            return next((found for item in items if (found := _expressions(item))), None)
        case Or(items=items):
            branches = [_expressions(item) for item in items]
            return None if None in branches else tuple(one for each in branches for one in each or ())
    return None


def _expression(test: Test) -> Expression | None:
    """Return what Hyperscan is to look for, in texts of ASCII that are one line each."""
    match test:
        case Regex(pattern=pattern):
            source = pattern.pattern
            if not source.isascii() or _OTHERWISE.search(source):
                return None
            return Expression(source.encode(), bool(pattern.flags & re.IGNORECASE))
        case Text(parts=parts):
            longest = max((part for part in parts if isinstance(part, str)), key=len, default="")
            return Expression(re.escape(longest).encode(), caseless=True) if longest and longest.isascii() else None
    return None
