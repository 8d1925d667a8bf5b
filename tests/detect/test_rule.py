from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.detect.condition import And, FieldTest, Null
from sentinel.detect.rule import Conditions, LogSourceKey, Rule, postpone
from sentinel.errors import Location
from sentinel.model.alerts import RuleRef
from sentinel.model.severity import Severity

CONDITION, WITHOUT = FieldTest("A", (Null(),)), FieldTest("B", (Null(),))


def rule() -> Rule:
    ref = RuleRef("id", "title", Severity.LOW, "hash", "")
    return Rule(
        ref, Location("x.yml", 1), LogSourceKey(None, None, None), CONDITION, frozenset("AB"), unfiltered=WITHOUT
    )


def test_a_log_source_leaves_parts_open() -> None:
    assert str(LogSourceKey("process_creation", "windows", None)) == "windows/process_creation/*"
    assert str(LogSourceKey(None, None, "sshd")) == "*/*/sshd"


def test_postponed_conditions_are_read_once_and_only_when_asked_for() -> None:
    asked: list[str] = []

    def read() -> Conditions:
        asked.append("read")
        return CONDITION, WITHOUT

    postponed = rule()
    postpone(postponed, read)

    assert postponed.ref.title == "title"
    assert asked == []
    assert (postponed.widest, postponed.condition, postponed) == (WITHOUT, CONDITION, rule())
    assert asked == ["read"]


def test_a_copy_of_a_postponed_rule_has_what_it_is_given() -> None:
    postponed = rule()
    postpone(postponed, lambda: (CONDITION, WITHOUT))

    copy = replace(postponed, condition=And(()))

    assert (copy.condition, copy.unfiltered, postponed.condition) == (And(()), WITHOUT, CONDITION)


def test_a_name_that_no_rule_has_is_none() -> None:
    with pytest.raises(AttributeError, match="conditoin"):
        getattr(rule(), "conditoin")  # noqa: B009 -- a checker would not let it pass
