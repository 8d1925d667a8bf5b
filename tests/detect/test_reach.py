from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.reach import Period, cover, days_looked_at
from sentinel.model.alerts import LedgerEntry, LedgerSource, RuleState, Window

FIRST = date(2026, 10, 1)
STATES: list[RuleState] = ["failed", "truncated", "suppressed", "evaluated", "field-absent", "source-absent"]


def day(number: int) -> date:
    return FIRST + timedelta(number)


def log(*windows: tuple[int, int, RuleState]) -> LedgerSource:
    return LedgerSource(
        "log", "evaluated", windows=tuple(Window(day(first), day(last), state, 1) for first, last, state in windows)
    )


def rule(state: RuleState, *logs: LedgerSource, missing: tuple[str, ...] = ()) -> LedgerEntry:
    return LedgerEntry("r", "R", "r.yml:1", state, sources=logs, missing=missing, logsource="windows/x/*")


DAYS = {day(number) for number in range(10)}


def test_the_share_is_over_rules_that_could_be_asked_and_all_days() -> None:
    found = cover(
        [
            rule("evaluated", log((0, 4, "evaluated"))),
            rule("source-absent"),
            rule("no-route"),
            rule("refused"),
        ],
        DAYS,
        Period(),
    )

    assert (found.days, found.judged, found.rules, found.rule_days) == (10, 2, 4, 20)
    assert (found.share, found.share_of_all) == (5 / 20, 5 / 40)
    assert found.by_state == {"evaluated": 5, "source-absent": 15}
    assert found.states == {"evaluated": 1, "no-route": 1, "refused": 1, "source-absent": 1}
    assert found.absent == {"windows/x/*": 1}


def test_one_log_is_enough_and_what_went_wrong_in_another_is_not_hidden() -> None:
    both = rule("failed", log((0, 3, "field-absent")), log((2, 3, "evaluated")), log((3, 3, "failed")))
    found = cover([both], {day(0), day(3)}, Period())

    assert found.by_state == {"failed": 1, "evaluated": 1, "field-absent": 2}
    assert days_looked_at(both) == 1


def test_a_period_that_was_asked_for_counts_silent_days_too() -> None:
    found = cover([rule("evaluated", log((0, 9, "evaluated")))], DAYS, Period(day(-10), day(4)))

    assert (found.first, found.last, found.days, found.silent_days) == (day(-10), day(4), 15, 10)
    assert found.share == 5 / 15


def test_without_a_day_or_a_rule_there_is_no_share() -> None:
    undated = LedgerSource("log", "evaluated", windows=(Window(None, None, "evaluated", 3),))

    assert (cover([rule("evaluated", undated)], set(), Period()).share, cover([], DAYS, Period()).share) == (None, None)
    assert cover([rule("evaluated", undated)], set(), Period()).undated == 1
    assert cover([rule("evaluated", undated)], set(), Period(day(0), day(1))).share == 0
    assert cover([], DAYS, Period(day(20), None)).days == 0


def test_fields_are_counted_by_the_rules_that_lack_them() -> None:
    lacking = [rule("field-absent", missing=("B", "A")), rule("field-absent", missing=("B",)), rule("evaluated")]

    assert list(cover(lacking, DAYS, Period()).missing.items()) == [("B", 2), ("A", 1)]


WINDOWS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3), st.sampled_from(STATES)), max_size=4)


@given(st.lists(st.lists(WINDOWS, max_size=3), max_size=3))
def test_every_rule_day_has_one_state_and_the_share_is_never_flattering(
    drawn: list[list[list[tuple[int, int, RuleState]]]],
) -> None:
    entries = [
        rule("evaluated", *(log(*((at, min(at + more, 9), state) for at, more, state in windows)) for windows in logs))
        for logs in drawn
    ]
    found = cover(entries, DAYS, Period())
    looked = sum(found.by_state.get(state, 0) for state in ("evaluated", "suppressed"))
    by_hand = 0
    for entry in entries:
        for one in sorted(DAYS):
            states = {
                window.state
                for source in entry.sources
                for window in source.windows
                if window.first and window.last and window.first <= one <= window.last
            }
            by_hand += bool(states & {"evaluated", "suppressed"}) and not states & {"failed", "truncated"}

    assert sum(found.by_state.values()) == found.rule_days == len(entries) * 10
    assert looked == by_hand
