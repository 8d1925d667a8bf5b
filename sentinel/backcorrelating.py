"""Searches correlations that changed back: they look at many events, so the whole span is one stretch, read twice."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sentinel.backsearching import Index, Sets, Wanted, left_out
from sentinel.detect.backtest import by_key
from sentinel.detect.backtest_correlations import Episode, episodes
from sentinel.detect.fast.engine import FastEngine
from sentinel.detect.narrow.plan import make_plan
from sentinel.detect.rule import RuleSet
from sentinel.detect.rule_cache import RuleCache
from sentinel.detect.watch import Feed, Log, Watch
from sentinel.model.alerts import Alert
from sentinel.model.enabled import BackFound, BackStretch, Plan
from sentinel.model.track import Track
from sentinel.store.back import Back


@dataclass(frozen=True, slots=True)
class Whole:
    """All that there is to be looked at, as one stretch."""

    about: BackStretch
    logs: Callable[[Sets], Sequence[Log | Feed]]
    """Gives them for one set: of an index, what its rules may be about."""


def span(plan: Plan, until: datetime) -> BackStretch:
    """Return the whole span of a plan over an index."""
    end = min(until, plan.upto) if plan.upto else until
    name = f"correlations {plan.since.isoformat()}/{end.isoformat()}"
    return BackStretch(name, "owed", start=plan.since, end=end, correlations=True)


def files(there: Iterable[str]) -> BackStretch:
    """Return all files, of which these are the names."""
    names = sorted(there)
    name = hashlib.sha256("\n".join(names).encode()).hexdigest()[:32]
    return BackStretch(f"correlations {name}", "owed", path=f"{len(names):,} files", correlations=True)


def of_span(about: BackStretch, index: Index) -> Whole:
    """Return what is read of an index."""
    return Whole(about, lambda side: [index.log(about.start, about.end, make_plan(*side))])


def of_files(about: BackStretch, there: Mapping[str, Path]) -> Whole:
    """Return what is read of files."""
    return Whole(about, lambda _side: [Log(path.name, [path]) for path in there.values()])


def is_searched(plan: Plan, about: BackStretch, stretches: Iterable[BackStretch]) -> bool:
    """Say whether all of it was searched; files that came after a runner began with the new set need not be."""
    done = [one for one in stretches if one.correlations and one.state == "done"]
    if about.path and plan.upto is not None and done:
        return True
    return any(one.name == about.name or _covers(one, about) for one in done)


def may_wait(plan: Plan, stretches: Iterable[BackStretch]) -> bool:
    """Say whether it was searched once, and nobody knows yet up to when it has to be: no runner began with the set."""
    open_ended = plan.enabled is not None and plan.upto is None
    return open_ended and any(one.correlations and one.state == "done" for one in stretches)


def search_correlations(
    back: Back, plan: Plan, asked: Wanted, sides: tuple[Sets, Sets], whole: Whole, means: tuple[RuleCache | None, Track]
) -> BackStretch:
    """Search all of it with the old correlations and with the new ones, and keep what only one side raises.

    What one side could not read to its end stays owed, and says why.
    """
    found: list[dict[Episode, Alert]] = []
    records = skipped = 0
    for ruleset, routes in sides:
        part, keys = _part(ruleset, asked.correlations)
        watching = Watch(FastEngine(part, routes, cache=means[0]))
        logs = whole.logs((part, routes))
        alerts = list(watching.alerts(logs, means[1]))
        if watching.unreadable:
            return replace(whole.about, reason="; ".join(watching.unreadable)[:500])
        records += sum(source.handled for source in watching.sources) + sum(map(left_out, logs))
        skipped += sum(sum(source.skipped.values()) for source in watching.sources)
        since = None if whole.about.start else plan.since
        recent = (alert for alert in alerts if not (since and alert.time and alert.time < since))
        found.append(episodes(recent, keys))
    old, new = found
    same = Counter(episode[0] for episode in old.keys() & new.keys())
    apart = [BackFound("added", key[0], new[key]) for key in new.keys() - old.keys()]
    apart += [BackFound("gone", key[0], old[key]) for key in old.keys() - new.keys()]
    done = replace(whole.about, state="done", records=records, skipped=skipped, same=dict(same))
    back.settle(plan, done, apart)
    return done


def _part(ruleset: RuleSet, keys: frozenset[str]) -> tuple[RuleSet, dict[str, str]]:
    """Return the correlations that are meant with all that they are made of, and what they are known by, by id."""
    named = {one.ref.id: key for key, one in by_key(ruleset.correlations).items() if key in keys}
    below = [ruleset.below(id_) for id_ in named]
    rules = {rule.ref.id for part in below for rule in part.rules}
    correlations = {one.ref.id for part in below for one in part.correlations}
    part = RuleSet(
        rules=tuple(rule for rule in ruleset.rules if rule.ref.id in rules),
        refused=(),
        correlations=tuple(one for one in ruleset.correlations if one.ref.id in correlations),
        silent=frozenset((rules | correlations) - named.keys()) | ruleset.silent,
    )
    return part, named


def _covers(done: BackStretch, wanted: BackStretch) -> bool:
    if not (done.start and done.end and wanted.start and wanted.end):
        return False
    return done.start <= wanted.start and done.end >= wanted.end
