"""Values of a rule as text patterns: escapes and wildcards, folding of case, and encodings."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from itertools import product

from sentinel.detect.condition import Part, Parts, Shape, Text, Wild

DASHES = "-/–—―"
ANY_OF_DASHES = f"[{re.escape(DASHES)}]"
MAX_VARIANTS = 625


class UnusableError(ValueError):
    """Something in a rule that cannot be evaluated exactly; the loader turns it into a refusal with a place."""

    def __init__(self, what: str, path: tuple[str | int, ...] = (), kind: str = "content") -> None:
        super().__init__(what)
        self.path = path
        self.kind = kind

    def below(self, *path: str | int) -> UnusableError:
        """Return the same, seen from further up in the document."""
        return UnusableError(str(self), (*path, *self.path), self.kind)


def parse(value: str) -> Parts:
    r"""Split a value into literals and wildcards.

    A backslash escapes only `*`, `?` and itself; before anything else, or at the end, it is a plain backslash.
    """
    parts: list[Part] = []
    literal: list[str] = []
    for token in _TOKENS.findall(value):
        if token in {"*", "?"}:
            parts += ["".join(literal), Wild(token)]
            literal = []
        else:
            literal.append(token[1:] if token in {"\\*", "\\?", "\\\\"} else token)
    return tidy([*parts, "".join(literal)])


def tidy(parts: Iterable[Part]) -> Parts:
    """Join literals that touch and drop empty ones and stars beside stars; the empty pattern is `()`."""
    tidied: list[Part] = []
    for part in parts:
        last = tidied[-1] if tidied else None
        if part == "" or (part is Wild.ANY and last is Wild.ANY):
            continue
        if isinstance(last, str) and isinstance(part, str):
            tidied[-1] = last + part
        else:
            tidied.append(part)
    return tuple(tidied)


def wrap(parts: Parts, shape: Shape) -> Parts:
    """Put the stars of `contains`, `startswith` and `endswith` around a pattern."""
    before = [Wild.ANY] if shape in {"contains", "endswith"} else []
    after = [Wild.ANY] if shape in {"contains", "startswith"} else []
    return tidy([*before, *parts, *after])


def literal_of(parts: Parts, doing: str) -> str:
    """Return the text of a pattern without wildcards, which cannot be put through `doing`."""
    literals = [part for part in parts if isinstance(part, str)]
    if len(literals) < len(parts):
        raise UnusableError(f"wildcards cannot go through '{doing}'")
    return "".join(literals)


def fold(text: str) -> str:
    """Return text for comparison without case, for every script."""
    return text.casefold()


def fold_single(text: str) -> str:
    """Return text for comparison without case in which one character stays one (`ß` is not `ss` here)."""
    folded = text.casefold()
    return folded if len(folded) == len(text) else "".join(map(_fold_character, text))


def as_test(parts: Parts, *, cased: bool = False, dashes: str = "") -> Text:
    """Compile a pattern into the quickest test that means the same; `dashes` are those that the rule writes."""
    single = Wild.ONE in parts
    folding = fold_single if single else fold
    folded = parts if cased else tuple(p if isinstance(p, Wild) else folding(p) for p in parts)
    shape = _shape(folded)
    if shape == "wild":
        return Text(parts, shape, "", cased, single, compile_wild(folded), dashes)
    literal = "".join(p for p in folded if not isinstance(p, Wild))
    return Text(parts, shape, literal, cased)


def compile_wild(parts: Parts) -> re.Pattern[str]:
    """Compile a pattern so that it is matched in one pass: each piece between stars is taken where it comes first.

    Atomic groups forbid going back, which a star that takes the nearest piece never needs (only the last one does).
    """
    pieces: list[list[Part]] = [[]]
    for part in parts:
        if part is Wild.ANY:
            pieces.append([])
        else:
            pieces[-1].append(part)
    first, *others = ["".join(map(_as_regex, piece)) for piece in pieces]
    if not others:
        return re.compile(first, re.DOTALL)
    middle = "".join(f"(?>.*?{piece})" for piece in others[:-1])
    return re.compile(f"{first}{middle}.*{others[-1]}" if others[-1] else f"{first}{middle}.*", re.DOTALL)


def dashes(parts: Parts) -> tuple[Parts, str]:
    """Let every dash that begins a word (`-c`, `/c`, `–c`) stand for all five; `start/b` and `a-b` keep theirs.

    Return also what stood there.
    """
    found: list[Part] = []
    written = ""
    for part in parts:
        if isinstance(part, Wild):
            found.append(part)
            continue
        end = 0
        for dash in _DASH.finditer(part):
            found += [part[end : dash.start()], Wild.DASH]
            end = dash.end()
            written += dash[0]
        found.append(part[end:])
    return tidy(found), written


def variants(parts: Parts) -> Iterator[Parts]:
    """Write out every choice of dash, for encodings that must know each byte."""
    if len(DASHES) ** parts.count(Wild.DASH) > MAX_VARIANTS:
        raise UnusableError(f"more than {MAX_VARIANTS} ways to write its dashes")
    for choice in product(*(DASHES if part is Wild.DASH else (part,) for part in parts)):
        yield tidy(choice)


def offsets(raw: bytes) -> tuple[str, ...]:
    """Return what Base64 makes of `raw` inside a longer text, for each of the three places it can start at.

    Only characters that `raw` alone decides are kept, so that what stands around it does not matter.
    """
    made = tuple(
        b64encode(bytes(shift) + raw)[start : _ENDS[(len(raw) + shift) % 3]].decode()
        for shift, start in enumerate((0, 2, 3))
    )
    if not all(made):
        raise UnusableError("is too short for 'base64offset': at one offset no character depends on it alone")
    return made


_TOKENS = re.compile(r"\\[*?\\]|[*?]|\\|[^*?\\]+")
_DASH = re.compile(rf"(?<!\w)[{DASHES}](?=\w)")
_ENDS = (None, -3, -2)


def _fold_character(character: str) -> str:
    for folded in (character.casefold(), character.lower()):
        if len(folded) == 1:
            return folded
    return character


def _shape(parts: Parts) -> Shape:
    literals = [part for part in parts if not isinstance(part, Wild)]
    wild = [part for part in parts if isinstance(part, Wild)]
    if not wild:
        return "equals"
    if len(literals) > 1 or set(wild) != {Wild.ANY}:
        return "wild"
    if not literals or len(wild) == 2:  # noqa: PLR2004 (a star on both sides)
        return "contains"
    return "endswith" if parts[0] is Wild.ANY else "startswith"


def _as_regex(part: Part) -> str:
    match part:
        case Wild.ONE:
            return "."
        case Wild.DASH:
            return ANY_OF_DASHES
        case Wild.ANY:
            return ".*"
        case literal:
            return re.escape(literal)
