"""No record that the reference engine finds may be left out, whatever a rule asks for and however it is written."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from sentinel.content import root
from sentinel.detect.engine import Engine
from sentinel.detect.fields import flatten
from sentinel.detect.narrow.asked import ANYTHING
from sentinel.detect.narrow.plan import MOST_WORDS, Plan, leaves, make_plan
from sentinel.detect.narrow.words import LONGEST_PAIR, Wording
from sentinel.detect.readers import read_log
from sentinel.detect.routes import Route, Routes, load_routes
from sentinel.detect.rule import LogSourceKey, RuleSet
from sentinel.detect.sigma import load_rules
from sentinel.elastic.documents import document, event_in
from sentinel.model.events import Event
from sentinel.model.skipped import Tally
from tests.detect.fast.fitting import fitting
from tests.detect.fast.mutations import changed
from tests.detect.logs import evtx_files, sigmahq
from tests.detect.narrow.having import has, takes
from tests.detect.rules import rule, rules
from tests.shared import ROOT

AT = datetime(2026, 11, 22, tzinfo=UTC)
LONG: tuple[Callable[[str], object], ...] = (
    lambda text: "q" * 57 + text + "q" * 57,
    lambda text: text + " " + "x" * 9_000,
    lambda text: [text, "", None, "annet"],
    " ".join,
)


@pytest.fixture(scope="module")
def routes() -> Routes:
    return load_routes(root())


def missed(ruleset: RuleSet, routes: Routes, events: Sequence[Event]) -> tuple[int, list[str]]:
    """Return how often the reference engine found something, and where the plan would have left that out."""
    plan, wording, engine = make_plan(ruleset, routes), Wording(routes.deciding), Engine(ruleset, routes)
    assert plan is not None
    asked = {one.rule.ref.id: (source, one.asked) for source in plan.sources for one in source.rules}
    hits, wrong = 0, list[str]()
    for event in events:
        words = frozenset(wording.words(event.fields))
        back = event_in(orjson.loads(document(event, "x", "jsonl", list(words)).sent(AT)))
        assert back is not None
        if not words:
            continue
        for hit in engine.run([back]):
            hits += 1
            source, wanted = asked[hit.rule.id]
            if not has(wanted, words) or not any(takes(route, words) for route in source.routes):
                wrong.append(f"{hit.rule.title}: {event.fields}"[:600])
    return hits, wrong


def made(ruleset: RuleSet, routes: Routes, records: Sequence[dict[str, Any]], seed: int, number: int) -> list[Event]:
    """Return events that most probably meet rules, and real ones, most of them changed."""
    chance = random.Random(seed)
    events: list[Event] = []
    for at in range(number):
        one = (
            dict(chance.choice(records))
            if chance.random() < 0.3
            else fitting(chance.choice(ruleset.rules), routes, chance)
        )
        if chance.random() < 0.6:
            one = changed(one, chance)
        if chance.random() < 0.2:
            change = chance.choice(LONG)
            one = {name: change(value) if isinstance(value, str) else value for name, value in one.items()}
        fields = flatten(_sent(one))
        if not isinstance(fields, str):
            events.append(Event("log", str(at), None, fields))
    return events


def _sent(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record without halves of pairs, which no document can hold."""
    return {
        name.encode("utf-8", "ignore").decode(): value.encode("utf-8", "ignore").decode()
        if isinstance(value, str)
        else value
        for name, value in record.items()
    }


def samples() -> Iterator[dict[str, Any]]:
    for path in sorted((ROOT / "rules").rglob("*.jsonl")):
        for line in path.read_bytes().splitlines():
            record = orjson.loads(line)
            if isinstance(record, dict):
                yield record


@pytest.mark.fuzz
def test_our_own_rules_lose_nothing(routes: Routes, record_property: Callable[[str, object], None]) -> None:
    ruleset = load_rules([ROOT / "rules"], ROOT)
    events = made(ruleset, routes, list(samples()), seed=1, number=3_000)

    hits, wrong = missed(ruleset, routes, events)

    assert wrong[:5] == []
    assert hits > 1_000
    record_property("inputs", len(events))


@pytest.mark.fuzz
@pytest.mark.slow
@pytest.mark.shared
def test_all_rules_of_sigmahq_lose_nothing(
    routes: Routes, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    ruleset = load_rules(sigmahq(tmp_path / "rules"), tmp_path)
    real = [dict(event.fields) for path in evtx_files(tmp_path / "evtx") for event in read_log(path, "x", Tally("x"))]
    events = made(ruleset, routes, real, seed=2, number=6_000)

    hits, wrong = missed(ruleset, routes, events)

    assert wrong[:5] == []
    assert hits > 3_000
    record_property("inputs", len(events))


def test_words_tell_the_log_sources_of_a_record_exactly(routes: Routes) -> None:
    wording, ruleset = Wording(routes.deciding), load_rules([ROOT / "rules"], ROOT)
    wrong = []
    for event in made(ruleset, routes, list(samples()), seed=3, number=2_000):
        words = frozenset(wording.words(event.fields))
        told = {one for one in routes.routes if takes(one, words)}
        if words and told != set(routes.route(event)):
            wrong.append(event.fields)
    assert wrong[:3] == []


def plan_of(folder: Path, *detections: str) -> Plan:
    ruleset = rules(folder, *(rule(number, one) for number, one in enumerate(detections)))
    found = make_plan(ruleset, load_routes(root()))
    assert found is not None
    return found


def test_a_rule_says_how_it_is_asked_and_why(tmp_path: Path) -> None:
    many = ", ".join(f"{one:07}".translate(str.maketrans("0123456789", "abcdefghij")) for one in range(MOST_WORDS + 1))
    plan = plan_of(
        tmp_path,
        "selection: {CommandLine|contains: mimikatz}\ncondition: selection",
        "selection: {CommandLine|re: '^[0-9]+$'}\ncondition: selection",
        f"selection: {{CommandLine|contains: [{many}]}}\ncondition: selection",
    )

    assert [(one.how, leaves(one.asked)) for one in plan.rules] == [("by words", 1), ("in full", 0), ("in full", 0)]
    assert plan.rules[2].why == f"it asks for {MOST_WORDS + 1} words"
    assert plan.sources[0].asked == ANYTHING, "one rule that sees all has all records read"


def test_rules_of_no_log_source_are_asked_nothing(tmp_path: Path) -> None:
    ruleset = rules(tmp_path, rule(1, "selection: {a: b}\ncondition: selection", "product: unheard-of"))
    plan = make_plan(ruleset, load_routes(root()))

    assert plan is not None
    assert (plan.sources, [one.how for one in plan.rules]) == ((), ["no log source"])


def test_what_words_cannot_tell_has_no_plan() -> None:
    key = LogSourceKey(None, "x", None)
    long = Routes((Route("x", key, (("Channel", frozenset({"a" * LONGEST_PAIR})),)),))
    assert make_plan(RuleSet((), ()), long) is None
