"""A timeline as CSV: one line an alert, by time, for people who work with a spreadsheet."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sentinel.model.alerts import Alert
from sentinel.model.explained import Called
from sentinel.model.text import counted
from sentinel.share.about import About
from sentinel.share.texts import csv_line, plain, reason

HEADER = ("time (UTC)", "level", "rule", "computer", "source", "record", "matched", "tags", "author", "rule id", "id")
COMPUTERS = ("Computer", "host.name", "Hostname", "hostname", "cs-host", "observer.name")
"""Names under which logs say which machine an event is of, the surest first."""


def write_timeline(alerts: Collection[Alert], about: About) -> Iterator[str]:
    """Yield the lines of the file."""
    yield csv_line(HEADER)
    for alert in alerts:
        yield csv_line(
            (
                alert.time.strftime("%Y-%m-%d %H:%M:%S.%f") if alert.time else "",
                alert.rule.level,
                title(alert),
                computer(alert),
                alert.source,
                alert.record,
                because(alert, about.called),
                " ".join(alert.rule.tags),
                alert.rule.author,
                alert.rule.id,
                alert.id,
            )
        )


def title(alert: Alert) -> str:
    """Return the rule's title; an alert that is not so any more says it."""
    return alert.rule.title if alert.status == "current" else f"{alert.rule.title} ({alert.status})"


def because(alert: Alert, called: Called) -> str:
    """Return what matched; of a correlation also how many hits are behind it, and from when to when."""
    told, matched = alert.correlation, reason(called.matched(alert))
    if told is None:
        return matched
    span = f"{told.start:%Y-%m-%d %H:%M:%S} to {told.end:%Y-%m-%d %H:%M:%S}"
    return f"{matched}; {counted(told.total, 'hit')}, {span}"


def computer(alert: Alert) -> str:
    """Return the machine that an alert's event is of, as its log says; empty where it says nothing."""
    return next((plain(alert.fields[name]) for name in COMPUTERS if alert.fields.get(name)), "")
