"""Stretches of an index that are watched over, one after another."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sentinel.model.alerts import RuleRef

WindowState = Literal["owed", "done"]
SET_ASIDE = "set-aside"
"""How rules that were set aside are counted in `rules` of a window, beside the states of the others."""


@dataclass(frozen=True, slots=True)
class WatchWindow:
    """`sentinel.watchwindow/1`: all records of `target` that came in from `start` to before `end` (UTC).

    owed   not looked at to its end yet; `reason` says what stood in the way at the last of `tries`
    done   every record was read, and the alerts are kept; `records` came, `rules` counts those of each state

    `skipped` counts, by reason, those of the records that no rule could look at. A window that is done is owed again
    where more records are found in it later.
    """

    site: str
    target: str
    start: datetime
    end: datetime
    state: WindowState
    tries: int = 0
    reason: str = ""
    records: int | None = None
    alerts: int | None = None
    rules: dict[str, int] = field(default_factory=dict)
    done: datetime | None = None
    skipped: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuleCost:
    """What one rule took and gave in one window; `trouble` says why that counts against it, if it does."""

    rule: RuleRef
    asked: int
    seconds: float
    hits: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class WatchRule:
    """`sentinel.watchrule/1`: what a rule took and gave over all windows of a watch.

    It was `asked` about single events, which took `seconds`; what shows beforehand that it need not be asked is the
    work of all rules together. `strikes` are windows of late, one after the other, in which it broke without finding
    anything or took too long, since the moment `since`; `reason` is that of the last. After some it is set `aside`,
    and not looked at until it is released; `times` counts how often that was. `meaning` is a hash of the rule: changed,
    it is another one.
    """

    site: str
    target: str
    rule: str
    title: str
    meaning: str
    windows: int = 0
    asked: int = 0
    seconds: float = 0.0
    hits: int = 0
    strikes: int = 0
    times: int = 0
    reason: str = ""
    since: datetime | None = None
    aside: datetime | None = None
