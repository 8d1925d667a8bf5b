"""A Sigma engine the way many are built: events in a table, one SQL query a rule (pySigma's back end for SQLite)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from sentinel.detect.routes import Route, Routes, contains
from sentinel.detect.rule import Rule
from sentinel.model.events import Event
from tests.golden.oracle import Row, convert, fill

BATCH = 20_000  # a table of this many events at a time, so that memory does not grow with the log


class Database:
    """The queries of all rules, to be run over one batch after another; each only over its own log sources."""

    def __init__(self, folder: Path, rules: Iterable[Rule], routes: Routes) -> None:
        self.conversion = convert(sorted(folder.rglob("*.yml")))
        self.routes = routes
        self.wanted = {rule.ref.id: rule.logsource for rule in rules}

    def run(self, events: Iterable[Event]) -> Iterator[tuple[str, str]]:
        """Yield the hits of each batch, rule by rule."""
        taken = iter(events)
        while batch := list(islice(taken, BATCH)):
            yield from dict.fromkeys(self._batch(batch))

    def _batch(self, batch: list[Event]) -> Iterator[tuple[str, str]]:
        rows, places, kinds = [], [], dict[str, tuple[Route, ...]]()
        for event in batch:
            for kind, same in self._views(event):
                kinds[kind] = same
                rows.append(Row(kind, same[0].view(event.fields)))
                places.append(f"{event.source}:{event.record}")
        database = fill(self.conversion.columns, rows)
        for rule, queries in self.conversion.queries.items():
            mine = [kind for kind, same in kinds.items() if self._asks(rule, same)]
            if mine:
                listed = ", ".join("?" * len(mine))
                narrowed = f"WITH logs AS (SELECT * FROM events WHERE owner IN ({listed}))"  # noqa: S608 -- question marks
                for query in queries:
                    for (number,) in database.execute(f"{narrowed} {query.replace('*', 'number', 1)}", mine):
                        yield rule, places[number]

    def _asks(self, rule: str, same: Iterable[Route]) -> bool:
        return any(contains(self.wanted[rule], route.key) for route in same)

    def _views(self, event: Event) -> Iterator[tuple[str, tuple[Route, ...]]]:
        """Yield each different view of an event, named by the log sources that have it."""
        looks: dict[tuple[tuple[str, str], ...], list[Route]] = {}
        for route in self.routes.route(event):
            looks.setdefault(route.aliases, []).append(route)
        for same in looks.values():
            yield " ".join(str(route.key) for route in same), tuple(same)
