from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from sentinel.detect.engine import Known
from sentinel.detect.evaluate import matches
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.plans import Plan
from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.second import OFTEN, SecondLook
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.model.events import Event, Value
from tests.detect.documents import filter_
from tests.detect.fast.mutations import compact
from tests.detect.fast.twins import Twins
from tests.detect.rules import rule, rules

VAIN: dict[str, Value] = {
    "Channel": "Security",
    "EventID": 4688,
    "NewProcessName": r"C:\x.exe",
    "CommandLine": r"\whoami.exe",
}
HIT: dict[str, Value] = {**VAIN, "NewProcessName": r"C:\WHOAMI.exe"}


@dataclass
class Looked:
    """A second look at events of one kind, which a needle or gate of a rule woke."""

    matcher: Matcher
    plan: Plan = field(init=False)
    second: SecondLook = field(init=False)

    def __post_init__(self) -> None:
        fields: dict[str, Any] = {"Channel": "Security", "EventID": 4688}
        routes = self.matcher.routes.route(Event("", "", None, fields))
        self.plan, self.second = self.matcher.plan(routes, fields, list)

    def anew(self, **how: Any) -> Looked:  # noqa: ANN401 -- what SecondLook takes
        """Look with another second look."""
        self.second = SecondLook(self.plan, self.matcher.porter, self.matcher.values, **how)
        return self

    def rows(self, *events: dict[str, Any]) -> Rows:
        rows = self.matcher.lines.read(b"".join(compact(event) + b"\n" for event in events))
        assert (rows.shapes >= 0).all()
        return rows

    def left(self, rule: int, *events: dict[str, Any]) -> list[int]:
        return [row for row, _ in self.look(rule, *events)]

    def look(self, rule: int, *events: dict[str, Any]) -> list[tuple[int, Known]]:
        return list(self.second.left(rule, self.rows(*events), np.arange(len(events))))


@pytest.fixture
def looked(few: RuleSet, routes: Routes) -> Looked:
    return Looked(Matcher(few, routes))


def test_a_rule_woken_often_in_vain_is_held_back_and_one_that_may_be_true_is_not(looked: Looked) -> None:
    some = [VAIN, HIT, {**VAIN, "Image": r"\whoami.exe"}, {**HIT, "Image": r"C:\x.exe"}, {**VAIN, "Image": ["y"]}]
    some += [{**VAIN, "Image": [r"\whoami.exe", "x"]}, {"Channel": "Security", "EventID": 4688}]

    assert looked.left(0, *[VAIN] * (OFTEN - 1)) == list(range(OFTEN - 1))
    assert looked.left(0, *some) == list(range(len(some)))  # now it is often, but there are no columns yet
    assert looked.left(0, *some) == [1, 2, 5]
    assert looked.left(0, *[VAIN] * OFTEN) == []


def test_a_rule_not_woken_often_is_left_as_it_is(looked: Looked) -> None:
    for _ in range(3):
        looked.left(0, *[VAIN] * OFTEN)

    assert looked.left(1, VAIN) == [0]
    assert looked.left(0, VAIN) == []


def test_what_met_a_rule_is_known_once_it_was_looked_at_twice(looked: Looked) -> None:
    first = looked.look(0, *[HIT] * OFTEN)
    found = looked.look(0, HIT, VAIN, HIT, {**HIT, "pad": 1}, {**HIT, "NewProcessName": r"D:\whoami.exe"})
    image: dict[str, Value] = {**HIT, "Image": HIT["NewProcessName"]}
    matched = matches(looked.matcher.reference.ruleset.rules[0].condition, image)

    assert first == [(row, None) for row in range(OFTEN)]
    assert [row for row, _ in found] == [0, 2, 3, 4]
    assert matched
    assert [known for _, known in found[:3]] == [matched] * 3
    assert [[one.value for one in known or ()] for _, known in found[3:]] == [[r"D:\whoami.exe"]]


def test_a_rule_that_breaks_is_left_to_the_reference_engine(looked: Looked) -> None:
    looked.anew(met=broken).left(0, *[VAIN] * OFTEN)

    assert looked.look(0, VAIN, HIT) == [(0, None), (1, None)]


def broken(*_: object) -> None:
    raise ValueError


def test_a_rule_that_is_met_but_for_its_filter_is_left_to_the_reference_engine(tmp_path: Path, routes: Routes) -> None:
    """In the first block a rule is woken often, so that in the second it is looked at twice."""
    asked = r"a: {NewProcessName|endswith: '\whoami.exe'}" + "\ncondition: a"
    filtering = filter_("F", 9, "rules: any\nown: {CommandLine: x}\ncondition: own")
    twins = Twins(rules(tmp_path, rule(1, asked, "product: windows"), filtering), routes)
    met = {**HIT, "CommandLine": "x"}
    blocks = [compact(met) + b"\n"] * 300, [compact({**met, "CommandLine": one}) + b"\n" for one in "xyxx"]

    assert twins.read(b"".join(map(b"".join, blocks)), [b"".join(blocks[0]), b"", b"".join(blocks[1])]) == []
    assert twins.accounts() == []
    (entry,) = twins.fast.ledger()
    assert (entry.hits, entry.suppressed) == (303, 1)


