"""Columns in which knowledge is listed, and versions in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sentinel.cli.output import Column
from sentinel.model.records import Record

_SHOWN = 3


def versions(statement: Record) -> str:
    """Return in words which versions a statement is about; what could not be read is told as it stands."""
    told = ["all"] if statement["every"] else []
    told += [_span(span) for span in statement["spans"]]
    told += [f"«{text}» (not read)" for text in statement["unread"]]
    inside = f" in {statement['distribution']}" if statement["distribution"] else ""
    return (_some(told) or "not told") + inside


FEEDS = (
    Column("feed", lambda feed: feed["name"]),
    Column("dated", lambda feed: feed["dated"]),
    Column("age", lambda feed: f"{feed['age_days']} d{' (old)' if feed['old'] else ''}"),
    Column("kept", lambda feed: f"{feed['kept']:,}"),
    Column("skipped", lambda feed: ", ".join(f"{n:,} {why}" for why, n in feed["skipped"].items()), grow=True),
    Column("licence", lambda feed: feed["licence"]),
    Column("origin", lambda feed: feed["origin"], grow=True),
)
STATEMENTS = (
    Column("source", lambda one: one["source"]),
    Column("product", lambda one: f"{one['vendor']} {one['product']}".strip(), grow=True),
    Column("status", lambda one: one["status"]),
    Column("versions", versions, grow=True),
    Column("CVE", lambda one: _some(one["cves"]), grow=True),
    Column("advisory", lambda one: one["advisory"], grow=True),
    Column("updated", lambda one: one["updated"] or ""),
)
WEAKNESSES = (
    Column("CVE", lambda one: one["cve"]),
    Column("score", lambda one: "" if one["score"] is None else f"{one['score']:.1f}"),
    Column("exploited", lambda one: (one["exploited"] or one["exploitation"]) + (" R" if one["ransomware"] else "")),
    Column("EPSS", lambda one: "" if one["epss"] is None else f"{one['epss']:.2%}"),
    Column("products", lambda one: _some(one["products"]), grow=True),
    Column("summary", lambda one: one["summary"], grow=True),
)
LINES = (
    Column("line", lambda one: one["label"] or one["cycle"], grow=True),
    Column("ends", lambda one: one["ends"] or ("ended" if one["over"] else "no day known")),
    Column("over", lambda one: "yes" if one["over"] else "no"),
    Column("extended until", lambda one: one["extended_ends"] or ""),
    Column("source", lambda one: one["source"]),
)


def _span(span: Mapping[str, Any]) -> str:
    if span["first"] and span["first"] == span["last"]:
        return str(span["first"])
    bounds = ((">=", span["first"]), (">", span["after"]), ("<=", span["last"]), ("<", span["before"]))
    return " ".join(f"{sign} {version}" for sign, version in bounds if version) or "all"


def _some(texts: Iterable[str]) -> str:
    listed = list(texts)
    more = len(listed) - _SHOWN
    return ", ".join(listed[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
