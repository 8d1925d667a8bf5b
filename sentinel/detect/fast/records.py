"""Events of any format, each written as one line of JSON and then searched as such."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import accumulate, pairwise
from math import isfinite

import numpy as np
import orjson

from sentinel.detect.days import day_of
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.search import Search, as_day
from sentinel.detect.fast.sheet import SearchText, Sheet
from sentinel.detect.fast.texts import search_text
from sentinel.detect.readings import scalars
from sentinel.model.alerts import Hit
from sentinel.model.events import Event, Fields


class Records:
    """The events of one log."""

    def __init__(self, matcher: Matcher, source: str) -> None:
        self._matcher = matcher
        self._source = source
        self._search = Search(matcher, source)

    def look(self, events: Sequence[Event]) -> list[tuple[int, Hit]]:
        """Account for some events, and return their hits in order with the number of the event."""
        if not events:
            return []
        block = b"".join([(_line(event.fields) or b"") + b"\n" for event in events])
        text = partial(_search_text, block, events)
        sheet = Sheet(self._matcher.events, block, len(events), text, lambda _, row: events[row])
        found = self._search.read(sheet)
        hits = self._search.hits(sheet, found, np.array([as_day(day_of(event)) for event in events]))
        for row in np.flatnonzero(found.rows.shapes < 0).tolist():
            hits += [(row, hit) for hit in self._judged(events[row])]
        hits.sort(key=lambda one: one[0])
        return hits

    def _judged(self, event: Event) -> Iterator[Hit]:
        """Have the reference engine judge an event that no line can stand for."""
        routes = self._matcher.routes.route(event)
        account = self._matcher.account(self._source, routes)
        account.note(day_of(event))
        account.note_fields(event.fields)
        yield from self._matcher.reference.judge(self._matcher.reference.plan(routes), event, self._source)


def _search_text(block: bytes, events: Sequence[Event], rows: Rows) -> SearchText:
    """Return the search text of events: their lines, but for those that hold lists or letters that fold."""
    ends = rows.ends.tolist()
    odd = np.flatnonzero(rows.met).tolist()
    if not odd:
        return block, ends
    texts = [block[start:end] for start, end in pairwise((0, *ends))]
    for row in odd:
        texts[row] = (search_text(events[row].fields) or b"") + b"\n"
    return b"".join(texts), list(accumulate(map(len, texts)))


def _line(fields: Fields) -> bytes | None:
    """Return fields as a line, None where JSON cannot hold a value."""
    try:
        line = orjson.dumps(fields)
    except TypeError:  # also orjson's own error: a number over 64 bits, half a surrogate pair
        return None
    return line if b"null" not in line or _is_finite(fields) else None


def _is_finite(fields: Fields) -> bool:
    """Say whether no number is one that JSON writes as `null`."""
    every = (one for value in fields.values() for one in scalars(value))
    return all(isfinite(one) for one in every if isinstance(one, float))
