from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import pytest

from sentinel.detect.condition import FieldTest, Test
from sentinel.detect.engine import Engine
from sentinel.detect.ledger import MOST_DAYS, Ledger
from sentinel.detect.routes import load_routes
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import LedgerEntry
from sentinel.model.events import Value
from tests.detect.logs import SYSMON, event
from tests.detect.rules import rule, rules
from tests.shared import ROOT

STATES = {
    "a: {Image: x}\ncondition: a": ("evaluated", ()),
    "a: {Nowhere: x}\ncondition: a": ("field-absent", ("Nowhere",)),
    "a: {Image: x, Nowhere: x}\ncondition: a": ("field-absent", ("Nowhere",)),
    "a: {Image: x}\nb: {Nowhere: x}\ncondition: a or b": ("evaluated", ()),
    "a: {Image: x}\nb: {Nowhere: x}\ncondition: a and not b": ("evaluated", ()),
    "a: {Nowhere: x}\nb: {Elsewhere: x}\ncondition: a or b": ("field-absent", ("Elsewhere", "Nowhere")),
    "a: {Nowhere: x}\nb: {Elsewhere: x}\ncondition: a and b": ("field-absent", ("Elsewhere", "Nowhere")),
    "a: {Nowhere: null}\ncondition: a": ("evaluated", ()),
    "a: {Nowhere: null}\ncondition: not a": ("field-absent", ("Nowhere",)),
    "a: {Nowhere|exists: false, Image: x}\ncondition: a": ("evaluated", ()),
    "a: {Nowhere|exists: true}\ncondition: a": ("field-absent", ("Nowhere",)),
    "a: {Image|fieldref: Nowhere}\ncondition: a": ("field-absent", ("Nowhere",)),
    "a: {Image|fieldref: Computer}\ncondition: a": ("evaluated", ()),
    "a: [word]\ncondition: a": ("evaluated", ()),
}


@pytest.mark.parametrize("detection", STATES)
def test_a_missing_field_counts_only_where_it_decides(detection: str, tmp_path: Path) -> None:
    state, absent = STATES[detection]
    engine = Engine(rules(tmp_path, rule(1, detection)), load_routes(ROOT))
    list(engine.run([event(Channel=SYSMON, EventID=1, Image="y", Computer="z")] * 3))
    (entry,) = engine.ledger()
    assert (entry.state, entry.missing, entry.events, entry.hits) == (state, absent, 3, entry.hits)
    assert bool(entry.reason) == (state != "evaluated")


def ledger(folder: Path, *documents: str) -> tuple[LedgerEntry, ...]:
    engine = Engine(rules(folder, *documents), load_routes(ROOT))
    list(engine.run([event(Channel="Security", EventID=4624, LogonType=10)]))
    return engine.ledger()


def test_every_rule_and_every_refused_document_has_an_entry(tmp_path: Path) -> None:
    bad = rule(6, "a: {LogonType|nonsense: 10}\ncondition: a", "product: windows")
    found = ledger(
        tmp_path,
        rule(1, "a: {LogonType: 10}\ncondition: a", "product: windows\nservice: security"),
        rule(2, "a: {Image: x}\ncondition: a"),
        rule(3, "a: {Image: x}\ncondition: a", "category: file_rename\nproduct: windows"),
        rule(4, "a: {Image: x}\ncondition: a", "product: made-up"),
        rule(5, "a: {IpAddress: x}\ncondition: a", "product: windows\nservice: security"),
        bad,
    )
    assert [entry.state for entry in found] == [
        "evaluated",
        "source-absent",
        "no-route",
        "no-route",
        "field-absent",
        "refused",
    ]
    assert [(entry.events, entry.hits) for entry in found] == [(1, 1), (0, 0), (0, 0), (0, 0), (1, 0), (0, 0)]
    assert [entry.path.partition(":")[0] for entry in found] == ["rules.yml"] * 6
    assert (
        found[2].reason
        == "windows/file_rename/*: comes from a kernel trace (Microsoft-Windows-Kernel-File), which no event log holds"
    )
    assert found[3].reason == "made-up/*/*: no events are known to be of its log source"
    assert found[4].reason == "never seen: IpAddress"
    assert "nonsense" in found[5].reason


