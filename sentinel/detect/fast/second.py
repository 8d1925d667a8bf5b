"""A second look at lines that wake rules often and in vain: the same programs and users come all day.

Of a rule that needles or gates wake often, the outcome is remembered for the values of all fields that it reads. Only
lines for which it may be true are decoded whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from sentinel.detect.condition import Keyword, leaves
from sentinel.detect.engine import Step
from sentinel.detect.fast.gates import Doorkeeper
from sentinel.detect.fast.heads import Heads
from sentinel.detect.fast.plans import Plan, names_in

OFTEN = 50
"""Times that a rule has been woken by lines of one plan before it is worth a second look."""
MOST_FIELDS = 12


class SecondLook:
    """The rules of one plan that are looked at twice, and what is remembered of them."""

    __slots__ = ("_counts", "_doors", "_heads", "_plan", "_refused")

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._counts: Counter[int] = Counter()
        self._doors: dict[int, list[tuple[Callable[[Any], Any], Doorkeeper]]] = {}
        self._refused: set[int] = set()
        self._heads = Heads((), (), (), frozenset())

    def narrow(self, line: bytes, rules: AbstractSet[int]) -> AbstractSet[int]:
        """Return those of the woken rules that may be true for a line, which is one plain object."""
        for number in rules:
            self._counts[number] += 1
        if self._doors.keys().isdisjoint(rules):
            return rules
        heads = self._heads.decode(line)
        if heads is None:
            return rules
        return {number for number in rules if number not in self._doors or self._may_be_true(number, heads[0])}

    def learn(self) -> None:
        """Take up the rules that were woken often by now."""
        often = {number for number, count in self._counts.items() if count >= OFTEN}
        fresh = often - self._doors.keys() - self._refused
        if not fresh:
            return
        doors = {number: tuple(self._steps(number)) for number in fresh | self._doors.keys()}
        self._refused |= {number for number, found in doors.items() if not found}
        names = [self._names(step, number) for number, found in doors.items() for step in found]
        self._heads = Heads((), (), {name for each in names for one in each for name in one}, frozenset())
        self._doors = {
            number: [(self._heads.values(self._names(step, number)), self._keeper(step, number)) for step in found]
            for number, found in doors.items()
            if found
        }

    def _may_be_true(self, number: int, head: Any) -> bool:  # noqa: ANN401 -- a made class
        return any(keeper[values(head)] for values, keeper in self._doors[number])

    def _steps(self, number: int) -> Iterator[Step]:
        """Yield the steps of a rule; none where what it reads is not a few fields."""
        for step in self._plan.steps:
            rule = step.rules.get(number)
            if rule is None:
                continue
            bare = any(isinstance(leaf, Keyword) for leaf in leaves(rule.widest))
            if bare or not 0 < len(rule.fields) <= MOST_FIELDS:
                return
            yield step

    def _names(self, step: Step, number: int) -> tuple[tuple[str, ...], ...]:
        return tuple(names_in(step, field) for field in sorted(step.rules[number].fields))

    def _keeper(self, step: Step, number: int) -> Doorkeeper:
        rule = step.rules[number]
        names = tuple(sorted(rule.fields))
        return Doorkeeper(names, [(names, rule.widest)], [number])
