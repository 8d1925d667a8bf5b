from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.second import OFTEN, SecondLook
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.model.events import Event
from tests.detect.fast.mutations import compact
from tests.detect.fast.twins import Twins

VAIN = {"Channel": "Security", "EventID": 4688, "NewProcessName": r"C:\x.exe", "CommandLine": r"\whoami.exe"}
HIT = {**VAIN, "NewProcessName": r"C:\WHOAMI.exe"}


@dataclass
class Looked:
    """A second look at events of one kind, which a needle or gate of a rule woke."""

    matcher: Matcher
    second: SecondLook = field(init=False)

    def __post_init__(self) -> None:
        fields: dict[str, Any] = {"Channel": "Security", "EventID": 4688}
        routes = self.matcher.routes.route(Event("", "", None, fields))
        _, self.second = self.matcher.plan(routes, fields, list)

    def rows(self, *events: dict[str, Any]) -> Rows:
        rows = self.matcher.lines.read(b"".join(compact(event) + b"\n" for event in events))
        assert (rows.shapes >= 0).all()
        return rows

    def left(self, rule: int, *events: dict[str, Any]) -> list[int]:
        return list(self.second.left(rule, self.rows(*events), np.arange(len(events))).tolist())


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


def test_a_second_look_at_a_rule_that_mostly_is_true_is_given_up(looked: Looked) -> None:
    looked.left(0, *[HIT] * OFTEN)
    first = looked.left(0, *[HIT, VAIN] * OFTEN, HIT, HIT)

    assert first == [*range(0, 2 * OFTEN, 2), 2 * OFTEN, 2 * OFTEN + 1]
    assert looked.left(0, VAIN, HIT) == [0, 1]


def test_a_rule_of_keywords_may_be_true_of_any_field(looked: Looked) -> None:
    for _ in range(3):
        assert looked.left(2, *[VAIN] * OFTEN) == list(range(OFTEN))


def test_only_the_rows_that_are_asked_about_are_left(looked: Looked) -> None:
    looked.left(0, *[VAIN] * OFTEN)
    rows = looked.rows(HIT, VAIN, HIT, VAIN, HIT)

    assert looked.second.left(0, rows, np.array([1, 3, 4])).tolist() == [4]
    assert looked.second.left(0, rows, np.array([], np.int64)).tolist() == []


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


def test_values_that_python_takes_for_one_are_not_remembered_as_one(twins: Twins) -> None:
    """In the first block a rule is woken often and in vain, so that in the second it is looked at twice."""
    whoami = {**VAIN, "NewProcessName": r"C:\whoami.exe", "pad": "x" * 15_000}
    first = [compact({**whoami, "LogonType": True}) + b"\n"] * 300
    second = [compact({**whoami, "LogonType": value}) + b"\n" for value in (True, True, 1, 1.0, "1", True, 2)]

    assert twins.read(b"".join(first + second), [b"".join(first), b"".join(second)]) == []
    assert {entry.title: entry.hits for entry in twins.fast.ledger()}["Rule 11"] == 3


def test_an_absent_field_is_not_an_empty_one(twins: Twins) -> None:
    kiwi = {**VAIN, "CommandLine": "Invoke-Mimikatz.ps1", "pad": "x" * 15_000}
    first = [compact({**kiwi, "TargetUserName": ""}) + b"\n"] * 300
    second = [compact({**kiwi, **more}) + b"\n" for more in ({"TargetUserName": ""}, {}, {"TargetUserName": None})]

    assert twins.read(b"".join(first + second), [b"".join(first), b"".join(second)]) == []
    assert {entry.title: entry.hits for entry in twins.fast.ledger()}["Rule 12"] == 2
