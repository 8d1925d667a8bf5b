"""Several processes that search the blocks of one log; what they found is taken back in the order of the blocks."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.connection import wait
from threading import Thread
from typing import TypeAlias, cast

from sentinel.detect.alerts import fingerprint
from sentinel.detect.coverage import Watcher
from sentinel.detect.fast.blocks import BLOCK_BYTES
from sentinel.detect.fast.lines import Lines, RawLines
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.spans import Span, Spans
from sentinel.detect.fast.trays import Lot, Trays
from sentinel.detect.inlet import Inlet
from sentinel.detect.ledger import Noted
from sentinel.detect.readers.jsonl import MAX_LINE
from sentinel.errors import InputError, Location
from sentinel.model.alerts import Hit, Match, RuleRef
from sentinel.model.events import Event, Fields
from sentinel.model.skipped import Tally

MOST_PROCESSES = 4
AHEAD = 2
"""Blocks that are handed out beyond one for each process."""
WHOLE = BLOCK_BYTES - MAX_LINE
"""Bytes that a block has at least where the log goes on."""


Parcel: TypeAlias = list[tuple[str, str, datetime | None, Fields, str, list[tuple[int, list[tuple[str, str, str]]]]]]
"""Events and their fingerprints, each with the numbers of the rules that it met, and what met them."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one block."""

    hits: Parcel
    tally: Tally
    watcher: Watcher
    noted: Mapping[str, Noted]


def packed(hits: Iterable[Hit], rules: Mapping[int, int]) -> Parcel:
    """Take hits apart into plain values: those go from one process to another several times as fast.

    `rules` are the numbers of rules by the `id()` of their references, since two rules may have the same id. The
    fingerprints of events that are not known yet are worked out here as well.
    """
    parcel: Parcel = []
    last: Event | None = None
    for hit in hits:
        event = hit.event
        if event is not last:
            last = event
            event_id = hit.event_id or fingerprint(event)
            parcel.append((event.source, event.record, event.time, event.fields, event_id, []))
        parcel[-1][-1].append((rules[id(hit.rule)], [(one.field, one.value, one.by) for one in hit.matched]))
    return parcel


def unpacked(parcel: Parcel, rules: Sequence[RuleRef]) -> Iterator[Hit]:
    """Put hits together again."""
    for source, record, time, fields, event_id, hits in parcel:
        event = Event(source, record, time, fields)
        for rule, matched in hits:
            yield Hit(rules[rule], event, tuple([Match(*one) for one in matched]), event_id)


def can_fork() -> bool:
    """Say whether a process can be made here that has all that this one has loaded."""
    return "fork" in multiprocessing.get_all_start_methods()


def usual_processes() -> int:
    """Return a process for each core that this one may use, at most MOST_PROCESSES."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(MOST_PROCESSES, cores)


class Crew:
    """Processes at work on one stream of a log; what they count comes into `inlet` and the ledger with their hits."""

    def __init__(self, matcher: Matcher, inlet: Inlet, processes: int) -> None:
        self._matcher = matcher
        self._inlet = inlet
        self._processes = processes

    def read(self, blocks: Iterator[Lines | Span], spans: Spans | None = None) -> Iterator[Hit]:
        """Yield the hits of blocks in their order, of those that are `spans` of a file read there.

        InputError where a process ends by itself, or where the file cannot be read any more.
        """
        context = multiprocessing.get_context("fork")
        rules = [rule.ref for rule in self._matcher.reference.ruleset.rules]
        trays = Trays(self._processes + AHEAD)
        pool = ProcessPoolExecutor(self._processes, context, _begin, (self._matcher, self._inlet, trays, spans))
        try:
            with closing(self._found(pool, trays, blocks)) as found:
                for one in found:
                    self._take(one)
                    yield from unpacked(one.hits, rules)
        except (BrokenProcessPool, OSError) as error:
            what = "a process that read it was ended from outside"
            if isinstance(error, OSError):
                what = f"cannot be read: {error.strerror or error}"
            self._matcher.reference.accounts.note_truncated(self._inlet.source, f"{self._inlet.name}: {what}")
            raise InputError(Location(self._inlet.name), what) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _found(
        self, pool: ProcessPoolExecutor, trays: Trays, blocks: Iterator[Lines | Span]
    ) -> Generator[Found, None, None]:
        waiting: deque[tuple[Lot | Span, Future[Found]]] = deque()

        def first() -> Found:
            lot, coming = waiting.popleft()
            found = coming.result()
            if isinstance(lot, Lot):
                trays.free(lot)
            return found

        for text in blocks:
            lot, count = (text, text.lines) if isinstance(text, Span) else (trays.put(text.block), text.count)
            waiting.append((lot, pool.submit(_search, lot, text.first, count)))
            # Behind a short block a live log has paused: what came so far is not held back for what may come.
            room = self._processes + AHEAD if lot.size >= WHOLE else 1
            while len(waiting) >= room:
                yield first()
        while waiting:
            yield first()

    def _take(self, found: Found) -> None:
        self._inlet.tally.absorb(found.tally)
        if found.tally.handled:
            self._inlet.watcher.absorb(found.watcher)
        self._matcher.reference.accounts.absorb(found.noted)


@dataclass(frozen=True, slots=True)
class Bench:
    """What a process of a crew works with."""

    matcher: Matcher
    inlet: Inlet
    lines: RawLines
    rules: Mapping[int, int]
    trays: Trays
    spans: Spans | None

    def take(self, lot: Lot | Span) -> bytes:
        """Return the lines that lie somewhere."""
        return self.spans.read(lot) if self.spans and isinstance(lot, Span) else self.trays.take(cast("Lot", lot))


_benches: list[Bench] = []
"""In a process of a crew its bench, in all others none."""


def _begin(matcher: Matcher, inlet: Inlet, trays: Trays, spans: Spans | None) -> None:
    """Begin as a process of a crew: an interrupt is for the one that hands out the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    matcher.reference.accounts.take()  # what was noted before this process began is noted where it began
    rules = {id(rule.ref): number for number, rule in enumerate(matcher.reference.ruleset.rules)}
    _benches.append(Bench(matcher, inlet, RawLines(matcher, inlet), rules, trays, spans))


def _end_with_parent() -> None:
    """End this process when the one that hands out the work was killed, instead of waiting for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _search(lot: Lot | Span, first: int, count: int) -> Found:
    (bench,) = _benches
    inlet = bench.inlet
    watcher = Watcher(inlet.watcher.name, inlet.watcher.format, inlet.watcher.max_gap, bench.matcher.routes)
    tally = Tally(inlet.tally.source)
    bench.lines.begin(replace(inlet, tally=tally, watcher=watcher))
    hits = packed(bench.lines.block(Lines(bench.take(lot), first, count)), bench.rules)
    return Found(hits, tally, replace(watcher, routes=None), bench.matcher.reference.accounts.take())
