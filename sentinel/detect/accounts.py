"""Says for every correlation what became of the hits of its rules, for the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sentinel.detect.correlation import Correlation
from sentinel.detect.windows import true_of_nothing
from sentinel.model.alerts import LedgerEntry, RuleState
from sentinel.model.text import counted

Outcome = Literal["new", "known", "without_time", "without_group", "without_value", "too_late", "overflow"]
"""What became of a hit: it counts (`known`: it was delivered before), or why it does not."""

_GRAVEST: tuple[Outcome, ...] = ("overflow", "too_late", "new", "known")
_LOST: dict[Outcome, str] = {
    "overflow": "found no room",
    "too_late": "came later than allowed",
    "without_time": "had no time",
    "without_group": "lacked a field of group-by",
    "without_value": "lacked the value that is counted",
}
_BLIND: frozenset[RuleState] = frozenset({"source-absent", "field-absent", "no-route", "refused"})
_PARTLY: frozenset[RuleState] = frozenset({"truncated", "failed"})


@dataclass(frozen=True, slots=True)
class Accounted:
    """What one correlation did with the hits of its rules; hits = the sum of `outcomes`."""

    correlation: Correlation
    outcomes: dict[Outcome, int]
    alerts: int

    @property
    def hits(self) -> int:
        """All hits that were handed to it."""
        return sum(self.outcomes.values())

    @property
    def left_out(self) -> dict[Outcome, int]:
        """The hits that do not count, by reason, the gravest reason first."""
        return {why: self.outcomes[why] for why in _LOST if self.outcomes.get(why)}

    @property
    def truncated(self) -> bool:
        """Whether hits are missing that should have counted, so that an alert may be missing."""
        return not {"overflow", "too_late"}.isdisjoint(self.left_out)

    @property
    def reason(self) -> str:
        """What was left out, in words; empty where nothing was."""
        said = [f"{counted(number, 'hit')} {_LOST[why]}" for why, number in self.left_out.items()]
        if true_of_nothing(self.correlation):
            said.append("a group without any hit is not judged, though the condition is true of it")
        return "; ".join(said)


def gravest(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the one outcome that is told of a hit that went to several groups."""
    found = set(outcomes)
    return next(one for one in _GRAVEST if one in found)


def correlation_entries(accounts: Iterable[Accounted], below: Iterable[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Return the ledger's entry of each correlation, after those of the rules `below`.

    `events` are the hits it was handed, `hits` its alerts. One that could not have been met, since rules that it needs
    were not looked at, is in their state.
    """
    known = {entry.rule: entry for entry in below if entry.rule}
    made = []
    for account in accounts:
        entry = _entry(account, known)
        known[entry.rule] = entry
        made.append(entry)
    return tuple(made)


def _entry(account: Accounted, known: Mapping[str, LedgerEntry]) -> LedgerEntry:
    correlation = account.correlation
    blind = [known[rule] for rule in correlation.rules if rule in known and known[rule].state in _BLIND]
    needed = correlation.condition is None or len(blind) == len(correlation.rules)
    unseen = [f"{entry.title} was not looked at ({entry.state})" for entry in blind]
    partly = any(known[rule].state in _PARTLY for rule in correlation.rules if rule in known)
    return LedgerEntry(
        rule=correlation.ref.id,
        title=correlation.ref.title,
        path=str(correlation.location),
        state=blind[0].state if blind and needed else "truncated" if account.truncated or partly else "evaluated",
        reason="; ".join([*unseen, *([account.reason] if account.reason else [])]),
        events=account.hits,
        hits=account.alerts,
        tags=correlation.ref.tags,
    )
