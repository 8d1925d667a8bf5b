"""Says whether a statement is about a version: yes, no, or that it cannot be told, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sentinel.model.knowledge import Span, Statement
from sentinel.scan.weakness.order import LAST_WORD, order

Cover = Literal["yes", "no", "unknown"]
Why = Literal["", "no_version", "unread", "not_comparable"]
GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Covered:
    """An answer; `why` says what stood in the way of a sure one."""

    cover: Cover
    why: Why = ""


def covers(statement: Statement, version: str, scheme: str = "") -> Covered:
    """Say whether a version is among those of a statement; `scheme` orders it where the source knows none.

    One span that surely holds it settles it. That it is outside is only said where every span surely is, and no version
    is told in words.
    """
    if statement.every:
        return Covered("yes")
    if not version:
        return Covered("unknown", "no_version")
    answers = [inside(span, version, scheme) for span in statement.spans]
    if True in answers:
        return Covered("yes")
    if None in answers:
        return Covered("unknown", "not_comparable")
    if statement.unread or not answers:
        return Covered("unknown", "unread")
    return Covered("no")


def inside(span: Span, version: str, scheme: str = "") -> bool | None:
    """Say whether a version is within a span; None where that cannot be told."""
    answers = [
        _holds(span, version, span.first, scheme, (0, 1)),
        _holds(span, version, span.after, scheme, (1,)),
        _holds(span, version, span.last, scheme, (-1, 0)),
        _holds(span, version, span.before, scheme, (-1,)),
    ]
    if False in answers:
        return False
    return None if None in answers else True


def _holds(span: Span, version: str, bound: str, scheme: str, wanted: tuple[int, ...]) -> bool | None:
    if not bound:
        return True
    known = span.scheme if span.scheme != GENERIC else scheme or GENERIC
    side = order(known, version, bound)
    if side is None and known not in {span.scheme, *LAST_WORD}:
        side = order(span.scheme, version, bound)
    return None if side is None else side in wanted
