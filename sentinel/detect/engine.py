"""Runs the rules over events: each event meets only the rules of its log sources, and every rule is accounted for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sentinel.detect.condition import Node
from sentinel.detect.days import day_of
from sentinel.detect.evaluate import Look, holds, matches_in
from sentinel.detect.inlet import Inlet
from sentinel.detect.ledger import Account, Ledger
from sentinel.detect.routes import Route, Routes, contains
from sentinel.detect.rule import LogSourceKey, Rule, RuleSet
from sentinel.model.alerts import Hit, LedgerEntry, Match
from sentinel.model.events import Event

BREAKS = (ArithmeticError, LookupError, RecursionError, TypeError, ValueError)
"""What a rule may break with on an event that nobody foresaw; the other rules go on, and the ledger says so."""

Known: TypeAlias = tuple[Match, ...] | None
"""What met a rule that one view alone looks at; None where that is not known."""


@dataclass(frozen=True, slots=True)
class Step:
    """Rules, by number, that look at an event through one view; the same rule again only where the view differs."""

    route: Route
    rules: Mapping[int, Rule]


class Engine:
    """The reference engine: every routed rule is evaluated on every event of its log source."""

    def __init__(self, ruleset: RuleSet, routes: Routes) -> None:
        self.ruleset = ruleset
        self.routes = routes
        self.accounts = Ledger(ruleset, routes)
        self._plans: dict[tuple[Route, ...], tuple[Step, ...]] = {}
        self._rules: dict[LogSourceKey, dict[int, Rule]] = {}
        for number, rule in enumerate(ruleset.rules):
            self._rules.setdefault(rule.logsource, {})[number] = rule

    def read(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        """Read one stream of a format, and yield hits as they are found."""
        return self.run(inlet.events(kind, chunks), inlet.source)

    def together(self, _inlet: Inlet) -> None:
        """Have no files wait for others."""

    def run(self, events: Iterable[Event], source: str | None = None) -> Iterator[Hit]:
        """Yield each hit as soon as it is found; may be called for one log after another.

        `source` is the log that the events are accounted under; without it each event's own.
        """
        known: dict[tuple[str, tuple[Route, ...]], tuple[tuple[Step, ...], Account]] = {}
        for event in events:
            key = source or event.source, self.routes.route(event)
            if key not in known:
                known[key] = self.plan(key[1]), self.accounts.account(*key)
            steps, account = known[key]
            account.note(day_of(event))
            account.note_fields(event.fields)
            yield from self.judge(steps, event, key[0])

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule and every refused document, with what the events so far allow to say."""
        return self.accounts.entries()

    def judge(
        self,
        steps: Iterable[Step],
        event: Event,
        source: str,
        wanted: Mapping[int, Known] | None = None,
        event_id: str = "",
    ) -> Iterator[Hit]:
        """Evaluate an event's rules, or only those with the numbers `wanted`, and yield its hits.

        What met one of those may be known already, and so may the event's fingerprint. A rule that is met but for its
        filters is noted as suppressed.
        """
        found: set[int] = set()
        hidden: set[int] = set()
        for step in steps:
            numbers = step.rules if wanted is None else sorted(wanted.keys() & step.rules.keys())
            look: Look | None = None
            for number in numbers:
                rule = step.rules[number]
                matched = None if wanted is None else wanted[number]
                if matched is None:
                    look = look or Look(step.route.view(event.fields))
                    matched = None if number in found else self._matches(step, number, look, event, source)
                if matched is not None:
                    found.add(number)
                    self.accounts.note_hit(source, number)
                    yield Hit(rule.ref, event, matched, event_id)
                elif look is not None and rule.unfiltered is not None and _holds(rule.unfiltered, look):
                    hidden.add(number)
        for number in hidden - found:
            self.accounts.note_suppressed(source, number, day_of(event))

    def plan(self, routes: tuple[Route, ...]) -> tuple[Step, ...]:
        """Return what is done with events that belong to exactly these log sources."""
        if routes not in self._plans:
            self._plans[routes] = self._make_plan(routes)
        return self._plans[routes]

    def _matches(self, step: Step, number: int, look: Look, event: Event, source: str) -> tuple[Match, ...] | None:
        meter = self.accounts.meter
        since = meter.clock() if meter else 0
        try:
            return matches_in(step.rules[number].condition, look)
        except BREAKS as error:
            self.accounts.note_failed(source, number, type(error).__name__, day_of(event))
            return None
        finally:
            if meter:
                meter.note(number, since)

    def _make_plan(self, routes: tuple[Route, ...]) -> tuple[Step, ...]:
        """Give each rule one step for each different view among the log sources that it means."""
        steps: dict[tuple[tuple[str, str], ...], tuple[Route, dict[int, Rule]]] = {}
        for route in routes:
            _, rules = steps.setdefault(route.aliases, (route, {}))
            for wanted, found in self._rules.items():
                if contains(wanted, route.key):
                    rules.update(found)
        return tuple(Step(route, dict(sorted(rules.items()))) for route, rules in steps.values() if rules)


def _holds(condition: Node, look: Look) -> bool:
    """Say whether a rule is met but for its filters; where that breaks, the whole condition broke before."""
    try:
        return holds(condition, look)
    except BREAKS:
        return False
