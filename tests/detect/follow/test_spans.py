from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sentinel.detect.follow.spans import Span
from sentinel.model.alerts import LedgerEntry, LedgerSource, LogSource, RuleState

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def source(handled: int, **skipped: int) -> LogSource:
    return LogSource("web", "jsonl", (), handled, skipped, None, None)


def entry(rule: str, state: RuleState, *logs: tuple[str, RuleState]) -> LedgerEntry:
    return LedgerEntry(rule, "", "", state, sources=tuple(LedgerSource(name, one) for name, one in logs))


def test_rounds_add_up_and_of_a_rule_the_worst_is_told() -> None:
    span = Span("k", "web", NOW)
    span.add(source(3), [entry("a", "evaluated", ("web", "evaluated")), entry("b", "no-route")], ["1"])
    span.add(source(2, truncated=1), [entry("a", "failed", ("web", "failed")), entry("b", "no-route")], ["1", "2"])
    span.add(source(0), [entry("a", "evaluated", ("web", "evaluated"))], [])

    window = span.window(NOW + timedelta(minutes=5))

    assert (window.records, window.skipped, window.alerts, window.state) == (6, {"truncated": 1}, 2, "done")
    assert window.rules == {"failed": 1, "no-route": 1}


def test_what_a_rule_does_in_another_log_is_not_told_of_this_one() -> None:
    span = Span("k", "web", NOW)
    span.add(source(1), [entry("a", "failed", ("epj", "failed")), entry("b", "truncated")], [])

    assert span.window(NOW).rules == {"source-absent": 1, "truncated": 1}


def test_a_window_that_is_owed_is_gone_on_with() -> None:
    first = Span("k", "web", NOW)
    first.add(source(3, truncated=1), [entry("a", "evaluated", ("web", "evaluated"))], ["1"])
    owed = first.window(NOW + timedelta(minutes=5), owed="x.log: cannot be read")
    later = NOW + timedelta(hours=1)

    span = Span.after("k", "web", owed, later)
    span.add(source(2), [entry("a", "failed", ("web", "failed"))], ["2"])
    window = span.window(later)

    assert (owed.state, owed.reason, owed.done) == ("owed", "x.log: cannot be read", None)
    assert (window.start, window.end, window.state) == (NOW, later, "done")
    assert (window.records, window.skipped, window.alerts) == (6, {"truncated": 1}, 2)
    assert window.rules == {"evaluated": 1, "failed": 1}


def test_a_window_follows_the_last_one_that_is_done() -> None:
    done = Span("k", "web", NOW).window(NOW + timedelta(minutes=5), note="silent since then")

    assert (done.state, done.reason) == ("done", "silent since then")
    assert Span.after("k", "web", done, NOW + timedelta(hours=9)).start == done.end
    assert Span.after("k", "web", None, NOW).start == NOW
    assert Span.after("k", "web", replace(done, state="owed"), NOW).start == done.start
