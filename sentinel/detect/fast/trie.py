"""The shapes of records as a tree of steps, and how a line is followed through it."""

from __future__ import annotations

from typing import NamedTuple

from sentinel.detect.fast.interned import is_same
from sentinel.detect.fast.tokens import BAD, RESPELLED, Bytes, skip_space
from sentinel.native import compiled

UNKNOWN = -2
"""Stands for a step that no shape has, and for the shape of a record that ends where none does."""

PLAIN, LIST, OBJECT, CLOSE, NULL = 0, 1, 2, 3, 4
"""What a step of a shape is: a name with a plain value, with a list, with an object, or the end of that.

In a dumped event, also a name with no value."""
NO_RANK = 127
NO_FRAME, DATA, SYSTEM = 0, 1, 2
"""The parts of a Windows event as it was dumped, in which a reader makes something else of some values."""
_OPENS, _COLON, _BRACKET, _NULL, _SPACE = 0x7B, 0x3A, 0x5B, 0x6E, 0x20


class Trie(NamedTuple):
    """The shapes of records as a tree of steps; node 0 is where all begin.

    Of each step: its name with the quote behind it, as a piece of `labels`; what it is; its first child and its next
    sibling; the column its value goes to, and the one that only says that there is one; its rank as a time; what part
    of a dumped event it is in; and the shape of records that end there.
    """

    labels: Bytes
    starts: Bytes
    sizes: Bytes
    kinds: Bytes
    children: Bytes
    siblings: Bytes
    columns: Bytes
    marks: Bytes
    ranks: Bytes
    frames: Bytes
    shapes: Bytes


@compiled
def step(trie: Trie, node: int, data: Bytes, at: int, size: int) -> tuple[int, int, int]:
    """Return the step that the name at this place leads to, the place of its value, and what was met between."""
    child = trie.children[node]
    while child >= 0:
        behind = _behind(trie, child, data, at, size)
        if behind >= 0:
            place = behind
            met = 0
            if place < size and data[place] != _COLON:
                place = skip_space(data, place, size)
                met = RESPELLED
            if place >= size or data[place] != _COLON:
                return BAD, 0, 0
            place += 1
            if place < size and data[place] <= _SPACE:
                place = skip_space(data, place, size)
                met = RESPELLED
            if place >= size:
                return BAD, 0, 0
            kind = OBJECT if data[place] == _OPENS else LIST if data[place] == _BRACKET else PLAIN
            if data[place] == _NULL and trie.frames[child] != NO_FRAME:
                kind = NULL
            if kind == trie.kinds[child]:
                return int(child), place, met
        child = trie.siblings[child]
    return UNKNOWN, 0, 0


@compiled
def _behind(trie: Trie, child: int, data: Bytes, at: int, size: int) -> int:
    """Return the place behind a name that is that of a step, or BAD."""
    length = trie.sizes[child]
    if length == 0 or at + length > size:
        return BAD
    return int(at + length) if is_same(trie.labels, trie.starts[child], data, at, length) else BAD


@compiled
def closed(trie: Trie, node: int) -> int:
    """Return the step that the end of an object leads to."""
    child = trie.children[node]
    while child >= 0 and trie.kinds[child] != CLOSE:
        child = trie.siblings[child]
    return int(child)
