"""Checks that every rule fires on the events beside it that it must see, and not on those it must leave alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sentinel.detect.engine import Engine
from sentinel.detect.explain import because, explain, names_of, sentence
from sentinel.detect.readers.jsonl import read_jsonl
from sentinel.detect.routes import Routes, contains
from sentinel.detect.rule import Rule, RuleSet
from sentinel.detect.transforms import Placeholders
from sentinel.errors import Fault, Location
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from sentinel.model.text import counted

MATCH, IGNORE = ".match.jsonl", ".ignore.jsonl"
FEWEST = 2
"""One event shows that a rule can fire; only a second one shows what may differ."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One line of a sample file: the event on it, or why there is none."""

    location: Location
    event: Event | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a rule is tested on: the log sources there are, where its file is, and the site's values for `%name%`."""

    routes: Routes
    base: Path
    placeholders: Placeholders = field(default_factory=dict)


def check_samples(ruleset: RuleSet, routes: Routes, base: Path) -> Iterator[Fault]:
    """Yield every fault of every rule's samples, lazily: `<stem>.match.jsonl` and `<stem>.ignore.jsonl` beside it.

    Lines go the way of a log: read, flattened, routed, evaluated. Paths of rules are taken as relative to `base`.
    """
    for rule in ruleset.rules:
        yield from check_rule(rule, Bench(routes, base))
    yield from without_rule(ruleset, base)


def check_rule(rule: Rule, bench: Bench) -> Iterator[Fault]:
    """Yield every fault of one rule's samples."""
    engine = Engine(RuleSet((rule,), ()), bench.routes)
    for ending, fires in ((MATCH, True), (IGNORE, False)):
        judge = partial(_judge, rule, engine, bench, fires)
        yield from judge_file(
            bench.base, sample_path(rule.location.path, ending), f"the rule at {rule.location}", judge
        )


def has_samples(rule: str, base: Path) -> bool:
    """Say whether any samples stand beside the file of a rule."""
    return any((base / sample_path(rule, ending)).exists() for ending in (MATCH, IGNORE))


def without_rule(ruleset: RuleSet, base: Path) -> Iterator[Fault]:
    """Yield a fault for every file of samples, in the folders of the rules, that no rule file stands beside."""
    found = [one.location.path for part in (ruleset.rules, ruleset.correlations, ruleset.filters) for one in part]
    found += [refused.fault.location.path for refused in ruleset.refused]
    for folder in sorted({Path(path).parent for path in found}):
        yield from _without_rule(base, folder)


def sample_path(rule: str, ending: str) -> str:
    """Return the path of a rule's samples, as relative as the rule's own."""
    return Path(rule).with_suffix("").as_posix() + ending


def read_samples(base: Path, path: str) -> Iterator[Sample]:
    """Yield a sample for every line that is not blank; OSError where the file cannot be read."""
    for number, line in enumerate((base / path).read_bytes().split(b"\n"), start=1):
        tally = Tally(path)
        where = Location(path, number)
        for event in read_jsonl(iter((line,)), path, tally):
            yield Sample(where, event)
        for skipped in tally.examples.values():
            yield Sample(where, None, f"{skipped.reason} ({skipped.detail})" if skipped.detail else skipped.reason)


def judge_file(base: Path, path: str, whose: str, judge: Callable[[Event], str]) -> Iterator[Fault]:
    """Yield a fault for each event of a file of which `judge` says what is wrong, and for what is wrong with the file.

    `whose` is the document that the file stands beside, as people read it: `the rule at a.yml:1`.
    """
    count = 0
    try:
        for sample in read_samples(base, path):
            count += 1
            what = f"is no event: {sample.reason}" if sample.event is None else judge(sample.event)
            if what:
                yield Fault(sample.location, what)
    except FileNotFoundError:
        yield Fault(Location(path), f"is missing: {whose} has no such samples")
        return
    except OSError as error:
        yield Fault(Location(path), f"cannot be read: {error.strerror}")
        return
    if count < FEWEST:
        yield Fault(Location(path), f"holds {counted(count, 'event')}; at least {FEWEST} are needed")


def _judge(rule: Rule, engine: Engine, bench: Bench, fires: bool, event: Event) -> str:  # noqa: FBT001 -- bound by `partial`
    """Return what is wrong with a sample, or nothing."""
    if not any(contains(rule.logsource, route.key) for route in engine.routes.route(event)):
        return f"is not of the rule's log source {rule.logsource}, so it shows nothing"
    hit = next(engine.run([event]), None)
    if fires and hit is None:
        return f"must match, but the rule does not fire: {_why_silent(rule, event, bench)}"
    if not fires and hit is not None:
        seen = ", ".join(f"{match.field} {match.by}" for match in hit.matched)
        return f"must be left alone, but the rule fires on {seen or 'what is absent'}"
    return ""


def _why_silent(rule: Rule, event: Event, bench: Bench) -> str:
    """Return which part of the condition was false first, and what the event held there."""
    names = names_of(rule, bench.base, bench.placeholders)
    found = [view.first_false for view in explain(rule, event, bench.routes, names).views]
    return " / ".join(f"{sentence(part)} was false first ({because(part)})" for part in found if part)


def _without_rule(base: Path, folder: Path) -> Iterator[Fault]:
    for ending in (MATCH, IGNORE):
        for path in sorted((base / folder).glob(f"*{ending}")):
            stem = path.name.removesuffix(ending)
            if not any(path.with_name(f"{stem}{suffix}").exists() for suffix in (".yml", ".yaml")):
                where = Location((folder / path.name).as_posix())
                yield Fault(where, "belongs to no rule: there is no rule file of this name")
