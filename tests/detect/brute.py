"""What correlations mean, as plainly as it can be written: every window is looked at whole. Shares no code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import product
from statistics import median
from typing import Any

from sentinel.detect.alerts import fingerprint
from sentinel.detect.correlation import AllOf, AnyOf, Correlation, Happened, Happening, Limits, NotSo
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Hit

COMPARE = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "eq": lambda a, b: a == b,
    "neq": lambda a, b: a != b,
}


@dataclass(frozen=True)
class Seen:
    """A hit of a rule, or a moment at which a correlation was met: then `event` names its episode."""

    time: datetime
    event: object
    rule: str
    fields: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Found:
    """An episode: `hits` are events and rules, once each."""

    rule: str
    group: tuple[str, ...]
    start: datetime
    first: datetime
    last: datetime
    hits: frozenset[tuple[object, str]]


def reference(ruleset: RuleSet, hits: Iterable[Hit], until: datetime | None = None) -> set[Found]:
    """Return every episode of every correlation; with `until`, only growing conditions are judged after it."""
    seen = {seen_of(hit) for hit in hits if hit.event.time is not None}
    found: set[Found] = set()
    for correlation in ruleset.correlations:
        for group in sorted({group for one in seen for group in groups_of(correlation, one)}):
            mine = [one for one in seen if group in groups_of(correlation, one) and has_value(correlation, one)]
            for episode, moments in episodes_of(correlation, group, mine, None if grows(correlation) else until):
                found.add(episode)
                name = (episode.rule, episode.group, episode.start)
                fields = tuple(zip(correlation.group_by, group, strict=True))
                seen |= {Seen(time, name, correlation.ref.id, fields) for time in moments}
    return found


def seen_of(hit: Hit) -> Seen:
    assert hit.event.time is not None
    fields = tuple((name, tuple(v) if isinstance(v, list) else v) for name, v in hit.event.fields.items())
    return Seen(hit.event.time, fingerprint(hit.event), hit.rule.id, fields)


def episodes_of(
    correlation: Correlation, group: tuple[str, ...], mine: list[Seen], until: datetime | None
) -> Iterator[tuple[Found, list[datetime]]]:
    span = correlation.timespan
    moments = [
        time
        for time in sorted({one.time for one in mine})
        if until is None or time <= until
        if is_met(correlation, [one for one in mine if time - span <= one.time <= time])
    ]
    for run in cut(moments, span):
        inside = [one for one in mine if run[0] - span <= one.time <= run[-1]]
        hits = frozenset((one.event, one.rule) for one in inside)
        yield Found(correlation.ref.id, group, min(o.time for o in inside), run[0], run[-1], hits), run


def cut(moments: list[datetime], span: timedelta) -> Iterator[list[datetime]]:
    run: list[datetime] = []
    for time in moments:
        if run and time - run[-1] > span:
            yield run
            run = []
        run.append(time)
    if run:
        yield run


def is_met(correlation: Correlation, window: list[Seen]) -> bool:
    rules = {one.rule for one in window}
    match correlation.type:
        case "temporal":
            return happened(correlation, rules)
        case "temporal_ordered":
            return happened(correlation, rules) and any(in_order(c) for c in product(*steps(correlation, window)))
        case "event_count":
            number: float = len({one.event for one in window})
        case "value_count":
            number = len({value for one in window for value in combinations(correlation, correlation.fields, one)})
        case kind:
            number = measured(kind, correlation, window)
    assert isinstance(correlation.condition, Limits)
    return all(COMPARE[bound](number, limit) for bound, limit in correlation.condition.bounds)


def steps(correlation: Correlation, window: list[Seen]) -> list[list[datetime]]:
    return [sorted({one.time for one in window if one.rule == rule}) for rule in correlation.rules]


def in_order(times: tuple[datetime, ...]) -> bool:
    return list(times) == sorted(times)


def measured(kind: str, correlation: Correlation, window: list[Seen]) -> float:
    each = {(one.event, tuple(sorted(numbers(correlation, one)))) for one in window}
    ordered = sorted(number for _, several in each for number in several)
    if kind == "value_sum":
        return float(sum(map(Fraction, ordered)))
    if kind == "value_avg":
        return float(sum(map(Fraction, ordered)) / len(ordered))
    if kind == "value_median":
        return float(median(map(Fraction, ordered)))
    place = Fraction(correlation.percentile or 0) / 100 * (len(ordered) - 1)
    low = ordered[int(place)]
    high = ordered[min(int(place) + 1, len(ordered) - 1)]
    return float(Fraction(low) * (1 - place % 1) + Fraction(high) * (place % 1))


def happened(correlation: Correlation, rules: set[str]) -> bool:
    if correlation.condition is None:
        return set(correlation.rules) <= rules
    assert not isinstance(correlation.condition, Limits)
    return true(correlation.condition, rules)


def true(tree: Happening, rules: set[str]) -> bool:
    if isinstance(tree, Happened):
        return tree.rule in rules
    if isinstance(tree, NotSo):
        return not true(tree.item, rules)
    several = [true(item, rules) for item in tree.items]
    return all(several) if isinstance(tree, AllOf) else any(several)


def grows(correlation: Correlation) -> bool:
    def plain(tree: Happening) -> bool:
        if isinstance(tree, AllOf | AnyOf):
            return all(map(plain, tree.items))
        return isinstance(tree, Happened)

    if isinstance(correlation.condition, Limits):
        upward = all(bound in ("gt", "gte") for bound, _ in correlation.condition.bounds)
        return upward and correlation.type in ("event_count", "value_count")
    return correlation.condition is None or plain(correlation.condition)


def groups_of(correlation: Correlation, one: Seen) -> set[tuple[str, ...]]:
    return combinations(correlation, correlation.group_by, one) if one.rule in correlation.rules else set()


def has_value(correlation: Correlation, one: Seen) -> bool:
    if correlation.type == "value_count":
        return bool(combinations(correlation, correlation.fields, one))
    if correlation.type in ("value_sum", "value_avg", "value_percentile", "value_median"):
        return bool(numbers(correlation, one))
    return True


def combinations(correlation: Correlation, names: Iterable[str], one: Seen) -> set[tuple[str, ...]]:
    return set(product(*({text(value) for value in several(correlation, name, one)} for name in names)))


def numbers(correlation: Correlation, one: Seen) -> list[float]:
    found = []
    for name in correlation.fields:
        for value in several(correlation, name, one):
            try:
                found.append(float(value))
            except ValueError:
                continue
    return found


def several(correlation: Correlation, name: str, one: Seen) -> list[Any]:
    aliases: Mapping[str, Mapping[str, str]] = correlation.aliases or {}
    value = dict(one.fields).get(aliases[name].get(one.rule, name) if name in aliases else name)
    return [item for item in (value if isinstance(value, tuple) else [value]) if item is not None]


def text(value: object) -> str:
    return str(value).casefold()
