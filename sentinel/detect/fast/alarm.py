"""Which rules an event's text wakes: all others cannot be true for it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sentinel.detect.fast.needles import Needles
from sentinel.detect.fast.scanner import Found, Scanner
from sentinel.detect.fast.witness import Cost, Ways, all_needles, guessed, measured, total, witness

TOO_OFTEN = 0.02
"""Share of the events above which a witness is no help: its rule then stands behind a gate instead."""
RARE = 0.002
"""Share of the events up to which a needle is never exchanged."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """`chosen` are the witnesses of rules by number, `wakes` the rules that each needle of `scanner` wakes.

    `wakeless` are the rules that none does.
    """

    scanner: Scanner | None
    needles: tuple[bytes, ...]
    wakes: tuple[tuple[int, ...], ...]
    wakeless: frozenset[int]
    chosen: Mapping[int, Needles]

    def scan(self, text: bytes) -> Found:
        """Return every place where a needle ends."""
        return self.scanner.scan(text) if self.scanner else []

    def woken(self, text: bytes, ends: Sequence[int]) -> dict[int, set[int]]:
        """Return for each line that holds a needle the rules it wakes; `ends` are the places behind the lines."""
        return self.by_line(self.scan(text), ends)

    def by_line(self, found: Found, ends: Sequence[int]) -> dict[int, set[int]]:
        """Return for each line the rules that what was found in it wakes."""
        lines: dict[int, set[int]] = {}
        for needle, end in found:
            lines.setdefault(bisect_left(ends, end), set()).update(self.wakes[needle])
        return lines

    def noisy(self, found: Found, events: int) -> frozenset[int]:
        """Return the rules with needles that are no longer rare among what was found in some events."""
        counts = Counter(needle for needle, _ in found)
        return frozenset(
            number for needle, count in counts.items() if count > RARE * events for number in self.wakes[needle]
        )


def build_alarm(rules: Sequence[Ways], cost: Cost = guessed) -> Alarm:
    """Choose the cheapest witness of each rule, of which the ways are given, and compile them all."""
    return make_alarm(choose(dict(enumerate(rules)), cost), len(rules))


def rebuild_alarm(alarm: Alarm, rules: Mapping[int, Ways], sample: bytes) -> Alarm:
    """Choose other witnesses for some rules, by how often their needles are in a sample of search text."""
    kept = {number: found for number, found in alarm.chosen.items() if number not in rules}
    chosen = choose(rules, measure(list(rules.values()), sample))
    return make_alarm(kept | chosen, len(alarm.chosen) + len(alarm.wakeless))


def choose(rules: Mapping[int, Ways], cost: Cost) -> dict[int, Needles]:
    """Return the cheapest witness of each rule that has one cheap enough."""
    found = {number: witness(known, cost) for number, known in rules.items()}
    return {number: one for number, one in found.items() if one is not None and total(one, cost) <= TOO_OFTEN}


def make_alarm(chosen: Mapping[int, Needles], rules: int) -> Alarm:
    """Compile the chosen witnesses of some of `rules` rules."""
    wakes: dict[bytes, list[int]] = {}
    for number, found in chosen.items():
        for needle in found:
            wakes.setdefault(needle, []).append(number)
    needles = tuple(sorted(wakes))
    scanner = Scanner.literals(needles) if needles else None
    wakeless = frozenset(range(rules)) - chosen.keys()
    return Alarm(scanner, needles, tuple(tuple(wakes[needle]) for needle in needles), wakeless, chosen)


def measure(rules: Sequence[Ways], sample: bytes) -> Cost:
    """Count every needle there is in a sample of search text."""
    needles = sorted({needle for known in rules for needle in all_needles(known)})
    counts = Counter(needles[number] for number, _ in Scanner.literals(needles).scan(sample)) if needles else Counter()
    return measured(counts, sample.count(b"\n"))
