"""A watch for tests: records that its rule is met by, runners with a clock of the test, and what they found."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from sentinel.detect.compiled import Compiled
from sentinel.detect.condition import FieldTest, Test
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.pages import Reader
from sentinel.store.store import Store
from sentinel.watching import Beat, Means, Runner
from tests.elastic.waiting import no_wait
from tests.shared import ROOT

T = TypeVar("T")
START = datetime(2026, 11, 20, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MANY = """title: Often
id: 5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c13
status: experimental
description: A test
level: high
author: Kåre
correlation:
  type: event_count
  rules: [5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11]
  timespan: 10m
  generate: true
  condition: {gte: 3}
"""


class Clock:
    """A clock that is set by the test."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


def put(url: str, index: str, numbers: Iterable[int], minute: float = 0.5, start: datetime = START) -> None:
    """Write records that the rule is met by, and as many that it is not."""
    came = (start + minute * MINUTE).isoformat()
    operations: list[dict[str, Any]] = []
    for number in numbers:
        for stem in (f"/blåbær/{number}", f"/tyttebær/{number}"):
            event = {"dataset": "web.access", "ingested": came}
            operations += [{"create": {"_id": stem}}, {"@timestamp": came, "event": event, "cs-uri-stem": stem}]
    answer = connect(Access(url)).bulk(index=index, operations=operations, refresh=True)
    assert not answer["errors"]


def means(compiled: Compiled, clock: Clock) -> Means:
    return Means(compiled, ROOT, None, clock, time.perf_counter_ns, lambda _said: None)


def breaking(compiled: Compiled) -> Compiled:
    """Return the rules with one more that breaks on every event."""
    (rule,) = compiled.ruleset.rules
    broken = FieldTest("cs-uri-stem", (cast("Test", object()),))
    one = replace(rule, ref=replace(rule.ref, id="b", title="Broken"), condition=broken, unfiltered=None)
    return Compiled(replace(compiled.ruleset, rules=(one, rule)))


def runner(url: str, store: Store, index: str, compiled: Compiled, clock: Clock, who: str = "a") -> Runner:
    """Return a runner that plans no window after 20 minutes, whatever its clock says."""
    reader = Reader(connect(Access(url)), no_wait)
    beat = Beat(index, START, delay=max(timedelta(0), clock.now - START - 20 * MINUTE), length=MINUTE)
    return Runner(reader, store, "klinikken", beat, means(compiled, clock), who)


def stems(store: Store) -> list[str]:
    found = (alert for alert in store.alerts() if alert.rule.title == "Something happened")
    return sorted(str(alert.fields["cs-uri-stem"]) for alert in found)


def expected(count: int) -> list[str]:
    return sorted(f"/blåbær/{number}" for number in range(count))
