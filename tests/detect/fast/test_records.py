"""Events of any format are judged as the reference engine judges them, also those that no line of JSON can hold."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.detect.engine import Engine
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.records import Records
from sentinel.detect.ledger import Account
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Hit, LedgerEntry
from sentinel.model.events import Event

WHOAMI: dict[str, Any] = {
    "Channel": "Security",
    "EventID": 4688,
    "NewProcessName": r"C:\WHOAMI.exe",
    "CommandLine": "whoami",
}
BENIGN: dict[str, Any] = {**WHOAMI, "NewProcessName": r"C:\x.exe"}
BEYOND = [2**70, -(2**64), float("inf"), float("-inf"), float("nan"), "half \ud800 pair", ["x", 2**80], [float("nan")]]
"""What JSON, or orjson, cannot hold."""
HELD = [
    2**63,
    -(2**63),
    1e300,
    None,
    "null",
    [None, "blåbær"],
    ["x", ["y"]],
    "BLÅBÆR",
    "K\u0131OSK",
    "\u212aiosk",
    "\x00",
]
VALUES = st.sampled_from([*BEYOND, *HELD, "whoami.exe", "invoke-mimikatz.ps1", 3, "3"])
FIELDS = st.dictionaries(
    st.sampled_from(["NewProcessName", "Details", "LogonType", "TargetUserName", "SubjectUserName", "odd"]), VALUES
)
EVENTS = st.builds(
    lambda base, more: {**base, **more}, st.sampled_from([WHOAMI, BENIGN, {"Channel": "System"}]), FIELDS
)


def events(records: list[dict[str, Any]], time: datetime | None = None) -> list[Event]:
    return [Event("log", str(number), time, record) for number, record in enumerate(records)]


def said(hits: list[tuple[int, Hit]]) -> list[tuple[int, str]]:
    return [(row, hit.rule.title) for row, hit in hits]


@pytest.fixture
def matcher(few: RuleSet, routes: Routes) -> Matcher:
    return Matcher(few, routes)


@settings(max_examples=40)
@given(st.lists(EVENTS, min_size=1, max_size=8), st.booleans())
def test_hits_and_accounts_are_those_of_the_reference(
    few: RuleSet, routes: Routes, drawn: list[dict[str, Any]], scanning: bool
) -> None:
    some = events(drawn)
    reference, matcher = Engine(few, routes), Matcher(few, routes, scanning=scanning)
    found = Records(matcher, "log").look(some)
    wanted = list(reference.run(some, "log"))
    differing = [(str(mine), str(theirs)) for (_, mine), theirs in zip(found, wanted, strict=False) if mine != theirs]

    assert (len(found), differing) == (len(wanted), [])
    assert [row for row, hit in found if hit.event is not some[row]] == []
    assert [one.title for one in differing_entries(matcher, reference)] == []


@pytest.mark.parametrize("value", BEYOND)
def test_an_event_that_json_cannot_hold_is_judged_and_accounted_for(matcher: Matcher, value: object) -> None:
    some = events([WHOAMI, {**WHOAMI, "odd": value}, BENIGN], datetime(2026, 10, 14, 1, 45, tzinfo=UTC))

    assert said(Records(matcher, "log").look(some)) == [(0, "Rule 1"), (1, "Rule 1")]
    account = accounted(matcher, some[0])
    assert account.days == Counter({date(2026, 10, 14): 3})
    assert "odd" in account.seen


@pytest.mark.parametrize("value", HELD)
def test_what_json_holds_changes_nothing(matcher: Matcher, value: object) -> None:
    found = said(Records(matcher, "log").look(events([BENIGN, {**WHOAMI, "odd": value}])))

    assert (1, "Rule 1") in found
    assert {row for row, _ in found} == {1}


def test_hits_come_in_the_order_of_the_events_however_these_were_judged(matcher: Matcher) -> None:
    """Those that no line can stand for between the others; several hits of one in the order of log sources."""
    odd = {**WHOAMI, "odd": 2**70}
    several = {**WHOAMI, "Details": "invoke-mimikatz.ps1", "SubjectUserName": "x", "TargetUserName": "X"}
    found = said(Records(matcher, "log").look(events([odd, BENIGN, several, odd, WHOAMI, {**several, "odd": 2**70}])))
    rules = ["Rule 6", "Rule 7", "Rule 1"]

    assert found == [
        (0, "Rule 1"),
        *((2, rule) for rule in rules),
        (3, "Rule 1"),
        (4, "Rule 1"),
        *((5, rule) for rule in rules),
    ]


def test_texts_in_lists_and_letters_of_other_forms_wake_rules(matcher: Matcher) -> None:
    kiosks = ["KıosK", "\u212aIOSK", "KİOSK", ["x", "kiosk"], ["x", "KİOSK"]]

    found = said(Records(matcher, "log").look(events([{**WHOAMI, "NewProcessName": one} for one in kiosks])))
    assert [row for row, rule in found if rule == "Rule 2"] == [0, 1, 2, 3, 4]


def test_one_batch_after_the_other_is_accounted_for_in_one_place(matcher: Matcher) -> None:
    records = Records(matcher, "log")
    first = events([{**WHOAMI, "first": 1}], datetime(2026, 10, 14, tzinfo=UTC))
    second = events([{**WHOAMI, "second": 1}] * 2)

    assert [said(records.look(some)) for some in (first, [], second)] == [
        [(0, "Rule 1")],
        [],
        [(0, "Rule 1"), (1, "Rule 1")],
    ]
    account = accounted(matcher, first[0])
    assert account.days == Counter({date(2026, 10, 14): 1, None: 2})
    assert {"first", "second"} <= account.seen


def accounted(matcher: Matcher, event: Event) -> Account:
    return matcher.account("log", matcher.routes.route(event))


def differing_entries(matcher: Matcher, reference: Engine) -> list[LedgerEntry]:
    pairs = zip(matcher.reference.ledger(), reference.ledger(), strict=True)
    return [mine for mine, theirs in pairs if mine != theirs]
