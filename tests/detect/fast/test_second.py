from __future__ import annotations

from functools import partial
from typing import Any

from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.second import OFTEN, SecondLook
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.model.events import Event
from tests.detect.fast.mutations import compact
from tests.detect.fast.twins import Twins

VAIN = {"Channel": "Security", "EventID": 4688, "NewProcessName": r"C:\x.exe", "CommandLine": r"\whoami.exe"}


def looked(few: RuleSet, routes: Routes) -> SecondLook:
    matcher = Matcher(few, routes)
    fields: dict[str, Any] = {"Channel": "Security", "EventID": 4688}
    return SecondLook(matcher.plan(routes.route(Event("", "", None, fields)), fields, []))


def narrowed(second: SecondLook, fields: dict[str, Any], rules: set[int]) -> set[int]:
    return set(second.narrow(partial(dict, fields), rules))


def test_a_rule_woken_often_in_vain_is_held_back_and_one_that_may_be_true_is_not(few: RuleSet, routes: Routes) -> None:
    second = looked(few, routes)
    hit = {**VAIN, "NewProcessName": r"C:\WHOAMI.exe"}
    before = [narrowed(second, VAIN, {0, 2}) for _ in range(OFTEN)]
    second.learn()

    assert before == [{0, 2}] * OFTEN
    assert narrowed(second, VAIN, {0, 2}) == {2}
    assert narrowed(second, hit, {0, 2}) == {0, 2}
    assert narrowed(second, {**VAIN, "Image": r"\whoami.exe"}, {0}) == {0}
    assert narrowed(second, {**VAIN, "Image": [r"\whoami.exe", "x"]}, {0}) == {0}


def test_both_engines_agree_whatever_was_learned(twins: Twins) -> None:
    """Several blocks of lines that wake rules in vain, and among them some of the same that are hits."""
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
