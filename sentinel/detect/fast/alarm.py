"""Which rules an event's text wakes: all others cannot be true for it."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeAlias

from sentinel.detect.fast.needles import Needles
from sentinel.detect.fast.scanner import Found, Scanner
from sentinel.detect.fast.witness import Cost, Ways, all_needles, guessed, measured, total, witness

TOO_OFTEN = 0.02
"""Share of the events above which a witness is no help: its rule then stands behind a gate instead."""
KEYWORDS_TOO_OFTEN = 0.5
"""The same for rules that ask for keywords: no gate looks for these, and without needles most lines would be judged."""
RARE = 0.002
"""Share of the events up to which a rule that is woken keeps its needles."""

Literals: TypeAlias = Callable[[Sequence[bytes]], Scanner]
"""What compiles needles."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """`chosen` are the witnesses of rules by number, `wakes` the rules that each needle of `scanner` wakes.

    `wakeless` are the rules that none does. Needles that were chosen later are in a scanner of their own, `further`:
    it takes a few milliseconds to compile, where all needles together take a tenth of a second and more.
    """

    scanner: Scanner | None
    needles: tuple[bytes, ...]
    wakes: tuple[tuple[int, ...], ...]
    wakeless: frozenset[int]
    chosen: Mapping[int, Needles]
    further: Alarm | None = None

    def scan(self, text: bytes) -> Found:
        """Return every place where a needle ends."""
        return self.scanner.scan(text) if self.scanner else []

    def woken(self, text: bytes, ends: Sequence[int]) -> dict[int, set[int]]:
        """Return for each line that holds a needle the rules it wakes; `ends` are the places behind the lines."""
        lines = {} if self.further is None else self.further.woken(text, ends)
        for needle, end in self.scan(text):
            if rules := self.wakes[needle]:
                lines.setdefault(bisect_left(ends, end), set()).update(rules)
        return lines


@dataclass(frozen=True, slots=True)
class Alarms:
    """What wakes rules of fields, by the values of these, and the witnesses of rules of keywords, for whole lines.

    Of the latter those are compiled which the log at hand may meet: `make_alarm`.
    """

    values: Alarm
    lines: Mapping[int, Needles]

    @property
    def wakeless(self) -> frozenset[int]:
        """The rules that neither wakes."""
        return self.values.wakeless - self.lines.keys()

    def rebuilt(self, rules: Mapping[int, Ways], sample: bytes, literals: Literals = Scanner.literals) -> Alarms:
        """Choose other witnesses for some rules, by how often their needles are in a sample of search text."""
        chosen = choose(rules, measure(list(rules.values()), sample, literals), self.lines.keys())
        return self.given({number: chosen.get(number, frozenset()) for number in rules})

    def given(self, chosen: Mapping[int, Needles]) -> Alarms:
        """Give some rules other witnesses, or none."""
        found = {number: needles for number, needles in chosen.items() if needles}
        kept = {number: needles for number, needles in self.lines.items() if number not in chosen}
        other = {number: needles for number, needles in found.items() if number in self.lines}
        return Alarms(_changed(self.values, chosen.keys(), found), kept | other)

    def witnesses(self, rules: Iterable[int]) -> dict[int, Needles]:
        """Return the needles of some rules, none of those that have none."""
        both = {**self.values.chosen, **self.lines}
        return {number: both.get(number, frozenset()) for number in rules}


def build_alarms(rules: Sequence[tuple[Ways, bool]], cost: Cost = guessed) -> Alarms:
    """Choose the cheapest witness of each rule, of which the ways are given, and whether it asks for keywords."""
    keywords = frozenset(number for number, (_, words) in enumerate(rules) if words)
    chosen = choose({number: known for number, (known, _) in enumerate(rules)}, cost, keywords)
    lines = {number: found for number, found in chosen.items() if number in keywords}
    values = {number: found for number, found in chosen.items() if number not in keywords}
    return Alarms(make_alarm(values, len(rules)), lines)


def _changed(alarm: Alarm, rules: AbstractSet[int], chosen: Mapping[int, Needles]) -> Alarm:
    """Give some rules of an alarm other witnesses, or none; an alarm with none of these stays the same."""
    ours = rules & alarm.chosen.keys()
    if not ours:
        return alarm
    kept = {number: found for number, found in alarm.chosen.items() if number not in ours}
    other = {number: found for number, found in chosen.items() if number in ours}
    if alarm.further is not None:
        other = {number: kept[number] for number in alarm.further.chosen.keys() & kept.keys()} | other
    count = len(alarm.chosen) + len(alarm.wakeless)
    return replace(
        alarm,
        wakes=tuple([tuple([rule for rule in each if rule not in ours]) for each in alarm.wakes]),
        wakeless=frozenset(range(count)) - kept.keys() - other.keys(),
        chosen=kept | other,
        further=make_alarm(other, count),
    )


def choose(rules: Mapping[int, Ways], cost: Cost, keywords: AbstractSet[int]) -> dict[int, Needles]:
    """Return the cheapest witness of each rule that has one cheap enough; `keywords` are the rules that ask for any."""
    found = {number: witness(known, cost) for number, known in rules.items()}
    most = {number: KEYWORDS_TOO_OFTEN if number in keywords else TOO_OFTEN for number in rules}
    return {number: one for number, one in found.items() if one is not None and total(one, cost) <= most[number]}


def make_alarm(chosen: Mapping[int, Needles], rules: int, literals: Literals = Scanner.literals) -> Alarm:
    """Compile the chosen witnesses of some of `rules` rules."""
    wakes: dict[bytes, list[int]] = {}
    for number, found in chosen.items():
        for needle in found:
            wakes.setdefault(needle, []).append(number)
    needles = tuple(sorted(wakes))
    scanner = literals(needles) if needles else None
    wakeless = frozenset(range(rules)) - chosen.keys()
    return Alarm(scanner, needles, tuple(tuple(wakes[needle]) for needle in needles), wakeless, chosen)


def measure(rules: Sequence[Ways], sample: bytes, literals: Literals = Scanner.literals) -> Cost:
    """Count every needle there is in a sample of search text."""
    needles = sorted({needle for known in rules for needle in all_needles(known)})
    counts = Counter(needles[number] for number, _ in literals(needles).scan(sample)) if needles else Counter()
    return measured(counts, sample.count(b"\n"))
