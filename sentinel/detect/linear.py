"""Regular expressions in time proportional to the text, so that no event can make a rule take for ever.

Python's `re` goes back over its own steps and can need 2ⁿ of them. Here all states of the expression are followed at
once (Thompson's construction), and sets of states that were met before are remembered (a lazily made automaton).
It answers yes or no only, which is all a rule asks, and agrees with `re.search` on everything it accepts; look-around,
back-references and atomic groups it does not accept.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sentinel.detect.program import compile_program

MAX_REMEMBERED = 100_000


class Linear:
    """A compiled expression, and what it remembers of the texts so far."""

    __slots__ = ("_program", "_remembered", "_size", "_start", "source")

    def __init__(self, source: str, flags: int = 0) -> None:
        self.source = source, flags
        self._program = compile_program(source, flags)
        self._forget()

    @property
    def size(self) -> int:
        """How many places the expression has."""
        return len(self._program)

    def finds(self, text: str) -> bool:
        """Say whether the expression occurs anywhere in the text."""
        state, last = self._start, len(text) - 1
        for index, character in enumerate(text):
            key = _LAST_NEWLINE if character == "\n" and index == last else character
            state = state.moves.get(key) or self._move(state, key)
            if state is _ACCEPTED:
                return True
        return self._close(state, _END)[0]

    def _forget(self) -> None:
        self._remembered: dict[tuple[frozenset[int], str], _State] = {}
        self._start = _State(frozenset(), _START)
        self._size = 0

    def _move(self, state: _State, key: str) -> _State:
        self._size += 1
        accepts, waiting = self._close(state, key)
        if accepts:
            following = _ACCEPTED
        else:
            character = key[0]
            reached = frozenset(at + 1 for at in waiting if self._program[at][1].match(character))
            following = self._remember(reached, _kind(character))
        state.moves[key] = following
        return following

    def _remember(self, reached: frozenset[int], kind: str) -> _State:
        known = self._remembered.get((reached, kind))
        if known is not None:
            return known
        self._size += len(reached)
        if self._size > MAX_REMEMBERED:
            self._forget()
        return self._remembered.setdefault((reached, kind), _State(reached, kind))

    def _close(self, state: _State, key: str) -> tuple[bool, list[int]]:
        """Follow everything that takes no character; return whether the end is reached, and who waits for one."""
        stack, seen, waiting = [0, *state.reached], set[int](), []
        while stack:
            at = stack.pop()
            if at in seen:
                continue
            seen.add(at)
            kind, argument = self._program[at]
            if kind == "match":
                return True, []
            if kind == "char":
                waiting.append(at)
            elif kind == "split":
                stack += [at + 1, argument]
            elif kind == "jump":
                stack.append(argument)
            elif _ASSERTIONS[argument](state.before, key):
                stack.append(at + 1)
        return False, waiting


class _State:
    __slots__ = ("before", "moves", "reached")

    def __init__(self, reached: frozenset[int], before: str) -> None:
        self.reached = reached
        self.before = before
        self.moves: dict[str, _State] = {}


# What stands before and after a place, as assertions see it: nothing, a newline, or one character for all of its kind.
_START = ""
_END = ""
_LAST_NEWLINE = "\n at the very end"
_ACCEPTED = _State(frozenset(), _START)
# An empty text has no boundary, but `re` finds `\B` in it from Python 3.14 on only.
_EMPTY_IS_INSIDE = re.search(r"\B", "") is not None


def _kind(character: str) -> str:
    if character == "\n":
        return "\n"
    if not _is_word(character):
        return " "
    return "a" if character.isascii() else "å"


def _is_word(character: str) -> bool:
    return character[:1].isalnum() or character[:1] == "_"


def _is_ascii_word(character: str) -> bool:
    return character[:1].isascii() and _is_word(character)


def _inside(before: str, after: str, is_word: Callable[[str], bool]) -> bool:
    empty = before == _START and after == _END
    return _EMPTY_IS_INSIDE if empty else is_word(before) is is_word(after)


_ASSERTIONS: dict[str, Callable[[str, str], bool]] = {
    "AT_BEGINNING": lambda before, _after: before == _START,
    "AT_BEGINNING_STRING": lambda before, _after: before == _START,
    "AT_BEGINNING_LINE": lambda before, _after: before in {_START, "\n"},
    "AT_END": lambda _before, after: after in {_END, _LAST_NEWLINE},
    "AT_END_STRING": lambda _before, after: after == _END,
    "AT_END_LINE": lambda _before, after: after in {_END, "\n", _LAST_NEWLINE},
    "AT_BOUNDARY": lambda before, after: _is_word(before) is not _is_word(after),
    "AT_NON_BOUNDARY": lambda before, after: _inside(before, after, _is_word),
    "AT_BOUNDARY_ASCII": lambda before, after: _is_ascii_word(before) is not _is_ascii_word(after),
    "AT_NON_BOUNDARY_ASCII": lambda before, after: _inside(before, after, _is_ascii_word),
}
