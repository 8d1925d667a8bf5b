from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from sentinel.cli.explanations import MOST_ITEMS, below, explained, short, tree
from sentinel.detect.condition import FieldTest, Or
from sentinel.detect.evaluate import Look
from sentinel.detect.explain import explain_condition, first_false
from sentinel.detect.modifiers import compile_item
from sentinel.model.alerts import Alert, Correlated, Match, Member, RuleRef
from sentinel.model.explained import Called, Explanation, View
from sentinel.model.records import hit_record
from sentinel.model.severity import Severity

NOW = datetime(2026, 10, 14, 1, 41, tzinfo=UTC)
ALERT = Alert("i", RuleRef("r", "t", Severity.HIGH, "h", "a", ()), "e", NOW, "log", "1", (), {})


def shown(count: int, value: str) -> list[str]:
    items = tuple(compile_item("a", str(number), {}) for number in range(count))
    assert all(isinstance(item, FieldTest) for item in items)
    part = explain_condition(Or(items), Look({"a": value}))
    view = View("x/y/z", part, first_false(part))
    return tree(Explanation("i", "Title", "h", "a.yml:1", "log", "7", "no-hit", "", ("x/y/z",), (view,)))


def test_of_many_items_those_that_decide_are_shown() -> None:
    assert shown(30, "25")[-2:] == ["    ✓ a = '25': '25'", "    … 29 more"]
    assert shown(30, "x")[-1] == f"    … {30 - MOST_ITEMS} more"
    assert len(shown(3, "x")) == 6 + 3


def test_a_hit_shows_what_met_what() -> None:
    assert explained(replace(ALERT, matched=(Match("a", "B" * 500, "= 'b'"),))) == (f"a = 'b': '{'B' * 500}'",)
    assert explained(ALERT) == ("true because of what is absent",)
    assert explained(replace(ALERT, matched=(Match("a", "B" * 500, "= 'b'"),)), short)[0].endswith("… (500 letters)'")


def test_a_correlation_shows_what_was_met_in_the_hits_behind_it() -> None:
    members = tuple(Member("r1", "e", NOW, "log", str(record), (Match("b", "C", "has 'c'"),)) for record in (1, 9))
    told = Correlated("event_count", 60.0, {"user": "åse"}, NOW, NOW, members, 12)
    matched = (Match("user", "åse", "group-by"), Match("event_count", "12", "≥ 10"))

    assert explained(replace(ALERT, matched=matched, correlation=told)) == (
        "user group-by: 'åse'",
        "event_count ≥ 10: 12",
        "2026-10-14 01:41:00 log:1 r1: b has 'c': 'C'",
        "2026-10-14 01:41:00 log:9 r1: b has 'c': 'C'",
        "… 10 more in between",
    )


def test_rules_behind_a_correlation_are_called_by_their_titles() -> None:
    """Also that of a correlation: what it was met by stands in its own alert, and nothing was absent."""
    members = tuple(Member(rule, "e", NOW, "log", "1", ()) for rule in ("k", "r1", "r2"))
    told = Correlated("temporal", 60.0, {}, NOW, NOW, members, 3)
    matched = (Match("temporal", "k, r1", "(k and r1 or not r9)"), Match("user", "r1", "group-by"))
    names = Called({"k": "Many", "r1": "Någe", "i": "r9"}, {"k"}, {"r": "Bytes"})

    assert explained(replace(ALERT, matched=matched, correlation=told), names=names) == (
        "temporal of Bytes («Many» and «Någe» or not r9): «Many», «Någe»",
        "user group-by: 'r1'",
        "2026-10-14 01:41:00 log:1 Many: was met",
        "2026-10-14 01:41:00 log:1 Någe: true because of what is absent",
        "2026-10-14 01:41:00 log:1 r2: true because of what is absent",
    )


def test_below_a_row_stands_only_what_was_asked_for() -> None:
    assert below(hit_record(ALERT)) == []
    assert below(hit_record(ALERT, ("a", "b"))) == ["    a", "    b"]


def test_long_texts_are_cut_and_say_so() -> None:
    assert short("x" * 5000).endswith("… (5,000 letters)")
    assert short("x") == "x"
