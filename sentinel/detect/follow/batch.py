"""Parts of files that are judged together, as logs for a watch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeAlias

from sentinel.detect.follow.follower import Follower
from sentinel.detect.follow.pieces import Keep, Piece
from sentinel.detect.follow.whole import Whole
from sentinel.detect.watch import Feed
from sentinel.errors import InputError
from sentinel.model.alerts import Alert
from sentinel.model.events import Event
from sentinel.model.followed import Followed
from sentinel.model.skipped import Tally

Part: TypeAlias = Piece | Whole


@dataclass(slots=True)
class Taken:
    """A part, and what came of it: its records, also those that were skipped, and the outermost of their times."""

    follower: Follower
    part: Part
    records: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def note(self, event: Event) -> None:
        """Note the time of one record."""
        if event.time is not None:
            self.first = event.time if self.first is None else min(self.first, event.time)
            self.last = event.time if self.last is None else max(self.last, event.time)

    @property
    def known(self) -> Followed:
        """What is known of the content once this part is kept."""
        known = self.part.known
        newest = max((time for time in (known.newest, self.last) if time is not None), default=None)
        return replace(known, newest=newest)


@dataclass(slots=True)
class Batch:
    """Parts in the order in which they were read. `keep` gives for each who takes what an archive must hold.

    `failed`: a file could not be read to its end, so that nothing of the batch may be kept.
    """

    taken: Sequence[Taken]
    keep: Callable[[Part], Keep]
    failed: bool = False
    _logs: dict[str, str] = field(default_factory=dict)

    def feeds(self) -> list[Feed]:
        """Return the parts of each log as one log."""
        by_log: dict[str, list[Taken]] = {}
        for one in self.taken:
            by_log.setdefault(one.follower.target, []).append(one)
            self._logs.setdefault(one.part.file.name, one.follower.target)
        return [Feed(name, partial(self._events, parts), _formats(parts)) for name, parts in by_log.items()]

    def known(self) -> dict[str, Followed]:
        """Return what is known once all is kept."""
        found: dict[str, Followed] = {}
        for one in self.taken:
            before = found.get(one.part.known.id)
            known = one.known
            if before is not None and before.newest is not None:
                known = replace(known, newest=max(before.newest, known.newest or before.newest))
            found[known.id] = known
        return found

    def log_of(self, alert: Alert) -> str:
        """Return the log that an alert is counted under; nothing where none of these parts raised it."""
        return self._logs.get(alert.source, "")

    def _events(self, parts: Sequence[Taken], tally: Tally) -> Iterator[Event]:
        for one in parts:
            before = tally.total
            try:
                for event in one.part.events(tally, self.keep(one.part)):
                    one.note(event)
                    yield event
            except InputError as error:
                self.failed = True
                one.follower.fail(one.part.file, error)
                return
            one.records = tally.total - before


def _formats(parts: Sequence[Taken]) -> str:
    return ", ".join(sorted({one.part.known.format for one in parts if one.part.known.format}))
