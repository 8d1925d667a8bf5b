"""A second look at lines that wake rules often and in vain: the same programs and users come all day.

Of a rule that needles or gates wake often, the outcome is remembered for the values of all fields that it reads. Only
lines for which it may be true are then judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TypeAlias

from sentinel.detect.condition import Keyword, Node, leaves
from sentinel.detect.evaluate import Look
from sentinel.detect.fast.gates import ABSENT, MOST_LETTERS, letters, may_hold
from sentinel.detect.fast.plans import Plan
from sentinel.detect.routes import Route
from sentinel.model.events import Fields

OFTEN = 50
"""Times that a rule has been woken by lines of one plan before it is worth a second look."""
MOST_FIELDS = 12
MOST_REMEMBERED = 4_000

_TEXTS = {str, type(ABSENT)}

Views: TypeAlias = dict[Route, Look]
"""How the log sources of one record look at it, as far as that was asked."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a rule in one view: its outcome by the values of its fields."""

    route: Route
    names: tuple[str, ...]
    condition: Node
    outcomes: dict[tuple[object, ...], bool] = field(default_factory=dict)

    def may_be_true(self, fields: Fields, views: Views) -> bool:
        """Return the outcome for a record, from memory or anew."""
        if self.route not in views:
            views[self.route] = Look(self.route.view(fields))
        look = views[self.route]
        key = tuple([look.fields.get(name, ABSENT) for name in self.names])
        if not _TEXTS.issuperset(map(type, key)):  # Python takes 1 and true for one key, and a list for none
            return may_hold(self.condition, look)
        known = self.outcomes.get(key)
        if known is not None:
            return known
        if len(self.outcomes) >= MOST_REMEMBERED:
            self.outcomes.clear()
        outcome = may_hold(self.condition, look)
        if letters(key) <= MOST_LETTERS:
            self.outcomes[key] = outcome
        return outcome


class SecondLook:
    """The rules of one plan that are looked at twice, taken up as they are woken often."""

    __slots__ = ("_asked", "_kept", "_memories", "_plan", "_woken")

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._woken: Counter[int] = Counter()
        self._asked: Counter[int] = Counter()
        self._kept: Counter[int] = Counter()
        self._memories: dict[int, tuple[Memory, ...]] = {}

    def narrow(self, read: Callable[[], Fields], rules: AbstractSet[int]) -> AbstractSet[int]:
        """Return those of the woken rules that may be true for a record, which is read only if one is looked at."""
        for number in rules:
            self._woken[number] += 1
        if self._memories.keys().isdisjoint(rules):
            return rules
        fields, views = read(), Views()
        return {number for number in rules if self._may_be_true(number, fields, views)}

    def learn(self) -> None:
        """Take up the rules that were woken often by now, and give up those that mostly are true."""
        for number, count in self._woken.items():
            if count >= OFTEN and number not in self._memories:
                self._memories[number] = tuple(self._made(number))
        for number, count in self._asked.items():
            if count >= OFTEN and 2 * self._kept[number] > count:
                self._memories[number] = ()

    def _may_be_true(self, number: int, fields: Fields, views: Views) -> bool:
        memories = self._memories.get(number)
        if not memories:
            return True
        kept = any(memory.may_be_true(fields, views) for memory in memories)
        self._asked[number] += 1
        self._kept[number] += kept
        return kept

    def _made(self, number: int) -> Iterator[Memory]:
        """Yield a memory for each view of a rule; none where what it reads is not a few fields."""
        for step in self._plan.steps:
            rule = step.rules.get(number)
            if rule is not None:
                if len(rule.fields) > MOST_FIELDS or any(isinstance(leaf, Keyword) for leaf in leaves(rule.widest)):
                    return
                yield Memory(step.route, tuple(sorted(rule.fields)), rule.widest)
