"""Applies rules to what Elasticsearch holds: all of a span is read, and judged as on one machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from sentinel.detect.readers.jsonl import as_event
from sentinel.detect.watch import Feed
from sentinel.elastic.documents import event_in
from sentinel.elastic.pages import Found, Reader, Span
from sentinel.errors import InputError, Location, StoreError
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped, Tally

FORMAT = "elasticsearch"


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for: indices by name or pattern, and a span."""

    target: str
    span: Span


def feed(reader: Reader, search: Search) -> Feed:
    """Return the log that a search is, with what no span can hold counted as skipped; nothing is read yet."""
    name, span = search.target, search.span
    return Feed(name, partial(_all_events, reader, search), FORMAT, start=span.since, end=span.until)


def events_of(reader: Reader, search: Search, tally: Tally) -> Iterator[Event]:
    """Yield the events of all documents; InputError where it cannot be told that these are all."""
    try:
        for found in reader.read(search.target, search.span.query()):
            event = _event(found)
            if isinstance(event, Skipped):
                tally.skip(event)
            else:
                tally.handled += 1
                yield event
    except StoreError as error:
        raise InputError(Location(search.target), f"not read to its end: {error}") from error


def undated(reader: Reader, search: Search) -> int:
    """Return how many documents no span can hold."""
    return reader.count(search.target, search.span.undated())


def _all_events(reader: Reader, search: Search, tally: Tally) -> Iterator[Event]:
    if search.span.since or search.span.until:
        try:
            number = undated(reader, search)
        except StoreError as error:
            raise InputError(Location(search.target), f"not read to its end: {error}") from error
        for _ in range(number):
            tally.skip(Skipped(search.target, search.span.field, "undated"))
    yield from events_of(reader, search, tally)


def _event(found: Found) -> Event | Skipped:
    """Return the event of a document: ours as it was read, another's as a line of JSON would be."""
    return event_in(found.source) or as_event(dict(found.source), found.index, found.id)
