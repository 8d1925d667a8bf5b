"""Both engines say the same of logs on which a search once went wrong; what it accounts for is what there was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from sentinel.detect.fast.interned import MOST
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.search import Search, as_date, as_day
from sentinel.detect.fast.sheet import NO_DAY, Sheet
from sentinel.detect.fast.spelling import spelled
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.model.events import Event
from tests.detect.fast.mutations import Record, compact
from tests.detect.fast.twins import Twins, said
from tests.detect.rules import rule, rules

WINDOWS = "product: windows"
REGISTRY = "category: registry_set\nproduct: windows"
RISK = "product: azure\nservice: riskdetection"
SET = {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 13}
WHOAMI: Record = {"Channel": "Security", "EventID": 4688, "NewProcessName": r"C:\WHOAMI.exe", "CommandLine": "whoami"}


def block(*records: Record) -> bytes:
    return b"".join(compact(record) + b"\n" for record in records)


def hits(twins: Twins, *blocks: bytes) -> list[tuple[str, str]]:
    """Return what was hit where, after both engines said the same; an empty chunk ends a block."""
    cut = [part for one in blocks for part in (one, b"")]
    reference, fast = said(twins.reference, cut), said(twins.fast, cut)
    assert reference.differences(fast) == []
    assert twins.accounts() == []
    return [(hit.event.record, hit.rule.title[-1]) for hit in fast.hits]


def event_of(events: Sequence[Event], _rows: Rows, row: int) -> Event:
    return events[row]


def twins_of(folder: Path, routes: Routes, *documents: str) -> Twins:
    found = rules(folder, *documents)
    assert not found.refused
    return Twins(found, routes)


def test_a_field_that_only_has_to_be_there_may_be_asked_for_as_well(tmp_path: Path, routes: Routes) -> None:
    """The log source says of it that it is there, the gate what it is; also after a log of another kind."""
    assert "riskEventType" in routes.present_only
    documents = (
        rule(1, "a: {riskEventType: '1'}\ncondition: a", RISK),
        rule(2, "a: {riskEventType|startswith: 'x'}\ncondition: a", RISK),
    )
    risks = block(*[{"n": "zz", "riskEventType": one} for one in ("1", "xyz", "2", "")])

    assert hits(twins_of(tmp_path, routes, *documents), risks) == [("1", "1"), ("2", "2")]
    assert hits(twins_of(tmp_path, routes, *documents), block(SET), risks) == [("2", "1"), ("3", "2")]


def test_gates_over_several_fields_look_for_the_end_of_each(tmp_path: Path, routes: Routes) -> None:
    first = "a: {Details|contains: zzqqneedle, TargetObject|re: 'foo\\d{2,}$', User|contains: '7'}\ncondition: a"
    second = "a: {TargetObject|re: '^qo+p\\d{2,}$', User|contains: '7'}\ncondition: a"
    twins = twins_of(tmp_path, routes, rule(1, first, REGISTRY), rule(2, second, REGISTRY))
    blocks = [
        block(
            *[
                {
                    **SET,
                    "TargetObject": f"foo{part}{row}" + ("" if row % 40 == 0 else "x"),
                    "Details": "zzqqneedle" if row % 10 or row % 40 == 0 else "",
                    "User": f"m7{row}",
                }
                for row in range(2_500)
            ],
            {**SET, "TargetObject": "qoop12", "User": "m7"},
        )
        for part in range(1, 4)
    ]
    found = hits(twins, *blocks)

    assert Counter(number for _, number in found)["2"] == 3
    assert len(found) > 150


@pytest.mark.parametrize("last", ["zzzzzzzxss", "a" * 25 + "xs"])
@pytest.mark.parametrize("expression", ["[xs]s+$", "s+$"])
def test_a_match_right_before_the_end_of_a_block(tmp_path: Path, routes: Routes, expression: str, last: str) -> None:
    twins = twins_of(
        tmp_path,
        routes,
        rule(1, f"a: {{Details|re: '{expression}'}}\ncondition: a", REGISTRY),
        rule(2, "a: {Details|re|i: '^ki'}\ncondition: a", REGISTRY),
    )
    vain: list[Record] = [{**SET, "Details": f"x{row}"} for row in range(2_500)]

    assert hits(twins, block(*vain, {**SET, "Details": last})) == [("2501", "1")]
    assert hits(twins, block(vain[0], {**SET, "Details": last})) == [("2", "1")]


@pytest.mark.parametrize("tab", [b"\\t", b"\\u0009"])
def test_a_tab_is_a_tab_however_it_is_written(tmp_path: Path, routes: Routes, tab: bytes) -> None:
    twins = twins_of(tmp_path, routes, rule(1, 'a: {CommandLine|contains: "ab\\tcd"}\ncondition: a', WINDOWS))
    vain = block(*[{"Channel": "Security", "EventID": 4688, "CommandLine": f"x{row}"} for row in range(2_500)])

    assert hits(twins, vain + b'{"Channel":"Security","EventID":4688,"CommandLine":"xab' + tab + b'cd"}\n') == [
        ("2501", "1")
    ]


def test_more_values_than_there_is_room_for_lose_no_hit(tmp_path: Path, routes: Routes) -> None:
    pairs = (("A", "B"), ("C", "D"), ("E", "F"), ("G", "H"))
    twins = twins_of(
        tmp_path,
        routes,
        *[rule(at, f"a: {{{a}|fieldref: {b}}}\ncondition: a", WINDOWS) for at, (a, b) in enumerate(pairs, 1)],
    )
    lines = [
        b'{"Channel":"Security",' + b",".join(b'"%c":"%c%d"' % (name, name, row) for name in b"ABCDEFGH") + b"}\n"
        for row in range(48_000)
    ]
    lines[-2] = lines[-2].replace(b'"H":"H', b'"H":"G')

    assert hits(twins, b"".join(lines)) == [("47999", "4")]
    assert int(twins.fast.matcher.values.known.used[0]) == MOST


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (b'{"#attributes":{"Name":"x"},"#text":"yy"}', "1"),
        (b'{"@Name":"x","#text":"whoami.exe"}', "2"),
        (b'{"@Name":"y","#text":7}', "4"),
        (b'{"@Name":"z","#text":7}', ""),
    ],
)
def test_a_value_may_be_the_name_of_a_field(
    tmp_path: Path, routes: Routes, data: bytes, wanted: str, times: int
) -> None:
    twins = twins_of(
        tmp_path,
        routes,
        rule(1, "a: {x|re: '^y+$'}\ncondition: a", WINDOWS),
        rule(2, "a: {x: whoami.exe}\ncondition: a", WINDOWS),
        rule(3, "a: {EventID: 1, z: null}\ncondition: a", WINDOWS),
        rule(4, "a: {y: 7}\ncondition: a", WINDOWS),
    )
    line = b'{"Event":{"System":{"Channel":"Security","EventID":1},"EventData":{"Data":' + data + b"}}}\n"

    assert [number for _, number in hits(twins, line * times) if number != "3"] == [wanted] * times * bool(wanted)


def test_days_are_counted_and_the_names_of_every_new_shape_noted(few: RuleSet, routes: Routes) -> None:
    matcher = Matcher(few, routes)
    search = Search(matcher, "log")
    account = matcher.account("log", routes.route(Event("log", "", None, WHOAMI)))
    some: list[Record] = [{**WHOAMI, "first": 1}, {**WHOAMI, "second": 1}, {**WHOAMI, "NewProcessName": "x"}]
    seen = []
    for days in ([20_000, 20_000, NO_DAY], [20_001, 20_000, 20_000]):
        data = block(*some)
        events = [Event("log", str(row), None, record) for row, record in enumerate(some)]
        sheet = Sheet(matcher.events, data, len(some), partial(spelled, data), partial(event_of, events))
        found = search.hits(sheet, search.read(sheet), np.array(days))
        assert [(row, hit.rule.title) for row, hit in found] == [(0, "Rule 1"), (1, "Rule 1")]
        seen.append(set(account.seen))
        some[1] = {**WHOAMI, "third": 1}

    assert {"first", "second"} <= seen[0]
    assert "third" in seen[1] - seen[0]
    assert account.days == Counter({date(2024, 10, 4): 4, date(2024, 10, 5): 1, None: 1})


def test_hits_come_in_the_order_of_the_lines_and_of_the_log_sources(twins: Twins) -> None:
    """Rules that needles wake and rules behind gates, in events of several log sources by turns."""
    several: Record = {**WHOAMI, "Details": "invoke-mimikatz.ps1", "SubjectUserName": "x", "TargetUserName": "X"}
    web: Record = {"event.dataset": "web.access", "sc-status": 200, "c-uri": "/../"}
    records = [several, web, {"Channel": "System"}, WHOAMI, web, several]

    assert hits(twins, block(*records)) == [
        *[("1", "6"), ("1", "7"), ("1", "1"), ("2", "9"), ("4", "1")],
        *[("5", "9"), ("6", "6"), ("6", "7"), ("6", "1")],
    ]


def test_days_are_counted_from_1970() -> None:
    today = datetime(2026, 10, 14, tzinfo=UTC).date()

    assert [as_day(day) for day in (date(1970, 1, 1), date(1969, 12, 31), None)] == [0, -1, NO_DAY]
    assert [as_date(as_day(day)) for day in (today, date.min, date.max, None)] == [today, date.min, date.max, None]
