from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.engine import Engine
from sentinel.detect.evaluate import matches
from sentinel.detect.ledger import MOST_FIELDS
from sentinel.detect.routes import Routes, contains, load_routes
from sentinel.detect.rule import Rule, RuleSet
from sentinel.model.events import Event, Value
from tests.detect.logs import SYSMON, event
from tests.detect.rules import rule, rules
from tests.shared import ROOT

WINDOWS = "product: windows"


@pytest.fixture(scope="module")
def routes() -> Routes:
    return load_routes(ROOT)


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    found = rules(
        tmp_path_factory.mktemp("rules"),
        rule(1, r"a: {Image|endswith: '\whoami.exe'}" + "\ncondition: a"),
        rule(2, "a: {EventID: 4688}\ncondition: a", WINDOWS + "\nservice: security"),
        rule(3, "a: [whoami]\ncondition: a", WINDOWS),
        rule(4, "a: {CommandLine|contains: whoami}\ncondition: not a", "category: process_creation"),
        rule(5, "a: {sc-status: 200}\ncondition: a", "category: webserver"),
        rule(6, "a: {NewProcessName|endswith: whoami.exe}\ncondition: a", WINDOWS),
    )
    assert not found.refused
    return found


def titles(ruleset: RuleSet, routes: Routes, *events: Event) -> list[str]:
    return [hit.rule.title[-1] for hit in Engine(ruleset, routes).run(events)]


AUDIT: dict[str, Value] = {"Channel": "Security", "EventID": 4688, "NewProcessName": r"C:\Windows\System32\whoami.exe"}


def test_an_event_meets_the_rules_of_all_its_log_sources_once(ruleset: RuleSet, routes: Routes) -> None:
    assert sorted(titles(ruleset, routes, event(AUDIT))) == ["1", "2", "3", "4", "6"]
    assert sorted(titles(ruleset, routes, event(AUDIT, Channel="System"))) == ["3", "6"]
    assert titles(ruleset, routes, event({"event.dataset": "web.access", "sc-status": 200})) == ["5"]
    assert titles(ruleset, routes, event({"sc-status": 200})) == []


def test_a_hit_keeps_the_event_as_the_log_has_it(ruleset: RuleSet, routes: Routes) -> None:
    first = next(hit for hit in Engine(ruleset, routes).run([event(AUDIT)]) if hit.rule.title == "Rule 1")
    assert first.event.fields == AUDIT
    assert [(match.field, match.value) for match in first.matched] == [("Image", AUDIT["NewProcessName"])]
    assert first.rule.author == "Åse"


def test_hits_come_as_soon_as_they_are_found(ruleset: RuleSet, routes: Routes) -> None:
    endless = (event(AUDIT, EventRecordID=number) for number in count())
    assert len(list(islice(Engine(ruleset, routes).run(endless), 12))) == 12


def test_one_log_after_another_is_one_account(ruleset: RuleSet, routes: Routes) -> None:
    engine = Engine(ruleset, routes)
    for number in range(3):
        list(engine.run(iter([event(AUDIT)] * number)))
    assert {entry.title: (entry.events, entry.hits) for entry in engine.ledger()} == {
        "Rule 1": (3, 3),
        "Rule 2": (3, 3),
        "Rule 3": (3, 3),
        "Rule 4": (3, 3),
        "Rule 5": (0, 0),
        "Rule 6": (3, 3),
    }


EVENTS = st.builds(
    event,
    st.dictionaries(
        st.sampled_from(["Image", "NewProcessName", "CommandLine", "sc-status", "event.dataset"]),
        st.sampled_from([r"C:\whoami.exe", "whoami", "web.access", 200, None, ["x", "WHOAMI"]]),
    ),
    Channel=st.sampled_from(["Security", SYSMON, "System", None]),
    EventID=st.sampled_from([1, "1", 4688, "4688", 7]),
)


def slow(ruleset: RuleSet, routes: Routes, one: Event) -> set[str]:
    """Each rule against each log source of the event, without any index."""
    found = set()
    for rule_, route in ((rule_, route) for rule_ in ruleset.rules for route in routes.routes):
        if route in routes.route(one) and contains(rule_.logsource, route.key) and fires(rule_, route.view(one.fields)):
            found.add(rule_.ref.title[-1])
    return found


def fires(rule_: Rule, fields: object) -> bool:
    return matches(rule_.condition, fields) is not None  # type: ignore[arg-type]  # a test may give any mapping


@given(st.lists(EVENTS, max_size=4))
def test_plans_find_what_every_rule_on_every_view_finds(ruleset: RuleSet, routes: Routes, events: list[Event]) -> None:
    engine = Engine(ruleset, routes)
    for one in events:
        found = [hit.rule.title[-1] for hit in engine.run([one])]
        assert len(found) == len(set(found))
        assert set(found) == slow(ruleset, routes, one)


def test_too_many_names_make_no_rule_impossible(ruleset: RuleSet, routes: Routes) -> None:
    def wide() -> Iterator[Event]:
        for start in range(0, MOST_FIELDS + 8000, 4000):
            yield event({str(number): 1 for number in range(start, start + 4000)}, Channel="System")

    engine = Engine(ruleset, routes)
    assert list(engine.run(wide())) == []
    assert len(engine.accounts.account("test.jsonl", routes.route(event(Channel="System"))).seen) < MOST_FIELDS + 5000
    assert engine.ledger()[5].state == "evaluated"
