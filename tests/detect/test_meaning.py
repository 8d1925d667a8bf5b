from __future__ import annotations

from datetime import date, timedelta

from sentinel.detect.correlation import AllOf, AnyOf, Correlation, Happened, NotSo
from sentinel.detect.meaning import digest_of_yaml, hash_correlation, hash_filter, hash_filtered, hash_meaning
from sentinel.errors import Location
from sentinel.model.alerts import RuleRef
from sentinel.model.severity import Severity

RULE = {"logsource": {"product": "windows"}, "detection": {"s": {"A": 1}, "condition": "s"}}


def test_the_hash_of_a_rule_has_not_changed_since_alerts_were_first_kept() -> None:
    assert hash_meaning(RULE) == "7acce16be54430cde2f4bb783ee17f692e78c0db22c15f5e5fa2bce6ac045528"


def test_a_time_zone_is_part_of_the_meaning_unless_it_is_the_usual_one() -> None:
    assert hash_meaning({**RULE, "timezone": "UTC"}) == hash_meaning(RULE)
    assert hash_meaning({**RULE, "timezone": "Europe/Oslo"}) != hash_meaning(RULE)


def test_a_filter_is_what_it_keeps_and_not_which_rules_it_is_for() -> None:
    section = {"s": {"A": 1}, "condition": "not s"}

    assert hash_filter({"filter": {**section, "rules": ["x"]}}) == hash_filter({"filter": {**section, "rules": "any"}})
    assert hash_filter({"filter": section}) != hash_filter({"filter": {**section, "condition": "s"}})
    assert hash_filtered("rule", ["a", "b"]) == hash_filtered("rule", ["b", "a"]) != hash_filtered("rule", ["a"])


def test_every_part_of_a_condition_over_rules_counts() -> None:
    a, b = Happened("a"), Happened("b")
    trees = [None, a, NotSo(a), AllOf((a, b)), AnyOf((a, b)), AllOf((a, NotSo(b))), AllOf((NotSo(a), b))]
    ref = RuleRef("id", "t", Severity.LOW, "", "")
    hashes = {
        hash_correlation(
            Correlation(ref, Location("x"), "temporal", ("a", "b"), timedelta(1), condition=tree), {"a": "1", "b": "2"}
        )
        for tree in trees
    }

    assert len(hashes) == len(trees)


def test_whatever_yaml_gives_can_be_hashed() -> None:
    assert digest_of_yaml({1: date(2026, 1, 1), "a": [None, {2.5: b"x"}]}) == digest_of_yaml(
        {"a": [None, {2.5: b"x"}], 1: date(2026, 1, 1)}
    )