def test_fields_may_come_from_different_events_of_the_same_kind_only(tmp_path: Path) -> None:
    engine = Engine(rules(tmp_path, rule(1, "a: {Image: x, User: y}\ncondition: a")), load_routes(ROOT))
    list(engine.run([event(Channel=SYSMON, EventID=1, Image="y")]))
    assert (engine.ledger()[0].state, engine.ledger()[0].missing) == ("field-absent", ("User",))
    list(engine.run([event(Channel="Security", EventID=4688, User="z")]))
    assert (engine.ledger()[0].state, engine.ledger()[0].missing) == ("field-absent", ("Image",))
    list(engine.run([event(Channel=SYSMON, EventID=1, User="y")]))
    assert (engine.ledger()[0].state, engine.ledger()[0].events) == ("evaluated", 3)


def test_names_given_by_a_view_are_seen(tmp_path: Path) -> None:
    engine = Engine(rules(tmp_path, rule(1, "a: {Image: x}\ncondition: a")), load_routes(ROOT))
    list(engine.run([event(Channel="Security", EventID=4688, NewProcessName="y")]))
    assert engine.ledger()[0].state == "evaluated"


PROCESS: dict[str, Value] = {"Channel": SYSMON, "EventID": 1, "Image": "y"}
MONDAY = date(2026, 10, 12)


@pytest.fixture
def books(tmp_path: Path) -> Ledger:
    """An account of three rules: of process creation, of Security, and of a field that no event has."""
    loaded = rules(
        tmp_path,
        rule(1, "a: {Image: x}\ncondition: a"),
        rule(2, "a: {LogonType: 10}\ncondition: a", "product: windows\nservice: security"),
        rule(3, "a: {Nowhere: x}\ncondition: a"),
    )
    return Ledger(loaded, load_routes(ROOT))


def come(books: Ledger, source: str, fields: dict[str, Value], **days: int) -> None:
    """Fill an account as an engine does; `d1=3` is three events on the second day."""
    account = books.account(source, books.routes.route(event(fields)))
    for day, count in days.items():
        account.note(MONDAY + timedelta(int(day[1:])), count)
    account.note_fields(fields)


def test_each_log_has_its_own_state(books: Ledger) -> None:
    come(books, "clients", PROCESS, d0=5)
    come(books, "server", {"Channel": "Security", "EventID": 4624, "LogonType": 3}, d0=7)
    come(books, "bare", {"Channel": SYSMON, "EventID": 1, "Nowhere": "z"}, d0=2)

    first, second, third = books.entries()

    assert [(log.source, log.state, log.missing) for log in first.sources] == [
        ("clients", "evaluated", ()),
        ("bare", "field-absent", ("Image",)),
    ]
    assert (first.state, first.reason, first.missing, first.events) == ("evaluated", "", (), 7)
    assert [(log.source, log.state) for log in second.sources] == [("server", "evaluated")]
    assert (third.state, third.sources[0].reason) == ("evaluated", "never seen: Nowhere")


def test_windows_of_a_rule_lie_in_the_span_of_the_whole_log(books: Ledger) -> None:
    come(books, "log", PROCESS, d1=5, d2=5)
    come(books, "log", {"Channel": "Setup"}, d0=1, d4=1)

    (log,) = books.entries()[0].sources

    assert [(window.first, window.last, window.state, window.events) for window in log.windows] == [
        (MONDAY, MONDAY, "source-absent", 0),
        (MONDAY + timedelta(1), MONDAY + timedelta(2), "evaluated", 10),
        (MONDAY + timedelta(3), MONDAY + timedelta(4), "source-absent", 0),
    ]


def test_a_rule_that_broke_is_told_on_its_day_and_before_all_else(books: Ledger) -> None:
    come(books, "a", PROCESS, d0=1, d1=1)
    come(books, "b", PROCESS, d0=1)
    books.note_failed("a", 0, "RecursionError", MONDAY)
    books.note_hit("b", 0, 4)

    broken = books.entries()[0]

    assert (broken.state, broken.reason, broken.hits) == ("failed", "RecursionError", 4)
    assert [window.state for window in broken.sources[0].windows] == ["failed", "evaluated"]
    assert broken.sources[1].state == "evaluated"
    assert books.entries()[2].state == "field-absent"


def test_a_failure_without_a_day_may_be_any_day(books: Ledger) -> None:
    come(books, "a", PROCESS, d0=1, d3=1)
    books.note_failed("a", 0, "too many states")

    assert {window.state for window in books.entries()[0].sources[0].windows} == {"failed", "source-absent"}


