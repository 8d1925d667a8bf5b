"""A timeline as CSV: one line an alert, by time, for people who work with a spreadsheet."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sentinel.model.alerts import Alert
from sentinel.share.about import About
from sentinel.share.texts import csv_line, plain, reason

HEADER = ("time (UTC)", "level", "rule", "computer", "source", "record", "matched", "tags", "author", "rule id", "id")
COMPUTERS = ("Computer", "host.name", "Hostname", "hostname", "cs-host", "observer.name")
"""Names under which logs say which machine an event is of, the surest first."""


def write_timeline(alerts: Collection[Alert], about: About) -> Iterator[str]:
    """Yield the lines of the file."""
    del about
    yield csv_line(HEADER)
    for alert in alerts:
        yield csv_line(
            (
                alert.time.strftime("%Y-%m-%d %H:%M:%S.%f") if alert.time else "",
                alert.rule.level,
                alert.rule.title,
                computer(alert),
                alert.source,
                alert.record,
                reason(alert.matched),
                " ".join(alert.rule.tags),
                alert.rule.author,
                alert.rule.id,
                alert.id,
            )
        )


def computer(alert: Alert) -> str:
    """Return the machine that an alert's event is of, as its log says; empty where it says nothing."""
    return next((plain(alert.fields[name]) for name in COMPUTERS if alert.fields.get(name)), "")
