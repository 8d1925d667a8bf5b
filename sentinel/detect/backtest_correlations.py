"""Correlations of two sets of rules over the same hits: which of their alerts would have come and gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from sentinel.detect.accounts import correlation_entries
from sentinel.detect.correlate import Correlator
from sentinel.detect.correlation import Correlation
from sentinel.detect.routes import Routes
from sentinel.detect.rule import Rule, RuleSet
from sentinel.model.alerts import Alert, Hit, LedgerEntry
from sentinel.model.backtest import Change, Difference, Example

MOST_EXAMPLES = 3
NO_LONGER = "the correlation is gone"
NOT_MET = "it is not met there any more"

Episode: TypeAlias = tuple[str, tuple[tuple[str, str], ...], datetime]
"""What an alert of a correlation is known by on both sides: the correlation, its group, and its first hit."""
_Alerts: TypeAlias = dict[Episode, Alert]


class Side:
    """The correlations of one of the two sets. `rules` and `correlations` are known by what both sides know them by."""

    def __init__(
        self, ruleset: RuleSet, rules: Mapping[str, Rule], correlations: Mapping[str, Correlation], routes: Routes
    ) -> None:
        self.correlations = correlations
        self._rules = rules
        self._names = {one.ref.id: key for key, one in correlations.items()}
        self._correlator = Correlator(ruleset, None, routes.view)

    def add(self, key: str, hit: Hit, mark: str) -> None:
        """Take in a hit of a rule, whichever side's it was evaluated as; `mark` is the fingerprint of its event."""
        self._correlator.add(replace(hit, rule=self._rules[key].ref), mark)

    def alerts(self) -> dict[Episode, Alert]:
        """Return what the correlations raise; once all hits are in."""
        return episodes(self._correlator.settle(), self._names)

    def entries(self, below: tuple[LedgerEntry, ...]) -> tuple[LedgerEntry, ...]:
        """Return the ledger's entry of each correlation; `below` are those of the rules."""
        return correlation_entries(self._correlator.account(), below)


def episodes(alerts: Iterable[Alert], names: Mapping[str, str]) -> dict[Episode, Alert]:
    """Return the alerts of correlations that stand; `names` are what these are known by, by their ids."""
    found: dict[Episode, Alert] = {}
    for alert in alerts:
        told = alert.correlation
        if told is not None and alert.status == "current":
            found[names[alert.rule.id], tuple(sorted(told.group.items())), told.start] = alert
    return found


def differences(old: Side, new: Side) -> list[Difference]:
    """Return what came, went and stayed of each correlation that was met on either side."""
    before, after = old.alerts(), new.alerts()
    left = _without_pairs(before, after)
    found = []
    for key, one in {**old.correlations, **new.correlations}.items():
        gone, added = ([alert for episode, alert in side.items() if episode[0] == key] for side in left)
        same = sum(episode[0] == key for episode in before) - len(gone)
        if added or gone or same:
            why = NOT_MET if key in new.correlations else NO_LONGER
            found.append(
                Difference(
                    rule=one.ref.id,
                    title=one.ref.title,
                    change=_change(old.correlations.get(key), new.correlations.get(key)),
                    added=len(added),
                    gone=len(gone),
                    same=same,
                    examples_added=tuple(_example(alert, "") for alert in added[:MOST_EXAMPLES]),
                    examples_gone=tuple(_example(alert, why) for alert in gone[:MOST_EXAMPLES]),
                )
            )
    return found


def _without_pairs(before: Mapping[Episode, Alert], after: Mapping[Episode, Alert]) -> tuple[_Alerts, _Alerts]:
    """Return the alerts of either side that have none on the other: none of the same group at an overlapping time."""
    gone = {episode: alert for episode, alert in before.items() if episode not in after}
    added = {episode: alert for episode, alert in after.items() if episode not in before}
    there: dict[object, list[Episode]] = {}
    for episode in added:
        there.setdefault(episode[:2], []).append(episode)
    for episode, alert in list(gone.items()):
        others = there.get(episode[:2], [])
        met = next((other for other in others if other in added and _overlap(alert, added[other])), None)
        if met is not None:
            del gone[episode], added[met]
    return gone, added


def _overlap(one: Alert, other: Alert) -> bool:
    mine, theirs = one.correlation, other.correlation
    return bool(mine and theirs and mine.start <= theirs.end and theirs.start <= mine.end)


def _change(old: Correlation | None, new: Correlation | None) -> Change:
    if old is None or new is None:
        return "gone" if new is None else "new"
    return "same" if old.ref.hash == new.ref.hash else "changed"


def _example(alert: Alert, why: str) -> Example:
    return Example(alert.event_id, alert.time, alert.source, alert.record, alert.matched, why)
