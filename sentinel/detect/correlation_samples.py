"""Checks that every correlation is met by the stream of events beside it, and not by the one it must leave alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from sentinel.detect.correlation import Correlation
from sentinel.detect.engine import Engine
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.samples import FEWEST, IGNORE, MATCH, judge_file, sample_path
from sentinel.detect.watch import Watch
from sentinel.errors import Fault, Location
from sentinel.model.events import Event
from sentinel.model.text import counted


def check_correlation_samples(ruleset: RuleSet, routes: Routes, base: Path) -> Iterator[Fault]:
    """Yield every fault of every correlation's samples: each of the two files is one stream of events."""
    for one in ruleset.correlations:
        part = ruleset.below(one.ref.id)
        for ending, met in ((MATCH, True), (IGNORE, False)):
            yield from _check_file(one, part, routes, base, sample_path(one.location.path, ending), met=met)


def _check_file(
    one: Correlation, part: RuleSet, routes: Routes, base: Path, path: str, *, met: bool
) -> Iterator[Fault]:
    events: list[Event] = []
    yield from judge_file(base, path, f"the correlation at {one.location}", partial(_take, events))
    if len(events) < FEWEST:
        return
    hits, alerts = _run(one, part, routes, events)
    if not hits:
        yield Fault(Location(path), "shows nothing: no rule of the correlation fires on any event")
    elif met and not alerts:
        yield Fault(Location(path), f"must meet the correlation, but its {counted(hits, 'hit does', 'hits do')} not")
    elif alerts and not met:
        yield Fault(
            Location(path), f"must be left alone, but its {counted(hits, 'hit meets', 'hits meet')} the correlation"
        )


def _take(events: list[Event], event: Event) -> str:
    """Take an event into the stream, or return why it cannot be in one."""
    if event.time is None:
        return "has no time, so no correlation can place it"
    events.append(event)
    return ""


def _run(one: Correlation, part: RuleSet, routes: Routes, events: list[Event]) -> tuple[int, int]:
    """Return how many hits a stream gives, and how many alerts of the correlation."""
    engine = Engine(part, routes)
    watching = Watch(engine)
    hits = 0
    for hit in engine.run(events):
        hits += 1
        watching.correlator.add(hit)
    for _ in watching.correlator.settle():
        pass
    [account] = [account for account in watching.correlator.account() if account.correlation.ref.id == one.ref.id]
    return hits, account.alerts
