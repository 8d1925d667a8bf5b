from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.engine import Step
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.fast.alarm import Alarm, Alarms
from sentinel.detect.fast.gate_costs import GateCosts
from sentinel.detect.fast.gate_needles import GateNeedles
from sentinel.detect.fast.gates import Door, Porter
from sentinel.detect.fast.passing import through
from sentinel.detect.fast.plans import Plan, make_plan, names_in
from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.table import Table, Values
from sentinel.detect.routes import Route
from sentinel.detect.rule import LogSourceKey, RuleSet
from sentinel.model.events import Fields
from tests.detect.rules import rule, rules

EVERY = LogSourceKey(None, None, None)
KNOWN = frozenset({"EventID", "Channel"})
ALIASES = (("Image", "NewProcessName"), ("Image", "exe"), ("Channel", "log"))
IMAGE = ("Image", "NewProcessName", "exe")
ROUTES = (Route("x", EVERY, (), ()), Route("y", EVERY, (), ALIASES))


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


def woken_but(wakeless: set[int]) -> Alarms:
    """Return alarms that wake all rules but these, none of them for keywords."""
    chosen = dict.fromkeys(set(range(7)) - wakeless, frozenset({b"x"}))
    return Alarms(Alarm(None, (), (), frozenset(wakeless), chosen), {})


@dataclass
class Desk:
    """All plans here share it, as those of an engine do."""

    ruleset: RuleSet
    values: Values
    porter: Porter

    def plan(self, decided: Mapping[str, object], sample: Sequence[Mapping[str, object]], wakeless: set[int]) -> Plan:
        steps = [Step(route, dict(enumerate(self.ruleset.rules))) for route in ROUTES]
        return make_plan(steps, woken_but(wakeless), (decided, KNOWN), lambda: sample, self.porter, GateCosts())  # type: ignore[arg-type, return-value]  # values are of JSON

    def passed(self, plan: Plan, event: dict[str, object]) -> set[int]:
        """Return the rules that an event wakes with the values of its fields alone."""
        self.values.want(plan.asked)
        rows = Table(self.values, dict).read(orjson.dumps(event))
        assert rows.shapes[0] >= 0
        entries = {entry for door in (*plan.doors, *plan.openers) for entry in self._opened(door, rows)}
        doors = {self.porter.entries[entry] for entry in entries}
        return {one.rule for one in doors if all(map(self._opened, one.also, repeat(rows)))} | plan.always

    def _opened(self, door: Door, rows: Rows) -> list[int]:
        return [entry for entry, _ in through(door, rows, np.array([0]), self.values)]


@pytest.fixture(scope="module")
def desk(ruleset: RuleSet) -> Desk:
    values = Values((), frozenset())
    return Desk(ruleset, values, Porter(values, GateNeedles()))


VALUES = st.sampled_from(["x", "me", r"C:\whoami.exe", "Security", "WHO", None, 1, 4688, "1", "", ["me", "WHO"]])
EVENTS = st.dictionaries(
    st.sampled_from(["EventID", "Channel", "Image", "NewProcessName", "exe", "User", "log"]), VALUES
)


@given(EVENTS, st.lists(EVENTS, max_size=4), st.sets(st.integers(0, 6)))
def test_no_rule_that_is_true_is_left_out_or_held_back(
    desk: Desk, event: dict[str, object], sample: list[dict[str, object]], wakeless: set[int]
) -> None:
    """Those that are not wakeless are left to their needles."""
    decided = {name: value for name, value in event.items() if name in KNOWN}
    plan = desk.plan(decided, sample, wakeless)
    true = {
        number
        for route in ROUTES
        for number, one in enumerate(desk.ruleset.rules)
        if holds(one.condition, Look(route.view(event)))  # type: ignore[arg-type]  # as above
    }

    assert true <= plan.rules
    assert true & wakeless <= desk.passed(plan, event)
    assert true <= {number for step in plan.steps for number in step.rules}


def test_rules_that_the_deciding_fields_refute_are_left_out(desk: Desk) -> None:
    assert desk.plan({"EventID": 1, "Channel": "x"}, [], set()).rules == {0, 1, 2, 3, 5}
    assert desk.plan({"EventID": 7, "Channel": "x"}, [], set()).rules == {2, 3, 5}
    assert desk.plan({"EventID": 7}, [], set()).rules == {2, 3, 5, 6}  # it may be called `log`


def test_what_no_gate_can_hold_back_is_always_looked_at(desk: Desk) -> None:
    plan = desk.plan({"EventID": 1, "Channel": "x"}, [], {3, 5})

    assert plan.always == {3}
    assert desk.passed(plan, {"User": "nobody", "Image": "whoami"}) == {3}
    assert desk.passed(plan, {"User": "me", "Image": "x"}) == {3, 5}


def test_a_field_may_have_the_name_that_the_log_has_for_it(desk: Desk) -> None:
    """A deciding field that is absent may be there under another name."""
    plan = desk.plan({"EventID": 1}, [], {0, 2})

    assert desk.passed(plan, {"EventID": 1, "exe": r"C:\whoami.exe"}) >= {0}
    assert 2 in plan.rules
    assert 2 in desk.passed(plan, {"EventID": 1, "log": "Security", "Image": "x"})


def test_the_fields_that_gates_or_rules_with_needles_read_are_asked_for(desk: Desk) -> None:
    """Those of rules that are refuted are not."""
    images, keywords = {"Image", "NewProcessName", "exe"}, {0, 1, 2, 3}

    assert desk.plan({"EventID": 7, "Channel": "x"}, [], {0, 1, 2, 3, 4, 5, 6} - {5}).asked == {
        "Channel",
        "log",
        *images,
        "User",
    }
    assert desk.plan({"EventID": 1, "Channel": "x"}, [], {*keywords, 4, 5, 6}).asked >= {"EventID", "User"}


def test_values_are_heard_under_every_name_of_a_field_that_a_rule_with_needles_reads(desk: Desk) -> None:
    plan = desk.plan({"EventID": 1, "Channel": "x"}, [], {1, 3})

    assert plan.heard == ("Channel", "EventID", "Image", "NewProcessName", "User", "exe", "log")


def test_events_are_read_only_where_gates_must_be_told_apart(desk: Desk) -> None:
    steps = [Step(ROUTES[0], dict(enumerate(desk.ruleset.rules)))]
    asked: list[int] = []

    def sample() -> list[Fields]:
        asked.append(1)
        return []

    assert not make_plan(steps, woken_but(set()), ({}, KNOWN), sample, desk.porter, GateCosts()).doors
    assert asked == []
    assert make_plan(steps, woken_but({5}), ({}, KNOWN), sample, desk.porter, GateCosts()).doors
    assert asked == [1]


def test_a_gate_that_meets_few_values_and_seldom_opens_is_the_first(desk: Desk) -> None:
    """Of `not Image contains who` and `User contains e`, by what the events hold."""
    few = {"EventID": 1, "Channel": "x"}
    users = [{"User": str(number), "Image": "who"} for number in range(40)]
    images = [{"User": "x", "Image": f"{number} who"} for number in range(40)]
    open_ones = [{"User": str(number), "Image": "x"} for number in range(40)]

    assert {door.names for door in desk.plan(few, users, {5}).doors} == {(("Image",),), (IMAGE,)}
    for sample in (images, open_ones):
        assert {door.names for door in desk.plan(few, sample, {5}).openers} == {(("User",),)}


def test_the_names_of_a_field_are_its_own_and_those_that_stand_for_it() -> None:
    step = Step(ROUTES[1], {})

    assert names_in(step, "Image") == IMAGE
    assert names_in(step, "User") == ("User",)
