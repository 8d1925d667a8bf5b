"""Measures what it takes to judge rules: how often each was asked, and how long that took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

BILLION = 1_000_000_000


@dataclass(slots=True)
class Meter:
    """A count for each rule, by its number; `clock` is in nanoseconds.

    Measured is the judging of single events by the whole condition of a rule. The search that comes first, and mostly
    shows that a rule need not be asked, is one for all rules, and no rule's own.
    """

    clock: Callable[[], int]
    asked: Counter[int] = field(default_factory=Counter)
    spent: Counter[int] = field(default_factory=Counter)

    def note(self, rule: int, since: int) -> None:
        """Count that a rule was asked, since a moment of the clock."""
        self.asked[rule] += 1
        self.spent[rule] += self.clock() - since

    def seconds(self, rule: int) -> float:
        """Return how long a rule took in all."""
        return self.spent[rule] / BILLION
