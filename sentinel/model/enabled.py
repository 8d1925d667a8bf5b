"""Sets of rules that a watch uses, what changed between two of them, and how far back a change was searched."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sentinel.model.alerts import Alert

SetChangeKind = Literal["new", "changed", "removed"]
Side = Literal["added", "gone"]
StretchState = Literal["owed", "done"]
MOST_KEPT = 10_000
"""Alerts of one rule and side of a change that are kept; those beyond are counted."""


@dataclass(frozen=True, slots=True)
class EnabledRule:
    """A rule or correlation of a set, as what three hashes say it means.

    `rule` is over itself and the filters that apply to it, `mapping` over what says which events are of its log
    source, `values` over a site's values for placeholders that it names. `alerts` is not said by one whose hits only
    feed correlations. `files` are the names of those that it, and what it builds on, stand in.
    """

    key: str
    title: str
    rule: str
    mapping: str
    values: str
    correlation: bool = False
    alerts: bool = True
    files: tuple[str, ...] = ()

    @property
    def meaning(self) -> tuple[str, str, str, bool]:
        """What decides which alerts it raises."""
        return self.rule, self.mapping, self.values, self.alerts


@dataclass(frozen=True, slots=True)
class KeptText:
    """A file of a set: its name, and all that it holds."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class KeptSet:
    """A set of rules with all that it takes to make it again: rule files in their order, mapping, and values.

    `id` is a hash of what its rules mean: two sets with the same one raise the same alerts. `refused` are documents
    that were not loaded, so that nothing of them is watched for; `filters` names the files that hold filters.
    """

    id: str
    rules: tuple[EnabledRule, ...]
    files: tuple[KeptText, ...] = ()
    mapping: tuple[KeptText, ...] = ()
    values: dict[str, list[str]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetChange:
    """`sentinel.setchange/1`: one rule that is not as it was in the set that is enabled, and what of it changed."""

    rule: str
    title: str
    change: SetChangeKind
    what: tuple[str, ...] = ()
    correlation: bool = False
    alerts: bool = True


@dataclass(frozen=True, slots=True)
class Enabled:
    """Which set a watch uses, since when, and when a runner first began with it."""

    set: str
    at: datetime
    started: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A change from one set to another that is searched back from `since` on.

    It is owed once it is `enabled`, up to the moment `upto` when a runner began with the new set; None: up to now.
    """

    old: str
    new: str
    since: datetime
    enabled: datetime | None = None
    upto: datetime | None = None


@dataclass(frozen=True, slots=True)
class BackStretch:
    """`sentinel.backstretch/1`: a stretch of time, or a file, that is searched for what a change of rules changes.

    A stretch of time has `start` and `end`, a file its `path`; the name of a file is made of what it holds, so that one
    that is renamed is the same. `same` counts by rule the alerts that both sets raise, `beyond` by side and rule those
    that are not kept. With `correlations` it was searched for these alone.
    """

    name: str
    state: StretchState
    path: str = ""
    start: datetime | None = None
    end: datetime | None = None
    records: int = 0
    skipped: int = 0
    same: dict[str, int] = field(default_factory=dict)
    beyond: dict[str, int] = field(default_factory=dict)
    reason: str = ""
    correlations: bool = False


@dataclass(frozen=True, slots=True)
class BackFound:
    """An alert that only one of two sets raises; `rule` is what the rule is known by in both."""

    side: Side
    rule: str
    alert: Alert
