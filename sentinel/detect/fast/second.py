"""A second look at rows that wake rules often and in vain: the same programs and users come all day.

Of a rule that needles or gates wake often, the outcome is remembered for the values of all fields that it reads. Only
rows for which it may be true are then judged.
"""

from __future__ import annotations

from collections import Counter

from sentinel.detect.condition import Keyword, leaves
from sentinel.detect.fast.gates import Door, Porter
from sentinel.detect.fast.passing import through
from sentinel.detect.fast.plans import Plan, names_in
from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.table import Values
from sentinel.detect.fast.tokens import Bytes

OFTEN = 50
"""Times that a rule has been woken by rows of one plan before it is worth a second look."""
MOST_FIELDS = 12


class SecondLook:
    """The rules of one plan that are looked at twice, taken up as they are woken often."""

    __slots__ = ("_asked", "_doors", "_kept", "_plan", "_porter", "_values", "_woken")

    def __init__(self, plan: Plan, porter: Porter, values: Values) -> None:
        self._plan = plan
        self._porter = porter
        self._values = values
        self._woken: Counter[int] = Counter()
        self._asked: Counter[int] = Counter()
        self._kept: Counter[int] = Counter()
        self._doors: dict[int, Door | None] = {}

    def left(self, rule: int, rows: Rows, woken: Bytes) -> Bytes:
        """Return those of the woken rows for which a rule may be true."""
        self._woken[rule] += len(woken)
        if self._woken[rule] < OFTEN:
            return woken
        if rule not in self._doors:
            self._doors[rule] = self._made(rule)
        door = self._doors[rule]
        if door is None or not self._has(door, rows):
            return woken
        kept = next((passing for _, passing in through(door, rows, woken, self._values)), woken[:0])
        self._asked[rule] += len(woken)
        self._kept[rule] += len(kept)
        if self._asked[rule] >= OFTEN and 2 * self._kept[rule] > self._asked[rule]:
            self._doors[rule] = None  # it mostly is true
        return kept

    def _has(self, door: Door, rows: Rows) -> bool:
        """Say whether the rows have all columns that a door asks for; those of the next block will."""
        width = rows.values.shape[1]
        return all(self._values.places[name] < width for names in door.names for name in names)

    def _made(self, rule: int) -> Door | None:
        """Return a door for all fields of a rule; None where it has several views, or reads more than a few fields."""
        steps = [step for step in self._plan.steps if rule in step.rules]
        if len(steps) != 1:
            return None
        known = steps[0].rules[rule]
        if len(known.fields) > MOST_FIELDS or any(isinstance(leaf, Keyword) for leaf in leaves(known.widest)):
            return None
        fields = tuple(sorted(known.fields))
        names = tuple(names_in(steps[0], name) for name in fields)
        self._values.want(name for each in names for name in each)
        return self._porter.door(names, (((fields, known.widest), 0),))
