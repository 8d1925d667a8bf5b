"""The condition line of a rule: `(selection or 1 of other_*) and not filter` with the named parts put in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from sentinel.detect.condition import And, Node, Not, Or
from sentinel.detect.correlation import AllOf, AnyOf, Happening, NotSo
from sentinel.detect.values import UnusableError

MAX_DEPTH = 50
MAX_TOKENS = 10_000
WORDS = frozenset({"and", "or", "not", "of"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Joints(Generic[T]):
    """What `and`, `or` and `not` make of the parts they join. `counted`: `1 of …` and `all of …` are understood."""

    every: Callable[[tuple[T, ...]], T]
    some: Callable[[tuple[T, ...]], T]
    denied: Callable[[T], T]
    counted: bool


def compile_condition(line: str, named: Mapping[str, Node]) -> Node:
    """Parse a condition (`not` binds closest, then `and`, then `or`; any case) over the parts it may name."""
    return _parse(line, named, _NODES)


def compile_happening(line: str, named: Mapping[str, Happening]) -> Happening:
    """Parse the condition of a temporal correlation over the rules it may name: `a and (b or not c)`."""
    return _parse(line, named, _HAPPENINGS)


def names_in(line: str) -> tuple[str, ...]:
    """Return the names that a condition holds, each once, in the order they stand."""
    found = (token for token in _TOKENS.findall(line) if token not in {"(", ")"} and token.lower() not in WORDS)
    return tuple(dict.fromkeys(found))


def _parse(line: str, named: Mapping[str, T], joints: Joints[T]) -> T:
    if "|" in line:
        raise UnusableError("aggregations with '|' are gone from Sigma; write a correlation rule")
    tokens = _TOKENS.findall(line)
    if len(tokens) > MAX_TOKENS:
        raise UnusableError(f"condition has more than {MAX_TOKENS:,} words")
    parser = _Parser(tokens, named, joints)
    node = parser.either()
    if parser.next is not None:
        raise UnusableError(f"condition does not go on with '{parser.next}'")
    return node


class _Parser(Generic[T]):
    """Recursive descent over the words of one line. It is gone when the tree is made."""

    def __init__(self, tokens: list[str], named: Mapping[str, T], joints: Joints[T]) -> None:
        self.tokens = tokens
        self.named = named
        self.joints = joints
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def ahead(self, word: str) -> bool:
        """Say whether `word` stands here."""
        return self.next is not None and self.next.lower() == word

    def take(self) -> str:
        if self.next is None:
            raise UnusableError("condition ends where a name is expected" if self.tokens else "condition is empty")
        self.at += 1
        return self.tokens[self.at - 1]

    def either(self) -> T:
        items = [self.both()]
        while self.ahead("or"):
            self.take()
            items.append(self.both())
        return items[0] if len(items) == 1 else self.joints.some(tuple(items))

    def both(self) -> T:
        items = [self.denied()]
        while self.ahead("and"):
            self.take()
            items.append(self.denied())
        return items[0] if len(items) == 1 else self.joints.every(tuple(items))

    def denied(self) -> T:
        negations = 0
        while self.ahead("not"):
            self.take()
            negations += 1
        node = self.single()
        denied = self.joints.denied
        return denied(node) if negations % 2 else node if not negations else denied(denied(node))

    def single(self) -> T:
        word = self.take()
        if word == "(":
            return self.group()
        if self.joints.counted and self.ahead("of"):
            self.take()
            return self.selected(word, self.take())
        if word in self.named:
            return self.named[word]
        if word == ")" or word.lower() in WORDS:
            raise UnusableError(f"condition has '{word}' where a name is expected")
        raise UnusableError(f"condition names '{word}', which is not defined")

    def group(self) -> T:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise UnusableError(f"condition is nested more than {MAX_DEPTH} levels deep")
        node = self.either()
        if self.take() != ")":
            raise UnusableError("condition lacks a closing parenthesis")
        self.depth -= 1
        return node

    def selected(self, quantity: str, pattern: str) -> T:
        if quantity.lower() not in {"1", "any", "all"}:
            raise UnusableError(f"condition says '{quantity} of'; only 1, any and all can be counted")
        found = tuple(node for name, node in self.named.items() if selects(pattern, name))
        if not found:
            raise UnusableError(f"condition says '{quantity} of {pattern}', but nothing is named so")
        if len(found) == 1:
            return found[0]
        return self.joints.every(found) if quantity.lower() == "all" else self.joints.some(found)


def selects(pattern: str, name: str) -> bool:
    """Say whether `them` or a pattern with stars means a name; names with `_` in front only if the pattern has it."""
    if name.startswith("_") and not pattern.startswith("_"):
        return False
    if pattern.lower() == "them":
        return True
    pieces = map(re.escape, pattern.split("*"))
    return re.fullmatch(".*".join(pieces), name) is not None


_NODES: Joints[Node] = Joints(And, Or, Not, counted=True)
_HAPPENINGS: Joints[Happening] = Joints(AllOf, AnyOf, NotSo, counted=False)
_TOKENS = re.compile(r"[()]|[^\s()]+")
