"""A second look at rows that wake a rule often: the same programs and users come all day.

Of a rule that needles or gates wake often, what comes of it is remembered for the values of all fields that it reads:
most often that it is not true, and otherwise what met it. So equal rows are judged once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

import numpy as np

from sentinel.detect.condition import Keyword, Node, leaves
from sentinel.detect.engine import BREAKS, Known
from sentinel.detect.evaluate import Look, holds, matches_in
from sentinel.detect.fast.gates import MOST_REMEMBERED, Porter
from sentinel.detect.fast.judging import FALSE
from sentinel.detect.fast.plans import Plan, names_in
from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.table import Values
from sentinel.detect.fast.tokens import Bytes
from sentinel.detect.rule import Rule

OFTEN = 50
"""Times that a rule has been woken by rows of one plan before it is worth a second look."""
MOST_NAMES = 16
SELDOM = 8
"""Times that a rule has been woken by rows of one plan before it is worth a program."""
Met: TypeAlias = Callable[[Node, Look], Known]
"""Returns what met a condition, None where it is not true."""
_NUMBER = np.dtype(np.int32).itemsize


class Verdicts:
    """What comes of one rule, seen through one view, for the values of all fields that it reads."""

    __slots__ = ("_age", "_fields", "_known", "_met", "_names", "_room", "_rule", "_values")

    def __init__(
        self,
        rule: Rule,
        names: Sequence[tuple[str, ...]],
        values: Values,
        room: int = MOST_REMEMBERED,
        met: Met = matches_in,
    ) -> None:
        self._rule = rule
        self._fields = tuple(sorted(rule.fields))
        self._names = names
        self._values = values
        self._room = room
        self._met = met
        self._age = values.age
        self._known: dict[bytes, Known | bool] = {}

    def forget(self) -> None:
        """Forget what was worked out so far."""
        self._known.clear()

    def has_columns(self, rows: Rows) -> bool:
        """Say whether the rows have all columns that the rule asks for; those of the next block will."""
        places = self._values.places
        return all(places[name] < rows.values.shape[1] for names in self._names for name in names)

    def left(self, rows: Rows, woken: Bytes) -> Iterator[tuple[int, Known]]:
        """Yield those of the woken rows for which the rule may be true, with what met it."""
        if self._age != self._values.age or len(self._known) + len(woken) > self._room:
            self._age = self._values.age
            self._known.clear()
        places = self._values.places
        cells = rows.values[woken[:, None], [places[name] for names in self._names for name in names]]
        data, size = cells.tobytes(), cells.shape[1] * _NUMBER
        known = self._known
        for at, row in enumerate(woken.tolist()):
            key = data[at * size : (at + 1) * size]
            verdict = known.get(key)
            if verdict is None:
                verdict = known[key] = self._verdict(cells[at].tolist())
                self._values.remembered += 1
            if verdict is not False:
                yield row, None if verdict is True else verdict

    def _verdict(self, numbers: Sequence[int]) -> Known | bool:
        """Return what met the rule, False where it is not true, True where the reference engine has to say."""
        look = self._look(numbers)
        try:
            matched = self._met(self._rule.condition, look)
            if matched is None:
                return self._rule.unfiltered is not None and holds(self._rule.unfiltered, look)
        except BREAKS:
            return True
        return matched

    def _look(self, numbers: Sequence[int]) -> Look:
        """Return an event that has these values: of the names of one field the first that is there counts."""
        found, at = [], 0
        for names in self._names:
            found.append(next(filter(None, numbers[at : at + len(names)]), 0))
            at += len(names)
        return self._values.look(self._fields, found)


class SecondLook:
    """The rules of one plan that are looked at twice, taken up as they are woken often.

    Of each, as many verdicts are remembered as there is `room` for; `met` says what met a condition.
    """

    __slots__ = ("_met", "_plan", "_porter", "_programs", "_room", "_values", "_verdicts", "_woken")

    def __init__(
        self, plan: Plan, porter: Porter, values: Values, *, room: int = MOST_REMEMBERED, met: Met = matches_in
    ) -> None:
        self._room = room
        self._met = met
        self._plan = plan
        self._porter = porter
        self._values = values
        self._woken: Counter[int] = Counter()
        self._verdicts: dict[int, Verdicts | None] = {}
        self._programs: dict[int, int | None] = {}

    def sift(self, waking: Sequence[tuple[int, Bytes]], rows: Rows) -> Iterator[tuple[int, Bytes]]:
        """Yield rules with the rows that wake them, without those of which machine code knows that they are not met."""
        known = [(rule, some, self._program(rule, len(some))) for rule, some in waking]
        asked = [(program, some) for _, some, program in known if program is not None]
        left = np.zeros(0, np.bool_)
        if asked:
            programs = np.repeat(np.array([program for program, _ in asked]), [len(some) for _, some in asked])
            pairs = np.concatenate([some for _, some in asked])
            left = self._porter.library.judge(self._values.known, rows.values, programs, pairs) != FALSE
        at = 0
        for rule, some, program in known:
            if program is None:
                yield rule, some
                continue
            here = some[left[at : at + len(some)]]
            at += len(some)
            if here.size:
                yield rule, here

    def _program(self, rule: int, times: int) -> int | None:
        """Return the program of a rule that is woken now and then; None where there is none."""
        if rule not in self._programs:
            self._woken[rule] += times
            if self._woken[rule] < SELDOM:
                return None
            self._programs[rule] = self._compiled(rule)
        return self._programs[rule]

    def _compiled(self, rule: int) -> int | None:
        steps = [step for step in self._plan.steps if rule in step.rules]
        if len(steps) != 1:
            return None
        known, places = steps[0].rules[rule], self._values.places
        return self._porter.library.program(
            known.widest, sorted(known.fields), lambda name: [places.get(one, -1) for one in names_in(steps[0], name)]
        )

    def left(self, rule: int, rows: Rows, woken: Bytes) -> Iterator[tuple[int, Known]]:
        """Yield those of the woken rows for which a rule may be true, with what met it where that is known."""
        self._woken[rule] += len(woken)
        if self._woken[rule] >= OFTEN:
            if rule not in self._verdicts:
                self._verdicts[rule] = self._made(rule)
            verdicts = self._verdicts[rule]
            if verdicts is not None and verdicts.has_columns(rows):
                return verdicts.left(rows, woken)
        return ((row, None) for row in woken.tolist())

    def _made(self, rule: int) -> Verdicts | None:
        """Return the verdicts of a rule; None where it has several views, or reads more than a few fields."""
        steps = [step for step in self._plan.steps if rule in step.rules]
        if len(steps) != 1:
            return None
        known = steps[0].rules[rule]
        names = [names_in(steps[0], name) for name in sorted(known.fields)]
        if sum(map(len, names)) > MOST_NAMES or any(isinstance(leaf, Keyword) for leaf in leaves(known.widest)):
            return None
        if self._values.want(name for each in names for name in each):
            self._programs.pop(rule, None)  # another one may ask for these too
        return self._porter.remember(Verdicts(known, names, self._values, self._room, self._met))
