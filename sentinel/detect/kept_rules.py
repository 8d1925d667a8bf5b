"""A whole rule set as bytes and back; what a rule asks of events stays bytes until somebody wants to know."""

from __future__ import annotations

from functools import partial

import msgspec

from sentinel.detect.condition import And
from sentinel.detect.packed import CORRUPT, pack, unpack
from sentinel.detect.rule import LogSourceKey, Rule, RuleSet, postpone
from sentinel.errors import Location
from sentinel.model.alerts import RuleRef


class KeptRule(msgspec.Struct, array_like=True, gc=False):
    """All of a rule that is read at once, and its conditions packed."""

    ref: RuleRef
    location: Location
    logsource: LogSourceKey
    fields: frozenset[str]
    description: str
    falsepositives: tuple[str, ...]
    name: str
    filters: tuple[str, ...]
    conditions: bytes


class KeptRules(msgspec.Struct, array_like=True, gc=False):
    """Rules, and packed all that is not one of them: of that there is little."""

    rules: list[KeptRule]
    others: bytes


def keep(ruleset: RuleSet) -> KeptRules:
    """Take a rule set apart; ValueError or RecursionError where that cannot be."""
    others = (ruleset.refused, ruleset.correlations, ruleset.silent, ruleset.warnings, ruleset.filters)
    return KeptRules(list(map(_keep, ruleset.rules)), pack(others))


def take_up(kept: KeptRules) -> RuleSet:
    """Return the rule set; ValueError where it is no work of `keep`."""
    try:
        return RuleSet(tuple(map(_take_up, kept.rules)), *unpack(kept.others))
    except CORRUPT as error:
        raise ValueError(f"no rules: {error}") from error


def _keep(rule: Rule) -> KeptRule:
    return KeptRule(
        rule.ref,
        rule.location,
        rule.logsource,
        rule.fields,
        rule.description,
        rule.falsepositives,
        rule.name,
        rule.filters,
        pack((rule.condition, rule.unfiltered)),
    )


def _take_up(kept: KeptRule) -> Rule:
    rule = Rule(
        kept.ref,
        kept.location,
        kept.logsource,
        _NOT_READ,
        kept.fields,
        kept.description,
        kept.falsepositives,
        kept.name,
        kept.filters,
    )
    postpone(rule, partial(unpack, kept.conditions))
    return rule


_NOT_READ = And(())
