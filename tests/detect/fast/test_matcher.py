from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from unittest.mock import patch

import pytest

from sentinel.detect.fast.matcher import (
    AGAIN,
    FEW,
    MOST_LISTENING,
    MOST_TIMES,
    TIRED,
    Matcher,
    Readers,
    known_of,
    spread,
)
from sentinel.detect.routes import Route, Routes
from sentinel.detect.rule import LogSourceKey, RuleSet
from sentinel.model.events import Event, Fields, Value
from tests.detect.fast.twins import Twins
from tests.detect.rules import rule, rules

EVERYWHERE = "invoke-mimikatz.ps1 sekurlsa::logonpasswords"
NOISY = f'{{"Details":"{EVERYWHERE}"}}\n'.encode()


def events(*several: dict[str, Value]) -> list[Event]:
    return [Event("log", str(number), None, fields) for number, fields in enumerate(several)]


def no_sample() -> Sequence[Fields]:
    return ()


def heard(matcher: Matcher, times: int, events: int = FEW, line: bytes = NOISY) -> bool:
    """Say whether needles were chosen anew after one rule was woken so often in some events."""
    return matcher.is_tired({5: times}, events, lambda: line * FEW)


def test_events_with_other_deciding_fields_are_told_apart_though_their_texts_are_alike(few: RuleSet) -> None:
    routes = Routes((Route("x", LogSourceKey("process_creation", "windows", None), (("Channel", frozenset({"a"})),)),))
    twins = Twins(few, routes)
    channels: list[Value] = ["['A']", ["A"], "'A'", "A", True, "True", 1, "1", None, "None"]
    some = events(*({"Channel": channel, "Image": r"C:\whoami.exe"} for channel in channels))

    assert twins.run(some) == twins.run(some[::-1]) == []
    assert {hit.event.record for hit in twins.fast.run(some)} == {"1", "3"}


@pytest.mark.parametrize("scanning", [True, False])
def test_needles_that_are_everywhere_are_chosen_anew_without_losing_a_hit(
    few: RuleSet, routes: Routes, scanning: bool
) -> None:
    noise: list[dict[str, Value]] = [{"Channel": "Security", "EventID": 4688, "Details": f"{EVERYWHERE} "}] * 700
    hit: dict[str, Value] = {"Channel": "Security", "EventID": 4688, "NewProcessName": r"C:\kiosk\whoami.exe"}
    twins = Twins(few, routes, scanning)

    assert twins.run(events(hit, noise[0])) == []  # plans are made, which are of no use later
    for _ in range(MOST_TIMES + 2):
        twins.fast.matcher.is_tired({0: TIRED * AGAIN**MOST_TIMES}, 0, bytes)
        assert twins.run(events(*noise, hit, *noise)) == []
    assert twins.accounts() == []
    assert twins.fast.matcher.generation <= MOST_TIMES
    assert (twins.fast.matcher.generation > 0) is scanning


def test_keywords_in_one_line_of_ten_leave_the_other_lines_alone(tmp_path: Path, routes: Routes) -> None:
    """No gate looks for keywords: without needles every GET would be judged, and every line by the second rule."""
    twins = Twins(
        rules(
            tmp_path,
            rule(1, "a: {cs-method: GET}\nb: [union select, order by]\ncondition: a and b", "category: webserver"),
            rule(2, "a: ['jndi:ldap', 'jndi:rmi']\ncondition: a", "category: webserver"),
        ),
        routes,
    )
    page: dict[str, Value] = {"event.dataset": "web.access", "cs-method": "GET", "cs-uri-query": "/"}
    probe: dict[str, Value] = page | {"cs-uri-query": "/?id=union select jndi:ldap"}
    matcher = twins.fast.matcher
    matcher.is_tired({0: TIRED}, 0, bytes)
    assert twins.run(events(*([page] * 9 + [probe]) * FEW)) == []
    assert matcher.generation == 1

    with patch.object(matcher.reference, "judge", wraps=matcher.reference.judge) as judge:
        assert twins.run(events(*[page] * 100, probe)) == []
    assert judge.call_count == 1


def test_needles_are_kept_until_they_cost_as_much_as_choosing_others(few: RuleSet, routes: Routes) -> None:
    matcher = Matcher(few, routes)
    before = matcher.alarms

    assert not heard(matcher, TIRED - 2)
    assert not heard(matcher, 1)
    assert (matcher.generation, matcher.alarms) == (0, before)
    assert heard(matcher, 2)
    assert matcher.generation == 1
    assert 5 in before.values.chosen
    assert 5 in matcher.alarms.wakeless
    assert not heard(matcher, TIRED * AGAIN - 1)  # the count begins anew


