"""Alerts that a watch raises about its own rules, so that a person sees what was not looked at or not kept singly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sentinel import __version__
from sentinel.detect.alerts import hash_of
from sentinel.model.alerts import Alert, RuleRef
from sentinel.model.events import Fields
from sentinel.model.severity import Severity
from sentinel.model.windows import WatchRule, WatchWindow

SET_ASIDE = "0c0f0a51-8f0b-4b0e-9d55-6a8f7f1f2a01"
TOO_MANY = "0c0f0a51-8f0b-4b0e-9d55-6a8f7f1f2a02"
"""Ids of the two notices, in the place of a rule's."""


@dataclass(slots=True)
class Cap:
    """Lets the first `most` alerts of each rule through and counts all; alerts of correlations pass, and grow."""

    most: int
    counts: Counter[str] = field(default_factory=Counter)
    over: dict[str, RuleRef] = field(default_factory=dict)

    def keep(self, alerts: Iterable[Alert]) -> Iterator[Alert]:
        """Yield those that are kept singly."""
        for alert in alerts:
            if alert.correlation is None:
                self.counts[alert.rule.id] += 1
                if self.counts[alert.rule.id] > self.most:
                    self.over[alert.rule.id] = alert.rule
                    continue
            yield alert

    @property
    def left_out(self) -> int:
        """How many alerts are only counted."""
        return sum(self.counts[rule] - self.most for rule in self.over)

    def notices(self, window: WatchWindow) -> tuple[Alert, ...]:
        """Return an alert for each rule that had too many, with how many those were."""
        return tuple(_too_many(rule, self.counts[rule.id], self.most, window) for rule in self.over.values())


def set_aside(rule: WatchRule, level: Severity) -> Alert:
    """Return the alert that a rule is not looked at any more: as grave as the rule, but at least high.

    Whoever can make a rule break may want it to be blind.
    """
    grave = max(level, Severity.HIGH, key=lambda one: one.rank)
    known: Fields = {
        "rule": rule.rule,
        "rule_title": rule.title,
        "target": rule.target,
        "reason": rule.reason,
        "windows_in_a_row": rule.strikes,
        "to_put_it_back": f"sentinel watch rules --release {rule.rule}",
    }
    told = [SET_ASIDE, rule.site, rule.target, rule.rule, rule.meaning, rule.times]
    about = RuleRef(SET_ASIDE, f"Rule set aside, not looked at any more: {rule.title}", grave, SET_ASIDE, "Sentinel")
    return Alert(hash_of(told), about, hash_of(told), rule.aside, rule.target, "", (), known, __version__)


def _too_many(rule: RuleRef, count: int, kept: int, window: WatchWindow) -> Alert:
    known: Fields = {
        "rule": rule.id,
        "rule_title": rule.title,
        "target": window.target,
        "window_start": window.start.isoformat(),
        "window_end": window.end.isoformat(),
        "alerts": count,
        "kept_singly": kept,
        "only_counted": count - kept,
    }
    told = [TOO_MANY, window.site, window.target, window.start.isoformat(), rule.id, rule.hash]
    title = f"{count:,} alerts of one rule, {count - kept:,} of them only counted: {rule.title}"
    about = RuleRef(TOO_MANY, title, rule.level, TOO_MANY, "Sentinel")
    return Alert(hash_of(told), about, hash_of(told), window.start, window.target, "", (), known, __version__)
