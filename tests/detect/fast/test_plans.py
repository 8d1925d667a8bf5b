from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.engine import Step
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.plans import Keepers, Plan, make_plan
from sentinel.detect.routes import Route
from sentinel.detect.rule import LogSourceKey, RuleSet
from tests.detect.rules import rule, rules

EVERY = LogSourceKey(None, None, None)
KNOWN = frozenset({"EventID", "Channel"})
KEEPERS: Keepers = {}
"""All plans here share them, as those of an engine do."""
ALIASES = (("Image", "NewProcessName"), ("Image", "exe"), ("Channel", "log"))


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    return rules(
        tmp_path_factory.mktemp("rules"),
        rule(0, "a: {EventID: 1, Image|endswith: whoami.exe}\ncondition: a"),
        rule(1, "a: {EventID: [1, 4688], User: null}\ncondition: a"),
        rule(2, "a: {Channel: Security}\nb: {Image: x}\ncondition: a or not b"),
        rule(3, "a: [whoami]\ncondition: a"),
        rule(4, "a: {EventID|exists: false}\nb: {User: me}\ncondition: a and b"),
        rule(5, "a: {Image|contains: who}\nb: {User|contains: e}\ncondition: not a and b"),
        rule(6, "a: {Channel: Security}\nb: {User: me}\ncondition: a and b"),
    )


def planned(ruleset: RuleSet, decided: dict[str, object], sample: list[dict[str, object]], wakeless: set[int]) -> Plan:
    steps = [Step(Route("x", EVERY, (), ()), dict(enumerate(ruleset.rules)))]
    steps.append(Step(Route("y", EVERY, (), ALIASES), dict(enumerate(ruleset.rules))))
    return make_plan(steps, wakeless, (decided, KNOWN), sample, KEEPERS)  # type: ignore[arg-type]  # values are of JSON


VALUES = st.sampled_from(["x", "me", r"C:\whoami.exe", "Security", "WHO", None, 1, 4688, "1", "", ["me", "WHO"]])
EVENTS = st.dictionaries(
    st.sampled_from(["EventID", "Channel", "Image", "NewProcessName", "exe", "User", "log"]), VALUES
)


@given(EVENTS, st.lists(EVENTS, max_size=4), st.sets(st.integers(0, 6)))
def test_no_rule_that_is_true_is_left_out_or_held_back(
    ruleset: RuleSet, event: dict[str, object], sample: list[dict[str, object]], wakeless: set[int]
) -> None:
    """Those that are not wakeless are left to their needles."""
    decided = {name: value for name, value in event.items() if name in KNOWN}
    plan = planned(ruleset, decided, sample, wakeless)
    true = {
        number
        for aliases in ((), ALIASES)
        for number, one in enumerate(ruleset.rules)
        if holds(one.condition, Look(Route("x", EVERY, (), aliases).view(event)))  # type: ignore[arg-type]  # as above
    }

    assert true <= plan.rules
    assert true & wakeless <= plan.passed(event)  # type: ignore[arg-type]  # as above
    assert true <= {number for step in plan.steps for number in step.rules}


def test_rules_that_the_deciding_fields_refute_are_left_out(ruleset: RuleSet) -> None:
    assert planned(ruleset, {"EventID": 1, "Channel": "x"}, [], set()).rules == {0, 1, 2, 3, 5}
    assert planned(ruleset, {"EventID": 7, "Channel": "x"}, [], set()).rules == {2, 3, 5}
    assert planned(ruleset, {"EventID": 7}, [], set()).rules == {2, 3, 5, 6}  # it may be called `log`


def test_what_no_gate_can_hold_back_is_always_looked_at(ruleset: RuleSet) -> None:
    plan = planned(ruleset, {"EventID": 1, "Channel": "x"}, [], {3, 5})

    assert plan.always == {3}
    assert plan.passed({"User": "nobody", "Image": "whoami"}) == {3}
    assert plan.passed({"User": "me", "Image": "x"}) == {3, 5}


def test_a_field_may_have_the_name_that_the_log_has_for_it(ruleset: RuleSet) -> None:
    """A deciding field that is absent may be there under another name."""
    plan = planned(ruleset, {"EventID": 1}, [], {0, 2})

    assert plan.passed({"EventID": 1, "exe": r"C:\whoami.exe"}) >= {0}
    assert 2 in plan.rules
    assert 2 in plan.passed({"EventID": 1, "log": "Security", "Image": "x"})
