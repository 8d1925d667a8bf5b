"""What was looked at of a followed log in one stretch of time, gathered over its rounds into one window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sentinel.model.alerts import LedgerEntry, LogSource, RuleState
from sentinel.model.windows import WatchWindow

_WORST: tuple[RuleState, ...] = (
    "refused", "no-route", "failed", "truncated", "suppressed", "evaluated", "field-absent", "source-absent",
)  # fmt: skip
"""As in the ledger: over several rounds, what went wrong in one comes first, then the best."""


@dataclass(slots=True)
class Span:
    """A window under way; `before` is what a window that is still owed already held when this process began."""

    site: str
    target: str
    start: datetime
    before: WatchWindow | None = None
    records: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    tries: int = 0
    _alerts: set[str] = field(default_factory=set)
    _rules: dict[str, RuleState] = field(default_factory=dict)

    @classmethod
    def after(cls, site: str, target: str, last: WatchWindow | None, now: datetime) -> Span:
        """Return the window that follows the last one, or goes on with it where that is owed."""
        if last is None:
            return cls(site, target, now)
        return cls(site, target, last.start, last) if last.state == "owed" else cls(site, target, last.end)

    def add(self, source: LogSource, ledger: Iterable[LedgerEntry], alerts: Iterable[str]) -> None:
        """Count what a round read of the log, what each rule could say about it, and its alerts."""
        self.records += source.handled + sum(source.skipped.values())
        self.skipped.update(source.skipped)
        self._alerts.update(alerts)
        for entry in ledger:
            key, state = entry.rule or entry.path, _state_in(entry, self.target)
            self._rules[key] = min(self._rules.get(key, state), state, key=_WORST.index)

    def window(self, now: datetime, owed: str = "", note: str = "") -> WatchWindow:
        """Return it as it stands now; `owed` says why not all was looked at."""
        before = self.before
        rules = Counter[str](self._rules.values())
        return WatchWindow(
            site=self.site,
            target=self.target,
            start=self.start,
            end=now,
            state="owed" if owed else "done",
            tries=self.tries + (before.tries if before else 0),
            reason=owed or note,
            records=self.records + (before.records or 0 if before else 0),
            alerts=len(self._alerts) + (before.alerts or 0 if before else 0),
            rules=_most(rules, before.rules) if before else dict(rules),
            done=None if owed else now,
            skipped=dict(self.skipped + Counter(before.skipped if before else {})),
        )


def _state_in(entry: LedgerEntry, target: str) -> RuleState:
    """Return the state of a rule in one log; in others it may have another."""
    if not entry.sources:
        return entry.state
    return next((source.state for source in entry.sources if source.source == target), "source-absent")


def _most(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {state: max(one.get(state, 0), other.get(state, 0)) for state in {*one, *other}}
