"""What rules said about events, and which rules could not say anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from sentinel.model.events import Event, Fields
from sentinel.model.severity import Severity


@dataclass(frozen=True, slots=True)
class RuleRef:
    """The rule behind a hit. `hash` is the SHA-256 of the rule's meaning; `author` is kept for its licence."""

    id: str
    title: str
    level: Severity
    hash: str
    author: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """One field whose value made the condition true, and the pattern (`by`) that it met."""

    field: str
    value: str
    by: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One rule that matched one event; `event_id` is the fingerprint of that, where it is already known."""

    rule: RuleRef
    event: Event
    matched: tuple[Match, ...]
    event_id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """One hit behind the alert of a correlation: of a rule, or (with an alert's id for the event) of a correlation."""

    rule: str
    event_id: str
    time: datetime
    source: str
    record: str
    matched: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Correlated:
    """What is behind the alert of a correlation.

    `group` holds the values of its group-by, folded. `start` is the first hit that counted and `end` the last moment
    at which it was met. `members` are the first and the last of the `total` hits in between.
    """

    type: str
    timespan_seconds: float
    group: dict[str, str]
    start: datetime
    end: datetime
    members: tuple[Member, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Amendment:
    """What the newest revision of an alert changed: hits `added` and `removed`, the first ids of events added.

    `replaces` are ids of alerts that this one took the place of.
    """

    added: int
    removed: int
    events: tuple[str, ...]
    replaces: tuple[str, ...] = ()


AlertStatus = Literal["current", "superseded", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Alert:
    """A hit worth a person's time, or a correlation that was met.

    `id` is a hash of rule content and event fingerprint: reading the same logs again, from a copy, or in two runs
    gives the same alert. `fields` is a copy of the event as evidence, since the log may be gone later; of a correlation
    they are its group. A correlation's alert may be amended: `revision` counts up and `change` says what is new; if
    it went up in another alert it is superseded, if late events unmade it it is withdrawn. `engine` is the
    version of Sentinel that raised it.
    """

    id: str
    rule: RuleRef
    event_id: str
    time: datetime | None
    source: str
    record: str
    matched: tuple[Match, ...]
    fields: Fields
    engine: str = ""
    correlation: Correlated | None = None
    revision: int = 1
    change: Amendment | None = None
    status: AlertStatus = "current"
    superseded_by: str = ""


RuleState = Literal[
    "evaluated", "suppressed", "source-absent", "field-absent", "truncated", "failed", "no-route", "refused"
]


@dataclass(frozen=True, slots=True)
class Window:
    """Days in UTC, the first and the last included, on which one rule had the same state in one log.

    Both are None for records without a time. `events` are those of the rule's log source.
    """

    first: date | None
    last: date | None
    state: RuleState
    events: int = 0


@dataclass(frozen=True, slots=True)
class LedgerSource:
    """Whether one rule was looked at in one log; a log without any event of the rule's log source is not listed."""

    source: str
    state: RuleState
    reason: str = ""
    events: int = 0
    hits: int = 0
    suppressed: int = 0
    missing: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """Whether one rule was looked at, and if not, why.

    evaluated      events of its log source came, and with the fields they had it could have fired
    suppressed     evaluated, and a filter took away at least one of its hits
    field-absent   events came, but `missing` fields were never seen in them: it could not have fired
    truncated      events came, but a log that holds them was cut off: what came after is not known
    failed         it broke on an event, and what it would have said is not known
    source-absent  no event of its log source came
    no-route       nobody has said which events its log source means
    refused        it was not loaded; `reason` says why, `path` (with line) says where

    Over several logs, what went wrong in one comes first (failed, truncated, suppressed), then the best: evaluated in
    one log is evaluated.
    """

    rule: str
    title: str
    path: str
    state: RuleState
    reason: str = ""
    events: int = 0
    hits: int = 0
    missing: tuple[str, ...] = ()
    suppressed: int = 0
    sources: tuple[LedgerSource, ...] = ()
    logsource: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file of a log, or one member of an archive: the format it was read as, and how many records it gave.

    `unknown` of these are of no log source that anybody has connected, so that no rule could look at them.
    """

    name: str
    format: str
    handled: int
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class LogSource:
    """What one log file held: recognised format, counts, first and last time, and hours without any record."""

    source: str
    format: str
    datasets: tuple[str, ...]
    handled: int
    skipped: dict[str, int]
    first: datetime | None
    last: datetime | None
    gaps: tuple[tuple[datetime, datetime], ...] = ()
