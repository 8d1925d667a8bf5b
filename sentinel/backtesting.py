"""Compares two sets of rules over the same logs, for authors: beside flows, since it needs no reports and no scans."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sentinel.detect.backtest import Backtest
from sentinel.detect.fast.crew import usual_processes
from sentinel.detect.routes import load_routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.rule_cache import RuleCache
from sentinel.detect.watch import Feed, Log, Watch
from sentinel.model.alerts import LedgerEntry, LogSource
from sentinel.model.backtest import Difference
from sentinel.model.track import Track


@dataclass(frozen=True, slots=True)
class Compared:
    """What a back-test showed, and what it could not look at; `ledger` is that of the new rules."""

    differences: tuple[Difference, ...]
    sources: tuple[LogSource, ...]
    ledger: tuple[LedgerEntry, ...]
    old_refused: tuple[LedgerEntry, ...]
    unreadable: tuple[str, ...]
    old_partly: tuple[LedgerEntry, ...]


def backtest(
    old: RuleSet, new: RuleSet, content: Path, logs: Iterable[Log | Feed], track: Track, cache: RuleCache | None = None
) -> Compared:
    """Compare the alerts of two sets of rules over the same logs: logs → hits of both → what came and went."""
    both = Backtest(old, new, load_routes(content), usual_processes(), cache)
    watching = Watch(both)
    deque(watching.alerts(logs, track), maxlen=0)  # it counts, and yields none
    return Compared(
        differences=both.differences(),
        sources=tuple(watching.sources),
        ledger=both.ledger(),
        old_refused=both.old_refused(),
        unreadable=tuple(watching.unreadable),
        old_partly=both.old_partly(),
    )
