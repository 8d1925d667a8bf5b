"""Says for every correlation what became of the hits of its rules, for the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sentinel.detect.correlation import Correlation
from sentinel.detect.windows import true_of_nothing
from sentinel.model.alerts import LedgerEntry

Outcome = Literal["new", "known", "without_time", "without_group", "without_value", "too_late", "overflow"]
"""What became of a hit: it counts (`known`: it was delivered before), or why it does not."""

_GRAVEST: tuple[Outcome, ...] = ("overflow", "too_late", "new", "known")
_LOST: dict[Outcome, str] = {
    "overflow": "found no room",
    "too_late": "came later than allowed",
    "without_time": "have no time",
    "without_group": "lack a field of group-by",
    "without_value": "lack the value that is counted",
}


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
        said = [f"{number:,} hits {_LOST[why]}" for why, number in self.left_out.items()]
        if true_of_nothing(self.correlation):
            said.append("a group without any hit is not judged, though the condition is true of it")
        return "; ".join(said)


def gravest(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the one outcome that is told of a hit that went to several groups."""
    found = set(outcomes)
    return next(one for one in _GRAVEST if one in found)


def correlation_entries(accounts: Iterable[Accounted]) -> tuple[LedgerEntry, ...]:
    """Return the ledger's entry of each correlation; `events` are the hits it was handed, `hits` its alerts."""
    return tuple(map(_entry, accounts))


def _entry(account: Accounted) -> LedgerEntry:
    ref = account.correlation.ref
    return LedgerEntry(
        rule=ref.id,
        title=ref.title,
        path=str(account.correlation.location),
        state="truncated" if account.truncated else "evaluated",
        reason=account.reason,
        events=account.hits,
        hits=account.alerts,
    )
