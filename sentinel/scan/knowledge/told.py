"""What a document of a feed says, and the count that its readers keep of a whole feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeAlias

from sentinel.model.knowledge import Line, Statement, Weakness
from sentinel.model.skipped import Skipped, Tally

Thing: TypeAlias = Statement | Weakness | Line


@dataclass(frozen=True, slots=True)
class Told:
    """What one document says. A newer one of the same `source` and name takes its place, with nothing in it too.

    `updated` is a stamp that sorts (ISO 8601 in UTC), empty where the document tells none.
    """

    source: str
    document: str
    updated: str
    things: tuple[Thing, ...] = ()


@dataclass(slots=True)
class Intake:
    """What is counted while a feed is read. Not frozen: it grows until the feed is through.

    `as_of` is the day of the bundle. `newest` and `oldest` are the days on which the feed says that it was current.
    """

    feed: str
    as_of: date
    tally: Tally = field(default_factory=lambda: Tally(""))
    newest: date | None = None
    oldest: date | None = None

    def skip(self, label: str, place: str, reason: str, detail: str = "") -> None:
        """Count a record that is not used."""
        self.tally.skip(Skipped(label, place, reason, detail))

    def part(self, label: str, place: str, reason: str) -> None:
        """Count a piece that is left out of a record that is used."""
        self.tally.skip_part(Skipped(label, place, reason))

    def current(self, stamp: str, label: str) -> None:
        """Note a day on which the feed was current; one after the bundle's own day is no evidence, and is counted."""
        if not stamp:
            return
        day = date.fromisoformat(stamp[:10])
        if day > self.as_of:
            self.part(label, "", "from-the-future")
            return
        self.newest = max(self.newest or day, day)
        self.oldest = min(self.oldest or day, day)


def stamp(value: object) -> str:
    """Return a moment of a feed as a text that sorts; empty where the value is none."""
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value.strip()[:40].removesuffix(" UTC"))
        except ValueError:
            return ""
    else:
        return ""
    try:
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") if moment.year >= 1990 else ""  # noqa: PLR2004 -- before any feed


def day_of(text: str) -> date | None:
    """Return the day of a stamp."""
    return date.fromisoformat(text[:10]) if text else None
