"""Generated streams of hits and correlations over them, small enough that everything meets everything."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from sentinel.detect.correlation import (
    AllOf,
    AnyOf,
    Bound,
    Correlation,
    CorrelationType,
    Happened,
    Happening,
    Limits,
    NotSo,
)
from sentinel.detect.rule import RuleSet
from sentinel.errors import Location
from sentinel.model.alerts import Hit, RuleRef
from sentinel.model.events import Event, Value
from sentinel.model.severity import Severity

START = datetime(2026, 10, 25, 0, 59, tzinfo=UTC)
"""A minute before the clocks of Oslo go back."""

RULES = ("a", "b", "c")
COUNTS: tuple[CorrelationType, ...] = ("event_count", "value_count")
NUMBERS: tuple[CorrelationType, ...] = ("value_sum", "value_avg", "value_percentile", "value_median")
BOUNDS: tuple[Bound, ...] = ("gt", "gte", "lt", "lte", "eq", "neq")


def ref(name: str) -> RuleRef:
    return RuleRef(name, f"Rule {name}", Severity.HIGH, f"hash of {name}", "Åse")


def hit(rule: str, second: float | None, record: object = 1, **fields: Value) -> Hit:
    """A hit at a second of the stream; the time is one of the event's fields, as in a log."""
    time = None if second is None else START + timedelta(seconds=second)
    told = {"time": time.isoformat()} if time else {}
    return Hit(ref(rule), Event("log.jsonl", str(record), time, {**told, "n": 1, **fields}), ())


def correlation(name: str, kind: CorrelationType, rules: tuple[str, ...] = RULES, **more: Any) -> Correlation:  # noqa: ANN401 -- any field of the noun
    more.setdefault("timespan", timedelta(seconds=10))
    if kind not in ("temporal", "temporal_ordered"):
        more.setdefault("condition", Limits((("gte", 3),)))
    if kind not in ("temporal", "temporal_ordered", "event_count"):
        more.setdefault("fields", ("n",))
    more.setdefault("location", Location("rules/x.yml", 1))
    return Correlation(ref=ref(name), type=kind, rules=rules, **more)


def ruleset(*correlations: Correlation, silent: frozenset[str] = frozenset()) -> RuleSet:
    return RuleSet((), (), correlations, silent)


def _named(fields: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(fields), unique=True, max_size=2).map(tuple)


def _trees(rules: tuple[str, ...]) -> st.SearchStrategy[Happening]:
    leaves: st.SearchStrategy[Happening] = st.sampled_from(rules).map(Happened)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda items: AllOf(tuple(items))),
            st.lists(inner, min_size=1, max_size=3).map(lambda items: AnyOf(tuple(items))),
            inner.map(NotSo),
        ),
        max_leaves=4,
    )


_limits = st.lists(st.tuples(st.sampled_from(BOUNDS), st.integers(0, 6).map(float)), min_size=1, max_size=2).map(
    lambda bounds: Limits(tuple(bounds))
)
_aliases = st.none() | st.dictionaries(
    st.sampled_from(["g", "h", "n"]), st.dictionaries(st.sampled_from(RULES), st.sampled_from(["g", "h", "n", "x"]))
)


@st.composite
def one_correlation(draw: st.DrawFn, name: str, below: tuple[str, ...]) -> Correlation:
    """Draw a correlation of any type over some of the rules `below`."""
    rules = tuple(draw(st.lists(st.sampled_from(below), min_size=1, max_size=3, unique=True)))
    kind = draw(st.sampled_from((*COUNTS, *NUMBERS, "temporal", "temporal_ordered")))
    more: dict[str, Any] = {}
    if kind in ("temporal", "temporal_ordered"):
        more["condition"] = draw(st.none() | _trees(rules))
    else:
        more["condition"] = draw(_limits | st.integers(1, 4).map(lambda least: Limits((("gte", float(least)),))))
    if kind == "value_count":
        more["fields"] = draw(st.sampled_from([("n",), ("h",), ("h", "n")]))
    if kind == "value_percentile":
        more["percentile"] = draw(st.sampled_from([0.0, 25.0, 50.0, 95.0, 100.0]))
    return correlation(
        name,
        kind,
        rules,
        group_by=draw(_named(("g", "h"))),
        aliases=draw(_aliases),
        timespan=timedelta(seconds=draw(st.integers(1, 12))),
        **more,
    )


@st.composite
def correlations(draw: st.DrawFn) -> RuleSet:
    """Draw one to three correlations; later ones may build on the earlier."""
    below: tuple[str, ...] = RULES
    made = []
    for number in range(draw(st.integers(1, 3))):
        made.append(draw(one_correlation(f"k{number}", below)))
        below = (f"k{number}", *below)
    return ruleset(*made)


_group = st.sampled_from(["x", "X", "y", None, "å", "Å", ["x", "y"], []])
_number = st.sampled_from([0, 1, 2, 3, 1.5, -2, "4", "0.1", 0.1, 0.2, None, "much", [1, 2]])


@st.composite
def streams(draw: st.DrawFn, most: int = 24) -> list[Hit]:
    """Draw hits in order of time; an event may be a hit of several rules, and the same event may come twice."""
    made: list[Hit] = []
    for _ in range(draw(st.integers(0, most))):
        second = draw(st.none() | st.integers(0, 40) | st.integers(0, 40).map(lambda second: second / 2))
        fields = {name: draw(_group) for name in draw(_named(("g", "h")))}
        number = draw(_number)
        for rule in draw(st.lists(st.sampled_from(RULES), min_size=1, max_size=2, unique=True)):
            made.append(hit(rule, second, len(made), **fields, n=number))
    return sorted(made, key=lambda one: (one.event.time or START, one.event.record))
