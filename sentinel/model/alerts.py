"""What rules said about events, and which rules could not say anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    """One rule that matched one event."""

    rule: RuleRef
    event: Event
    matched: tuple[Match, ...]


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
    it went up in another alert it is superseded, if late events unmade it it is withdrawn.
    """

    id: str
    rule: RuleRef
    event_id: str
    time: datetime | None
    source: str
    record: str
    matched: tuple[Match, ...]
    fields: Fields
    correlation: Correlated | None = None
    revision: int = 1
    change: Amendment | None = None
    status: AlertStatus = "current"
    superseded_by: str = ""


RuleState = Literal["evaluated", "truncated", "source-absent", "field-absent", "no-route", "refused"]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """Whether one rule was looked at, and if not, why.

    evaluated      events of its log source came, and every field it needs was seen in at least one of them
    field-absent   events came, but `missing` fields were never seen in any of them: it could hardly have fired
    source-absent  no event of its log source came
    no-route       nobody has said which events its log source means
    refused        it was not loaded; `reason` says why, `path` (with line) says where
    """

    rule: str
    title: str
    path: str
    state: RuleState
    reason: str = ""
    events: int = 0
    hits: int = 0
    missing: tuple[str, ...] = ()


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
