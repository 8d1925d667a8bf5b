"""Follows one folder as a watch does, without a store: what a test sees of it are the records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path

from sentinel.detect.follow.content import Content, File, opened
from sentinel.detect.follow.matching import Matcher
from sentinel.detect.follow.pieces import WHOLE, Rest, format_of
from sentinel.detect.readers import open_events
from sentinel.detect.readers.stamps import Clock
from sentinel.detect.readers.unpack import Stream, files_below
from sentinel.errors import InputError
from sentinel.model.events import Event
from sentinel.model.followed import Followed
from sentinel.model.skipped import Tally

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def matcher() -> Matcher:
    numbers = count(1)
    return Matcher(lambda: f"id{next(numbers)}")


@dataclass
class Following:
    """What is known of a folder, and what was read: events, and the bytes an archive would hold."""

    folder: Path
    known: list[Followed] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    tally: Tally = field(default_factory=lambda: Tally("log"))
    troubles: list[str] = field(default_factory=list)
    matcher: Matcher = field(default_factory=matcher)

    def files(self) -> list[File]:
        found = ((path, path.name) for path, _ in files_below(self.folder, self.tally))
        return [File.of(path, name, path.stat()) for path, name in found]

    def round(self, *, final: bool = False, between: Callable[[], None] = lambda: None) -> int:
        """Read what is new; return how many bytes wait for their end."""
        files = self.files()
        between()
        matched = self.matcher.match("log", files, self.known, NOW)
        behind = 0
        done = []
        for file, before in matched.pairs:
            known = before
            with opened(file.path, file.name) as content:
                kind = known.format or self._format(content, final=final)
                if kind in {"", WHOLE}:
                    done.append(known)
                    continue
                rest = Rest(file, content, replace(known, format=kind))
                for piece in rest.pieces(final=final):
                    self.events += piece.events(self.tally, partial(self._keep, known.id))
                    known = piece.known
                behind += rest.behind
            done.append(replace(known, size=file.size, changed=file.changed))
        self.known = [*done, *matched.left]
        return behind

    def _format(self, content: Content, *, final: bool) -> str:
        try:
            return format_of(content, final=final)
        except InputError as error:  # as a watch does: it is told, and tried again once there is more
            self.troubles.append(error.fault.what)
            return ""

    def _keep(self, key: str, data: bytes, _alone: bytes) -> None:
        self.kept[key] = self.kept.get(key, b"") + data


def at_once(data: bytes) -> list[tuple[str, object]]:
    """Return the records of a log that is read whole: where each stands, and its fields."""
    return records(list(open_events(Stream("log", iter([data]), Clock(latest=datetime.now(UTC))), Tally("log"))[1]))


def records(events: list[Event]) -> list[tuple[str, object]]:
    return [(event.record, dict(event.fields)) for event in events]
