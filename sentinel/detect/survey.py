"""Counts what came by log source, day and field without judging it: enough to say which rules could have fired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sentinel.detect.days import day_of
from sentinel.detect.inlet import Inlet
from sentinel.detect.ledger import Account, Ledger
from sentinel.detect.routes import Route, Routes
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Hit, LedgerEntry
from sentinel.model.events import Event


class Survey:
    """An engine that evaluates nothing; what only evaluating shows (hits, failures, filters) stays unknown."""

    def __init__(self, ruleset: RuleSet, routes: Routes) -> None:
        self.ruleset = ruleset
        self.routes = routes
        self.accounts = Ledger(ruleset, routes)

    def read(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        """Read one stream of a format, and yield nothing."""
        return self.run(inlet.events(kind, chunks), inlet.source)

    def together(self, _inlet: Inlet) -> None:
        """Have no files wait for others."""

    def run(self, events: Iterable[Event], source: str | None = None) -> Iterator[Hit]:
        """Note events and yield nothing."""
        known: dict[tuple[str, tuple[Route, ...]], Account] = {}
        for event in events:
            key = source or event.source, self.routes.route(event)
            account = known.get(key) or known.setdefault(key, self.accounts.account(*key))
            account.note(day_of(event))
            account.note_fields(event.fields)
        yield from ()

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule and every refused document."""
        return self.accounts.entries()
