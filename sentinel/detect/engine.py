"""Runs the rules over events: each event meets only the rules of its log sources, and every rule is accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sentinel.detect.evaluate import Look, matches_in
from sentinel.detect.ledger import Account, entries
from sentinel.detect.routes import Route, Routes, contains
from sentinel.detect.rule import Rule, RuleSet
from sentinel.model.alerts import Hit, LedgerEntry
from sentinel.model.events import Event, Fields

MOST_FIELDS = 50_000


@dataclass(frozen=True, slots=True)
class Step:
    """Rules that look at an event through one view; a rule stands in a later step only where the view differs."""

    route: Route
    rules: tuple[Rule, ...]


@dataclass(slots=True)
class Plan:
    """What is done with events of one combination of log sources, and what was seen of them.

    `seen` are the names of fields, `complete` says that there was room to note them all.
    """

    steps: tuple[Step, ...]
    rules: frozenset[int]
    events: int = 0
    seen: set[str] = field(default_factory=set)
    complete: bool = True

    def note(self, fields: Fields) -> None:
        """Note the fields that rules could read."""
        if self.seen.issuperset(fields):
            return
        if len(self.seen) < MOST_FIELDS:
            self.seen.update(fields)
        else:
            self.complete = False


class Engine:
    """The reference engine: every routed rule is evaluated on every event of its log source."""

    def __init__(self, ruleset: RuleSet, routes: Routes) -> None:
        self.ruleset = ruleset
        self.routes = routes
        self._order = {id(rule): number for number, rule in enumerate(ruleset.rules)}
        self._plans: dict[tuple[Route, ...], Plan] = {}
        self._hits: Counter[int] = Counter()

    def run(self, events: Iterable[Event]) -> Iterator[Hit]:
        """Yield each hit as soon as it is found; may be called for one log after another."""
        for event in events:
            plan = self._plan(self.routes.route(event))
            plan.events += 1
            yield from self._evaluate(plan, event)

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every rule and every refused document, with what the events so far allow to say."""
        accounts = [Account() for _ in self.ruleset.rules]
        for plan in self._plans.values():
            for number in plan.rules:
                accounts[number].add(plan.events, plan.seen, complete=plan.complete)
        for number, hits in self._hits.items():
            accounts[number].hits = hits
        return entries(self.ruleset, self.routes, accounts)

    def _evaluate(self, plan: Plan, event: Event) -> Iterator[Hit]:
        found: set[int] = set()
        for step in plan.steps:
            fields = step.route.view(event.fields)
            plan.note(fields)
            look = Look(fields)
            for rule in step.rules:
                number = self._order[id(rule)]
                matched = None if number in found else matches_in(rule.condition, look)
                if matched is not None:
                    found.add(number)
                    self._hits[number] += 1
                    yield Hit(rule.ref, event, matched)

    def _plan(self, routes: tuple[Route, ...]) -> Plan:
        if routes not in self._plans:
            self._plans[routes] = self._make_plan(routes)
        return self._plans[routes]

    def _make_plan(self, routes: tuple[Route, ...]) -> Plan:
        """Give each rule one step for each different view among the log sources that it means."""
        steps: dict[tuple[tuple[str, str], ...], tuple[Route, dict[int, Rule]]] = {}
        for route in routes:
            _, rules = steps.setdefault(route.aliases, (route, {}))
            for rule in self.ruleset.rules:
                if contains(rule.logsource, route.key):
                    rules[self._order[id(rule)]] = rule
        made = tuple(Step(route, tuple(rules.values())) for route, rules in steps.values() if rules)
        return Plan(made, frozenset(number for _, rules in steps.values() for number in rules))
