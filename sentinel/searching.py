"""Applies rules to what Elasticsearch holds: all of a span that a rule may be about is judged as on one machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sentinel.detect.narrow.counted import Counted
from sentinel.detect.narrow.plan import Plan
from sentinel.detect.readers.jsonl import as_event
from sentinel.detect.watch import Feed
from sentinel.elastic.documents import event_in
from sentinel.elastic.pages import Found, Reader, Span
from sentinel.errors import InputError, Location, StoreError
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally
from sentinel.narrowing.counting import narrowed
from sentinel.narrowing.queries import with_mark

FORMAT = "elasticsearch"


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for: indices by name or pattern, and a span."""

    target: str
    span: Span


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The plan of the rules that judge; without one all records are read. `counted` takes up what was counted."""

    plan: Plan | None
    counted: list[Counted]


def feed(reader: Reader, search: Search, plan: Plan | None = None) -> Feed:
    """Return the log that a search is, with what no span can hold counted as skipped; nothing is read yet.

    With the `plan` of the rules that are to judge it, records of ours that none of these is about may be left out.
    """
    name, span, counted = search.target, search.span, list[Counted]()
    events = partial(_all_events, reader, search, Narrowing(plan, counted))
    return Feed(name, events, FORMAT, start=span.since, end=span.until, counted=counted)


def events_of(reader: Reader, search: Search, tally: Tally, narrowing: Narrowing | None = None) -> Iterator[Event]:
    """Yield the events of documents; InputError where it cannot be told that these are all."""
    with _to_its_end(search), reader.open(search.target) as view:
        query = search.span.query()
        found = narrowed(view, query, narrowing.plan) if narrowing and narrowing.plan else None
        if narrowing and found:
            narrowing.counted.append(found.counted)
        for one in view.read(found.query if found else query):
            event = _event(one)
            if isinstance(event, Skipped):
                tally.skip(event)
            else:
                tally.handled += 1
                yield event


def unmarked(reader: Reader, search: Search, plan: Plan) -> int:
    """Return how many records of a span no rule can be asked of by words."""
    span = search.span.query()
    return reader.count(search.target, {"bool": {"filter": [span], "must_not": [with_mark(plan.mark)]}})


def undated(reader: Reader, search: Search) -> int:
    """Return how many documents no span can hold."""
    return reader.count(search.target, search.span.undated())


def _all_events(reader: Reader, search: Search, narrowing: Narrowing, tally: Tally) -> Iterator[Event]:
    if search.span.since or search.span.until:
        with _to_its_end(search):
            number = undated(reader, search)
        for _ in range(number):
            tally.skip(Skipped(search.target, search.span.field, "undated"))
    yield from events_of(reader, search, tally, narrowing)


@contextmanager
def _to_its_end(search: Search) -> Iterator[None]:
    """Raise what a cluster could not give as InputError: then nobody takes what came for all."""
    try:
        yield
    except StoreError as error:
        raise InputError(Location(search.target), f"not read to its end: {error}") from error


def _event(found: Found) -> Event | Skipped:
    """Return the event of a document: ours as it was read, another's as a line of JSON would be."""
    if not found.source:  # a record that a span found has a date at least: its index keeps no source
        return Skipped(found.index, found.id, "no-source")
    return event_in(found.source) or as_event(dict(found.source), found.index, found.id)
