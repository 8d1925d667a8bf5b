"""Raw JSON lines: searched as they are, decoded only where something in them may matter.

A line that cannot be searched so, since it is no object of plain values or since a reader may take it in more than one
way, is read whole, and goes the way of events of other formats.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import itemgetter

import numpy as np

from sentinel.detect.fast.blocks import blocks, count_lines
from sentinel.detect.fast.instants import NO_TIME, ODD_TIME
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.records import Records
from sentinel.detect.fast.rows import WHOLE, Rows
from sentinel.detect.fast.search import Search, as_date
from sentinel.detect.fast.sheet import NO_DAY, Sheet
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

    Those of EVTX have the `numbers` of their records.
    """

    block: bytes
    first: int
    count: int
    numbers: Sequence[str] = ()


class RawLines:
    """One stream of JSON lines under way."""

    def __init__(self, matcher: Matcher, inlet: Inlet) -> None:
        self._matcher = matcher
        self._inlet = inlet
        self._search = Search(matcher, inlet.source)
        self._records = Records(matcher, inlet.source)
        self._newest = inlet.watcher.newest

    def texts(self, chunks: Iterator[bytes]) -> Iterator[Lines]:
        """Yield the blocks of a stream; lines that are too long are counted and left out."""
        number = 1
        for block in self._inlet.track(f"Reading {self._inlet.source}", blocks(chunks)):
            if block is None:
                self._inlet.tally.skip(too_long(self._inlet.name, number))
                number += 1
                continue
            whole = block if number > 1 else block.removeprefix(BOM)
            count = count_lines(whole)
            if whole:
                yield Lines(whole, number, count)
            number += count

    def dumps(self, chunks: Iterator[bytes]) -> Iterator[Lines]:
        """Yield the records of a stream of EVTX as lines; what is lost is counted."""
        records = dump_evtx(chunks, self._inlet.name, self._inlet.tally)
        numbers: list[str] = []
        lines: list[bytes] = []
        size = 0
        for number, dump in self._inlet.track(f"Reading {self._inlet.source}", records):
            numbers.append(number)
            lines.append(dump.encode() + b"\n")
            size += len(dump)
            if size >= DUMPED:
                yield Lines(b"".join(lines), 0, len(lines), numbers)
                numbers, lines, size = [], [], 0
        if lines:
            yield Lines(b"".join(lines), 0, len(lines), numbers)

    def begin(self, inlet: Inlet) -> None:
        """Count from now on elsewhere."""
        self._inlet = inlet

    def block(self, text: Lines) -> Iterator[Hit]:
        """Yield the hits of one block."""
        spell, event = partial(spelled, text.block), partial(self._event, text)
        sheet = Sheet(self._matcher.lines, text.block, text.count, spell, event)
        found = self._search.read(sheet)
        times = self._times(text, found.rows)
        hits = self._search.hits(sheet, found, np.where(times == NO_TIME, NO_DAY, times // _DAY))
        self._inlet.tally.handled += int((found.rows.shapes >= 0).sum())
        self._inlet.watcher.note_many(_outermost(times[times != NO_TIME]), self._search.routes)
        whole = list(self._whole(text, found.rows))
        hits += [(whole[index][0], hit) for index, hit in self._records.look([event for _, event in whole])]
        self._note_newest(found.rows, times, whole)
        hits.sort(key=itemgetter(0))
        return (hit for _, hit in hits)

    def _parse(self, text: Lines, rows: Rows, row: int) -> Event | Skipped:
        start = rows.ends[row - 1] if row else 0
        line = text.block[start : rows.ends[row]].removesuffix(b"\n")
        if text.numbers:
            return as_event(line, self._inlet.name, text.numbers[row])
        return parse_line(line, self._inlet.name, str(text.first + row))

    def _event(self, text: Lines, rows: Rows, row: int) -> Event:
        """Read a row that has a shape: then it is one that can be read."""
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

    def _note_newest(self, rows: Rows, times: Bytes, whole: Sequence[tuple[int, Event]]) -> None:
        """Note the day of the event that came last."""
        last = int(np.flatnonzero(rows.shapes >= 0)[-1]) if (rows.shapes >= 0).any() else -1
        if whole and whole[-1][0] > last:
            time = whole[-1][1].time
            self._newest = None if time is None else time.date()
        elif last >= 0:
            self._newest = None if times[last] == NO_TIME else as_date(int(times[last] // _DAY))
        self._inlet.watcher.newest = self._newest


def _outermost(times: Bytes) -> list[datetime]:
    """Return the first and the last time of each hour."""
    ordered = np.sort(times)
    starts = np.flatnonzero(np.diff(ordered // _HOUR, prepend=NO_TIME))
    ends = np.append(starts[1:], len(ordered)) - 1 if len(ordered) else starts
    return [_EPOCH + _MICROSECOND * one for one in (*ordered[starts].tolist(), *ordered[ends].tolist())]
