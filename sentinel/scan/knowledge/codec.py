"""Statements, weaknesses and release lines as lines of a bundle and back: JSON without what is empty."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import orjson

from sentinel.model.knowledge import Feed, Line, Span, Statement, Weakness

_SPAN = ("first", "last", "before", "scheme", "after")


def pack_statement(one: Statement) -> bytes:
    """Return a statement as JSON."""
    return _packed(
        source=one.source,
        advisory=one.advisory,
        vendor=one.vendor,
        product=one.product,
        status=one.status,
        cves=one.cves,
        spans=[_span(span) for span in one.spans],
        every=one.every,
        unread=one.unread,
        title=one.title,
        url=one.url,
        updated=one.updated,
        distribution=one.distribution,
        remedies=one.remedies,
        by=one.by,
        until=one.until,
        reason=one.reason,
    )


def unpack_statement(raw: bytes) -> Statement:
    """Return the statement that JSON of this bundle holds."""
    said: dict[str, Any] = orjson.loads(raw)
    return Statement(
        source=said["source"],
        advisory=said.get("advisory", ""),
        vendor=said.get("vendor", ""),
        product=said.get("product", ""),
        status=said["status"],
        cves=tuple(said.get("cves", ())),
        spans=tuple(_unspan(span) for span in said.get("spans", ())),
        every=said.get("every", False),
        unread=tuple(said.get("unread", ())),
        title=said.get("title", ""),
        url=said.get("url", ""),
        updated=_day(said.get("updated")),
        distribution=said.get("distribution", ""),
        remedies=tuple((kind, details) for kind, details in said.get("remedies", ())),
        by=said.get("by", ""),
        until=_day(said.get("until")),
        reason=said.get("reason", ""),
    )


def pack_weakness(one: Weakness) -> bytes:
    """Return what is known of a CVE as JSON; a score or probability of 0 is told, one that is not known is not."""
    numbers = {name: value for name, value in (("score", one.score), ("epss", one.epss)) if value is not None}
    told = _told(
        vector=one.vector,
        exploited=one.exploited,
        ransomware=one.ransomware,
        summary=one.summary,
        exploitation=one.exploitation,
    )
    return orjson.dumps({"cve": one.cve, **numbers, **told})


def unpack_weakness(raw: bytes) -> Weakness:
    """Return the weakness that JSON of this bundle holds."""
    said: dict[str, Any] = orjson.loads(raw)
    return Weakness(**{**said, "exploited": _day(said.get("exploited"))})


def pack_line(one: Line) -> bytes:
    """Return a release line as JSON."""
    return _packed(
        product=one.product,
        cycle=one.cycle,
        ends=one.ends,
        over=one.over,
        extended_ends=one.extended_ends,
        label=one.label,
        source=one.source,
    )


def unpack_line(raw: bytes) -> Line:
    """Return the release line that JSON of this bundle holds."""
    said: dict[str, Any] = orjson.loads(raw)
    return Line(
        said.get("product", ""),
        said.get("cycle", ""),
        _day(said.get("ends")),
        said.get("over", False),
        _day(said.get("extended_ends")),
        said.get("label", ""),
        said.get("source", ""),
    )


def feed_of(said: Mapping[str, Any]) -> Feed:
    """Return a feed as the manifest tells it."""
    return Feed(
        said["name"], date.fromisoformat(said["dated"]), said["kept"], said["skipped"], said["licence"], said["origin"]
    )


def _span(span: Span) -> list[str]:
    """Return a span as a list in the order of its names, without the empty end."""
    told = [span.first, span.last, span.before, span.scheme, span.after]
    return told if span.after else told[:-1]


def _unspan(told: list[str]) -> Span:
    return Span(**dict(zip(_SPAN, told, strict=False)))


def _packed(**values: object) -> bytes:
    return orjson.dumps(_told(**values))


def _told(**values: object) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
