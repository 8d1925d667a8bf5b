"""Checks that every filter takes out the events beside it that it must, and leaves the others alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from sentinel.detect.engine import Engine
from sentinel.detect.filters import applies
from sentinel.detect.routes import Routes
from sentinel.detect.rule import Filter, Rule, RuleSet
from sentinel.detect.samples import FEWEST, IGNORE, MATCH, read_samples, sample_path
from sentinel.errors import Fault, Location


def check_filter_samples(ruleset: RuleSet, routes: Routes, base: Path) -> Iterator[Fault]:
    """Yield every fault of every filter's samples.

    On each event of `<stem>.match.jsonl` a rule that the filter applies to would fire without its filters, and none
    fires with them. On each of `<stem>.ignore.jsonl` such a rule fires in spite of them.
    """
    for one in ruleset.filters:
        rules = [rule for rule in ruleset.rules if applies(one, rule)]
        for ending, taken in ((MATCH, True), (IGNORE, False)):
            yield from _check_file(one, rules, routes, base, sample_path(one.location.path, ending), taken=taken)


def _check_file(
    one: Filter, rules: Sequence[Rule], routes: Routes, base: Path, path: str, *, taken: bool
) -> Iterator[Fault]:
    bare = Engine(
        RuleSet(tuple(replace(rule, condition=rule.unfiltered or rule.condition) for rule in rules), ()), routes
    )
    whole = Engine(RuleSet(tuple(rules), ()), routes)
    count = 0
    try:
        for sample in read_samples(base, path):
            count += 1
            if sample.event is None:
                yield Fault(sample.location, f"is no event: {sample.reason}")
            elif not any(bare.run([sample.event])):
                yield Fault(sample.location, "shows nothing: no rule that the filter applies to would fire without it")
            elif any(whole.run([sample.event])) is taken:
                what = "must be taken out, but a rule fires" if taken else "must be left alone, but no rule fires"
                yield Fault(sample.location, what)
    except FileNotFoundError:
        yield Fault(Location(path), f"is missing: the filter at {one.location} has no such samples")
        return
    except OSError as error:
        yield Fault(Location(path), f"cannot be read: {error.strerror}")
        return
    if count < FEWEST:
        yield Fault(Location(path), f"holds {count} events; at least {FEWEST} are needed")
