from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from sentinel.content import root
from sentinel.detect.kept_rules import KeptRules, keep, take_up
from sentinel.detect.rule import RuleSet
from sentinel.detect.sigma import load_rules
from tests.detect.documents import correlation, filter_, load, rule, uuid
from tests.detect.logs import sigmahq

COUNTED = "type: value_count\nrules: [one]\ngroup-by: [A]\ntimespan: 5m\ncondition: {field: B, gte: 3, lt: 9}"
ORDERED = "type: temporal_ordered\nrules: [one, two]\naliases: {u: {one: A, two: B}}\ngroup-by: [u]\ntimespan: 1h"
BOOLEAN = "type: temporal\nrules: [one, two, many]\ntimespan: 1d\ncondition: one and not (two or many)"
EVERYTHING = "---\n".join((
    rule("one", 1, "s: {A: 1}\nt: {B|re: 'x.*y'}\ncondition: s and not t"),
    rule("two", 2),
    rule("unfilled", 3, "s: {A|expand: '%servers%'}\ncondition: s"),
    rule("broken", 4, "s: {A|nonsense: 1}\ncondition: s"),
    filter_("quiet", 5, "rules: [one]\nselection: {C: x}\ncondition: not selection"),
    filter_("doubtful", 6, f"rules: ['{uuid(2)}']\nselection: {{C: x}}\ncondition: selection"),
    correlation("many", 7, COUNTED),
    correlation("both", 8, ORDERED),
    correlation("boolean", 9, BOOLEAN),
))  # fmt: skip


def again(ruleset: RuleSet) -> RuleSet:
    """Keep a rule set, write it, read it and take it up."""
    return take_up(msgspec.msgpack.decode(msgspec.msgpack.encode(keep(ruleset)), type=KeptRules))


def test_rules_of_every_kind_come_back_as_they_were(tmp_path: Path) -> None:
    loaded = load(tmp_path, EVERYTHING)

    assert (len(loaded.rules), len(loaded.filters), len(loaded.correlations), len(loaded.refused)) == (2, 2, 3, 2)
    assert loaded.warnings
    assert loaded.rules[0].unfiltered is not None
    assert again(loaded) == loaded


def test_the_shipped_rules_come_back_as_they_were() -> None:
    loaded = load_rules([root() / "rules"], root())

    assert again(loaded) == loaded


@pytest.mark.shared
def test_the_rules_of_sigmahq_come_back_as_they_were(tmp_path: Path) -> None:
    loaded = load_rules(sigmahq(tmp_path), tmp_path)

    assert len(loaded.rules) > 3_700
    assert again(loaded) == loaded


def test_conditions_stay_bytes_until_they_are_asked_for(tmp_path: Path) -> None:
    kept = keep(load(tmp_path, rule("one", 1)))
    kept.rules[0].conditions = b"no condition"

    (taken_up,) = take_up(kept).rules

    assert taken_up.name == "one"
    with pytest.raises(ValueError, match=r"MessagePack|trailing"):
        taken_up.condition  # noqa: B018 -- looking is what breaks


@pytest.mark.parametrize("others", [b"", b"\xc1", msgspec.msgpack.encode([0]), msgspec.msgpack.encode([999, 1])])
def test_what_is_no_rule_set_is_refused(others: bytes) -> None:
    with pytest.raises(ValueError, match="no rules"):
        take_up(KeptRules([], others))
