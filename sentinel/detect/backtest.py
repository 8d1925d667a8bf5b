"""Runs old and new rules over the same logs, and tells which alerts would have come and gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sentinel.detect.alerts import fingerprint
from sentinel.detect.engine import Engine
from sentinel.detect.evaluate import Look
from sentinel.detect.explain import because, explain_condition, first_false, sentence
from sentinel.detect.inlet import Inlet
from sentinel.detect.ledger import Ledger
from sentinel.detect.routes import Routes, contains
from sentinel.detect.rule import Rule, RuleSet
from sentinel.model.alerts import Hit, LedgerEntry
from sentinel.model.backtest import Change, Difference, Example
from sentinel.model.events import Event

MOST_EXAMPLES = 3
NO_LONGER = "the rule is gone"


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

    def __init__(self, old: RuleSet, new: RuleSet, routes: Routes) -> None:
        self.ruleset = RuleSet((), ())  # what a watch would correlate: nothing, since no hits come out
        self.routes = routes
        before, after = _by_key(_alerting(old)), _by_key(_alerting(new))
        kept = {key for key, rule in after.items() if key in before and _means(rule) == _means(before[key])}
        self._after = after
        self._both = Engine(RuleSet(tuple(after[key] for key in after if key in kept), ()), routes)
        self._old = Engine(RuleSet(_without(before, kept), old.refused), routes)
        self._new = Engine(RuleSet(_without(after, kept), new.refused), routes)
        self.accounts: Ledger = self._new.accounts
        self._seen: set[tuple[str, str]] = set()
        self._counted = {
            key: Counted(rule, _change(key in before, key in after, same=key in kept))
            for key, rule in {**before, **after}.items()
        }

    def read(self, kind: str, chunks: Iterator[bytes], inlet: Inlet) -> Iterator[Hit]:
        """Read one stream of a format through both sets of rules."""
        for event in inlet.events(kind, chunks):
            self._compare(event, inlet.source)
        return iter(())

    def ledger(self) -> tuple[LedgerEntry, ...]:
        """Return an entry for every new rule, the unchanged ones too, and every refused document of the new ones."""
        return (*self._both.ledger(), *self._new.ledger())

    def old_refused(self) -> tuple[LedgerEntry, ...]:
        """Return the entries of the old documents that were refused, so that their alerts are not known."""
        return tuple(entry for entry in self._old.ledger() if entry.state == "refused")

    def differences(self) -> tuple[Difference, ...]:
        """Return what was counted for each rule that fired on either side, those with the most changes first."""
        fired = [one for one in self._counted.values() if one.added or one.gone or one.same]
        fired.sort(key=lambda one: (-(one.added + one.gone), one.rule.ref.title))
        return tuple(map(_difference, fired))

    def _compare(self, event: Event, source: str) -> None:
        both, old, new = (_hits(engine, event, source) for engine in (self._both, self._old, self._new))
        if not (both or old or new):
            return
        mark = fingerprint(event)
        for key in {**both, **old, **new}:
            if (key, mark) in self._seen:
                continue  # read twice: one alert
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
        """Return which part of the new condition is false where the old one was true."""
        rule = self._after.get(key)
        if rule is None:
            return NO_LONGER
        routes = [route for route in self.routes.route(event) if contains(rule.logsource, route.key)]
        if not routes:
            return f"its log source is now {rule.logsource}"
        part = first_false(explain_condition(rule.condition, Look(routes[0].view(event.fields))))
        return f"{sentence(part)} is false ({because(part)})" if part else ""


def _hits(engine: Engine, event: Event, source: str) -> dict[str, Hit]:
    if not engine.ruleset.rules:
        return {}
    return {_key_of(hit.rule.id, hit.rule.title): hit for hit in engine.run([event], source)}


def _alerting(ruleset: RuleSet) -> list[Rule]:
    """Return the rules whose hits are alerts by themselves, and do not only feed correlations."""
    return [rule for rule in ruleset.rules if rule.ref.id not in ruleset.silent]


def _by_key(rules: Sequence[Rule]) -> dict[str, Rule]:
    return {_key_of(rule.ref.id, rule.ref.title): rule for rule in rules}


def _key_of(identity: str, title: str) -> str:
    """Return what a rule is known by in both sets: the id made from a hash changes with the rule."""
    return title if identity.startswith("sha256-") else identity


def _means(rule: Rule) -> tuple[object, ...]:
    return rule.ref.hash, rule.logsource, rule.condition


def _without(rules: dict[str, Rule], keys: set[str]) -> tuple[Rule, ...]:
    return tuple(rule for key, rule in rules.items() if key not in keys)


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
