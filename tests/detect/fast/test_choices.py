from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.detect.fast.alarm import TOO_OFTEN, Alarms, build_alarms
from sentinel.detect.fast.choices import MOST, Choices
from sentinel.detect.fast.engine import FastEngine, Pace
from sentinel.detect.fast.matcher import FEW, TIRED, Matcher, known_of
from sentinel.detect.routes import Routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.rule_cache import RuleCache
from sentinel.model.events import Event, Value
from tests.detect.rules import rule, rules

SYSMON = "Microsoft-Windows-Sysmon/Operational"
EVERYWHERE = "invoke-mimikatz.ps1 sekurlsa::logonpasswords"
NOISY = f'{{"Details":"{EVERYWHERE}"}}\n'.encode() * FEW


class Memory:
    """Keeps in memory what is saved, and counts how often that was."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.saved = 0

    def load(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def save(self, key: str, data: bytes) -> None:
        self.saved += 1
        self.kept[key] = data


@pytest.fixture
def alarms(few: RuleSet) -> Alarms:
    return build_alarms([known_of(rule) for rule in few.rules])


def test_what_was_chosen_is_known_to_the_next_of_the_same_rules(alarms: Alarms) -> None:
    memory = Memory()
    first = Choices(memory, alarms)
    first.take({5: frozenset(), 0: frozenset({b"whoami"})})
    first.take({5: frozenset({b"sekurlsa"})})
    first.save()
    first.save()

    assert memory.saved == 1
    assert Choices(memory, alarms).known == {5: frozenset({b"sekurlsa"}), 0: frozenset({b"whoami"})}
    assert Choices(memory, replace(alarms, lines={})).known == {}
    assert Choices(None, alarms).known == {}


def test_those_of_rules_that_were_used_last_are_kept(alarms: Alarms) -> None:
    memory = Memory()
    several = [replace(alarms, lines={0: frozenset({b"%03d" % number})}) for number in range(MOST + 1)]
    for one in several:
        choices = Choices(memory, one)
        choices.take({1: frozenset()})
        choices.save()

    assert [bool(Choices(memory, one).known) for one in several] == [False] + [True] * MOST


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x93\x01\x02\x03"])
def test_what_something_else_kept_is_nothing(alarms: Alarms, data: bytes) -> None:
    memory = Memory()
    Choices(memory, alarms).take({})
    choices = Choices(memory, alarms)
    choices.take({1: frozenset()})
    choices.save()
    memory.kept = dict.fromkeys(memory.kept, data)

    assert Choices(memory, alarms).known == {}


def test_a_rule_that_was_given_no_needle_stands_behind_its_gate_from_the_beginning(
    few: RuleSet, routes: Routes
) -> None:
    memory = Memory()
    first = Matcher(few, routes, kept=memory)
    assert first.is_tired({5: TIRED}, FEW, lambda: NOISY)
    first.choices.save()
    second = Matcher(few, routes, kept=memory)

    assert 5 not in first.alarms.wakeless ^ second.alarms.wakeless
    assert 5 in second.alarms.wakeless
    assert second.generation == 0


def test_needles_of_an_earlier_log_stay_unless_a_log_of_another_kind_is_full_of_them(
    few: RuleSet, routes: Routes
) -> None:
    memory = Memory()
    alarms = Matcher(few, routes).alarms
    Choices(memory, alarms).save()
    choices = Choices(memory, alarms)
    choices.take({0: alarms.values.chosen[0]})
    choices.save()
    matcher = Matcher(few, routes, kept=memory)
    events = 10 * TIRED
    seldom, often = int(TOO_OFTEN * events), int(TOO_OFTEN * events) + 1

    assert not any(matcher.is_tired({0: seldom}, events, lambda: NOISY) for _ in range(40))
    assert [matcher.is_tired({0: often}, events, lambda: NOISY) for _ in range(5)].count(True) == 1


def remembering(ruleset: RuleSet, routes: Routes, folder: Path) -> FastEngine:
    return FastEngine(ruleset, routes, cache=RuleCache(folder), pace=Pace(small=False))


def changed(folder: Path, other: str) -> RuleSet:
    """Return a rule that begins with a needle all versions of it have, and asks for another text beside it."""
    folder.mkdir()
    text = "CommandLine|contains: invoke-mimikatz.ps1, User|contains: "
    return rules(folder, rule(1, f"a: {{{text}{other}}}\ncondition: a"))


def test_a_rule_that_was_changed_elsewhere_is_not_woken_by_what_it_no_longer_asks_for(
    routes: Routes, tmp_path: Path
) -> None:
    before, after = changed(tmp_path / "before", "dagny"), changed(tmp_path / "after", "astrid")
    noise: dict[str, Value] = {"Channel": SYSMON, "EventID": 1, "CommandLine": "invoke-mimikatz.ps1", "User": "bob"}
    first = remembering(before, routes, tmp_path)
    assert not list(first.run([Event("log", str(number), None, dict(noise)) for number in range(4 * TIRED)]))
    assert first.matcher.alarms.values.chosen == {0: frozenset({b"dagny"})}
    first.matcher.choices.save()
    again, other = (remembering(one, routes, tmp_path) for one in (before, after))

    assert again.matcher.alarms.values.chosen == {0: frozenset({b"dagny"})}
    assert again.matcher.choices.known == other.matcher.choices.known, "both begin with the same needle"
    assert [hit.event.record for hit in other.run([Event("log", "1", None, noise | {"User": "astrid"})])] == ["1"]


def test_what_is_kept_of_other_rules_is_not_taken_up(few: RuleSet, routes: Routes) -> None:
    memory = Memory()
    alarms = Matcher(few, routes).alarms
    choices = Choices(memory, alarms)
    choices.take({-1: frozenset(), len(few.rules): frozenset(), 0: frozenset({b"other"})})
    choices.save()

    after = Matcher(few, routes, kept=memory).alarms
    assert (after.lines, after.values.chosen) == (alarms.lines, alarms.values.chosen)
    assert after.values.wakeless == alarms.values.wakeless


def test_the_second_log_gives_the_hits_of_the_first(few: RuleSet, routes: Routes, tmp_path: Path) -> None:
    noise: dict[str, Value] = {"Channel": "Security", "EventID": 4688, "Details": EVERYWHERE}
    hit: dict[str, Value] = {"Channel": "Security", "EventID": 4688, "NewProcessName": r"C:\kiosk\whoami.exe"}
    fields = [*[noise] * 2 * TIRED, hit, *[noise] * 2 * TIRED]
    events = [Event("log", str(number), None, dict(one)) for number, one in enumerate(fields)]
    hits, generations = [], []
    for _ in range(2):
        engine = remembering(few, routes, tmp_path)
        hits.append({(found.rule.id, found.event.record) for found in engine.run(events)})
        generations.append(engine.matcher.generation)
        engine.matcher.choices.save()

    assert hits[0] == hits[1] != set()
    assert generations == [1, 0]
