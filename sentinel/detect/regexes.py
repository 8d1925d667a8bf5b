"""Regular expressions of rules: compiled once, and looked for in a way that hostile text cannot slow down."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable

from sentinel.detect.condition import Regex, Shape
from sentinel.detect.linear import Linear
from sentinel.detect.literals import required
from sentinel.detect.program import MAX_PROGRAM, Tree, UnsupportedError, read_tree
from sentinel.detect.values import UnusableError

SHORT = 2_000
"""Characters up to which a tame expression may be left to `re`, which is quicker and then needs n² steps at most."""

SLOWER = 20
"""How much longer a step of `Linear` takes than one of `re`. It takes one for each place in the expression and each
character; where the n² of `re` are no more than that, as for `.{1000,}`, nothing is won by it.
"""

MAX_WAYS = 64
"""How many ways the bounded repetitions of a tame expression may be taken in, all together."""
FEW = 4

_CASELESS = int(re.IGNORECASE)
"""As a plain number: the operators of flags take longer than many a search."""
FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}


def compile_regex(source: str, names: str, shape: Shape) -> Regex:
    """Compile an expression with the flags of `names` (i, m, s), tied to the start or the end for those shapes."""
    pattern = _compile(source, sum(FLAGS[name] for name in names))
    if shape in {"startswith", "endswith"}:
        # Flags written in front (`(?i)`) must stay in front: they are read off first, then the rest is tied.
        bare = _INLINE.sub("", source)
        pattern = _compile(rf"\A(?:{bare})" if shape == "startswith" else rf"(?:{bare})\Z", pattern.flags)
    tame = is_tame(pattern)
    try:
        linear = Linear(pattern.pattern, pattern.flags)
    except UnsupportedError as error:
        if not tame:
            raise UnusableError(f"could take for ever on hostile text, and {error}") from None
        linear = None
    return Regex(source, names, pattern, tame, linear, required(pattern))


def finds(regex: Regex, text: str) -> bool:
    """Say whether an expression occurs in a text, in bounded time and exactly: nothing is cut off."""
    if regex.required and not _may_hold(regex, text):
        return False
    if regex.linear is None or (regex.tame and len(text) <= max(SHORT, SLOWER * regex.linear.size)):
        return regex.pattern.search(text) is not None
    return regex.linear.finds(text)


def _may_hold(regex: Regex, text: str) -> bool:
    searched = text.lower() if regex.pattern.flags & _CASELESS else text
    for texts in regex.required:  # noqa: SIM110 -- a loop is quicker than `any` over a generator
        if not any(one in searched for one in texts):
            return False
    return True


def is_tame(pattern: re.Pattern[str]) -> bool:
    """Say whether `re` cannot do much worse than n²: one open repetition at most, and no choice inside a repetition."""
    open_ones, ways, nested = _choices(read_tree(pattern.pattern, pattern.flags), within=False)
    return open_ones <= 1 and ways <= MAX_WAYS and not nested


def _choices(items: Iterable[tuple[Tree, Tree]], *, within: bool) -> tuple[int, int, bool]:
    """Count open repetitions and the ways of bounded ones; say whether one, or a branch, stands in a repetition."""
    open_ones, ways, nested = 0, 1, False
    for operation, argument in items:
        name = str(operation)
        inner: list[tuple[int, int, bool]] = []
        if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            least, most, body = argument
            varies = most != least
            open_ones += varies and most - least > FEW * FEW
            ways *= most - least + 1 if most - least <= FEW * FEW else 1
            nested |= (within and varies) or least > MAX_PROGRAM
            inner = [_choices(body, within=within or most > FEW)] * (most if most <= FEW else 1)
        elif name == "BRANCH":
            nested |= within
            inner = [_choices(body, within=within) for body in argument[1]]
        elif name in {"SUBPATTERN", "ASSERT", "ASSERT_NOT"}:
            inner = [_choices(argument[-1], within=within)]
        elif name == "ATOMIC_GROUP":
            inner = [_choices(argument, within=within)]
        elif name not in _SIMPLE:
            nested = True
        for counted in inner:
            open_ones, ways, nested = open_ones + counted[0], ways * counted[1], nested or counted[2]
    return open_ones, ways, nested


def _compile(source: str, flags: int) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings(action="ignore"):  # «possible nested set» is advice to the rule's author
            return re.compile(source, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise UnusableError(f"is not a regular expression: {error}") from None


_INLINE = re.compile(r"^\(\?[aiLmsux]+\)")
_SIMPLE = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN", "AT"})
