"""Reads version ranges that people wrote as text: surely, or not at all.

Understood are VERS (`vers:deb/>=1|<2`), operators (`>= 2.0, < 2.3.1`), lists (`3.0 | 3.1`), wildcards (`11.x`) and few
English phrases that leave nothing open («prior to 4.3», «3.0 through 3.2», «all versions»). «Up to 4.3» does leave open
whether 4.3 is meant, so it stays unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar
from urllib.parse import unquote

from sentinel.model.knowledge import Span
from sentinel.scan.clean import clean
from sentinel.scan.versions import compare

T = TypeVar("T", Span, str)
MAX_TEXT = 2000
OPEN = frozenset({"", "0", "*", "-", "n/a", "na", "unspecified", "none", "earlier", "0.0", "0.0.0"})
"""Words and numbers that stand for the beginning where a version begins a range."""
_VERS = re.compile(r"vers:([a-z][a-z0-9.+-]{0,30})/(.{1,2000})", re.ASCII)
_TOKEN = re.compile(r"[vV]?(?:[A-Za-z]{0,6}[._-]?\d[\w.+~:\-]*|[A-Z])", re.ASCII)
_DATE = re.compile(
    r"[vV]?(?:19|20)\d\d-[01]?\d-[0-3]?\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[._-]?\d.*",
    re.ASCII | re.IGNORECASE,
)
"""May be a day and no version, and then every version that is a number is «before» it."""
_WILD = re.compile(r"[vV]?(\d+(?:\.\d+)*)(?:\.[xX*])+", re.ASCII)
_OPERATOR = re.compile(r"(<=|>=|==|=|<|>)\s*(\S+)", re.ASCII)
_PREFIX = re.compile(
    r"(?:(?:all|any)\s+)?(?:(?:firmware|software)\s+)?(?:versions?|ver\.?|releases?|rev\.?|firmware|software)[:\s]+",
    re.IGNORECASE,
)
_EVERY = frozenset({"*", "all", "any", "all versions", "any version", "all version", "all releases", "every version"})
_T = r"(\S+)"
_PHRASES: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), operators)
    for pattern, operators in (
        (rf"(?:prior to|before|earlier than|less than|lower than|older than|below)\s+{_T}", ("<",)),
        (rf"(?:less|lower|earlier) than or equal to\s+{_T}", ("<=",)),
        (rf"up to and including\s+{_T}|(?:through|thru)\s+{_T}", ("<=",)),
        (rf"{_T},?\s+(?:and|or)\s+(?:all\s+)?(?:prior|earlier|below|older|lower|previous)(?:\s+versions?)?", ("<=",)),
        (rf"{_T},?\s+(?:and|or)\s+(?:all\s+)?(?:later|above|newer|higher|up|greater)(?:\s+versions?)?", (">=",)),
        (rf"(?:later|newer|higher|greater) than or equal to\s+{_T}", (">=",)),
        (rf"(?:later|newer|higher|greater) than\s+{_T}|after\s+{_T}", (">",)),
        (rf"(?:from\s+)?{_T}\s+(?:through|thru|up to and including)\s+(?:version\s+)?{_T}", (">=", "<=")),
        (rf"(?:from\s+)?{_T}\s+(?:before|prior to)\s+(?:version\s+)?{_T}", (">=", "<")),
    )
)


@dataclass(frozen=True, slots=True)
class Versions:
    """What a text says of versions: these spans, or all; or it is unread."""

    spans: tuple[Span, ...] = ()
    every: bool = False
    unread: tuple[str, ...] = ()

    def plus(self, other: Versions) -> Versions:
        """Return both together; what is all already is not told in parts."""
        if self.every or other.every:
            return Versions(every=True, unread=_once(self.unread + other.unread))
        return Versions(_once(self.spans + other.spans), unread=_once(self.unread + other.unread))


def together(found: Iterable[Versions]) -> Versions:
    """Return what several texts say together."""
    total = Versions()
    for one in found:
        total = total.plus(one)
    return total


@lru_cache(maxsize=8192)
def read_range(text: str, scheme: str = "generic") -> Versions:
    """Return what a text says of versions."""
    said = clean(text, MAX_TEXT).replace("≤", "<=").replace("≥", ">=")
    vers = _VERS.fullmatch(said)
    if vers:
        known = "generic" if vers[1] == "all" else vers[1]
        found = _constraints(unquote(vers[2]).split("|"), known, vers=True)
    else:
        plain = _without_prefix(said)
        found = _words(plain, scheme) or _constraints(re.split(r"[|,;]", plain), scheme, vers=False)
    return found or Versions(unread=(clean(text),))


def exact(version: str, scheme: str = "generic") -> Span:
    """Return the span of one version alone."""
    return Span(version, version, "", scheme)


def bounded(first: str, last: str, before: str, scheme: str = "generic") -> Span:
    """Return a span whose bounds a feed tells apart; «0» and its like are open, `6.1.*` is all of 6.1."""
    begin = "" if first.casefold() in OPEN else first
    starting = _WILD.fullmatch(begin)
    begin = starting[1] if starting else begin
    wild = _WILD.fullmatch(last)
    if wild:
        return Span(begin, "", _following(wild[1]), scheme)
    return Span(begin, last, before, scheme)


def is_token(text: str) -> bool:
    """Say whether a text can only be one version."""
    return bool((_TOKEN.fullmatch(text) and not _DATE.fullmatch(text)) or _WILD.fullmatch(text))


def _without_prefix(said: str) -> str:
    if said.casefold() in _EVERY:
        return "*"
    rest = _PREFIX.sub("", said, count=1)
    if is_token(rest) and said.casefold().startswith(("all", "any")):
        return said  # «all versions 3.2»: of 3.2 alone, or of what begins with it?
    return re.sub(r"(?<![\w.])[vV]ersion\s+(?=\S*\d)", "", rest) or said


def _words(said: str, scheme: str) -> Versions | None:
    for pattern, operators in _PHRASES:
        found = pattern.fullmatch(said)
        if found:
            told = [token for token in found.groups() if token]
            return _joined(_parts(zip(operators, told, strict=True), scheme), scheme, vers=False)
    return None


def _constraints(texts: list[str], scheme: str, *, vers: bool) -> Versions | None:
    told = [part for text in texts if (part := text.strip())]
    if told == ["*"]:
        return Versions(every=True)
    return _joined(_parts(_operators(told), scheme), scheme, vers=vers) if told else None


def _operators(told: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield operator and version; `>= 2.0 < 2.3` without a sign between holds two."""
    for text in told:
        found = _OPERATOR.findall(text)
        if not found:
            yield "=", text
        elif _OPERATOR.sub("", text).strip():
            yield "", text
        else:
            yield from found


