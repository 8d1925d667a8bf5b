"""Adds up a ledger: on how many of the days that were asked for each rule could have fired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from sentinel.model.alerts import LedgerEntry, RuleState
from sentinel.model.coverage import Coverage

_BEST: tuple[RuleState, ...] = ("failed", "truncated", "suppressed", "evaluated", "field-absent", "source-absent")
_RANK = {state: rank for rank, state in enumerate(_BEST)}
_LOOKED: tuple[RuleState, ...] = ("evaluated", "suppressed")
K = TypeVar("K", bound=str)
NEVER: frozenset[RuleState] = frozenset({"no-route", "refused"})
"""States of rules that depend on no record."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are asked about, both included; None leaves an end to the first or last record of any log."""

    first: date | None = None
    last: date | None = None

    def within(self, days: AbstractSet[date]) -> tuple[date, date] | None:
        """Return both ends; None where no end is named and no record has a time, or where the ends are crossed."""
        first = self.first or min(days, default=self.last)
        last = self.last or max(days, default=self.first)
        return (first, last) if first is not None and last is not None and first <= last else None


def cover(entries: Iterable[LedgerEntry], days: AbstractSet[date], period: Period) -> Coverage:
    """Return what a ledger comes to; `days` are those on which any log holds a record.

    A day counts as looked at for a rule if some log held events of its log source, with the fields it needs. If on the
    same day it failed in another log, or another log with such events was cut off, the day does not count.
    """
    listed = list(entries)
    judged = [entry for entry in listed if entry.state not in NEVER]
    span = period.within(days)
    length = (span[1] - span[0]).days + 1 if span else 0
    by_state = _rule_days(judged, span, length)
    looked = sum(by_state[state] for state in _LOOKED)
    return Coverage(
        first=span[0] if span else None,
        last=span[1] if span else None,
        days=length,
        silent_days=length - sum(1 for day in days if span and span[0] <= day <= span[1]),
        rules=len(listed),
        judged=len(judged),
        rule_days=len(judged) * length,
        share=_share(looked, len(judged) * length),
        share_of_all=_share(looked, len(listed) * length),
        states=_counted(Counter(entry.state for entry in listed)),
        by_state={state: by_state[state] for state in _BEST if by_state[state]},
        undated=sum(1 for entry in listed if _undated(entry)),
        missing=_counted(Counter(name for entry in listed if entry.state == "field-absent" for name in entry.missing)),
        absent=_counted(Counter(entry.logsource for entry in listed if entry.state == "source-absent")),
    )


def days_looked_at(entry: LedgerEntry) -> int:
    """Return on how many days a rule could have fired."""
    return sum(1 for state in _by_day(entry).values() if state in _LOOKED)


def _rule_days(judged: Iterable[LedgerEntry], span: tuple[date, date] | None, length: int) -> Counter[RuleState]:
    counts: Counter[RuleState] = Counter()
    for entry in judged if span else ():
        states = [state for day, state in _by_day(entry).items() if span and span[0] <= day <= span[1]]
        counts.update(states)
        counts["source-absent"] += length - len(states)
    return counts


def _by_day(entry: LedgerEntry) -> Mapping[date, RuleState]:
    """Return the state of every day with events of the rule's log source: what went wrong first, then the best."""
    found: dict[date, RuleState] = {}
    for window in (window for source in entry.sources for window in source.windows):
        if window.state == "source-absent" or window.first is None or window.last is None:
            continue
        for number in range((window.last - window.first).days + 1):
            day = window.first + timedelta(number)
            found[day] = min(window.state, found.get(day, window.state), key=_RANK.__getitem__)
    return found


def _undated(entry: LedgerEntry) -> bool:
    return any(window.first is None for source in entry.sources for window in source.windows)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _counted(counts: Counter[K]) -> dict[K, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
