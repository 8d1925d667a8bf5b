"""Small files of EVTX, searched together: most of what a search of one would take does not depend on its length."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, groupby, pairwise

import numpy as np

from sentinel.detect.fast.lines import DUMPED, Looked, RawLines, written
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.search import as_date
from sentinel.detect.fast.tokens import Bytes
from sentinel.detect.inlet import Inlet, Passed
from sentinel.detect.readers.evtx import dump_evtx
from sentinel.model.skipped import Tally

MOST_BYTES = 2 * 1024 * 1024
"""Bytes of a file that may wait for others: Windows makes its logs of one megabyte, and most of that is unused."""
MOST_LETTERS = 8 * 1024 * 1024
"""Letters of its records: a template that stands in a file once may make long ones of many short records."""


class SmallFiles:
    """Those of one log; `is_ready` says whether what is needed to search is loaded.

    One with more than `most` letters of text does not wait.
    """

    def __init__(self, matcher: Matcher, inlet: Inlet, is_ready: Callable[[], bool], most: int = MOST_LETTERS) -> None:
        self._matcher = matcher
        self._watcher = inlet.watcher
        self._is_ready = is_ready
        self._most = most
        self._lines = RawLines(matcher, inlet)
        self._dumps: list[str] = []
        self._places: list[tuple[str, str]] = []
        self._ends: list[int] = []
        self._size = 0

    @property
    def is_full(self) -> bool:
        """Say whether there are enough records for one search."""
        return self._size >= DUMPED

    def take(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[bytes] | None:
        """Read a small file of EVTX and have its records wait; return the chunks of any other stream."""
        if kind != "evtx" or inlet.live or not self._is_ready():
            return chunks
        held: list[bytes] = []
        size = 0
        for chunk in chunks:
            held.append(chunk)
            size += len(chunk)
            if size > MOST_BYTES:
                return chain(held, chunks)
        return None if self._dump(held, inlet) else iter(held)

    def _dump(self, chunks: Sequence[bytes], inlet: Inlet) -> bool:
        """Have all records of a file wait, or none where their text is too long."""
        tally, size = Tally(inlet.source), 0
        places: list[tuple[str, str]] = []
        dumps: list[str] = []
        for number, dump in dump_evtx(iter(chunks), inlet.name, tally):
            places.append((inlet.name, number))
            dumps.append(dump)
            size += len(dump)
            if size > self._most:
                return False
        inlet.tally.absorb(tally)
        self._places += places
        self._dumps += dumps
        self._size += size
        self._ends.append(len(self._dumps))
        return True

    def passed(self) -> Iterator[Passed]:
        """Search the records that wait, and yield what came of each file in their order."""
        if not self._ends:
            return
        text, ends = written(self._dumps, self._places), self._ends
        self._dumps, self._places, self._ends, self._size = [], [], [], 0
        before = self._watcher.newest
        if not text.count:
            yield from [Passed((), 0, 0, before)] * len(ends)
            return
        looked = self._lines.look(text)
        self._matcher.save()
        hits = {
            file: [hit for _, hit in some]
            for file, some in groupby(looked.hits, lambda one: bisect_right(ends, one[0]))
        }
        unknown = np.bincount(np.searchsorted(ends, self._unknown(looked), side="right"), minlength=len(ends)).tolist()
        upto = [0, *np.searchsorted(looked.events, ends).tolist()]
        for file, (first, last) in enumerate(pairwise(upto)):
            newest = as_date(int(looked.days[looked.events[last - 1]])) if last else before
            yield Passed(hits.get(file, ()), last - first, unknown[file], newest)

    def _unknown(self, looked: Looked) -> Bytes:
        """Return the rows that hold an event of no log source."""
        route = self._matcher.routes.route
        whole = np.array([row for row, event in looked.whole if not route(event)], np.int64)
        return np.concatenate([whole, *(members for desk, members in looked.found.seats if not desk.routes)])
