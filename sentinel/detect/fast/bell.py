"""Says of many values which gates they may open: needles and expressions are looked for in all of them together."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import TypeAlias

from sentinel.detect.condition import And, Cidr, FieldTest, Node, Or, Regex, Test, Text
from sentinel.detect.fast.alarm import Alarm, make_alarm
from sentinel.detect.fast.databases import Databases
from sentinel.detect.fast.gate_needles import GateNeedles
from sentinel.detect.fast.interned import Texts
from sentinel.detect.fast.scanner import Expression, Scanner, compiles
from sentinel.detect.fast.underscores import takes_underscores
from sentinel.detect.fast.witness import ways

Asked: TypeAlias = Mapping[int, tuple[Expression, ...]]
"""The expressions of gates, by the number of the gate."""
_LAST = 3
"""The place of the last part of an address of IPv4, behind which there is no point."""
_OTHERWISE = re.compile(r"\\[AZuUN0-9]|\{,|\[\[|\[:|\(\?[aLu]|\(\?P[=>]|\(\?\(")
"""What Hyperscan reads otherwise than Python, or not in lines of which each is a text of its own."""


@dataclass(frozen=True, slots=True)
class Bell:
    """`alarm` wakes gates by needles, `scanner` those of `numbers` by expressions, `spare` these in odd values.

    Those of `always` need no waking, those of `blind` have an expression and no needle. Expressions of `narrow` may not
    find a text in which underscores stand for letters.
    """

    alarm: Alarm
    scanner: Scanner | None
    numbers: tuple[int, ...]
    spare: Alarm
    blind: frozenset[int]
    narrow: frozenset[int]
    always: tuple[int, ...]
    every: range

    def woken(self, texts: Texts) -> Iterator[tuple[int, Collection[int]]]:
        """Yield each of some values that may open gates, with these: all of them where it is no text."""
        found = self.alarm.woken(texts.lines, texts.ends)
        if self.scanner is not None:
            for number, index in self.scanner.scan_lines(texts.bare, texts.bare_ends):
                found.setdefault(index, set()).add(self.numbers[number])
            for index in texts.lettered if self.narrow else ():
                found.setdefault(index, set()).update(self.narrow)
            for index in texts.odd:
                start = texts.ends[index - 1] if index else 0
                spare = self.spare.woken(texts.lines[start : texts.ends[index]], [texts.ends[index] - start])
                found.setdefault(index, set()).update(self.blind, spare.get(0, ()))
        for index in texts.strange:
            found[index] = set(self.every)
        for index in range(len(texts.ends)) if self.always else sorted(found):
            gates = found.get(index)
            if gates or self.always:
                yield index, sorted(gates.union(self.always)) if gates else self.always


def make_bell(nodes: Sequence[Node], sample: bytes = b"", needles: GateNeedles | None = None) -> Bell:
    """Compile what some gates ask for: expressions where they have some, and needles.

    `sample` are values, a line each, that tell which needles are rare.
    """
    needles = needles or GateNeedles()
    databases = needles.databases
    expressions = {index: found for index, node in enumerate(nodes) if (found := _expressions(node))}
    scanner, asked = _scanner(expressions, databases)
    known = {index: ways(node, texts=True) for index, node in enumerate(nodes)}
    plain = needles.choose({index: one for index, one in known.items() if index not in asked}, sample)
    spare = needles.choose({index: known[index] for index in asked}, b"")
    return Bell(
        alarm=make_alarm(plain, len(nodes), databases.literals),
        scanner=scanner,
        numbers=tuple(index for index, found in asked.items() for _ in found),
        spare=make_alarm(spare, len(nodes), databases.literals),
        blind=frozenset(asked.keys() - spare.keys()),
        narrow=frozenset(index for index in asked if not takes_underscores(nodes[index])),
        always=tuple(sorted(known.keys() - plain.keys() - asked.keys())),
        every=range(len(nodes)),
    )


def _scanner(asked: Asked, databases: Databases) -> tuple[Scanner | None, Asked]:
    """Compile the expressions of gates; leave out those of gates with one that cannot be looked for here."""
    every = [one for found in asked.values() for one in found]
    try:
        return (databases.expressions(every) if every else None), asked
    except ValueError:
        known = {index: found for index, found in asked.items() if all(map(compiles, found))}
        every = [one for found in known.values() for one in found]
        return (databases.expressions(every) if every else None), known


def _expressions(node: Node) -> tuple[Expression, ...] | None:
    """Return expressions of which one is in every plain text that meets a condition; None where there are none."""
    match node:
        case FieldTest(tests=tests) if any(isinstance(test, Regex | Cidr) for test in tests):
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
        case Cidr(network=network):
            return Expression(_addresses(network), caseless=False)
    return None


def _addresses(network: IPv4Network | IPv6Network) -> bytes:
    """Return an expression for all ways to write an address of a network; those of IPv4 may stand in one of IPv6."""
    if network.version == 6:  # noqa: PLR2004 -- the number of the protocol
        return b":"
    whole = str(network.network_address).split(".")[: network.prefixlen // 8]
    return b":|^" + "".join(rf"{octet}\." if at < _LAST else octet for at, octet in enumerate(whole)).encode()