def test_a_rule_is_given_other_needles_once(few: RuleSet, routes: Routes) -> None:
    matcher = Matcher(few, routes)

    assert [heard(matcher, TIRED * AGAIN, line=b"x\n") for _ in range(3)] == [True, False, False]
    assert 5 in matcher.alarms.values.chosen


@pytest.mark.parametrize(("times", "events"), [(0, 10 * FEW), (1, FEW), (10, FEW - 1)])
def test_needles_that_wake_seldom_or_in_few_records_are_kept(
    few: RuleSet, routes: Routes, times: int, events: int
) -> None:
    matcher = Matcher(few, routes)
    matcher.is_tired({0: 2 * TIRED}, 0, bytes)

    assert not heard(matcher, times, events)
    assert matcher.generation == 0


def test_plans_are_shared_by_events_whose_deciding_fields_are_equal_and_made_anew_for_other_needles(
    few: RuleSet, routes: Routes
) -> None:
    matcher = Matcher(few, routes)
    fields: dict[str, Value] = {"Channel": "Security", "EventID": 4688}
    to = routes.route(Event("", "", None, fields))
    first = matcher.plan(to, fields, no_sample)

    assert matcher.plan(to, dict(fields), no_sample) is first
    for other in ("4688", 4688.0, True, None, [4688]):
        assert matcher.plan(to, {**fields, "EventID": other}, no_sample) is not first
    assert heard(matcher, TIRED)
    assert matcher.plan(to, fields, no_sample) is not first


def test_plans_stay_where_no_rule_lost_its_needles(few: RuleSet, routes: Routes) -> None:
    matcher = Matcher(few, routes)
    fields: dict[str, Value] = {"Channel": "Security", "EventID": 4688}
    to = routes.route(Event("", "", None, fields))
    first = matcher.plan(to, fields, no_sample)

    assert heard(matcher, TIRED, line=b"x\n")
    assert matcher.plan(to, fields, no_sample) is first


def test_where_nothing_can_scan_no_rule_has_a_needle(few: RuleSet, routes: Routes) -> None:
    matcher = Matcher(few, routes, scanning=False)

    assert matcher.alarms.wakeless == frozenset(range(len(few.rules)))
    assert Matcher(few, routes).alarms.wakeless < matcher.alarms.wakeless


def test_rules_with_keywords_are_known(few: RuleSet) -> None:
    assert [number for number, rule in enumerate(few.rules) if known_of(rule)[1]] == [2]


def test_only_keywords_of_rules_that_a_log_may_meet_are_looked_for(tmp_path: Path, routes: Routes) -> None:
    words = ("kiwi", "plum", "quince", "medlar", "cherry", "apricot", "damson")
    documents = (rule(number, f"a: ['{word}']\ncondition: a") for number, word in enumerate(words))
    matcher = Matcher(rules(tmp_path, *documents), routes)
    line = f'{{"A":"{" ".join(words)}"}}\n'.encode()
    several = [frozenset(some) for size in (1, 2, 3, 4) for some in combinations(range(len(words)), size)]

    assert len(several) > MOST_LISTENING
    for some in several:
        assert matcher.listening(some).woken(line, [len(line)]) == {0: some}
    first = matcher.listening(several[0])
    assert matcher.listening(several[0]) is first
    assert matcher.is_tired({6: TIRED}, FEW, lambda: line * FEW)
    assert matcher.alarms.lines.keys() == {0, 1, 2, 3, 4, 5}
    assert matcher.listening(several[0]) is not first


def test_a_field_is_read_under_every_name_that_a_log_source_may_have_for_it(few: RuleSet) -> None:
    key = LogSourceKey("process_creation", "windows", None)
    readers = Readers(few.rules, Routes((Route("x", key, (), aliases=(("Image", "exe"),)),)))

    assert readers("exe") == readers("Image") == {0}
    assert readers("TargetUserName") == {4, 6, 11}
    assert readers("Other") == frozenset()


def test_a_sample_is_taken_from_all_over_a_text() -> None:
    lines = [b"%07d" % number + b"\n" for number in range(300_000)]
    ends = [8 * (number + 1) for number in range(len(lines))]
    taken = spread(b"".join(lines), ends).split()

    assert spread(b"a\nb\n", [2, 4]) == b"a\nb\n"
    assert len(taken) == 150_000
    assert taken[:2] == [b"0000000", b"0000002"]