def test_a_rule_of_keywords_may_be_true_of_any_field(looked: Looked) -> None:
    for _ in range(3):
        assert looked.left(2, *[VAIN] * OFTEN) == list(range(OFTEN))


def test_only_the_rows_that_are_asked_about_are_left(looked: Looked) -> None:
    looked.left(0, *[VAIN] * OFTEN)
    rows = looked.rows(HIT, VAIN, HIT, VAIN, HIT)

    assert [row for row, _ in looked.second.left(0, rows, np.array([1, 3, 4]))] == [4]
    assert list(looked.second.left(0, rows, np.array([], np.int64))) == []


def test_what_was_learned_is_forgotten_with_the_values(looked: Looked) -> None:
    looked.left(0, *[VAIN] * OFTEN)

    assert looked.left(0, VAIN, HIT) == [1]
    looked.matcher.values.make_room(10**9)
    assert looked.left(0, HIT, VAIN) == [0]


@pytest.mark.parametrize("scanning", [True, False])
def test_both_engines_agree_whatever_was_learned(few: RuleSet, routes: Routes, scanning: bool) -> None:
    """Several blocks of lines that wake rules in vain, and among them some of the same that are hits."""
    twins = Twins(few, routes, scanning)
    values = [r"C:\x.exe", r"C:\whoami.exe", "C:\\KıosK.exe", None, 1, True, 1.0, "1"]
    for start in range(4):
        lines = [
            compact({**VAIN, "NewProcessName": values[number % (start + 5)], "LogonType": values[number % 7]})
            for number in range(3 * OFTEN)
        ]
        assert twins.read(b"\n".join(lines), [line + b"\n" for line in lines], f"log {start}") == []
    assert twins.accounts() == []
    assert sum(entry.hits for entry in twins.fast.ledger()) > OFTEN


@pytest.mark.parametrize("seed", range(4))
def test_both_engines_agree_over_blocks_of_the_same_few_values(few: RuleSet, routes: Routes, seed: int) -> None:
    """Every rule is woken often, so that most is remembered, and so is what met it."""
    chance, twins = Random(seed), Twins(few, routes)
    programs: list[Value] = [r"C:\whoami.exe", r"D:\WHOAMI.exe", "KIOSK", "", None, ["x", r"\whoami.exe"]]
    others: list[Value] = ["", "3", 3, 3.0, 1, True, None, "blåbær", "whoami", "invoke-mimikatz.ps1", ["blåbær", 3]]
    names = ("LogonType", "TargetUserName", "SubjectUserName", "CommandLine", "Details", "Image")
    blocks = []
    for _ in range(4):
        events = [
            {**VAIN, "NewProcessName": chance.choice(programs)}
            | {name: chance.choice(others) for name in chance.sample(names, chance.randint(0, len(names)))}
            for _ in range(4 * OFTEN)
        ]
        blocks += [b"".join(compact(event) + b"\n" for event in events), b""]

    assert twins.read(b"".join(blocks), blocks) == []
    assert twins.accounts() == []
    assert sum(entry.hits for entry in twins.fast.ledger()) > 4 * OFTEN


def test_no_more_is_remembered_than_there_is_room_for(looked: Looked) -> None:
    looked.anew(room=4).left(0, *[VAIN] * OFTEN)
    found = [looked.left(0, {**VAIN, "NewProcessName": f"x{number}"}, HIT) for number in range(9)]

    assert found == [[1]] * 9
    verdicts = looked.second._verdicts[0]
    assert verdicts is not None
    assert len(verdicts._known) <= 4


def test_values_that_python_takes_for_one_are_not_remembered_as_one(twins: Twins) -> None:
    """In the first block a rule is woken often and in vain, so that in the second it is looked at twice."""
    whoami = {**VAIN, "NewProcessName": r"C:\whoami.exe"}
    first = [compact({**whoami, "LogonType": True}) + b"\n"] * 300
    second = [compact({**whoami, "LogonType": value}) + b"\n" for value in (True, True, 1, 1.0, "1", True, 2)]

    assert twins.read(b"".join(first + second), [b"".join(first), b"", b"".join(second)]) == []
    assert {entry.title: entry.hits for entry in twins.fast.ledger()}["Rule 11"] == 3


def test_an_absent_field_is_not_an_empty_one(twins: Twins) -> None:
    kiwi = {**VAIN, "CommandLine": "Invoke-Mimikatz.ps1"}
    first = [compact({**kiwi, "TargetUserName": ""}) + b"\n"] * 300
    second = [compact({**kiwi, **more}) + b"\n" for more in ({"TargetUserName": ""}, {}, {"TargetUserName": None})]

    assert twins.read(b"".join(first + second), [b"".join(first), b"", b"".join(second)]) == []
    assert {entry.title: entry.hits for entry in twins.fast.ledger()}["Rule 12"] == 2
