"""Raw JSON lines: searched as they are, decoded only where something in them may matter.

A line that cannot be searched so, since it is no object of plain values or since a reader may take it in more than one
way, is read whole, and goes the way of events of other formats.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import orjson

from sentinel.detect.days import day_of
from sentinel.detect.fast.blocks import blocks, count_lines
from sentinel.detect.fast.instants import NO_TIME, ODD_TIME
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.records import Records
from sentinel.detect.fast.rows import WHOLE, Rows
from sentinel.detect.fast.runs import starts_of
from sentinel.detect.fast.search import Found, Search, as_date, as_day
from sentinel.detect.fast.sheet import NO_DAY, Sheet
from sentinel.detect.fast.spans import Span, Spans
from sentinel.detect.fast.spelling import spelled
from sentinel.detect.fast.tokens import Bytes
from sentinel.detect.inlet import Inlet
from sentinel.detect.readers.evtx import as_event, dump_evtx
from sentinel.detect.readers.jsonl import BOM, parse_line, too_long
from sentinel.model.alerts import Hit
from sentinel.model.events import Event
from sentinel.model.skipped import Skipped

DUMPED = 2 * 1024 * 1024
"""Letters of records of EVTX that are searched together."""
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HOUR, _DAY = 3_600_000_000, 86_400_000_000


@dataclass(frozen=True, slots=True)
class Lines:
    """So many whole lines in one piece, of which the first has the number `first` in the log.

    Those of EVTX are also there as they were dumped, each with its place: its stream, and the number it has there.
    """

    block: bytes
    first: int
    count: int
    dumps: Sequence[str] = ()
    places: Sequence[tuple[str, str]] = ()


class Looked(NamedTuple):
    """What came of a block: hits with the numbers of their rows, which rows hold an event, and their days.

    `found` is what the search found in it, `whole` are the events that were read whole, by row.
    """

    hits: Sequence[tuple[int, Hit]]
    events: Bytes
    days: Bytes
    found: Found
    whole: Sequence[tuple[int, Event]]


class RawLines:
    """One stream of JSON lines under way."""

    def __init__(self, matcher: Matcher, inlet: Inlet) -> None:
        self._matcher = matcher
        self._inlet = inlet
        self._search = Search(matcher, inlet.source)
        self._records = Records(matcher, inlet.source)
        self._behind: int | None = 0

    def texts(self, chunks: Iterator[bytes]) -> Generator[Lines, None, None]:
        """Yield the blocks of a stream; lines that are too long are counted and left out."""
        number = 1
        for block in self._inlet.track(f"Reading {self._inlet.source}", blocks(chunks)):
            if block is None:
                self._inlet.tally.skip(too_long(self._inlet.name, number))
                self._behind = None
                number += 1
                continue
            self._behind = None if self._behind is None else self._behind + len(block)
            whole = block if number > 1 else block.removeprefix(BOM)
            count = count_lines(whole)
            if whole:
                yield Lines(whole, number, count)
            number += count

    def spans(self, last: Lines) -> Spans | None:
        """Return what stands in the file behind the block that was taken last; None where that is not known."""
        if self._inlet.file is None or self._behind is None:
            return None
        return Spans.behind(self._inlet.file, self._behind, last.first + last.count, last.block)

    def tracked(self, spans: Spans) -> Iterator[Span]:
        """Yield the blocks of a file; lines that are too long are counted and left out."""
        for one in self._inlet.track(f"Reading {self._inlet.source}", spans):
            if isinstance(one, int):
                self._inlet.tally.skip(too_long(self._inlet.name, one))
            else:
                yield one

    def dumps(self, chunks: Iterator[bytes]) -> Iterator[Lines]:
        """Yield the records of a stream of EVTX as lines; what is lost is counted."""
        name = self._inlet.name
        records = dump_evtx(chunks, name, self._inlet.tally)
        places: list[tuple[str, str]] = []
        lines: list[str] = []
        size = 0
        for number, dump in self._inlet.track(f"Reading {self._inlet.source}", records):
            places.append((name, number))
            lines.append(dump)
            size += len(dump)
            if size >= DUMPED:
                yield written(lines, places)
                places, lines, size = [], [], 0
        if lines:
            yield written(lines, places)

    def begin(self, inlet: Inlet) -> None:
        """Count from now on elsewhere."""
        self._inlet = inlet

    def block(self, text: Lines) -> Iterator[Hit]:
        """Yield the hits of one block."""
        return (hit for _, hit in self.look(text).hits)

    def look(self, text: Lines) -> Looked:
        """Search one block, count and note what is in it, and return what came of it."""
        newest = self._inlet.watcher.newest
        spell, event = partial(spelled, text.block), partial(self._event, text)
        sheet = Sheet(self._matcher.lines, text.block, text.count, spell, event)
        found = self._search.read(sheet)
        times = self._times(text, found.rows)
        days = np.where(times == NO_TIME, NO_DAY, times // _DAY)
        hits = self._search.hits(sheet, found, days)
        self._inlet.tally.handled += int((found.rows.shapes >= 0).sum())
        self._inlet.watcher.note_many(_outermost(times[times != NO_TIME]), self._search.routes)
        whole = list(self._whole(text, found.rows))
        hits += [(whole[index][0], hit) for index, hit in self._records.look([event for _, event in whole])]
        hits.sort(key=itemgetter(0))
        is_event = found.rows.shapes >= 0
        for row, one in whole:
            is_event[row], days[row] = True, as_day(day_of(one))
        events = np.flatnonzero(is_event)
        self._inlet.watcher.newest = as_date(int(days[events[-1]])) if events.size else newest
        return Looked(hits, events, days, found, whole)

    def _parse(self, text: Lines, rows: Rows, row: int) -> Event | Skipped:
        if text.dumps:
            return as_event(text.dumps[row], *text.places[row])
        line = _line(text, rows, row).removesuffix(b"\n")
        return parse_line(line, self._inlet.name, str(text.first + row))

    def _event(self, text: Lines, rows: Rows, row: int) -> Event:
        """Read a row that has a shape: then it is one that can be read, and what its time is is known for most."""
        time = rows.times.item(row)
        if not text.dumps and time != ODD_TIME and self._matcher.lines.is_plain(rows.shapes.item(row)):
            when = None if time == NO_TIME else _EPOCH + timedelta(microseconds=time)
            return Event(self._inlet.name, str(text.first + row), when, orjson.loads(_line(text, rows, row)))
        event = self._parse(text, rows, row)
        if isinstance(event, Skipped):
            raise TypeError(event.reason)
        return event

    def _times(self, text: Lines, rows: Rows) -> Bytes:
        """Return the times of rows that have a shape; those that are written in an unusual way are read one by one."""
        times = np.where(rows.shapes >= 0, rows.times, NO_TIME)
        for row in np.flatnonzero(times == ODD_TIME).tolist():
            time = self._event(text, rows, row).time
            times[row] = NO_TIME if time is None else (time - _EPOCH) // _MICROSECOND
        return times

    def _whole(self, text: Lines, rows: Rows) -> Iterator[tuple[int, Event]]:
        """Account for the lines that are read whole, and yield those that hold an event."""
        for row in np.flatnonzero(rows.shapes == WHOLE).tolist():
            found = self._parse(text, rows, row)
            if isinstance(found, Skipped):
                self._inlet.tally.skip(found)
            else:
                self._inlet.tally.handled += 1
                self._inlet.watcher.note(found)
                yield row, found


def _line(text: Lines, rows: Rows, row: int) -> bytes:
    return text.block[rows.ends.item(row - 1) if row else 0 : rows.ends.item(row)]


def written(dumps: Sequence[str], places: Sequence[tuple[str, str]]) -> Lines:
    """Return dumped records as lines; each is encoded by itself, since one letter beyond ASCII makes a text wide."""
    return Lines(b"\n".join((*map(str.encode, dumps), b"")), 0, len(dumps), dumps, places)


def _outermost(times: Bytes) -> list[datetime]:
    """Return the first and the last time of each hour."""
    ordered = np.sort(times)
    starts = starts_of(ordered // _HOUR)
    ends = np.append(starts[1:], len(ordered)) - 1 if len(ordered) else starts
    return [_EPOCH + _MICROSECOND * one for one in (*ordered[starts].tolist(), *ordered[ends].tolist())]
