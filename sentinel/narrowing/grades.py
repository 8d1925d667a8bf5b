"""Says of each rule how it is asked of an index, and what the mapping would hide from a query by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sentinel.detect.narrow.plan import Plan, RulePlan, leaves
from sentinel.detect.routes import Route
from sentinel.elastic.mappings import Mappings
from sentinel.model.asking import RuleAsked

ABOVE = ("", "fields.", "winlog.event_data.", "winlog.")
"""Where records have fields: as rules call them, below ours, and below those of Winlogbeat."""


def grades(plan: Plan, found: Mappings, unmarked: int) -> Iterator[RuleAsked]:
    """Yield a grade for each rule; `unmarked` is how many records of the span have no words that the plan knows."""
    for source in plan.sources:
        yield from (_grade(one, source.routes, found, unmarked) for one in source.rules)
    yield from (_grade(one, (), found, unmarked) for one in plan.unrouted)


def _grade(one: RulePlan, routes: tuple[Route, ...], found: Mappings, unmarked: int) -> RuleAsked:
    how, why = one.how, one.why
    if how == "by words" and unmarked:
        how, why = "in full", f"{unmarked:,} records have no words that it could be asked by"
    hidden: dict[str, list[str]] = {}
    for field in sorted(one.rule.fields):
        for what in found.hides(_names(field, routes)):
            hidden.setdefault(what, []).append(field)
    ref, where = one.rule.ref, str(one.rule.location)
    words = leaves(one.asked) if how == "by words" else 0
    return RuleAsked(ref.id, ref.title, where, str(one.rule.logsource), how, words, why, _told(hidden))


def _told(hidden: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(f"{what}: {', '.join(fields)}" for what, fields in hidden.items())


def _names(field: str, routes: tuple[Route, ...]) -> tuple[str, ...]:
    known = dict.fromkeys((field, *(old for route in routes for new, old in route.aliases if new == field)))
    return tuple(f"{above}{name}" for name in known for above in ABOVE)
