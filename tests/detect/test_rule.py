from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.detect.condition import And, FieldTest, Null
from sentinel.detect.rule import Conditions, LogSourceKey, Rule, RuleSet, postpone
from sentinel.errors import Location
from sentinel.model.alerts import RuleRef
from sentinel.model.severity import Severity
from tests.detect import documents

COUNT = "type: event_count\nrules: [base]\ngroup-by: U\ntimespan: 5m\ncondition: {gte: 2}"
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


def test_a_correlation_is_taken_with_all_that_it_is_made_of_and_nothing_else(tmp_path: Path) -> None:
    chained = documents.correlation("top", 3, COUNT.replace("[base]", "[c, other]"))
    texts = [documents.rule(name, number) for number, name in ((1, "base"), (4, "other"), (5, "unused"))]
    loaded = documents.load(
        tmp_path, *texts, chained, documents.correlation("c", 2, COUNT), documents.correlation("d", 6, COUNT)
    )

    part = loaded.below(documents.uuid(3))

    assert {one.ref.id for one in part.rules} == {documents.uuid(1), documents.uuid(4)}
    assert [one.ref.id for one in part.correlations] == [documents.uuid(2), documents.uuid(3)]
    assert loaded.below(documents.uuid(9)) == RuleSet((), ())
