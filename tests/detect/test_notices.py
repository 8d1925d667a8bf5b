from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.notices import SET_ASIDE, TOO_MANY, Cap, set_aside
from sentinel.model.alerts import Alert, RuleRef
from sentinel.model.severity import Severity
from sentinel.model.windows import WatchRule, WatchWindow

START = datetime(2026, 11, 22, 8, tzinfo=UTC)
WINDOW = WatchWindow("klinikken", "logs-*", START, START + timedelta(minutes=5), "done")
RULE = WatchRule("klinikken", "logs-*", "r1", "Blåbær", "m", strikes=3, times=1, reason="broke: KeyError", aside=START)


def alert(rule: str, number: int) -> Alert:
    ref = RuleRef(rule, f"Rule {rule}", Severity.LOW, "m", "Åse")
    return Alert(f"{rule}-{number}", ref, str(number), START, "log", str(number), (), {})


@given(st.lists(st.sampled_from("abc"), max_size=60), st.integers(1, 10))
def test_every_alert_is_kept_or_counted(rules: list[str], most: int) -> None:
    cap = Cap(most)
    every = [alert(rule, number) for number, rule in enumerate(rules)]

    kept = list(cap.keep(every))
    notices = {str(one.fields["rule"]): one for one in cap.notices(WINDOW)}

    for rule in "abc":
        count = rules.count(rule)
        single = [one for one in kept if one.rule.id == rule]
        assert single == [one for one in every if one.rule.id == rule][:most]
        assert (rule in notices) == (count > most)
        if rule in notices:
            assert (notices[rule].fields["alerts"], notices[rule].fields["only_counted"]) == (count, count - most)
    assert len(kept) + cap.left_out == len(every)


def test_a_notice_of_too_many_is_as_grave_as_its_rule_and_the_same_when_it_is_counted_anew() -> None:
    first, second = Cap(1), Cap(1)
    list(first.keep(alert("a", number) for number in range(3)))
    list(second.keep(alert("a", number) for number in range(5)))

    (one,), (other,) = first.notices(WINDOW), second.notices(WINDOW)
    (elsewhere,) = first.notices(replace(WINDOW, start=START - timedelta(hours=1)))

    assert one.rule.title == "3 alerts of one rule, 2 of them only counted: Rule a"
    assert (one.rule.id, one.rule.level, one.time) == (TOO_MANY, Severity.LOW, START)
    assert one.id == other.id != elsewhere.id


@pytest.mark.parametrize(("level", "told"), [("low", "high"), ("high", "high"), ("critical", "critical")])
def test_a_rule_that_is_set_aside_is_told_with_what_to_do(level: str, told: str) -> None:
    one = set_aside(RULE, Severity(level))

    assert (one.rule.id, one.rule.level.value, one.time) == (SET_ASIDE, told, START)
    assert one.rule.title.endswith("Blåbær")
    assert one.fields["reason"] == "broke: KeyError"
    assert str(one.fields["to_put_it_back"]).endswith("--release r1")


def test_set_aside_again_is_another_alert_and_by_two_runners_one() -> None:
    assert set_aside(RULE, Severity.LOW).id == set_aside(replace(RULE, reason="took 9 seconds"), Severity.LOW).id
    assert set_aside(RULE, Severity.LOW).id != set_aside(replace(RULE, times=2), Severity.LOW).id
