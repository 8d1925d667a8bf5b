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


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for: indices by name or pattern, and a span."""

    target: str
    span: Span


def feed(reader: Reader, search: Search) -> Feed:
    """Return the log that a search is; nothing is read yet."""
    name, span = search.target, search.span
    return Feed(name, partial(_events, reader, search), "elasticsearch", start=span.since, end=span.until)


def _events(reader: Reader, search: Search, tally: Tally) -> Iterator[Event]:
    """Yield the events of all documents; those that no span can hold are counted as skipped."""
    try:
        if search.span.since or search.span.until:
            for _ in range(reader.count(search.target, search.span.undated())):
                tally.skip(Skipped(search.target, search.span.field, "undated"))
        for found in reader.read(search.target, search.span.query()):
            event = _event(found)
            if isinstance(event, Skipped):
                tally.skip(event)
            else:
                tally.handled += 1
                yield event
    except StoreError as error:
        raise InputError(Location(search.target), f"not read to its end: {error}") from error


def _event(found: Found) -> Event | Skipped:
    """Return the event of a document: ours as it was read, another's as a line of JSON would be."""
    return event_in(found.source) or as_event(dict(found.source), found.index, found.id)
