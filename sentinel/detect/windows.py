"""Slides a window over the hits of one group and says at which moments a correlation is met."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from typing import Protocol, TypeVar

from sentinel.detect.correlation import AllOf, AnyOf, Correlation, CorrelationType, Happened, Happening, Limits
from sentinel.model.correlations import Point

_T = TypeVar("_T")
SECOND = 1_000_000
MEDIAN = 50.0
_RISING = frozenset({"gt", "gte"})


@dataclass(frozen=True, slots=True)
class Met:
    """A moment at which a correlation was met, and what was counted."""

    time: int
    measure: str


def width(correlation: Correlation) -> int:
    """Return the timespan in µs."""
    return round(correlation.timespan.total_seconds() * SECOND)


def grows(correlation: Correlation) -> bool:
    """Say whether more hits can only help: then a window that is met stays met, whatever comes late."""
    match correlation.condition:
        case Limits(bounds=bounds):
            return correlation.type in {"event_count", "value_count"} and all(bound in _RISING for bound, _ in bounds)
        case None:
            return True
        case tree:
            return _grows(tree)


def true_of_nothing(correlation: Correlation) -> bool:
    """Say whether the condition is true where there is no hit at all: of groups that nobody knows of."""
    match correlation.condition:
        case Limits() if correlation.type in {"event_count", "value_count", "value_sum"}:
            return _within(correlation, 0)
        case Limits() | None:
            return False
        case tree:
            return _happened(tree, Counter())


def met(correlation: Correlation, points: Sequence[Point], after: int | None, until: int | None) -> Iterator[Met]:
    """Yield the moments in (`after`, `until`] at which the correlation is met; `points` are sorted by time.

    Each moment with a hit is the end of one window. It holds the hits of that moment and of the timespan before it,
    both ends included.
    """
    span, counted, oldest = width(correlation), _COUNTERS[correlation.type](correlation), 0
    for time, together in groupby(points, key=lambda point: point.time):
        if until is not None and time > until:
            return
        for point in together:
            counted.add(point)
        while points[oldest].time < time - span:
            counted.remove(points[oldest])
            oldest += 1
        if after is None or time > after:
            measure = counted.measure(time)
            if measure is not None:
                yield Met(time, measure)


def described(correlation: Correlation) -> str:
    """Return the condition as text."""
    match correlation.condition:
        case Limits(bounds=bounds):
            return " and ".join(f"{bound} {number:g}" for bound, number in bounds)
        case None:
            return "each of its rules" + (" in this order" if correlation.type == "temporal_ordered" else "")
        case tree:
            return _told(tree)


class _Counter(Protocol):
    """Follows what is inside the window."""

    def add(self, point: Point) -> None:
        """Take in a hit at the end of the window."""
        ...

    def remove(self, point: Point) -> None:
        """Let go of the oldest hit."""
        ...

    def measure(self, time: int) -> str | None:
        """Return what is counted in the window that ends at `time`, or None where the condition is not met."""
        ...


@dataclass(slots=True)
class _Events:
    """Counts events; one that several rules match is one."""

    correlation: Correlation
    inside: Counter[str] = field(default_factory=Counter)

    def add(self, point: Point) -> None:
        self.inside[point.event] += 1

    def remove(self, point: Point) -> None:
        _take(self.inside, point.event)

    def measure(self, time: int) -> str | None:  # noqa: ARG002 -- as every counter
        number = len(self.inside)
        return str(number) if _within(self.correlation, number) else None


@dataclass(slots=True)
class _Values:
    """Counts different values."""

    correlation: Correlation
    inside: Counter[str | float] = field(default_factory=Counter)

    def add(self, point: Point) -> None:
        self.inside.update(point.values)

    def remove(self, point: Point) -> None:
        for value in point.values:
            _take(self.inside, value)

    def measure(self, time: int) -> str | None:  # noqa: ARG002 -- as every counter
        number = len(self.inside)
        return str(number) if _within(self.correlation, number) else None


@dataclass(slots=True)
class _Numbers:
    """Adds and orders numbers; those of one event count once, whichever rules match it.

    The sum is exact, so that it does not depend on the order in which numbers came and went.
    """

    correlation: Correlation
    inside: Counter[tuple[str, tuple[str | float, ...]]] = field(default_factory=Counter)
    total: Fraction = Fraction()
    ordered: list[float] = field(default_factory=list)

    def add(self, point: Point) -> None:
        self.inside[point.event, point.values] += 1
        if self.inside[point.event, point.values] == 1:
            for number in map(float, point.values):
                self.total += Fraction(number)
                insort(self.ordered, number)

    def remove(self, point: Point) -> None:
        if _take(self.inside, (point.event, point.values)):
            for number in map(float, point.values):
                self.total -= Fraction(number)
                del self.ordered[bisect_left(self.ordered, number)]

    def measure(self, time: int) -> str | None:  # noqa: ARG002 -- as every counter
        match self.correlation.type:
            case "value_sum":
                number = float(self.total)
            case "value_avg":
                number = float(self.total / len(self.ordered))
            case "value_percentile":
                number = _percentile(self.ordered, self.correlation.percentile or 0.0)
            case _:
                number = _percentile(self.ordered, MEDIAN)
        return repr(number) if _within(self.correlation, number) else None


@dataclass(slots=True)
class _Rules:
    """Follows which rules matched; an event may be a hit of several."""

    correlation: Correlation
    inside: Counter[str] = field(default_factory=Counter)
    times: dict[str, list[int]] = field(default_factory=dict)

    def add(self, point: Point) -> None:
        self.inside[point.rule] += 1
        if self.correlation.type == "temporal_ordered":
            self.times.setdefault(point.rule, []).append(point.time)

    def remove(self, point: Point) -> None:
        _take(self.inside, point.rule)

    def measure(self, time: int) -> str | None:
        tree = self.correlation.condition
        if tree is None or isinstance(tree, Limits):
            true = all(rule in self.inside for rule in self.correlation.rules)
        else:
            true = _happened(tree, self.inside)
        if not true or (self.correlation.type == "temporal_ordered" and not self._in_order(time)):
            return None
        return ", ".join(rule for rule in self.correlation.rules if rule in self.inside)

    def _in_order(self, end: int) -> bool:
        """Say whether there is a hit of each rule that is not before the hit of the rule before it."""
        at = end - width(self.correlation)
        for rule in self.correlation.rules:
            times = self.times.get(rule, [])
            place = bisect_left(times, at)
            if place == len(times):
                return False
            at = times[place]
        return True


_COUNTERS: dict[CorrelationType, Callable[[Correlation], _Counter]] = {
    "event_count": _Events,
    "value_count": _Values,
    "temporal": _Rules,
    "temporal_ordered": _Rules,
    "value_sum": _Numbers,
    "value_avg": _Numbers,
    "value_percentile": _Numbers,
    "value_median": _Numbers,
}


def _within(correlation: Correlation, number: float) -> bool:
    limits = correlation.condition
    return isinstance(limits, Limits) and limits.hold(number)


def _take(counter: Counter[_T], item: _T) -> bool:
    """Take one away; say whether it was the last."""
    counter[item] -= 1
    if counter[item]:
        return False
    del counter[item]
    return True


def _percentile(ordered: Sequence[float], percent: float) -> float:
    """Return a percentile, interpolated between the two nearest numbers; the 50th is the median."""
    exact = Fraction(percent) * (len(ordered) - 1) / 100
    below = int(exact)
    above = min(below + 1, len(ordered) - 1)
    low, high = Fraction(ordered[below]), Fraction(ordered[above])
    return float(low + (high - low) * (exact - below))


def _happened(tree: Happening, inside: Counter[str]) -> bool:
    match tree:
        case Happened(rule=rule):
            return rule in inside
        case AllOf(items=items):
            return all(_happened(item, inside) for item in items)
        case AnyOf(items=items):
            return any(_happened(item, inside) for item in items)
    return not _happened(tree.item, inside)


def _grows(tree: Happening) -> bool:
    match tree:
        case Happened():
            return True
        case AllOf(items=items) | AnyOf(items=items):
            return all(map(_grows, items))
    return False


def _told(tree: Happening) -> str:
    match tree:
        case Happened(rule=rule):
            return rule
        case AllOf(items=items):
            return f"({' and '.join(map(_told, items))})"
        case AnyOf(items=items):
            return f"({' or '.join(map(_told, items))})"
    return f"not {_told(tree.item)}"
