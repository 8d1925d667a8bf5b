"""What the fast path does with events whose deciding fields are equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeAlias

from sentinel.detect.condition import Node
from sentinel.detect.engine import Step
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.alarm import Alarm, Alarms
from sentinel.detect.fast.gate_costs import GateCosts
from sentinel.detect.fast.gates import Cost, Door, Entry, Gate, Porter, is_opened_by_values
from sentinel.detect.fast.refute import refuted
from sentinel.detect.rule import Rule
from sentinel.model.events import Fields

Decided: TypeAlias = tuple[Fields, frozenset[str]]
"""The deciding fields that events have, and the names of all of them: those that are not there are absent."""

Sample: TypeAlias = Callable[[], Sequence[Fields]]
OPEN = 20.0
"""What an open gate costs against a value not met before: a whole event is decoded, and a rule evaluated."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of the reference engine, and how its rules are woken: `always` are those that nothing can hold back.

    `openers` are doors that stay closed where their field is not there: single values open them. `asked` are the names
    of the fields that are asked for, `heard` those of them whose values wake rules.
    """

    steps: tuple[Step, ...]
    rules: AbstractSet[int]
    always: frozenset[int]
    doors: tuple[Door, ...]
    openers: tuple[Door, ...]
    asked: frozenset[str]
    heard: tuple[str, ...]


def make_plan(
    steps: Sequence[Step], alarms: Alarms, decided: Decided, sample: Sample, porter: Porter, costs: GateCosts
) -> Plan:
    """Leave out the rules that the decided fields refute, and build the gates of those that no needle wakes.

    `sample` reads some of the events, which tell good gates from bad, as `costs` remember them.
    """
    always: set[int] = set()
    doors: dict[tuple[tuple[str, ...], ...], list[tuple[Gate, int]]] = {}
    openers: dict[tuple[tuple[str, ...], ...], list[tuple[Gate, int]]] = {}
    asked: set[str] = set()
    wakeless = alarms.wakeless
    kept = tuple(_kept(step, decided) for step in steps)
    seen: Sequence[Fields] | None = None
    for step in kept:
        hard = sorted(wakeless & step.rules.keys())
        if hard and seen is None:
            seen = sample()
        cost = _cost([step.route.view(one) for one in seen or ()] if hard else ())
        for number in hard:
            rule = step.rules[number]
            ways = costs.choose(_called(rule, step), rule.widest, cost, len(seen or ()))
            if ways is None:
                always.add(number)
            for one, also in ways or ():
                asked.update(name for each in (one, *also) for names in _names(step, each) for name in names)
                entry = Entry(number, tuple(porter.door(_names(step, other), ((other, 0),)) for other in also))
                kind = openers if is_opened_by_values(one) else doors
                kind.setdefault(_names(step, one), []).append((one, porter.entry(entry)))
    heard = {name for step in kept for name in _heard(step, alarms.values)}
    heard.update(name for (names,) in openers for name in names)
    return Plan(
        steps=tuple(step for step in kept if step.rules),
        rules=frozenset(number for step in kept for number in step.rules),
        always=frozenset(always),
        doors=tuple(porter.door(names, found) for names, found in doors.items()),
        openers=tuple(porter.door(names, found) for names, found in openers.items()),
        asked=frozenset(asked | heard),
        heard=tuple(sorted(heard)),
    )


def _called(rule: Rule, step: Step) -> str:
    """Return what names a rule as it is seen through a view, from one log to the next."""
    return f"{rule.ref.hash} {step.route.dataset} {step.route.key}"


def _heard(step: Step, alarm: Alarm) -> Iterator[str]:
    """Yield the names under which a record has the fields of rules that needles wake."""
    fields: set[str] = set().union(*(rule.fields for number, rule in step.rules.items() if number in alarm.chosen))
    yield from (name for field in fields for name in names_in(step, field))


def _kept(step: Step, decided: Decided) -> Step:
    """Return a step with those rules only that may be true for events whose decided fields are these."""
    fields, names = decided
    aliased = {new for new, _ in step.route.aliases if new not in fields}
    known = names - aliased
    kept = {number: rule for number, rule in step.rules.items() if not refuted(rule.widest, fields, known)}
    return Step(step.route, kept)


def names_in(step: Step, field: str) -> tuple[str, ...]:
    """Return the names of a field in a record, as the view of a step takes them: the first that is there counts."""
    return (field, *(old for new, old in step.route.aliases if new == field))


def _names(step: Step, one: Gate) -> tuple[tuple[str, ...], ...]:
    return tuple(names_in(step, field) for field in one[0])


def _cost(sample: Sequence[Fields]) -> Cost:
    """Return what a gate costs on a sample: the share of values it has not met before, and how often it opens."""
    seen: dict[tuple[str, ...], Sequence[tuple[Look, int]]] = {}
    known: dict[int, tuple[Node, float]] = {}  # by the `id()` of the node, which is held so that no other one gets it

    def cost(one: Gate) -> float:
        names, node = one
        if id(node) not in known:
            if names not in seen:
                seen[names] = _different(names, sample)
            opened = sum(count for look, count in seen[names] if holds(node, look))
            known[id(node)] = node, (len(seen[names]) + OPEN * opened + 1) / (len(sample) + 1)
        return known[id(node)][1]

    return cost


def _different(names: Sequence[str], sample: Sequence[Fields]) -> Sequence[tuple[Look, int]]:
    """Return the different values of some fields as rules look at them, with how often they come."""
    views = [{name: view[name] for name in names if name in view} for view in sample]
    counts = Counter(map(repr, views))
    return [(Look(view), counts[text]) for text, view in {repr(view): view for view in views}.items()]
