"""Runs old and new rules over the same logs, and tells which alerts would have come and gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, count, groupby
from operator import attrgetter
from typing import TypeVar

from sentinel.detect.alerts import fingerprint
from sentinel.detect.backtest_correlations import Side, differences
from sentinel.detect.correlation import Correlation
from sentinel.detect.evaluate import Look
from sentinel.detect.explain import because, explain_condition, first_false, sentence
from sentinel.detect.fast.engine import FastEngine, Pace
from sentinel.detect.inlet import Inlet
from sentinel.detect.ledger import Ledger
from sentinel.detect.routes import Routes, contains
from sentinel.detect.rule import Rule, RuleSet
from sentinel.detect.rule_cache import RuleCache
from sentinel.model.alerts import Hit, LedgerEntry
from sentinel.model.backtest import Change, Difference, Example
from sentinel.model.events import Event

R = TypeVar("R", Rule, Correlation)

MOST_EXAMPLES = 3
NO_LONGER = "the rule is gone"
ONLY_FEEDS = "its hits only feed correlations now"


@dataclass(slots=True)
class Counted:
    """What was found for one rule so far; examples are the first few of each side."""

    rule: Rule
    change: Change
    added: int = 0
    gone: int = 0
    same: int = 0
    examples_added: list[Example] = field(default_factory=list)
    examples_gone: list[Example] = field(default_factory=list)


class Backtest:
    """Two sets of rules as one engine for a watch: it yields no hits, and counts in which events they differ.

    Rules that mean the same on both sides are evaluated once. A rule is known by its id, one without by its title.
    """

    def __init__(
        self, old: RuleSet, new: RuleSet, routes: Routes, processes: int = 1, cache: RuleCache | None = None
    ) -> None:
        self.ruleset = RuleSet((), ())  # what a watch would correlate: nothing, since no hits come out
        self.routes = routes
        before, after = by_key(old.rules), by_key(new.rules)
        self._same = {key for key, rule in after.items() if key in before and _means(rule) == _means(before[key])}
        apart = {key: _as_old(rule) for key, rule in before.items() if key not in self._same}
        both = RuleSet((*after.values(), *apart.values()), new.refused)
        self._engine = FastEngine(both, routes, cache=cache, pace=Pace(processes))
        self.accounts: Ledger = self._engine.accounts
        self._after = after
        self._loud = tuple(
            {key for key, rule in rules.items() if rule.ref.id not in of.silent}
            for rules, of in ((before, old), (after, new))
        )
        self._sides = (
            Side(old, before, by_key(old.correlations), routes),
            Side(new, after, by_key(new.correlations), routes),
        )
        self._old_refused = old.refused
        self._new_keys = {rule.ref.id: key for key, rule in after.items()}
        self._old_keys = {rule.ref.id: key for key, rule in apart.items()}
        self._seen: set[tuple[str, str]] = set()
        self._counted = {
            key: Counted(rule, _change(key in before, key in after, same=key in self._same))
            for key, rule in {**before, **after}.items()
        }

    def read(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        """Read one stream of a format through both sets of rules."""
        return self._compared(self._engine.read(kind, chunks, inlet))

    def together(self, _inlet: Inlet) -> None:
        """Have no files wait for others."""

    def run(self, events: Iterable[Event], source: str | None = None) -> Iterator[Hit]:
        """Put events through both sets of rules."""
        return self._compared(self._engine.run(events, source))

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every new rule and correlation, unchanged ones too, and every new refused document."""
        entries = self._engine.ledger()
        own = (*entries[: len(self._after)], *entries[len(self._engine.ruleset.rules) :])
        return (*own, *self._sides[1].entries(own))

    def old_refused(self) -> tuple[LedgerEntry, ...]:
        """Return the entries of the old documents that were refused, so that their alerts are not known."""
        return Ledger(RuleSet((), self._old_refused), self.routes).entries()

    def old_partly(self) -> tuple[LedgerEntry, ...]:
        """Return the entries of the old correlations that could count only a part of their hits."""
        return tuple(entry for entry in self._sides[0].entries(()) if entry.state == "truncated")

    def differences(self) -> tuple[Difference, ...]:
        """Return what was counted for each rule that fired on either side, those with the most changes first.

        Once only: correlations are judged when all hits are in.
        """
        fired = [_difference(one) for one in self._counted.values() if one.added or one.gone or one.same]
        fired += differences(*self._sides)
        return tuple(sorted(fired, key=lambda one: (-(one.added + one.gone), one.title)))

    def _compared(self, found: Iterator[Hit]) -> Iterator[Hit]:
        for event, hits in groupby(found, key=attrgetter("event")):
            self._compare(event, list(hits))
        return iter(())

    def _compare(self, event: Event, hits: list[Hit]) -> None:
        mark = fingerprint(event)
        new = {self._new_keys[hit.rule.id]: hit for hit in hits if hit.rule.id in self._new_keys}
        old = {self._old_keys[hit.rule.id]: hit for hit in hits if hit.rule.id in self._old_keys}
        old |= {key: hit for key, hit in new.items() if key in self._same}
        for side, found in zip(self._sides, (old, new), strict=True):
            for key, hit in found.items():
                side.add(key, hit, mark)
        old, new = (
            {key: hit for key, hit in found.items() if key in loud}
            for found, loud in zip((old, new), self._loud, strict=True)
        )
        for key in {**old, **new}:
            if (key, mark) not in self._seen:  # read twice: one alert
                self._seen.add((key, mark))
                self._count(key, mark, old.get(key), new.get(key))

    def _count(self, key: str, mark: str, old: Hit | None, new: Hit | None) -> None:
        counted = self._counted[key]
        if old is not None and new is None:
            counted.gone += 1
            if len(counted.examples_gone) < MOST_EXAMPLES:
                counted.examples_gone.append(_example(old, mark, self._why_gone(key, old.event)))
        elif new is not None and old is None:
            counted.added += 1
            if len(counted.examples_added) < MOST_EXAMPLES:
                counted.examples_added.append(_example(new, mark, ""))
        else:
            counted.same += 1

    def _why_gone(self, key: str, event: Event) -> str:
        if key in self._after and key not in self._loud[1]:
            return ONLY_FEEDS
        return why_gone(self._after.get(key), self.routes, event)


