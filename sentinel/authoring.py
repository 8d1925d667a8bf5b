"""What authors of rules do, each as one short function: check, test, explain.

Beside `flows`, and not in it, since an editor calls `rules check` on every save and must not wait for reports.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sentinel.detect.correlation_samples import check_correlation_samples
from sentinel.detect.explain import explain, names_of
from sentinel.detect.filter_samples import check_filter_samples
from sentinel.detect.known_fields import load_known_fields
from sentinel.detect.lint import Lint, check_rules
from sentinel.detect.routes import load_routes
from sentinel.detect.rule import Rule, RuleSet
from sentinel.detect.samples import IGNORE, MATCH, Bench, check_rule, has_samples, sample_path, without_rule
from sentinel.detect.sigma import load_rules
from sentinel.detect.transforms import Placeholders
from sentinel.errors import Location
from sentinel.model.events import Event
from sentinel.model.explained import Explanation
from sentinel.model.remarks import Remark


@dataclass(frozen=True, slots=True)
class Desk:
    """What an author works on: rule files or folders, where their paths begin, the content, and a site's values."""

    paths: Sequence[Path]
    base: Path
    content: Path
    placeholders: Placeholders = field(default_factory=dict)

    def load(self) -> RuleSet:
        """Load the rules; bad ones are among its refused."""
        return load_rules(self.paths, self.base, self.placeholders)


def check(desk: Desk) -> tuple[RuleSet, list[Remark]]:
    """Check rules: documents → faults and warnings."""
    ruleset = desk.load()
    lint = Lint(desk.base, desk.placeholders, load_known_fields(desk.content))
    return ruleset, check_rules(ruleset, lint)


@dataclass(frozen=True, slots=True)
class Tested:
    """What a test of rules showed: `remarks` on samples, and where rules stand that have none to be tested on."""

    remarks: tuple[Remark, ...]
    tested: int
    untested: tuple[Location, ...]


def try_samples(desk: Desk) -> Tested:
    """Test rules, correlations and filters on the samples beside them: samples → events → hits, as a log goes."""
    ruleset, routes = desk.load(), load_routes(desk.content)
    places = [one.location for part in (ruleset.rules, ruleset.correlations, ruleset.filters) for one in part]
    untested = [place for place in places if not has_samples(place.path, desk.base)]
    bare = {sample_path(place.path, ending) for place in untested for ending in (MATCH, IGNORE)}
    bench = Bench(routes, desk.base, desk.placeholders)
    faults = [refused.fault for refused in ruleset.refused]
    faults += [fault for rule in ruleset.rules for fault in check_rule(rule, bench)]
    faults += check_correlation_samples(ruleset, routes, desk.base)
    faults += check_filter_samples(ruleset, routes, desk.base)
    faults += without_rule(ruleset, desk.base)
    told = [fault for fault in faults if fault.location.path not in bare]
    remarks = [Remark(fault.location.path, fault.location.line, "error", "sample", fault.what) for fault in told]
    return Tested(tuple(sorted(set(remarks))), len(places) - len(untested), tuple(untested))


def explain_rules(desk: Desk, rules: Sequence[Rule], event: Event) -> Iterator[Explanation]:
    """Explain each rule over one event."""
    routes = load_routes(desk.content)
    for rule in rules:
        yield explain(rule, event, routes, names_of(rule, desk.base, desk.placeholders))
