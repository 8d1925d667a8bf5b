"""Arithmetic of version ranges: what is outside all of some spans."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cmp_to_key

from sentinel.model.knowledge import Span
from sentinel.scan.versions import compare


class UnorderedError(ValueError):
    """Two versions of which nobody can say which comes first."""


def outside(spans: Iterable[Span], scheme: str) -> tuple[Span, ...] | None:
    """Return the spans of all versions that are in none of these; None where their order is not sure."""
    try:
        ordered = sorted(spans, key=cmp_to_key(_by_begin))
        return _gaps(ordered, scheme)
    except UnorderedError:
        return None


def _gaps(ordered: list[Span], scheme: str) -> tuple[Span, ...]:
    found: list[Span] = []
    reached = Span()  # as an end: nothing is covered yet
    started = False
    for one in ordered:
        if one.first or one.after:
            gap = Span(reached.before, one.after, one.first, scheme, reached.last) if started else _below(one, scheme)
            if _holds_some(gap):
                found.append(gap)
        if not (one.last or one.before):
            return tuple(found)
        reached = one if not started else _further(reached, one)
        started = True
    if started:
        found.append(Span(reached.before, "", "", scheme, reached.last))
    return tuple(found)


def _below(one: Span, scheme: str) -> Span:
    return Span("", one.after, one.first, scheme)


def _holds_some(gap: Span) -> bool:
    low, high = gap.first or gap.after, gap.last or gap.before
    if not low:
        return True
    order = _order(low, high)
    return order < 0 or (order == 0 and bool(gap.first and gap.last))


def _further(one: Span, other: Span) -> Span:
    """Return the span that ends later; of two that end with the same version, the one that holds it."""
    order = _order(one.last or one.before, other.last or other.before)
    if order == 0:
        return one if one.last else other
    return one if order > 0 else other


def _by_begin(one: Span, other: Span) -> int:
    low, high = one.first or one.after, other.first or other.after
    if not (low and high):
        return bool(low) - bool(high)
    return _order(low, high) or bool(one.after) - bool(other.after)


def _order(left: str, right: str) -> int:
    order = compare(left, right)
    if order is None:
        raise UnorderedError(f"{left} and {right}")
    return order
