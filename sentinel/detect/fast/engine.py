"""The fast engine: the same hits as the reference engine, which it asks only about rules that may be true."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from itertools import chain, groupby, islice

from sentinel.detect.fast.alarm import Alarms
from sentinel.detect.fast.crew import Crew, can_fork
from sentinel.detect.fast.lines import Lines, RawLines
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.records import Records
from sentinel.detect.fast.scanner import available
from sentinel.detect.fast.small import SmallFiles
from sentinel.detect.fast.spans import Span
from sentinel.detect.inlet import Inlet
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.rule_cache import RuleCache
from sentinel.model.alerts import Hit, LedgerEntry
from sentinel.model.events import Event
from sentinel.model.track import Track
from sentinel.native import can_compile, machine_code

ALONE = 2
"""Blocks of 8 MB."""
SMALL = 1_000_000
"""Events times rules that the reference engine judges while machine code would still be loaded."""
MOST = 16_000
"""Events for which that is so, however few rules there are."""
KILOBYTE = 1024
"""Bytes of an event."""
BATCH = 1_000
"""Events looked at together."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How the work is shared: a stream of more than `alone` blocks among `processes`.

    These then know already which needles this log is full of. Where `small`, the first few events are judged by the
    reference engine: loading machine code takes as long.
    """

    processes: int = 1
    alone: int = ALONE
    small: bool = True


class FastEngine:
    """JSON lines are searched before they are decoded; events of other formats are written as such lines.

    `alarms` are what wakes the rules, where that was compiled before. Without `scanning` rules are woken by gates
    alone. The machine code and the databases that all this takes are kept in `cache`; where machine code cannot be
    compiled, the reference engine judges all events, and `hindrance` says why.
    """

    def __init__(
        self,
        ruleset: RuleSet,
        routes: Routes,
        alarms: Alarms | None = None,
        *,
        scanning: bool | None = None,
        cache: RuleCache | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.ruleset = ruleset
        self.routes = routes
        scanning = available() if scanning is None else scanning
        self.matcher = Matcher(ruleset, routes, alarms, scanning=scanning, kept=cache)
        self.accounts = self.matcher.reference.accounts
        self._records: dict[str, Records] = {}
        self.hindrance = "" if can_compile() else "there is no Numba for this machine"
        self._cache = cache
        self._ready = False
        self._pace = pace or Pace()
        self._few = min(MOST, SMALL // max(1, len(ruleset.rules))) if self._pace.small else 0
        self._small = self._few * KILOBYTE
        self._processes = self._pace.processes if can_fork() else 1

    def read(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        """Read one stream of a format, and yield hits in the order of its records."""
        yield from self._read(kind, chunks, inlet)
        self.matcher.save()

    def together(self, inlet: Inlet) -> SmallFiles:
        """Return what has small files of one log wait; the first of all are judged as they come."""
        return SmallFiles(self.matcher, inlet, lambda: self._ready and not self._small)

    def _read(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        reference = self.matcher.reference
        if self.hindrance:
            return reference.read(kind, chunks, inlet)
        if kind not in {"jsonl", "evtx"}:
            return self._look(inlet.batches(kind, chunks, BATCH), inlet.source, inlet.track)
        first, whole = self._first(chunks)
        if whole:
            return self._look(inlet.batches(kind, iter(first), BATCH), inlet.source, inlet.track)
        if not self._prepare(inlet.track):
            return reference.read(kind, chain(first, chunks), inlet)
        lines = RawLines(self.matcher, inlet)
        if kind == "jsonl":
            return self._search(lines, chain(first, chunks), inlet)
        return (hit for text in lines.dumps(chain(first, chunks)) for hit in lines.block(text))

    def run(self, events: Iterable[Event], source: str | None = None) -> Iterator[Hit]:
        """Yield the hits of a batch of events as soon as it is full, in the order of the events."""
        remaining = iter(events)
        return self._look(iter(lambda: list(islice(remaining, BATCH)), []), source)

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule and every refused document, with what the events so far allow to say."""
        return self.accounts.entries()

    def _prepare(self, track: Track | None) -> bool:
        """Load machine code, if that can be; where it must be compiled first, that takes some seconds, and is shown."""
        if self._ready or self.hindrance:
            return self._ready
        made = map(machine_code, ("detect",), (self._cache,))
        try:
            deque(made if track is None else track("Preparing the fast engine", made), maxlen=0)
            self._ready = True
        except (ImportError, OSError, RuntimeError) as error:
            self.hindrance = " ".join(str(error).split())
        return self._ready

    def _look(self, batches: Iterable[list[Event]], source: str | None, track: Track | None = None) -> Iterator[Hit]:
        for batch in batches:
            few = self._few if len(batch) <= self._few or self._prepare(track) else len(batch)
            self._few -= min(self._few, len(batch))
            yield from self.matcher.reference.run(batch[:few], source)
            for own, group in groupby(batch[few:], lambda event: source or event.source):
                if own not in self._records:
                    self._records[own] = Records(self.matcher, own)
                yield from (hit for _, hit in self._records[own].look(list(group)))

    def _first(self, chunks: Iterator[bytes]) -> tuple[list[bytes], bool]:
        """Return the first chunks of a stream, and whether they are all of a small one; a quiet pipe may be none."""
        first: list[bytes] = []
        for chunk in chunks if self._small else ():
            first.append(chunk)
            self._small -= len(chunk)
            if self._small <= 0 or not chunk:
                self._small = 0
                return first, False
        return first, self._small > 0

    def _search(self, lines: RawLines, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        texts = lines.texts(chunks)
        text: Lines | None = None
        for text in texts if self._processes == 1 else islice(texts, self._pace.alone):
            yield from lines.block(text)
        if text is None or self._processes == 1:
            return
        crew, spans = Crew(self.matcher, lines, inlet, self._processes), lines.spans(text)
        rest: Iterator[Lines | Span] = texts
        if spans is not None:
            texts.close()
            rest = lines.tracked(spans)
        with nullcontext() if spans is None else closing(spans):
            further = list(islice(rest, 1))
            if further:
                yield from crew.read(chain(further, rest), spans)
