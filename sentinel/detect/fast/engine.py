"""The fast engine: the same hits as the reference engine, which it asks only about rules that may be true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

from sentinel.detect.fast.alarm import Alarm
from sentinel.detect.fast.crew import Crew, can_fork
from sentinel.detect.fast.lines import RawLines
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.scanner import available
from sentinel.detect.inlet import Inlet
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Hit, LedgerEntry
from sentinel.model.events import Event

ALONE = 4
"""Blocks of 4 MB."""
BATCH = 1_000
"""Events looked at together."""


class FastEngine:
    """Raw JSON lines are searched before they are decoded; events of other formats are searched as one line each.

    `alarm` is what wakes the rules, where that was compiled before. Without `scanning` all lines are decoded, and rules
    are woken by the values of fields alone. A stream of more than `alone` blocks is shared among `processes`, which
    then know already which needles this log is full of.
    """

    def __init__(
        self,
        ruleset: RuleSet,
        routes: Routes,
        alarm: Alarm | None = None,
        *,
        scanning: bool | None = None,
        processes: int = 1,
        alone: int = ALONE,
    ) -> None:
        self.ruleset = ruleset
        self.routes = routes
        self._scanning = available() if scanning is None else scanning
        self.matcher = Matcher(ruleset, routes, alarm, scanning=self._scanning)
        self.accounts = self.matcher.reference.accounts
        self._processes = processes if can_fork() else 1
        self._alone = alone

    def read(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        """Read one stream of a format, and yield hits in the order of its records."""
        if kind == "jsonl" and self._scanning:
            return self._search(RawLines(self.matcher, inlet), chunks, inlet)
        return self._look(inlet.batches(kind, chunks, BATCH), inlet.source)

    def run(self, events: Iterable[Event], source: str | None = None) -> Iterator[Hit]:
        """Yield the hits of a batch of events as soon as it is full, in the order of the events."""
        remaining = iter(events)
        return self._look(iter(lambda: list(islice(remaining, BATCH)), []), source)

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule and every refused document, with what the events so far allow to say."""
        return self.accounts.entries()

    def _look(self, batches: Iterable[list[Event]], source: str | None) -> Iterator[Hit]:
        for batch in batches:
            yield from self.matcher.look(batch, source)

    def _search(self, lines: RawLines, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        texts = lines.texts(chunks)
        for text in texts if self._processes == 1 else islice(texts, self._alone):
            yield from lines.block(text)
        further = list(islice(texts, 1))
        if further:
            yield from Crew(self.matcher, inlet, self._processes).read(chain(further, texts))
