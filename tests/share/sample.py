"""Alerts for the tests of this room: plain ones, one without a time, and one whose log is hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sentinel.model.alerts import Alert, AlertStatus, Correlated, Match, Member, RuleRef
from sentinel.model.events import Fields
from sentinel.model.explained import Called
from sentinel.model.severity import Severity
from sentinel.share.about import About

NOON = datetime(2026, 10, 14, 12, 0, 0, 123456, tzinfo=UTC)
ABOUT = About(
    datetime(2026, 10, 15, 8, 0, tzinfo=UTC), "0.1.0", ("a.jsonl: 3 records",), ("12 rules: were not loaded",)
)
HOSTILE = (
    "<script>alert(1)</script>",
    "</style></title><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}",
    "' onfocus='alert(1)\" autofocus=\"",
    "\u202eetucexe\u2066\u200b",
    "nul\x00 escape\x1b[31m\r\nline",
    '=HYPERLINK("http://evil.example","x")',
)


def rule(level: Severity = Severity.HIGH, title: str = "Shadow copies deleted") -> RuleRef:
    return RuleRef("r-1", title, level, "ab" * 32, "Kåre Ås", ("attack.impact", "attack.t1490", "attack.t1059.001"))


def alert(
    number: int = 0, level: Severity = Severity.HIGH, *, time: datetime | None = NOON, fields: Fields | None = None
) -> Alert:
    return Alert(
        id=f"alert-{number}",
        rule=rule(level),
        event_id=f"event-{number}",
        time=None if time is None else time + timedelta(minutes=number),
        source="a.jsonl",
        record=str(number),
        matched=(Match("Image", "C:\\vssadmin.exe", "ends with '\\vssadmin.exe'"),),
        fields={"Computer": "LV-EPJ", "EventID": 1, "Image": "C:\\vssadmin.exe", **(fields or {})},
        engine="0.1.0",
    )


def correlated(status: AlertStatus = "current", revision: int = 1) -> Alert:
    """An alert of a correlation with three hits behind it."""
    member = Member("r-1", "event-1", NOON, "a.jsonl", "1", ())
    told = Correlated("event_count", 300, {"User": "Åse"}, NOON, NOON + timedelta(minutes=4), (member,), 3)
    return replace(alert(fields={"User": "Åse"}), correlation=told, status=status, revision=revision)


def together() -> Alert:
    """An alert of a correlation over rules of which one has a name in TOGETHER."""
    counted = Match("temporal", "r-1, r-9", "r-1 and not (r-2 or r-9)")
    told = Correlated("temporal", 300, {"User": "r-1"}, NOON, NOON, (), 2)
    return replace(alert(), correlation=told, matched=(Match("User", "r-1", "group-by"), counted))


TOGETHER = replace(ABOUT, called=Called({"r-1": "Første", "r-2": "=Andre"}))
COUNTED = "«Første» (r-1), r-9"
CONDITION = "«Første» (r-1) and not («=Andre» (r-2) or r-9)"


def poisoned(text: str) -> Alert:
    """An alert with the text in every place that a log or a rule fills."""
    ref = RuleRef(text, text, Severity.CRITICAL, text, text, (text,))
    matched = (Match(text, text, text),)
    return Alert(text, ref, text, NOON, text, text, matched, {"Computer": text, text: text, "list": [text, None]}, text)
