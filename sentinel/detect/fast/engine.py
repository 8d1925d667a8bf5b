"""The fast engine: the same hits as the reference engine, which it asks only about rules that may be true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sentinel.detect.fast.alarm import Alarm
from sentinel.detect.fast.lines import RawLines
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.scanner import available
from sentinel.detect.inlet import Inlet
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Hit, LedgerEntry
from sentinel.model.events import Event

BATCH = 1_000
"""Events looked at together."""


class FastEngine:
    """Raw JSON lines are searched before they are decoded; events of other formats are searched as one line each."""

    def __init__(self, ruleset: RuleSet, routes: Routes, alarm: Alarm | None = None) -> None:
        self.ruleset = ruleset
        self.routes = routes
        self.matcher = Matcher(ruleset, routes, alarm)
        self.accounts = self.matcher.reference.accounts

    def read(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        """Read one stream of a format, and yield hits in the order of its records."""
        if kind == "jsonl" and available():
            return RawLines(self.matcher, inlet).read(chunks)
        return self.run(inlet.events(kind, chunks), inlet.source)

    def run(self, events: Iterable[Event], source: str | None = None) -> Iterator[Hit]:
        """Yield the hits of a batch of events as soon as it is full, in the order of the events."""
        remaining = iter(events)
        while batch := list(islice(remaining, BATCH)):
            yield from self.matcher.look(batch, source)

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule and every refused document, with what the events so far allow to say."""
        return self.accounts.entries()
