"""CSV that Timesketch imports: message, datetime and timestamp_desc must be there, all else is free."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

import orjson

from sentinel.model.alerts import Alert
from sentinel.share.about import About
from sentinel.share.texts import csv_line
from sentinel.share.timeline import because, computer, title

HEADER = (
    "message", "datetime", "timestamp", "timestamp_desc", "tag", "level", "rule", "rule_id", "rule_hash", "rule_author",
    "computer", "source", "record", "matched", "alert_id", "event",
)  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def write_timesketch(alerts: Collection[Alert], about: About) -> Iterator[str]:
    """Yield the lines of the file.

    Timesketch cannot hold an event without a time: such an alert stands at 1970 with the description «Not a time», as
    Plaso writes it, and is not lost.
    """
    yield csv_line(HEADER)
    for alert in alerts:
        time, why = alert.time or _EPOCH, because(alert, about.called)
        yield csv_line(
            (
                f"{title(alert)} ({alert.rule.level}): {why}",
                time.isoformat(timespec="microseconds"),
                str((time - _EPOCH) // timedelta(microseconds=1)),
                "Event Time" if alert.time else "Not a time",
                orjson.dumps(["sigma", alert.rule.level, *alert.rule.tags]).decode(),
                alert.rule.level,
                alert.rule.title,
                alert.rule.id,
                alert.rule.hash,
                alert.rule.author,
                computer(alert),
                alert.source,
                alert.record,
                why,
                alert.id,
                orjson.dumps(dict(alert.fields)).decode(),
            )
        )
