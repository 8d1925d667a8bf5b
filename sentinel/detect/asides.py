"""Takes rules out of a run without taking them out of what is known: their numbers, correlations and ledger stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sentinel.detect.condition import Or
from sentinel.detect.ledger import Ledger
from sentinel.detect.rule import Rule, RuleSet

NEVER = Or(())
"""A condition that nothing meets."""


def without(ruleset: RuleSet, aside: Mapping[str, str]) -> RuleSet:
    """Return the rules with those whose ids are set `aside` met by nothing."""
    return replace(ruleset, rules=tuple(_silenced(rule) if rule.ref.id in aside else rule for rule in ruleset.rules))


def note_aside(accounts: Ledger, log: str, aside: Mapping[str, str]) -> None:
    """Note that rules were not looked at in a log, each with why: where it holds events of theirs, they failed."""
    for number, rule in enumerate(accounts.ruleset.rules):
        if why := aside.get(rule.ref.id):
            accounts.note_failed(log, number, why)


def _silenced(rule: Rule) -> Rule:
    return replace(rule, condition=NEVER, unfiltered=None, read=None)