def _parts(constraints: Iterable[tuple[str, str]], scheme: str) -> list[Span] | None:
    """Return each constraint as a span of its own; None where one of them is not surely read."""
    found = []
    for operator, version in constraints:
        token = version.strip().rstrip(".,;")
        if not is_token(token) or not operator or (operator == "=" and not any(sign.isdigit() for sign in token)):
            return None
        found.append(_span(operator, token, scheme))
    return found


def _span(operator: str, token: str, scheme: str) -> Span:
    wild = _WILD.fullmatch(token)
    if wild:
        low, high = wild[1], _following(wild[1])
        return {
            "<": Span("", "", low, scheme),
            "<=": Span("", "", high, scheme),
            ">": Span(high, "", "", scheme),
            ">=": Span(low, "", "", scheme),
        }.get(operator, Span(low, "", high, scheme))
    version = "" if operator == ">=" and token in OPEN else token
    return {
        "<": Span("", "", version, scheme),
        "<=": Span("", version, "", scheme),
        ">": Span("", "", "", scheme, version),
        ">=": Span(version, "", "", scheme),
    }.get(operator, Span(version, version, "", scheme))


def _joined(parts: list[Span] | None, scheme: str, *, vers: bool) -> Versions | None:
    """Join lower bounds with the upper bounds that follow them; None where the order leaves open what is meant."""
    if not parts:
        return None
    whole = [one for one in parts if _closed(one)]
    bounds = [one for one in parts if not _closed(one)]
    spans: list[Span] = []
    waiting: Span | None = None
    for one in bounds:
        upper = bool(one.last or one.before)
        if upper and waiting is None and spans:
            return None
        if upper:
            spans.append(replace(one, first=waiting.first, after=waiting.after) if waiting else one)
            waiting = None
        elif waiting is not None or (spans and not vers):
            return None
        else:
            waiting = one
    if waiting is not None:
        spans.append(waiting)
    sure = all(map(_in_order, spans)) and all(_apart(spans))
    found = _once((*whole, *spans))
    if any(one == Span(scheme=scheme) for one in found):
        return Versions(every=True) if sure else None
    return Versions(found) if sure else None


def _apart(spans: list[Span]) -> Iterator[bool]:
    """Yield for each span and the next whether the next surely begins above."""
    for one, other in pairwise(spans):
        yield compare(one.last or one.before, other.first or other.after) == -1


def _closed(span: Span) -> bool:
    return bool((span.first or span.after) and (span.last or span.before))


def _in_order(span: Span) -> bool:
    """Say whether the bounds do not contradict each other, as far as they can be compared."""
    low, high = span.first or span.after, span.last or span.before
    order = compare(low, high) if low and high else -1
    return order in (None, -1) or (order == 0 and bool(span.first and span.last))


def _following(numbers: str) -> str:
    head, dot, last = numbers.rpartition(".")
    return f"{head}{dot}{int(last) + 1}"


def _once(found: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(found))
