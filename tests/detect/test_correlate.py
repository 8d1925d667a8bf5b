from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from operator import itemgetter

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from sentinel.detect.correlate import Correlator
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Alert, Hit
from sentinel.model.correlations import Held
from tests.detect.brute import Found, reference
from tests.detect.streams import correlations, streams

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


def content(kept: Kept) -> object:
    """Return all that is current, without how it came to be and which copy of an event came first."""

    def told(alert: Alert) -> object:
        assert alert.correlation is not None
        members = tuple(replace(one, source="", record="") for one in alert.correlation.members)
        return replace(alert, source="", record="", revision=1, change=None,
                       correlation=replace(alert.correlation, members=members))  # fmt: skip

    return {id_: told(alert) for id_, alert in kept.alerts.items() if alert.status == "current"}


@settings(max_examples=1500)
@given(correlations(), streams())
def test_what_is_found_is_what_the_reference_finds(ruleset: RuleSet, stream: list[Hit]) -> None:
    assert run(ruleset, [stream]).found() == reference(ruleset, stream)


@settings(max_examples=600)
@given(correlations(), streams(), st.randoms(use_true_random=False), st.integers(1, 6), st.booleans())
def test_order_batches_duplicates_and_restarts_change_nothing(
    ruleset: RuleSet, stream: list[Hit], chance: random.Random, size: int, restart: bool
) -> None:
    expected = run(ruleset, [stream])
    mixed = [*stream, *chance.sample(stream, len(stream) // 2)]
    chance.shuffle(mixed)
    batches = [mixed[at : at + size] for at in range(0, len(mixed), size)]
    kept = run(ruleset, batches, restart=restart)

    assert content(kept) == content(expected)
    assert kept.found() == reference(ruleset, stream)


@settings(max_examples=300)
@given(correlations(), streams(12), st.randoms(use_true_random=False))
def test_after_every_batch_what_is_current_is_what_the_reference_finds_so_far(
    ruleset: RuleSet, stream: list[Hit], chance: random.Random
) -> None:
    chance.shuffle(stream)
    kept = Kept()
    correlator = Correlator(ruleset, kept)
    for number, hit in enumerate(stream, 1):
        correlator.add(hit)
        kept.save(correlator.settle(), correlator)
        assert kept.found() == reference(ruleset, stream[:number])


@settings(max_examples=600)
@given(correlations(), streams(), st.randoms(use_true_random=False), st.integers(0, 8), st.integers(1, 5))
def test_late_hits_within_the_allowed_time_change_nothing_though_old_ones_are_forgotten(
    ruleset: RuleSet, stream: list[Hit], chance: random.Random, lateness: int, size: int
) -> None:
    allowed = timedelta(seconds=lateness)
    arrivals = [(hit.event.time + chance.random() * allowed, hit) for hit in stream if hit.event.time]
    arriving = [hit for _, hit in sorted(arrivals, key=itemgetter(0))]
    kept, newest = Kept(), None
    for at in range(0, len(arriving), size):
        correlator = Correlator(ruleset, kept)
        for hit in arriving[at : at + size]:
            assert hit.event.time is not None
            newest = max(newest or hit.event.time, hit.event.time)
            correlator.add(hit)
        assert newest is not None
        line = newest - allowed - timedelta(microseconds=1)
        alerts = list(correlator.settle(line))
        correlator.freeze(line)
        kept.save(alerts, correlator)
        assert not any(one.left_out.get("too_late") for one in correlator.account())
        assert kept.found() == reference(ruleset, arriving[: at + size], line)
    last = Correlator(ruleset, kept)
    kept.save(last.settle(), last)
    assert kept.found() == reference(ruleset, stream)