def why_gone(rule: Rule | None, routes: Routes, event: Event) -> str:
    """Return which part of a rule's new condition is false where the old one was true; None: the rule is gone."""
    if rule is None:
        return NO_LONGER
    own = [route for route in routes.route(event) if contains(rule.logsource, route.key)]
    if not own:
        return f"its log source is now {rule.logsource}"
    part = first_false(explain_condition(rule.condition, Look(own[0].view(event.fields))))
    return f"{sentence(part)} is false ({because(part)})" if part else ""


def by_key(rules: Iterable[R]) -> dict[str, R]:
    """Return rules by what they are known by in both sets; an id that is made from a hash changes with the rule.

    Of several rules without an id and of one title, the second is known as the second, and so on.
    """
    found: dict[str, R] = {}
    for rule in rules:
        name = rule.ref.title if rule.ref.id.startswith("sha256-") else rule.ref.id
        keys = chain((name,), (f"{name} ({number})" for number in count(2)))
        found[next(key for key in keys if key not in found)] = rule
    return found


def _as_old(rule: Rule) -> Rule:
    """Return a rule under an id that no new one has."""
    return replace(rule, ref=replace(rule.ref, id=f"old {rule.ref.id}"))


def _means(rule: Rule) -> tuple[object, ...]:
    return rule.ref.hash, rule.logsource, rule.condition


def _change(before: bool, after: bool, *, same: bool) -> Change:  # noqa: FBT001 -- three facts of one rule
    return "same" if same else "changed" if before and after else "new" if after else "gone"


def _example(hit: Hit, mark: str, why: str) -> Example:
    event = hit.event
    return Example(mark, event.time, event.source, event.record, hit.matched, why)


def _difference(counted: Counted) -> Difference:
    return Difference(
        rule=counted.rule.ref.id,
        title=counted.rule.ref.title,
        change=counted.change,
        added=counted.added,
        gone=counted.gone,
        same=counted.same,
        examples_added=tuple(counted.examples_added),
        examples_gone=tuple(counted.examples_gone),
    )
