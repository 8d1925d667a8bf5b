"""Reads `key=value` texts as firewalls, the kernel and the Linux audit write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from sentinel.detect.fields import MAX_FIELDS, MAX_NAME

# A quote that is never closed takes the rest of the text, so that each letter is looked at once only.
_PAIR = re.compile(
    r"""(?<![^\s,;(])(?P<key>[A-Za-z_][\w.-]*(?:\[\d{1,6}\])?)=
        (?:"(?P<double>(?:[^"\\]|\\.)*+)(?:"|\\?\Z) | '(?P<single>[^']*)'? | (?P<bare>\S*))""",
    re.DOTALL | re.VERBOSE,
)
_BEGINS = re.compile(r"[A-Za-z_][\w.-]*=")
_ESCAPED = re.compile(r'\\(["\\])')


class Pair(NamedTuple):
    """A key and its value; `quoted` where it stood in quotes, which some logs give a meaning."""

    key: str
    value: str
    quoted: bool


def begins_with_pair(text: str) -> bool:
    """Say whether a text is of pairs from its first letter on; a pair somewhere in a sentence does not count."""
    return _BEGINS.match(text) is not None


def each_pair(text: str) -> Iterator[Pair]:
    r"""Yield the pairs of a text in order, with `\"` and `\\` in double quotes resolved; at most MAX_FIELDS."""
    for found in islice(_PAIR.finditer(text), MAX_FIELDS):
        key, double, single, bare = found.groups()
        if len(key) > MAX_NAME:
            continue
        if double is not None:
            yield Pair(key, _ESCAPED.sub(r"\1", double) if "\\" in double else double, quoted=True)
        elif single is not None:
            yield Pair(key, single, quoted=True)
        else:
            yield Pair(key, bare.rstrip(",;"), quoted=False)


def read_pairs(text: str) -> dict[str, str]:
    """Return the pairs of a text. The first of equal keys wins, so that a hostile value changes none before it."""
    found: dict[str, str] = {}
    for pair in each_pair(text):
        found.setdefault(pair.key, pair.value)
    return found
