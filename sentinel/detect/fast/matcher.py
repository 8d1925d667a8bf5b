"""What is known of the rules by every search: what wakes them, and what is done with events of which log sources."""

from __future__ import annotations

from collections.abc import Sequence

from sentinel.detect.engine import Engine
from sentinel.detect.fast.alarm import Alarm, build_alarm, rebuild_alarm
from sentinel.detect.fast.gates import Porter
from sentinel.detect.fast.plans import Plan, Sample, make_plan
from sentinel.detect.fast.scanner import Found
from sentinel.detect.fast.second import SecondLook
from sentinel.detect.fast.table import Table, Values
from sentinel.detect.fast.witness import Ways, ways
from sentinel.detect.fields import flatten
from sentinel.detect.ledger import Account
from sentinel.detect.routes import Route, Routes
from sentinel.detect.rule import RuleSet
from sentinel.model.events import Fields

TIRED = 100_000
"""Times that rules are woken, as many as choosing other needles takes the time of."""
SOUNDS = 10
"""Needles found that cost as much as a rule that is woken."""
FEW = 500
"""Records that tell how often a needle is there."""
MOST_TIMES = 2
MOST_PLANS = 10_000
SAMPLE_BYTES = 1_000_000


class Matcher:
    """Wakes only the rules whose needles or gates an event meets; those of gates alone where nothing can scan.

    `alarm` is that of the rules where it was compiled before. `lines` reads JSON lines as their reader does, `events`
    those that were written of fields.
    """

    def __init__(self, ruleset: RuleSet, routes: Routes, alarm: Alarm | None = None, *, scanning: bool = True) -> None:
        self.reference = Engine(ruleset, routes)
        self.routes = routes
        self._rules = ruleset.rules
        self._scanning = scanning
        self.alarm = alarm or build_alarm(list(map(self._ways, range(len(self._rules)))))
        self.generation = 0
        self._noise = 0.0
        self._chosen_anew: frozenset[int] = frozenset()
        self.values = Values(routes.deciding, routes.present_only)
        self.lines = Table(self.values, flatten)
        self.events = Table(self.values, dict, folding=True)
        self.porter = Porter(self.values, scanning=scanning)
        self._plans: dict[tuple[object, ...], tuple[Plan, SecondLook]] = {}

    def is_tired(self, sounds: Found, woken: int, text: bytes, ends: Sequence[int]) -> bool:
        """Say whether other needles were chosen, since what these found so far cost more than choosing does.

        `sounds` is what was found in this search text, which `woken` times woke a rule in vain or not. Then the
        `generation` is another one, and plans made before are of no use any more.
        """
        self._noise += woken + len(sounds) / SOUNDS
        if self._noise < TIRED or len(ends) < FEW or self.generation >= MOST_TIMES:
            return False
        self._noise = 0.0
        noisy = self.alarm.noisy(sounds, len(ends)) - self._chosen_anew
        if not noisy:
            return False
        self._chosen_anew |= noisy
        known = {number: self._ways(number) for number in noisy}
        self.alarm = rebuild_alarm(self.alarm, known, spread(text, ends))
        self.generation += 1
        self._plans.clear()
        return True

    def plan(self, routes: tuple[Route, ...], decided: Fields, sample: Sample) -> tuple[Plan, SecondLook]:
        """Return what is done with events that belong to exactly these log sources and have these deciding fields."""
        key = (routes, *((name, repr(value)) for name, value in decided.items()))
        if key not in self._plans:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            steps = self.reference.plan(routes)
            known = frozenset(self.routes.deciding) - self.routes.present_only
            plan = make_plan(steps, self.alarm.wakeless, (decided, known), sample, self.porter)
            self._plans[key] = plan, SecondLook(plan, self.porter, self.values)
        return self._plans[key]

    def account(self, source: str, routes: tuple[Route, ...]) -> Account:
        """Return where the events of a log that belong to exactly these log sources are accounted."""
        return self.reference.accounts.account(source, routes)

    def _ways(self, number: int) -> Ways:
        return ways(self._rules[number].widest) if self._scanning else None


def spread(text: bytes, ends: Sequence[int]) -> bytes:
    """Return some lines from all over a text, about SAMPLE_BYTES together."""
    every = max(1, len(text) // SAMPLE_BYTES)
    return b"".join(text[ends[index - 1] if index else 0 : ends[index]] for index in range(0, len(ends), every))
