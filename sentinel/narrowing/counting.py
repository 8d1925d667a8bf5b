"""Finds out how many records there are of which log source, and which of them rules may be about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sentinel.detect.days import Day
from sentinel.detect.narrow.asked import ANYTHING
from sentinel.detect.narrow.counted import Counted
from sentinel.detect.narrow.plan import Plan, SourcePlan
from sentinel.elastic.cluster import ClusterBusyError
from sentinel.elastic.pages import View
from sentinel.errors import StoreError
from sentinel.narrowing.queries import Query, both, clauses, either, of_routes, of_words, with_mark

FEW = 2_000
"""Records that are read sooner than asked about."""
MOST_READ = 0.5
"""Share of the records from which on all of them are read: finding two thirds took as long (docs/narrowing.md)."""
MOST_CLAUSES = 500
"""Things that are looked for for the rules of one log source; where they need more, its records are read in full."""
_DAYS = {"date_histogram": {"field": "@timestamp", "calendar_interval": "day", "min_doc_count": 1}}
_TIMED = {"filter": {"term": {"sentinel.timed": True}}, "aggs": {"days": _DAYS}}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The query for the records that rules may be about, and how many there are of all."""

    query: Query
    counted: Counted


def narrowed(view: View, span: Query, plan: Plan) -> Narrowed | None:
    """Return what is to be read of a span; None where that is all of it.

    So it is where one record has no words that were made as the plan knows them, where there are few, or most
    may be meant, and where the cluster does not answer such questions.
    """
    try:
        return _narrowed(view, span, plan)
    except ClusterBusyError:
        raise
    except StoreError:  # too many clauses or buckets for it, or no costly queries
        return None


def _narrowed(view: View, span: Query, plan: Plan) -> Narrowed | None:
    marked = _total(view, both(span, with_mark(plan.mark)))
    if marked < FEW or marked < _total(view, span):
        return None
    answer = view.ask(span, size=0, track_total_hits=True, aggs=_aggregations(plan))
    found = answer["aggregations"]
    keys = {one.key: days for one, days in zip(plan.sources, _by_day(found["keys"]), strict=True) if days}
    query = both(span, either([candidates(one) for one in plan.sources if one.key in keys]))
    given = _total(view, query)
    if given > MOST_READ * marked:
        return None
    routes = (route for route, number in zip(_routes(plan), _numbers(found["routes"]), strict=True) if number)
    first, last = (_moment(found["timed"][end]["value"]) for end in ("first", "last"))
    return Narrowed(query, Counted(marked, given, _days(marked, found["timed"]), keys, frozenset(routes), first, last))


def candidates(source: SourcePlan) -> Query:
    """Return the query for the records that a rule of a log source may be about."""
    gate = of_routes(source.routes)
    if source.asked == ANYTHING:
        return gate
    asked = of_words(source.asked)
    return gate if clauses(asked) > MOST_CLAUSES else both(gate, asked)


def _aggregations(plan: Plan) -> dict[str, Any]:
    ends = {"first": {"min": {"field": "@timestamp"}}, "last": {"max": {"field": "@timestamp"}}}
    timed: dict[str, Any] = {**_TIMED, "aggs": {"days": _DAYS, **ends}}
    return {
        "timed": timed,
        "keys": {**_filters([of_routes(one.routes) for one in plan.sources]), "aggs": {"timed": _TIMED}},
        "routes": _filters([of_routes([route]) for route in _routes(plan)]),
    }


def _filters(queries: Sequence[Query]) -> dict[str, Any]:
    return {"filters": {"filters": queries}}


def _routes(plan: Plan) -> Sequence[Any]:
    return tuple(dict.fromkeys(route for one in plan.sources for route in one.routes))


def _total(view: View, query: Query) -> int:
    return int(view.ask(query, size=0, track_total_hits=True)["hits"]["total"]["value"])


def _numbers(found: dict[str, Any]) -> list[int]:
    return [int(one["doc_count"]) for one in found["buckets"]]


def _by_day(found: dict[str, Any]) -> list[Counter[Day]]:
    return [_days(int(one["doc_count"]), one["timed"]) for one in found["buckets"]]


def _days(records: int, timed: dict[str, Any]) -> Counter[Day]:
    """Return records by day; those without a time of their own are of none."""
    days = Counter[Day]()
    for one in timed["days"]["buckets"]:
        days[datetime.fromtimestamp(one["key"] / 1000, UTC).date()] = int(one["doc_count"])
    if records > timed["doc_count"]:
        days[None] = records - int(timed["doc_count"])
    return days


def _moment(value: float | None) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(value / 1000, UTC)
