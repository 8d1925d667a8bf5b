"""Keeps what correlations remember as a store does, and runs them over batches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from sentinel.detect.correlate import Correlator
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Alert, Hit
from sentinel.model.correlations import Held
from tests.detect.brute import Found

HELD = TypeAdapter(Held)


@dataclass
class Kept:
    """Keeps what a store keeps, and in the form in which a store keeps it."""

    alerts: dict[str, Alert] = field(default_factory=dict)
    groups: dict[tuple[str, str, tuple[str, ...]], bytes] = field(default_factory=dict)
    settled: int | None = None

    def held(self, rule: str, meaning: str, group: tuple[str, ...]) -> Held | None:
        body = self.groups.get((rule, meaning, group))
        return None if body is None else HELD.validate_json(body)

    def waiting(self, rule: str, meaning: str) -> Iterable[Held]:
        found = [HELD.validate_json(body) for key, body in self.groups.items() if key[:2] == (rule, meaning)]
        return [held for held in found if held.waiting]

    def line(self) -> int | None:
        return self.settled

    def copy(self) -> Kept:
        """Return what is kept now, as a run that begins now reads it."""
        return Kept(dict(self.alerts), dict(self.groups), self.settled)

    def save(self, alerts: Iterable[Alert], correlator: Correlator) -> None:
        for alert in alerts:
            before = self.alerts.get(alert.id)
            assert before is None or before.revision <= alert.revision
            self.alerts[alert.id] = alert
        learnt = correlator.learnt()
        for held in learnt.groups:
            self.groups[held.rule, held.meaning, held.group] = HELD.dump_json(held)
        self.settled = learnt.line

    def found(self) -> set[Found]:
        """Return the current alerts in the form of the reference."""
        named = {
            alert.id: (alert.rule.id, tuple(alert.correlation.group.values()), alert.correlation.start)
            for alert in self.alerts.values()
            if alert.correlation
        }
        found = set()
        for alert in self.alerts.values():
            told = alert.correlation
            assert told is not None
            assert alert.time is not None
            if alert.status == "current":
                assert told.total == len(told.members)
                hits = frozenset((named.get(one.event_id, one.event_id), one.rule) for one in told.members)
                group = tuple(told.group.values())
                found.add(Found(alert.rule.id, group, told.start, alert.time, told.end, hits))
        return found


def run(ruleset: RuleSet, batches: Iterable[Iterable[Hit]], *, restart: bool = False) -> Kept:
    """Run over batches; each is settled and kept before the next, by the same or by a new process."""
    kept = Kept()
    correlator = Correlator(ruleset, kept)
    for batch in batches:
        for hit in batch:
            correlator.add(hit)
        kept.save(correlator.settle(), correlator)
        if restart:
            correlator = Correlator(ruleset, kept)
    return kept
