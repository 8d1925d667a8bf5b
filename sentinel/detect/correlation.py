"""A loaded Sigma correlation: which rules it counts, over what, in which time, and when it is met."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, TypeAlias

from sentinel.errors import Location
from sentinel.model.alerts import RuleRef

CorrelationType = Literal[
    "event_count",
    "value_count",
    "temporal",
    "temporal_ordered",
    "value_sum",
    "value_avg",
    "value_percentile",
    "value_median",
]
Bound = Literal["gt", "gte", "lt", "lte", "eq", "neq"]
_COMPARED: Mapping[Bound, Callable[[float, float], bool]] = {
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "eq": operator.eq,
    "neq": operator.ne,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Every comparison must hold; two of them make a range."""

    bounds: tuple[tuple[Bound, float], ...]

    def hold(self, number: float) -> bool:
        """Say whether a number meets them."""
        return all(_COMPARED[bound](number, limit) for bound, limit in self.bounds)


@dataclass(frozen=True, slots=True)
class Happened:
    """The rule with this id matched inside the window."""

    rule: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every item is true."""

    items: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one item is true."""

    items: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class NotSo:
    """The item is not true inside the window."""

    item: Happening


Happening: TypeAlias = Happened | AllOf | AnyOf | NotSo


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation that can be evaluated exactly (Sigma correlation specification 2.1).

    `rules` are ids of rules or of other correlations, in the order written (`temporal_ordered` needs it), each once.
    `aliases` give for a name of `group_by` or `fields` the field that stands for it in the hits of one rule id.
    `condition` is `Limits` for the counting types; for the temporal ones a boolean tree over rule ids, or None for
    «each of `rules`». `percentile` is set for `value_percentile` only. `generate`: hits of `rules` are alerts too.
    """

    ref: RuleRef
    location: Location
    type: CorrelationType
    rules: tuple[str, ...]
    timespan: timedelta
    group_by: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    aliases: Mapping[str, Mapping[str, str]] | None = None
    condition: Limits | Happening | None = None
    percentile: float | None = None
    generate: bool = False
    description: str = ""
    falsepositives: tuple[str, ...] = ()
