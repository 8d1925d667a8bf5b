"""A second look at lines that wake rules often and in vain: the same programs and users come all day.

Of a rule that needles or gates wake often, the outcome is remembered for the values of all fields that it reads. Only
lines for which it may be true are then judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from sentinel.detect.condition import Keyword, Node, leaves
from sentinel.detect.evaluate import Look
from sentinel.detect.fast.gates import may_hold
from sentinel.detect.fast.plans import Plan, names_in
from sentinel.detect.fast.table import Values

OFTEN = 50
"""Times that a rule has been woken by lines of one plan before it is worth a second look."""
MOST_FIELDS = 12
MOST_REMEMBERED = 20_000


@dataclass(slots=True)
class Memory:
    """What is remembered of a rule in one view: its outcome by the numbers of the values of its fields.

    Of each field, `names` are those it may have in a record: the first that is there counts.
    """

    names: tuple[tuple[str, ...], ...]
    condition: Node
    values: Values
    age: int
    places: tuple[tuple[int, ...], ...]
    outcomes: dict[tuple[int, ...], bool] = field(default_factory=dict)

    def may_be_true(self, cells: Sequence[int]) -> bool:
        """Return the outcome for a row, from memory or anew."""
        key = tuple([next((cells[place] for place in each if cells[place]), 0) for each in self.places])
        if self.age != self.values.age or len(self.outcomes) >= MOST_REMEMBERED:
            self.age = self.values.age
            self.outcomes.clear()
        known = self.outcomes.get(key)
        if known is None:
            pairs = zip(self.names, key, strict=True)
            fields = {names[0]: self.values.value(number) for names, number in pairs if number}
            known = self.outcomes[key] = may_hold(self.condition, Look(fields))
        return known


class SecondLook:
    """The rules of one plan that are looked at twice, taken up as they are woken often."""

    __slots__ = ("_asked", "_kept", "_memories", "_plan", "_values", "_woken")

    def __init__(self, plan: Plan, values: Values) -> None:
        self._plan = plan
        self._values = values
        self._woken: Counter[int] = Counter()
        self._asked: Counter[int] = Counter()
        self._kept: Counter[int] = Counter()
        self._memories: dict[int, tuple[Memory, ...]] = {}

    def concerns(self, rules: AbstractSet[int]) -> bool:
        """Say whether one of the rules is looked at twice."""
        return not self._memories.keys().isdisjoint(rules)

    def count(self, rules: AbstractSet[int]) -> None:
        """Count rules that were woken by a line."""
        for number in rules:
            self._woken[number] += 1

    def narrow(self, cells: Sequence[int], rules: AbstractSet[int]) -> AbstractSet[int]:
        """Return those of the woken rules that may be true for a row."""
        return {number for number in rules if self._may_be_true(number, cells)}

    def learn(self) -> None:
        """Take up the rules that were woken often by now, and give up those that mostly are true."""
        for number, count in self._woken.items():
            if count >= OFTEN and number not in self._memories:
                self._memories[number] = tuple(self._made(number))
        for number, count in self._asked.items():
            if count >= OFTEN and 2 * self._kept[number] > count:
                self._memories[number] = ()

    def _may_be_true(self, number: int, cells: Sequence[int]) -> bool:
        memories = self._memories.get(number)
        if not memories:
            return True
        kept = any(memory.may_be_true(cells) for memory in memories)
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
                names = tuple(names_in(step, name) for name in sorted(rule.fields))
                self._values.want(name for each in names for name in each)
                places = tuple(tuple(self._values.places[name] for name in each) for each in names)
                yield Memory(names, rule.widest, self._values, self._values.age, places)
