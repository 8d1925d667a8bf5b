from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import pytest

from sentinel.detect.fast.matcher import FEW, MOST_TIMES, SOUNDS, TIRED, Matcher, spread
from sentinel.detect.routes import Route, Routes
from sentinel.detect.rule import LogSourceKey, RuleSet
from sentinel.model.events import Event, Fields, Value
from tests.detect.fast.twins import Twins

EVERYWHERE = "whoami.exe kiosk blåbær invoke-mimikatz.ps1"
NOISY = f'{{"Other":"{EVERYWHERE}"}}\n'.encode()


def events(*several: dict[str, Value]) -> list[Event]:
    return [Event("log", str(number), None, fields) for number, fields in enumerate(several)]


def no_sample() -> Sequence[Fields]:
    return ()


def heard(matcher: Matcher, line: bytes, count: int = FEW) -> bool:
    """Say whether needles were chosen anew after what they find in many lines like this one."""
    text, ends = line * count, [*accumulate([len(line)] * count)]
    return matcher.is_tired(matcher.alarm.scan(text), 0, text, ends)


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
    noise: list[dict[str, Value]] = [{"Channel": "Security", "EventID": 4688, "Other": EVERYWHERE}] * 700
    hit: dict[str, Value] = {"Channel": "Security", "EventID": 4688, "NewProcessName": r"C:\kiosk\whoami.exe"}
    twins = Twins(few, routes, scanning)

    assert twins.run(events(hit, noise[0])) == []  # plans are made, which are of no use later
    for _ in range(MOST_TIMES + 2):
        twins.fast.matcher.is_tired([], TIRED, b"", [])
        assert twins.run(events(*noise, hit, *noise)) == []
    assert twins.accounts() == []
    assert twins.fast.matcher.generation <= MOST_TIMES
    assert (twins.fast.matcher.generation > 0) is scanning


def test_needles_are_kept_until_they_cost_as_much_as_choosing_others(few: RuleSet, routes: Routes) -> None:
    matcher = Matcher(few, routes)
    before = matcher.alarm
    sounds = len(before.scan(NOISY)) * FEW / SOUNDS

    assert sounds > 1
    assert not matcher.is_tired([], TIRED - int(2 * sounds) - 1, b"", [])
    assert not heard(matcher, NOISY)
    assert (matcher.generation, matcher.alarm) == (0, before)
    assert not heard(matcher, NOISY)
    assert heard(matcher, NOISY)
    assert matcher.generation == 1
    assert len(matcher.alarm.scan(NOISY)) < len(before.scan(NOISY))
    assert not heard(matcher, NOISY)  # the count begins anew


def test_a_rule_is_given_other_needles_once(few: RuleSet, routes: Routes) -> None:
    """In one record of a hundred its others are as loud, and no better for it."""
    matcher = Matcher(few, routes)
    lines = [NOISY if number % 100 == 0 else b"{}\n" for number in range(2 * FEW)]
    text, ends = b"".join(lines), [*accumulate(map(len, lines))]
    said = []
    for _ in range(3):
        matcher.is_tired([], TIRED, b"", [])
        said.append(matcher.is_tired(matcher.alarm.scan(text), 0, text, ends))

    assert len(matcher.alarm.scan(text)) > 0
    assert said == [True, False, False]


@pytest.mark.parametrize(("line", "count"), [(b'{"Other":"x"}\n', FEW), (NOISY, FEW - 1)])
def test_needles_that_are_rare_or_in_few_records_are_kept(
    few: RuleSet, routes: Routes, line: bytes, count: int
) -> None:
    matcher = Matcher(few, routes)
    matcher.is_tired([], 2 * TIRED, b"", [])

    assert not heard(matcher, line, count)
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
    matcher.is_tired([], TIRED, b"", [])
    assert heard(matcher, NOISY)
    assert matcher.plan(to, fields, no_sample) is not first


def test_where_nothing_can_scan_no_rule_has_a_needle(few: RuleSet, routes: Routes) -> None:
    matcher = Matcher(few, routes, scanning=False)

    assert matcher.alarm.wakeless == frozenset(range(len(few.rules)))
    assert matcher.alarm.scan(NOISY) == []
    assert Matcher(few, routes).alarm.wakeless < matcher.alarm.wakeless


def test_a_sample_is_taken_from_all_over_a_text() -> None:
    lines = [b"%07d" % number + b"\n" for number in range(300_000)]
    ends = [8 * (number + 1) for number in range(len(lines))]
    taken = spread(b"".join(lines), ends).split()

    assert spread(b"a\nb\n", [2, 4]) == b"a\nb\n"
    assert len(taken) == 150_000
    assert taken[:2] == [b"0000000", b"0000002"]
