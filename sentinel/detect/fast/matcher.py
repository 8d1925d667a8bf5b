"""Finds the few rules that may be true for an event, and has the reference engine evaluate those."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from itertools import accumulate, repeat
from typing import TypeAlias

from sentinel.detect.days import day_of
from sentinel.detect.engine import Engine
from sentinel.detect.fast.alarm import Alarm, build_alarm, rebuild_alarm
from sentinel.detect.fast.finder import names_read
from sentinel.detect.fast.gates import ABSENT
from sentinel.detect.fast.plans import Keepers, Plan, make_plan
from sentinel.detect.fast.second import SecondLook
from sentinel.detect.fast.texts import search_text
from sentinel.detect.fast.witness import Ways, ways
from sentinel.detect.ledger import Account
from sentinel.detect.readings import as_text, scalars
from sentinel.detect.routes import Route, Routes
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Hit
from sentinel.model.events import Event, Fields

FEW = 500
MOST_TIMES = 2
MOST_PLANS = 10_000
SAMPLE_BYTES = 1_000_000


Known: TypeAlias = tuple[tuple[Route, ...], Plan, SecondLook]
"""The log sources of an event, and what is done with it."""


class Matcher:
    """Wakes only the rules whose needles or gates an event meets; those of gates alone where nothing can scan.

    `alarm` is that of the rules where it was compiled before.
    """

    def __init__(self, ruleset: RuleSet, routes: Routes, alarm: Alarm | None = None, *, scanning: bool = True) -> None:
        self.reference = Engine(ruleset, routes)
        self.routes = routes
        self._rules = ruleset.rules
        self._scanning = scanning
        self.alarm = alarm or build_alarm(list(map(self._ways, range(len(self._rules)))))
        self.generation = 0
        self._chosen_anew: frozenset[int] = frozenset()
        self._keepers: Keepers = {}
        self._present_only = routes.present_only
        self._names: dict[tuple[Route, ...], frozenset[str]] = {}
        self._plans: dict[tuple[object, ...], Known] = {}

    def look(self, events: Sequence[Event], source: str | None = None) -> Iterator[Hit]:
        """Account for some events, and yield their hits."""
        texts = [search_text(event.fields) if self.alarm.scanner else b"" for event in events]
        lines = [b"" if text is None else text for text in texts]
        woken = self.woken(b"\n".join((*lines, b"")), list(accumulate(len(line) + 1 for line in lines)))
        known = [self._known(event) for event in events]
        passed = self._passed(events, known)
        for index, (event, (routes, plan, second)) in enumerate(zip(events, known, strict=True)):
            where = source or event.source
            account = self.account(where, routes)
            account.note(day_of(event))
            account.note_fields(event.fields)
            wanted: AbstractSet[int] = plan.rules
            if texts[index] is not None:
                wanted = second.narrow(
                    partial(dict, event.fields), (plan.rules & woken.get(index, set())) | passed[index]
                )
            if wanted:
                yield from self.reference.judge(plan.steps, event, where, wanted)

    def _passed(self, events: Sequence[Event], known: Sequence[Known]) -> list[set[int]]:
        """Return for each event the rules of its plan that no gate holds back."""
        if not self._scanning:
            return [plan.passed(event.fields) for event, (_, plan, _) in zip(events, known, strict=True)]
        groups: dict[int, list[int]] = {}
        for index, (_, plan, _) in enumerate(known):
            groups.setdefault(id(plan), []).append(index)
        passed: list[set[int]] = [set()] * len(events)
        for indices in groups.values():
            _, plan, second = known[indices[0]]
            second.learn()
            for index, rules in zip(indices, plan.passed_each([events[one].fields for one in indices]), strict=True):
                passed[index] = rules
        return passed

    def _known(self, event: Event) -> Known:
        """Return the routes and the plan of an event, which are those of every event with the same deciding fields."""
        values: tuple[object, ...] = tuple(map(event.fields.get, self.routes.deciding, repeat(ABSENT)))
        if not event.fields.keys().isdisjoint(self._present_only):
            values = tuple(map(self._key, values, self.routes.deciding))
        key = values if _PLAIN.issuperset(map(type, values)) else (None, *map(repr, values))
        if key not in self._plans:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            known = [name for name in self.routes.deciding if name not in self._present_only]
            decided = {name: event.fields[name] for name in known if name in event.fields}
            routes = self.routes.route(event)
            plan = self.plan(routes, decided, [event.fields])
            self._plans[key] = routes, plan, SecondLook(plan)
        return self._plans[key]

    def _key(self, value: object, name: str) -> object:
        if name not in self._present_only:
            return value
        return ABSENT if value is ABSENT or not any(as_text(one) for one in scalars(value)) else "*"

    def woken(self, text: bytes, ends: Sequence[int]) -> dict[int, set[int]]:
        """Return for each line of search text the rules that it wakes; `ends` are the places behind the lines.

        Where the guess of which needles are rare fails for this log, they are counted in it and chosen again: then the
        `generation` is another one, and plans made before are of no use any more.
        """
        found = self.alarm.scan(text)
        if len(ends) >= FEW and self.generation < MOST_TIMES:
            noisy = self.alarm.noisy(found, len(ends)) - self._chosen_anew
            if noisy:
                self._chosen_anew |= noisy
                known = {number: self._ways(number) for number in noisy}
                self.alarm = rebuild_alarm(self.alarm, known, spread(text, ends))
                self.generation += 1
                self._plans.clear()
                found = self.alarm.scan(text)
        return self.alarm.by_line(found, ends)

    def _ways(self, number: int) -> Ways:
        return ways(self._rules[number].widest) if self._scanning else None

    def plan(self, routes: tuple[Route, ...], decided: Fields, sample: Sequence[Fields]) -> Plan:
        """Return the plan of events that belong to exactly these log sources and have these deciding fields."""
        steps = self.reference.plan(routes)
        known = frozenset(self.routes.deciding) - self._present_only
        return make_plan(steps, self.alarm.wakeless, (decided, known), sample, self._keepers)

    def names(self, routes: tuple[Route, ...]) -> frozenset[str]:
        """Return the names of fields that the rules for exactly these log sources read in records."""
        if routes not in self._names:
            self._names[routes] = names_read(self.reference.plan(routes))
        return self._names[routes]

    def account(self, source: str, routes: tuple[Route, ...]) -> Account:
        """Return where the events of a log that belong to exactly these log sources are accounted."""
        return self.reference.accounts.account(source, routes)


_PLAIN = {str, int, type(None), type(ABSENT)}
"""Types whose values Python does not take for one another, as it does `1` and `true`."""


def spread(text: bytes, ends: Sequence[int]) -> bytes:
    """Return some lines from all over a text, about SAMPLE_BYTES together."""
    every = max(1, len(text) // SAMPLE_BYTES)
    return b"".join(text[ends[index - 1] if index else 0 : ends[index]] for index in range(0, len(ends), every))
