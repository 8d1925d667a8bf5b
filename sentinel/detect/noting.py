"""The reference evaluator as an engine that remembers the events it saw: what a comparison with another one needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sentinel.detect.alerts import fingerprint
from sentinel.detect.engine import Engine
from sentinel.detect.inlet import Inlet
from sentinel.detect.routes import Routes, contains
from sentinel.detect.rule import LogSourceKey, RuleSet
from sentinel.errors import InputError, Location
from sentinel.model.alerts import Hit, LedgerEntry
from sentinel.model.events import Event, Fields

MOST_EVENTS = 200_000
"""Events that are remembered; they are held in memory."""


class Noting:
    """Notes each event by its fingerprint, under the names that rules use, and of which log sources it is.

    InputError where there are more than `most`.
    """

    def __init__(self, ruleset: RuleSet, routes: Routes, most: int = MOST_EVENTS) -> None:
        self.ruleset = ruleset
        self.routes = routes
        self.events: dict[str, Fields] = {}
        self._most = most
        self._engine = Engine(ruleset, routes)
        self.accounts = self._engine.accounts
        self._sources: dict[LogSourceKey, set[str]] = defaultdict(set)

    def read(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        """Read one stream of a format, and yield hits as they are found."""
        return self.run(inlet.events(kind, chunks), inlet.source)

    def together(self, _inlet: Inlet) -> None:
        """Have no files wait for others."""

    def run(self, events: Iterable[Event], source: str | None = None) -> Iterator[Hit]:
        """Yield the hits of events."""
        return self._engine.run(map(self._note, events), source)

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule and every refused document."""
        return self._engine.ledger()

    def of(self, logsource: LogSourceKey) -> set[str]:
        """Return the events of a rule's log source."""
        return {key for own, keys in self._sources.items() if contains(logsource, own) for key in keys}

    def _note(self, event: Event) -> Event:
        key, fields = fingerprint(event), event.fields
        for route in self.routes.route(event):
            fields = route.view(fields)
            self._sources[route.key].add(key)
        self.events[key] = fields
        if len(self.events) > self._most:
            raise InputError(Location(event.source), f"more than {self._most:,} events together; name fewer")
        return event
