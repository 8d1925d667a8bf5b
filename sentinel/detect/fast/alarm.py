"""Which rules an event's text wakes: all others cannot be true for it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sentinel.detect.fast.needles import Needles
from sentinel.detect.fast.scanner import Scanner
from sentinel.detect.fast.witness import Cost, Ways, all_needles, guessed, measured, total, witness

TOO_OFTEN = 0.02
"""Share of the events above which a witness is no help: its rule then stands behind a gate instead."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """`wakes` are the numbers of the rules that each needle of `scanner` wakes; `wakeless` are those that none does."""

    scanner: Scanner | None
    needles: tuple[bytes, ...]
    wakes: tuple[tuple[int, ...], ...]
    wakeless: frozenset[int]

    def woken(self, text: bytes, ends: Sequence[int]) -> dict[int, set[int]]:
        """Return for each line that holds a needle the rules it wakes; `ends` are the places behind the lines."""
        found: dict[int, set[int]] = {}
        for needle, end in self.scanner.scan(text) if self.scanner else ():
            found.setdefault(bisect_left(ends, end), set()).update(self.wakes[needle])
        return found


def build_alarm(rules: Sequence[Ways], cost: Cost = guessed) -> Alarm:
    """Choose the cheapest witness of each rule, of which the ways are given, and compile them all."""
    chosen: dict[int, Needles] = {}
    for number, known in enumerate(rules):
        found = witness(known, cost)
        if found is not None and total(found, cost) <= TOO_OFTEN:
            chosen[number] = found
    return make_alarm(chosen, len(rules))


def make_alarm(chosen: dict[int, Needles], rules: int) -> Alarm:
    """Compile the chosen witnesses of some of `rules` rules."""
    wakes: dict[bytes, list[int]] = {}
    for number, found in chosen.items():
        for needle in found:
            wakes.setdefault(needle, []).append(number)
    needles = tuple(sorted(wakes))
    scanner = Scanner.literals(needles) if needles else None
    wakeless = frozenset(range(rules)) - chosen.keys()
    return Alarm(scanner, needles, tuple(tuple(wakes[needle]) for needle in needles), wakeless)


def measure(rules: Sequence[Ways], sample: bytes) -> Cost:
    """Count every needle there is in a sample of search text."""
    needles = sorted({needle for known in rules for needle in all_needles(known)})
    counts = Counter(needles[number] for number, _ in Scanner.literals(needles).scan(sample)) if needles else Counter()
    return measured(counts, sample.count(b"\n"))
