"""What is known of the rules by every search: what wakes them, and what is done with events of which log sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sentinel.detect.condition import Keyword, leaves
from sentinel.detect.engine import Engine
from sentinel.detect.fast.alarm import RARE, TOO_OFTEN, Alarm, Alarms, build_alarms, make_alarm
from sentinel.detect.fast.calls import Calls
from sentinel.detect.fast.choices import Choices
from sentinel.detect.fast.databases import Databases
from sentinel.detect.fast.gate_costs import GateCosts
from sentinel.detect.fast.gate_needles import GateNeedles
from sentinel.detect.fast.gates import Porter
from sentinel.detect.fast.needles import Needles
from sentinel.detect.fast.plans import Plan, Sample, make_plan
from sentinel.detect.fast.second import SecondLook
from sentinel.detect.fast.table import Table, Values
from sentinel.detect.fast.witness import Ways, is_witness, ways
from sentinel.detect.ledger import Account
from sentinel.detect.readers.jsonl import fields_of
from sentinel.detect.routes import Route, Routes
from sentinel.detect.rule import Rule, RuleSet
from sentinel.model.events import Fields
from sentinel.model.kept import Kept

TIRED = 2_000
"""Times that rules are woken, as many as choosing other needles takes the time of."""
AGAIN = 10
"""Times as many for choosing a second time: all values met so far are searched once more for that."""
FEW = 500
"""Records that tell how often a needle is there."""
MOST_TIMES = 2
MOST_PLANS = 10_000
MOST_LISTENING = 50
SAMPLE_BYTES = 1_000_000


class Matcher:
    """Wakes only the rules whose needles or gates an event meets; those of gates alone where nothing can scan.

    `alarms` are those of the rules where they were compiled before; databases of gates are `kept`. `lines` reads JSON
    lines as their reader does, `events` those that were written of fields.
    """

    def __init__(
        self,
        ruleset: RuleSet,
        routes: Routes,
        alarms: Alarms | None = None,
        *,
        scanning: bool = True,
        kept: Kept | None = None,
    ) -> None:
        self.reference = Engine(ruleset, routes)
        self.routes = routes
        self._rules = ruleset.rules
        alarms = alarms or build_alarms([known_of(rule, scanning=scanning) for rule in self._rules])
        self.choices = Choices(kept if scanning else None, alarms)
        before = {number: found for number, found in self.choices.known.items() if self._is_sound(number, found)}
        self.alarms = alarms.given(before)
        self.generation = 0
        self._noise = 0
        self._chosen_anew: frozenset[int] = frozenset()
        self._chosen_before = frozenset(before)
        self.values = Values(routes.deciding, routes.present_only)
        self.lines = Table(self.values, fields_of)
        self.events = Table(self.values, dict, folding=True)
        self.calls = Calls(self.values, self.alarms.values, Readers(self._rules, routes))
        self.databases = Databases(kept)
        self.costs = GateCosts(kept)
        self.needles = GateNeedles(self.databases, kept)
        self.porter = Porter(self.values, self.needles if scanning else None)
        self._plans: dict[tuple[object, ...], tuple[Plan, SecondLook]] = {}
        self._listening: dict[frozenset[int], Alarm] = {}

    def is_tired(self, woken: Mapping[int, int], events: int, sample: Callable[[], bytes]) -> bool:
        """Say whether other needles were chosen, since what could be chosen anew cost more so far than choosing does.

        `woken` are the rules that needles woke among some events, with how often; `sample` is search text of those.
        Then the `generation` is another one, and plans for rules that no needle wakes any more are of no use.
        """
        noisy = {rule: n for rule, n in woken.items() if self._is_noisy(rule, n / max(1, events))}
        self._noise += sum(noisy.values())
        if self._noise < TIRED * AGAIN**self.generation or events < FEW or self.generation >= MOST_TIMES:
            return False
        self._noise = 0
        if not noisy:
            return False
        self._chosen_anew |= noisy.keys()
        known = {number: ways(self._rules[number].widest) for number in sorted(noisy)}
        before = self.alarms.wakeless
        self.alarms = self.alarms.rebuilt(known, sample(), self.databases.literals)
        self.choices.take(self.alarms.witnesses(noisy))
        self.calls.listen_to(self.alarms.values)
        self._listening.clear()
        self.generation += 1
        gated = self.alarms.wakeless - before
        self._plans = {key: one for key, one in self._plans.items() if one[0].rules.isdisjoint(gated)}
        return True

    def save(self) -> None:
        """Keep for later logs what was compiled and chosen since this was last asked."""
        self.databases.save()
        self.choices.save()
        self.costs.save()
        self.needles.save()

    def _is_sound(self, number: int, found: Needles) -> bool:
        """Say whether needles that an earlier log chose for a rule are needed by it as it is now.

        A rule may have been changed and begin with the same needles as before: then its others must not wake it.
        """
        if number not in range(len(self._rules)):
            return False
        return not found or is_witness(found, ways(self._rules[number].widest))

    def _is_noisy(self, rule: int, share: float) -> bool:
        """Say whether a rule that is woken for so many of the events might be given better needles.

        Those that an earlier log chose are as good as can be, unless that was a log of another kind.
        """
        return share > (TOO_OFTEN if rule in self._chosen_before else RARE) and rule not in self._chosen_anew

    def plan(self, routes: tuple[Route, ...], decided: Fields, sample: Sample) -> tuple[Plan, SecondLook]:
        """Return what is done with events that belong to exactly these log sources and have these deciding fields."""
        key = (routes, *((name, repr(value)) for name, value in decided.items()))
        if key not in self._plans:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            steps = self.reference.plan(routes)
            known = frozenset(self.routes.deciding) - self.routes.present_only
            plan = make_plan(steps, self.alarms, (decided, known), sample, self.porter, self.costs)
            for door in plan.openers:
                self.calls.attend(door.keeper, door.names[0])
            self._plans[key] = plan, SecondLook(plan, self.porter, self.values)
        return self._plans[key]

    def listening(self, rules: frozenset[int]) -> Alarm:
        """Return what wakes these of the rules that ask for keywords; those of other logs would find theirs too."""
        if rules not in self._listening:
            if len(self._listening) >= MOST_LISTENING:
                self._listening.clear()
            chosen = {number: self.alarms.lines[number] for number in sorted(rules)}
            self._listening[rules] = make_alarm(chosen, len(self._rules), self.databases.literals)
        return self._listening[rules]

    def account(self, source: str, routes: tuple[Route, ...]) -> Account:
        """Return where the events of a log that belong to exactly these log sources are accounted."""
        return self.reference.accounts.account(source, routes)


class Readers:
    """Says which rules read a field that a record of any log source may have under some name.

    It knows nothing of the matcher: what refers to itself is freed late, and one holds tens of megabytes.
    """

    def __init__(self, rules: Sequence[Rule], routes: Routes) -> None:
        self._rules = rules
        self._routes = routes
        self._by_field: dict[str, list[int]] = {}

    def __call__(self, name: str) -> frozenset[int]:
        """Return the rules by their numbers."""
        if not self._by_field:
            for number, rule in enumerate(self._rules):
                for field in rule.fields:
                    self._by_field.setdefault(field, []).append(number)
        names = {name, *(new for route in self._routes.routes for new, old in route.aliases if old == name)}
        return frozenset(number for one in names for number in self._by_field.get(one, ()))


def known_of(rule: Rule, *, scanning: bool = True) -> tuple[Ways, bool]:
    """Return how it can be known that a rule may be true, and whether it asks for keywords."""
    words = any(isinstance(leaf, Keyword) for leaf in leaves(rule.widest))
    return (ways(rule.widest) if scanning else None), words


def spread(text: bytes, ends: Sequence[int]) -> bytes:
    """Return some lines from all over a text, about SAMPLE_BYTES together."""
    every = max(1, len(text) // SAMPLE_BYTES)
    return b"".join(text[ends[index - 1] if index else 0 : ends[index]] for index in range(0, len(ends), every))
