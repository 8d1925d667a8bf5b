"""What records look like where they are not the nouns themselves: flatter, with the keys that are published."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sentinel.model.alerts import AlertStatus, Amendment, Correlated, LedgerEntry, LogSource, Match
from sentinel.model.certificates import Standing
from sentinel.model.compliance import (
    Acceptance,
    Action,
    Answer,
    EffectiveState,
    Evidence,
    GateResult,
    Inherited,
    Level,
    Maturity,
    Organisation,
    Proof,
)
from sentinel.model.events import Value
from sentinel.model.histories import Predecessor
from sentinel.model.judged import Outcome
from sentinel.model.knowledge import Feed
from sentinel.model.packs import PackOverview
from sentinel.model.result import NotLooked, ScanSource, Versions
from sentinel.model.risks import Figures, Ros
from sentinel.model.severity import Severity
from sentinel.model.text import Text
from sentinel.model.trend import Change, Previous


@dataclass(frozen=True, slots=True)
class HitRule:
    """The rule of a hit; `author` is kept for the rule's licence."""

    id: str
    title: str
    level: Severity
    hash: str
    author: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HitEvent:
    """The event of a hit; `id` is its fingerprint."""

    id: str
    time: datetime | None
    source: str
    record: str


@dataclass(frozen=True, slots=True)
class HitRecord:
    """`sentinel.hit/1`: one line of `detect --format jsonl`; `id` is the alert's, `engine` the version it came from.

    For a correlation, `event` is the one that completed it and `correlation` holds the others. `explanation` is null
    unless it was asked for: then a sentence for each text that met a test, of a correlation also of the hits behind it.
    """

    id: str
    rule: HitRule
    event: HitEvent
    matched: tuple[Match, ...]
    fields: dict[str, Value]
    engine: str
    correlation: Correlated | None
    revision: int
    change: Amendment | None
    status: AlertStatus
    superseded_by: str
    explanation: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class ChecklistRecord:
    """The checklist a score was computed against."""

    id: str
    version: str
    hash: str


@dataclass(frozen=True, slots=True)
class ScoreRecord:
    """`sentinel.score/1`: three numbers that belong together, the level, and what holds it down."""

    score: float | None
    coverage: float | None
    worst_case: float | None
    level: Level
    level_reason: Text
    gates: tuple[GateResult, ...]
    counts: dict[EffectiveState, int]
    checklist: ChecklistRecord


@dataclass(frozen=True, slots=True)
class JudgementRecord:
    """One requirement's outcome; its texts stand in the checklist."""

    requirement: str
    title: Text
    weight: int
    gate: bool
    state: EffectiveState
    answer: Answer | None
    evidence: tuple[Evidence, ...]
    reason: Text
    accepted: Acceptance | None = None
    proof: Proof | None = None
    maturity: Maturity | None = None
    inherited: tuple[Inherited, ...] = ()


@dataclass(frozen=True, slots=True)
class PackKept:
    """One pack that a site answers, as a result keeps it; no score where the pack is not for the organisation."""

    pack: PackOverview
    score: dict[str, Any] | None
    judgements: tuple[JudgementRecord, ...] = ()
    actions: tuple[Action, ...] = ()
    previous: Previous | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """`sentinel.result/1`: everything one run found out, and all that its reports say: they can be made of it again."""

    organisation: Organisation
    as_of: date
    tlp: str
    versions: Versions
    score: dict[str, Any]
    alerts: list[dict[str, Any]]
    assets: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    ledger: tuple[LedgerEntry, ...]
    logs: tuple[LogSource, ...]
    scans: tuple[ScanSource, ...]
    judgements: tuple[JudgementRecord, ...]
    actions: tuple[Action, ...]
    decisions: tuple[Text, ...]
    not_looked: tuple[NotLooked, ...]
    changes: tuple[Change, ...]
    troubles: tuple[str, ...]
    outcomes: tuple[Outcome, ...] = ()
    feeds: tuple[Feed, ...] | None = None
    previous: Previous | None = None
    chapters: dict[str, Text] = field(default_factory=dict)
    meanings: dict[str, Text] = field(default_factory=dict)
    rule_titles: dict[str, Text] = field(default_factory=dict)
    log_titles: dict[str, Text] = field(default_factory=dict)
    predecessors: tuple[Predecessor, ...] = ()
    beyond: tuple[str, ...] = ()
    risks: Figures | None = None
    packs: tuple[PackKept, ...] = ()
    ros: Ros | None = None
    certificates: dict[str, Standing] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PackScoreRecord:
    """`sentinel.packscore/1`: one organisation against one pack; no score where the pack is not for it."""

    pack: PackOverview
    organisation: Organisation
    as_of: date
    score: dict[str, Any] | None
    judgements: tuple[JudgementRecord, ...]


@dataclass(frozen=True, slots=True)
class AssessmentRecord:
    """`sentinel.assessment/1`: one assessment by itself, as it is carried to another machine.

    `measured` names what the evidence was taken from, empty where nothing was measured.
    """

    organisation: Organisation
    as_of: date
    engine: str
    measured: str
    score: dict[str, Any]
    judgements: tuple[JudgementRecord, ...]
