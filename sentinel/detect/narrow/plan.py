"""How the rules of each log source are asked of a store: by words, or by its records as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sentinel.detect.narrow.asked import ANYTHING, All, Any, Asked, Names, Word, asked_by, one_of
from sentinel.detect.narrow.words import LONGEST_PAIR, Wording, pair
from sentinel.detect.routes import Route, Routes, contains
from sentinel.detect.rule import LogSourceKey, Rule, RuleSet
from sentinel.model.asking import How

MOST_WORDS = 500
"""Words that a rule may ask for; one with more is not asked of the store."""
MOST_TOGETHER = 3
"""Things that a rule asks for together; further ones leave little out and cost as much."""


@dataclass(frozen=True, slots=True)
class RulePlan:
    """What a rule asks of the store; `why` says why it is no words."""

    rule: Rule
    asked: Asked
    how: How
    why: str = ""


@dataclass(frozen=True, slots=True)
class SourcePlan:
    """The rules of one log source, and the routes that its records take."""

    key: LogSourceKey
    routes: tuple[Route, ...]
    rules: tuple[RulePlan, ...]

    @property
    def asked(self) -> Asked:
        """What every record has that a rule may be about; anything, where one rule has to see all."""
        return one_of(one.asked for one in self.rules)


@dataclass(frozen=True, slots=True)
class Plan:
    """All log sources with what is asked of them. `mark` stands beside the words of records that were taken in so."""

    mark: str
    sources: tuple[SourcePlan, ...]
    unrouted: tuple[RulePlan, ...]

    @property
    def rules(self) -> tuple[RulePlan, ...]:
        """Return all rules, in no order."""
        return (*(one for source in self.sources for one in source.rules), *self.unrouted)


def make_plan(ruleset: RuleSet, routes: Routes) -> Plan | None:
    """Plan how rules are asked; None where a log source cannot be told by words."""
    if any(not _fits(name, texts) for route in routes.routes for name, texts in (*route.when, *route.unless)):
        return None
    wording = Wording(routes.deciding)
    by_key: dict[LogSourceKey, list[Rule]] = {}
    for rule in ruleset.rules:
        by_key.setdefault(rule.logsource, []).append(rule)
    sources: list[SourcePlan] = []
    unrouted: list[RulePlan] = []
    for key, rules in by_key.items():
        own = tuple(route for route in routes.routes if contains(key, route.key))
        if own:
            names = _names(own, wording)
            sources.append(SourcePlan(key, own, tuple(_planned(rule, names) for rule in rules)))
        else:
            unrouted += (RulePlan(rule, ANYTHING, "no log source", "no record is of its log source") for rule in rules)
    return Plan(wording.mark, tuple(sources), tuple(unrouted))


def leaves(asked: Asked) -> int:
    """Return how many words are asked for."""
    return 1 if isinstance(asked, Word) else sum(map(leaves, asked.items))


def lighter(asked: Asked) -> Asked:
    """Ask for less where that is found more quickly: for whole words before parts, and for few things together."""
    match asked:
        case Any(items=items):
            return one_of(map(lighter, items))
        case All(items=items) if items:
            each = sorted(map(lighter, items), key=_weight)
            whole = [one for one in each if not _has_parts(one)]
            kept = tuple(whole[:MOST_TOGETHER] or each[:1])
            return kept[0] if len(kept) == 1 else All(kept)
    return asked


def _planned(rule: Rule, names: Names) -> RulePlan:
    asked = lighter(asked_by(rule.widest, names))
    if asked == ANYTHING:
        return RulePlan(rule, asked, "in full", "it may be true with no word there")
    if leaves(asked) > MOST_WORDS:
        return RulePlan(rule, ANYTHING, "in full", f"it asks for {leaves(asked):,} words")
    return RulePlan(rule, asked, "by words")


def _weight(asked: Asked) -> tuple[int, int]:
    """Return what makes a part of a condition cheap to ask: few words, and long ones."""
    return leaves(asked), -_shortest(asked)


def _shortest(asked: Asked) -> int:
    return len(asked.text) if isinstance(asked, Word) else min(map(_shortest, asked.items), default=0)


def _has_parts(asked: Asked) -> bool:
    return asked.is_part if isinstance(asked, Word) else any(map(_has_parts, asked.items))


def _names(routes: Sequence[Route], wording: Wording) -> Names:
    """Return for a field the names that records of some routes have it under, if all of these have pairs."""
    known: dict[str, set[str]] = {}
    for route in routes:
        for new, old in route.aliases:
            known.setdefault(new, set()).add(old)

    def names(field: str) -> tuple[str, ...]:
        found = (field, *sorted(known.get(field, ())))
        return found if wording.names.issuperset(found) else ()

    return names


def _fits(name: str, texts: frozenset[str]) -> bool:
    """Say whether a condition on a field can be told from pairs: these are not cut, and say one thing only."""
    whole = all(len(pair(name, text)) < LONGEST_PAIR for text in texts)
    return whole and "\n" not in name
