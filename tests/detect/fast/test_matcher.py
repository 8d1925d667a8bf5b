from __future__ import annotations

import pytest

from sentinel.detect.fast.matcher import MOST_TIMES, Matcher, spread
from sentinel.detect.routes import Route, Routes
from sentinel.detect.rule import LogSourceKey, RuleSet
from sentinel.model.events import Event, Value
from tests.detect.fast.twins import Twins


def events(*several: dict[str, Value]) -> list[Event]:
    return [Event("log", str(number), None, fields) for number, fields in enumerate(several)]


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
    everywhere = r"whoami.exe kiosk blåbær invoke-mimikatz.ps1"
    noise: list[dict[str, Value]] = [{"Channel": "Security", "EventID": 4688, "Other": everywhere}] * 700
    hit: dict[str, Value] = {"Channel": "Security", "EventID": 4688, "NewProcessName": r"C:\kiosk\whoami.exe"}
    twins = Twins(few, routes, scanning)

    assert twins.run(events(hit, noise[0])) == []  # plans are made, which are of no use later
    for _ in range(MOST_TIMES + 2):
        assert twins.run(events(*noise, hit, *noise)) == []
    assert twins.accounts() == []
    assert twins.fast.matcher.generation <= MOST_TIMES
    assert (twins.fast.matcher.generation > 0) is scanning


def test_events_are_accounted_under_the_source_that_is_told(few: RuleSet, routes: Routes) -> None:
    matcher = Matcher(few, routes)
    some = events({"Channel": "Security", "EventID": 4688, "NewProcessName": r"C:\whoami.exe"}, {"Channel": "System"})
    hits = [*matcher.look(some), *matcher.look(some, "told")]

    assert [hit.rule.title for hit in hits] == ["Rule 1", "Rule 4"] * 2
    entry = next(entry for entry in matcher.reference.ledger() if entry.title == "Rule 3")
    assert {source.source: source.events for source in entry.sources} == {"log": 2, "told": 2}


def test_a_sample_is_taken_from_all_over_a_text() -> None:
    lines = [b"%07d" % number + b"\n" for number in range(300_000)]
    ends = [8 * (number + 1) for number in range(len(lines))]
    taken = spread(b"".join(lines), ends).split()

    assert spread(b"a\nb\n", [2, 4]) == b"a\nb\n"
    assert len(taken) == 150_000
    assert taken[:2] == [b"0000000", b"0000002"]
