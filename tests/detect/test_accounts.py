from __future__ import annotations

from sentinel.detect.accounts import Accounted, Outcome, correlation_entries, gravest
from sentinel.detect.correlation import Limits
from sentinel.model.alerts import LedgerEntry, RuleState
from tests.detect.streams import correlation

COUNT = correlation("k", "event_count", ("a", "b"))
BOTH = correlation("k", "temporal", ("a", "b"))


def below(**states: RuleState) -> list[LedgerEntry]:
    return [LedgerEntry(name, f"Rule {name}", "x.yml:1", state) for name, state in states.items()]


def entry(one: object = COUNT, outcomes: dict[Outcome, int] | None = None, **states: RuleState) -> LedgerEntry:
    account = Accounted(one, outcomes or {"new": 3, "known": 1}, 1)  # type: ignore[arg-type] # a correlation
    return correlation_entries([account], below(**states))[0]


def test_the_gravest_outcome_is_told() -> None:
    assert gravest(["known", "new"]) == "new"
    assert gravest(["new", "too_late", "known"]) == "too_late"


def test_hits_that_are_left_out_are_told_by_reason() -> None:
    outcomes: dict[Outcome, int] = {"new": 7, "without_time": 2, "without_group": 1000}
    found = entry(outcomes=outcomes, a="evaluated", b="evaluated")

    assert (found.state, found.events, found.hits) == ("evaluated", 1009, 1)
    assert found.reason == "2 hits had no time; 1,000 hits lacked a field of group-by"


def test_hits_that_are_lost_make_it_truncated() -> None:
    assert entry(outcomes={"new": 7, "overflow": 1}, a="evaluated", b="evaluated").state == "truncated"
    assert entry(outcomes={"new": 7, "too_late": 1}, a="evaluated", b="evaluated").state == "truncated"
    assert entry(a="truncated", b="evaluated").state == "truncated"


def test_a_correlation_that_could_not_be_met_is_in_the_state_of_its_rules() -> None:
    assert entry(COUNT, a="source-absent", b="evaluated").state == "evaluated"
    assert entry(COUNT, a="source-absent", b="evaluated").reason == "Rule a was not looked at (source-absent)"
    assert entry(COUNT, a="source-absent", b="no-route").state == "source-absent"
    assert entry(BOTH, a="evaluated", b="field-absent").state == "field-absent"


def test_a_correlation_above_one_that_could_not_be_met_could_not_either() -> None:
    upper = correlation("u", "event_count", ("k",))
    accounts = [Accounted(BOTH, {}, 0), Accounted(upper, {}, 0)]

    states = [one.state for one in correlation_entries(accounts, below(a="evaluated", b="no-route"))]
    assert states == ["no-route", "no-route"]


def test_a_condition_that_is_true_of_nothing_says_what_it_cannot_see() -> None:
    few = correlation("k", "event_count", condition=Limits((("lt", 5),)))

    assert "a group without any hit is not judged" in entry(few, a="evaluated", b="evaluated").reason