def test_a_log_that_is_cut_off_leaves_every_rule_of_it_open(books: Ledger) -> None:
    come(books, "a", PROCESS, d0=1, d1=1)
    books.note_truncated("a", "a.gz: truncated", MONDAY + timedelta(1))

    first, second, third = books.entries()

    assert (first.state, first.reason) == ("truncated", "a.gz: truncated")
    assert [window.state for window in first.sources[0].windows] == ["evaluated", "truncated"]
    assert (second.state, second.reason) == (
        "source-absent",
        "no event of windows/*/security came; what was cut off may have held some: a.gz: truncated",
    )
    assert (third.state, third.missing) == ("truncated", ("Nowhere",))


def test_what_a_filter_took_away_is_counted(books: Ledger) -> None:
    come(books, "a", PROCESS, d0=9, d1=9)
    books.note_suppressed("a", 0, MONDAY, 3)
    books.note_hit("a", 0)

    found = books.entries()[0]

    assert (found.state, found.suppressed, found.hits) == ("suppressed", 3, 1)
    assert [window.state for window in found.sources[0].windows] == ["suppressed", "evaluated"]


def test_fields_that_nobody_listed_are_not_called_absent(books: Ledger) -> None:
    come(books, "a", PROCESS, d0=1)
    books.account("a", books.routes.route(event(PROCESS))).note_unknown_fields()

    assert books.entries()[2].state == "evaluated"


def test_days_are_bounded_and_no_event_is_lost(books: Ledger) -> None:
    account = books.account("a", books.routes.route(event(PROCESS)))
    for number in range(MOST_DAYS + 50):
        account.note(date(1960, 1, 1) + timedelta(number))

    assert len(account.days) == MOST_DAYS + 1
    assert account.days[None] == 50
    assert books.entries()[0].events == MOST_DAYS + 50


def test_a_rule_that_breaks_on_an_event_is_no_end(tmp_path: Path) -> None:
    loaded = rules(tmp_path, rule(1, "a: {Image: y}\ncondition: a"), rule(2, "a: {Image|contains: y}\ncondition: a"))
    unheard_of = FieldTest("Image", (cast("Test", object()),))  # a test that the evaluator has no step for
    ruleset = RuleSet((replace(loaded.rules[0], condition=unheard_of), loaded.rules[1]), ())
    engine = Engine(ruleset, load_routes(ROOT))

    hits = [hit.rule.title for hit in engine.run([event(PROCESS)] * 2)]

    assert hits == ["Rule 2", "Rule 2"]
    assert [(entry.state, entry.reason, entry.hits) for entry in engine.ledger()] == [
        ("failed", "KeyError", 0),
        ("evaluated", "", 2),
    ]


FILTER = """title: Not our scanner
logsource: {category: process_creation, product: windows}
filter:
  rules: [00000000-0000-4000-8000-000000000001]
  scanner: {User: scanner}
  condition: not scanner
"""


def test_a_hit_that_a_filter_takes_away_is_seen_in_the_ledger(tmp_path: Path) -> None:
    engine = Engine(rules(tmp_path, rule(1, "a: {Image: y}\ncondition: a"), FILTER), load_routes(ROOT))
    users = ["scanner", "scanner", "someone"]

    hits = list(engine.run([event(PROCESS, User=user) for user in users] + [event(PROCESS, Image="z")]))

    (entry,) = engine.ledger()
    assert len(hits) == 1
    assert (entry.state, entry.events, entry.hits, entry.suppressed) == ("suppressed", 4, 1, 2)


def test_what_parts_noted_is_what_the_whole_would_have(tmp_path: Path) -> None:
    ruleset, routes = (
        rules(tmp_path, rule(1, "a: {LogonType: 10}\ncondition: a", "product: windows")),
        load_routes(ROOT),
    )
    whole, parts, part = (Ledger(ruleset, routes) for _ in range(3))
    taken = routes.route(event(Channel="Security", EventID=4624, LogonType=10))
    for day in range(4):
        for one in (whole, part):
            account = one.account("log", taken)
            account.note(date(2026, 10, 1 + day % 3), day)
            account.note_fields({"EventID", f"Field{day}"})
            one.note_hit("log", 0, day)
            one.note_suppressed("log", 0, date(2026, 10, 1), 2)
            one.note_failed("log", 0, f"ValueError {day}", date(2026, 10, 2))
        if day == 2:
            whole.note_truncated("log", "cut", None)
            part.note_truncated("log", "cut", None)
        parts.absorb(part.take())

    assert parts.entries() == whole.entries()
    assert part.entries()[0].events == 0
