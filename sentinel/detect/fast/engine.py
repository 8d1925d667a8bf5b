"""The fast engine: the same hits as the reference engine, which it asks only about rules that may be true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice

from sentinel.detect.days import day_of
from sentinel.detect.engine import Engine
from sentinel.detect.fast.alarm import build_alarm
from sentinel.detect.fast.lines import RawLines
from sentinel.detect.fast.plans import Plan, make_plan
from sentinel.detect.fast.scanner import available
from sentinel.detect.fast.texts import search_text
from sentinel.detect.inlet import Inlet
from sentinel.detect.ledger import Account
from sentinel.detect.routes import Route, Routes
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Hit, LedgerEntry
from sentinel.model.events import Event, Fields

BATCH = 1_000
"""Events looked at together."""


class FastEngine:
    """Wakes only the rules whose needles or gates an event meets; the reference engine evaluates those.

    Raw JSON lines are searched before they are decoded. Events of every other format are searched as one line each.
    """

    def __init__(self, ruleset: RuleSet, routes: Routes) -> None:
        self.reference = Engine(ruleset, routes)
        self.ruleset = ruleset
        self.routes = routes
        self.accounts = self.reference.accounts
        self.alarm = build_alarm(ruleset.rules)
        self._plans: dict[tuple[Route, ...], Plan] = {}

    def read(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        """Read one stream of a format, and yield hits in the order of its records."""
        if kind == "jsonl" and available():
            return RawLines(self, inlet).read(chunks)
        return self.run(inlet.events(kind, chunks), inlet.source)

    def run(self, events: Iterable[Event], source: str | None = None) -> Iterator[Hit]:
        """Yield the hits of a batch of events as soon as it is full, in the order of the events."""
        remaining = iter(events)
        while batch := list(islice(remaining, BATCH)):
            yield from self.look(batch, source)

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule and every refused document, with what the events so far allow to say."""
        return self.accounts.entries()

    def look(self, events: Sequence[Event], source: str | None = None) -> Iterator[Hit]:
        """Account for some events, and yield their hits."""
        texts = [search_text(event.fields) for event in events]
        lines = [b"" if text is None else text for text in texts]
        ends = list(accumulate(len(line) + 1 for line in lines))
        woken = self.alarm.woken(b"\n".join(lines), ends)
        for index, event in enumerate(events):
            routes = self.routes.route(event)
            plan, account = self.plan(routes, [event.fields]), self.account(source or event.source, routes)
            account.note(day_of(event))
            account.note_fields(event.fields)
            wanted = None if texts[index] is None or self.alarm.scanner is None else woken.get(index, set())
            if wanted is not None:
                wanted = (wanted & plan.rules) | plan.passed(event.fields)
            if wanted is None or wanted:
                yield from self.reference.judge(plan.steps, event, source or event.source, wanted)

    def plan(self, routes: tuple[Route, ...], sample: Sequence[Fields]) -> Plan:
        """Return the plan of events that belong to exactly these log sources; `sample` are the fields of some."""
        if routes not in self._plans:
            steps = self.reference.plan(routes)
            self._plans[routes] = make_plan(steps, self.reference.order, self.alarm.wakeless, sample)
        return self._plans[routes]

    def account(self, source: str, routes: tuple[Route, ...]) -> Account:
        """Return where the events of a log that belong to exactly these log sources are accounted."""
        return self.accounts.account(source, routes)
