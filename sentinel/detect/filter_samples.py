"""Checks that every filter takes out the events beside it that it must, and leaves the others alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from sentinel.detect.engine import Engine
from sentinel.detect.filters import applies
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.samples import IGNORE, MATCH, judge_file, sample_path
from sentinel.errors import Fault
from sentinel.model.events import Event


def check_filter_samples(ruleset: RuleSet, routes: Routes, base: Path) -> Iterator[Fault]:
    """Yield every fault of every filter's samples.

    On each event of `<stem>.match.jsonl` a rule that the filter applies to would fire without its filters, and none
    fires with them. On each of `<stem>.ignore.jsonl` such a rule fires in spite of them.
    """
    for one in ruleset.filters:
        rules = tuple(rule for rule in ruleset.rules if applies(one, rule))
        bare = Engine(RuleSet(tuple(replace(rule, condition=rule.widest) for rule in rules), ()), routes)
        whole = Engine(RuleSet(rules, ()), routes)
        for ending, taken in ((MATCH, True), (IGNORE, False)):
            path = sample_path(one.location.path, ending)
            yield from judge_file(base, path, f"the filter at {one.location}", partial(_judge, bare, whole, taken))


def _judge(bare: Engine, whole: Engine, taken: bool, event: Event) -> str:  # noqa: FBT001 -- bound by `partial`
    """Return what is wrong with a sample, or nothing; the rules of `bare` have no filters."""
    if not any(bare.run([event])):
        return "shows nothing: no rule that the filter applies to would fire without it"
    if any(whole.run([event])) is taken:
        return "must be taken out, but a rule fires" if taken else "must be left alone, but no rule fires"
    return ""
