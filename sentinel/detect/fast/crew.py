"""Several processes that search the blocks of one log; what they found is taken back in the order of the blocks."""

from __future__ import annotations

import multiprocessing
import os
import pickle
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
AHEAD = 3
"""Blocks that a helper has at most: the one it searches, and those that wait for it."""
BEHIND = 4
"""Blocks, by processes, that may be finished before one that takes long."""
WHOLE = BLOCK_BYTES - MAX_LINE
"""Bytes that a block has at least where the log goes on."""


Parcel: TypeAlias = list[tuple[str, str, datetime | None, Fields, str, list[tuple[int, list[tuple[str, str, str]]]]]]
"""Events and their fingerprints, each with the numbers of the rules that it met, and what met them."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one block: its hits, or, where another process found them, what they are packed in."""

    hits: Sequence[Hit]
    parcel: Parcel
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
    """This process and its helpers, at work on one stream; what they count comes into `inlet` with their hits.

    `lines` are its first blocks, searched before: what they taught is known to all.
    """

    def __init__(self, matcher: Matcher, lines: RawLines, inlet: Inlet, processes: int) -> None:
        self._matcher = matcher
        self._lines = lines
        self._inlet = inlet
        self._helpers = processes - 1

    def read(self, blocks: Iterator[Lines | Span], spans: Spans | None = None) -> Iterator[Hit]:
        """Yield the hits of blocks in their order, of those that are `spans` of a file read there.

        InputError where a process ends by itself, or where the file cannot be read any more.
        """
        rules = [rule.ref for rule in self._matcher.reference.ruleset.rules]
        trays = Trays(self._helpers * AHEAD + BEHIND)
        bench = Bench(self._matcher, self._inlet, self._lines, trays, spans)
        pool = ProcessPoolExecutor(self._helpers, multiprocessing.get_context("fork"), _begin, (bench,))
        try:
            with closing(self._found(pool, bench, blocks)) as found:
                for one in found:
                    self._take(one)
                    yield from one.hits or unpacked(one.parcel, rules)
        except (BrokenProcessPool, OSError) as error:
            what = "a process that read it was ended from outside"
            if isinstance(error, OSError):
                what = f"cannot be read: {error.strerror or error}"
            self._matcher.reference.accounts.note_truncated(self._inlet.source, f"{self._inlet.name}: {what}")
            raise InputError(Location(self._inlet.name), what) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _found(
        self, pool: ProcessPoolExecutor, bench: Bench, blocks: Iterator[Lines | Span]
    ) -> Generator[Found, None, None]:
        """Hand blocks out, and search one here whenever all helpers have enough."""
        waiting: deque[Future[Found | Lot]] = deque()
        most = self._helpers * AHEAD
        try:
            for text in blocks:
                is_full = sum(not one.done() for one in waiting) >= most
                waiting.append(_search_here(bench, text) if is_full else _hand_out(pool, bench.trays, text))
                # Behind a short block a live log has paused: what came so far is not held back for what may come.
                has_paused = _size(text) < WHOLE
                while waiting and (has_paused or len(waiting) > BEHIND * (self._helpers + 1) or waiting[0].done()):
                    yield bench.opened(waiting.popleft().result())
            while waiting:
                yield bench.opened(waiting.popleft().result())
        except (BrokenProcessPool, InputError, OSError):
            # What was found all the same comes out before it is told that something is lacking.
            yield from (bench.opened(one.result()) for one in waiting if one.exception() is None)
            raise

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
    trays: Trays
    spans: Spans | None

    def search(self, text: Lines) -> tuple[list[Hit], Tally, Watcher]:
        """Return the hits of a block, and what was counted and watched meanwhile."""
        known = self.inlet.watcher
        watcher = Watcher(known.name, known.format, known.max_gap, self.matcher.routes)
        tally = Tally(self.inlet.tally.source)
        self.lines.begin(replace(self.inlet, tally=tally, watcher=watcher))
        try:
            return list(self.lines.block(text)), tally, replace(watcher, routes=None)
        finally:
            self.lines.begin(self.inlet)

    def read(self, span: Span) -> Lines:
        """Return the lines of a span."""
        return Lines(cast("Spans", self.spans).read(span), span.first, span.lines)

    def opened(self, found: Found | Lot) -> Found:
        """Return what a helper found, from where it laid it down."""
        if isinstance(found, Found):
            return found
        opened: Found = pickle.loads(self.trays.take(found))  # noqa: S301 -- a process of our own wrote it
        self.trays.free(found)
        return opened


def _size(text: Lines | Span) -> int:
    return text.size if isinstance(text, Span) else len(text.block)


def _hand_out(pool: ProcessPoolExecutor, trays: Trays, text: Lines | Span) -> Future[Found | Lot]:
    """Hand a block to a helper, with a tray for what it finds."""
    if isinstance(text, Span):
        return pool.submit(_search_span, trays.put(b""), text)
    return pool.submit(_search_lot, trays.put(text.block), text.first, text.count)


def _search_here(bench: Bench, text: Lines | Span) -> Future[Found | Lot]:
    """Search a block in this process; what goes wrong is told when its turn comes."""
    done: Future[Found | Lot] = Future()
    try:
        hits, tally, watcher = bench.search(bench.read(text) if isinstance(text, Span) else text)
        done.set_result(Found(hits, [], tally, watcher, {}))
    except OSError as error:
        done.set_exception(error)
    return done


_helping: list[tuple[Bench, Mapping[int, int]]] = []
"""In a process that helps its bench, and the numbers of rules by the `id()` of their references; in others nothing."""


def _begin(bench: Bench) -> None:
    """Begin to help: an interrupt is for the one that hands out the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    bench.matcher.reference.accounts.take()  # what was noted before this process began is noted where it began
    rules = {id(rule.ref): number for number, rule in enumerate(bench.matcher.reference.ruleset.rules)}
    _helping.append((bench, rules))


def _end_with_parent() -> None:
    """End this process when the one that hands out the work was killed, instead of waiting for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _search_lot(lot: Lot, first: int, count: int) -> Lot:
    ((bench, _),) = _helping
    return _search(lot, Lines(bench.trays.take(lot), first, count))


def _search_span(lot: Lot, span: Span) -> Lot:
    ((bench, _),) = _helping
    return _search(lot, bench.read(span))


def _search(lot: Lot, text: Lines) -> Lot:
    ((bench, rules),) = _helping
    hits, tally, watcher = bench.search(text)
    found = Found((), packed(hits, rules), tally, watcher, bench.matcher.reference.accounts.take())
    return bench.trays.fill(lot, pickle.dumps(found, pickle.HIGHEST_PROTOCOL))
