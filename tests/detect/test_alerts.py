from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.alerts import fingerprint, raise_alert
from sentinel.detect.engine import Engine
from sentinel.detect.routes import load_routes
from sentinel.detect.rule import RuleSet
from sentinel.model.alerts import Hit
from sentinel.model.events import Event, Fields
from tests.detect.logs import as_xml, event, read_bytes, system
from tests.detect.rules import rule, rules
from tests.shared import ROOT

ROUTES = load_routes(ROOT)
SCALAR = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
FIELDS = st.dictionaries(st.text(max_size=5), SCALAR | st.lists(SCALAR, max_size=3), max_size=5)


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> RuleSet:
    source = "product: windows"
    folder = tmp_path_factory.mktemp("rules")
    return rules(folder, rule(1, "a: {a: 1}\ncondition: a", source), rule(2, "a: {b: 1}\ncondition: not a", source))


def test_place_and_order_are_no_part_of_an_event() -> None:
    one = Event("a.jsonl", "1", None, {"b": 1, "a": "å"})
    assert fingerprint(one) == fingerprint(Event("other.evtx", "99", None, {"a": "å", "b": 1}))
    assert len(fingerprint(one)) == 32


def test_the_fingerprint_stays_as_it_is_between_versions() -> None:
    fields: Fields = {
        "EventID": 4624,
        "TimeCreated": "2026-10-14T01:41:00.1234567Z",
        "TargetUserName": "fjordnett",
        "n": None,
    }
    assert fingerprint(event(fields)) == "17ed77e4daa9f6298192829baf0bd9e8"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"a": 1}, {"a": "1"}),
        ({"a": True}, {"a": "true"}),
        ({"a": "x\r\ny"}, {"a": "x\ny"}),
        (
            {"a": "{0cce9210-69ae-11d9-bed3-505054503030}"},
            {"a": "{0CCE9210-69AE-11D9-BED3-505054503030}"},
        ),
        ({"TimeCreated": "2026-10-14T01:41:00.1234567Z"}, {"TimeCreated": "2026-10-14T03:41:00.123456+02:00"}),
    ],
)
def test_formats_write_one_value_differently(one: Fields, two: Fields) -> None:
    assert fingerprint(event(one)) == fingerprint(event(two))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": None}, {}),
        ({"a": None}, {"a": ""}),
        ({"a": "x"}, {"a": ["x"]}),
        ({"a": "x "}, {"a": "x"}),
        ({"a": "X"}, {"a": "x"}),
        ({"a": "1", "b": ""}, {"a": "", "b": "1"}),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}),
    ],
)
def test_what_differs_is_another_event(one: Fields, two: Fields) -> None:
    assert fingerprint(event(one)) != fingerprint(event(two))


@given(FIELDS)
def test_any_fields_have_a_fingerprint(fields: Fields) -> None:
    shuffled = list(fields.items())
    random.Random(1).shuffle(shuffled)
    assert fingerprint(event(fields)) == fingerprint(event(dict(shuffled)))


def alerts(ruleset: RuleSet, events: list[Event]) -> set[str]:
    return {raise_alert(hit).id for hit in Engine(ruleset, ROUTES).run(events)}


@given(
    st.lists(
        st.builds(event, st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)), Channel=st.just("System")),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
    st.integers(0, 8),
)
def test_order_copies_and_files_change_no_alert(
    ruleset: RuleSet, events: list[Event], chance: random.Random, cut: int
) -> None:
    expected = alerts(ruleset, events)
    copies = [replace(one, source="copy.xml", record=str(number)) for number, one in enumerate(events)]
    mixed = [*events, *copies]
    chance.shuffle(mixed)
    assert alerts(ruleset, mixed) == expected
    assert alerts(ruleset, events[:cut]) | alerts(ruleset, events[cut:]) == expected


def test_an_alert_keeps_the_evidence(ruleset: RuleSet) -> None:
    (hit,) = Engine(ruleset, ROUTES).run([event(Channel="System", a=1, b=1)])
    alert = raise_alert(hit)
    assert (alert.rule, alert.source, alert.record, alert.matched) == (hit.rule, "test.jsonl", "1", hit.matched)
    assert alert.fields == hit.event.fields
    assert alert.event_id == fingerprint(hit.event)


def test_another_meaning_of_a_rule_is_another_alert(ruleset: RuleSet) -> None:
    ref = ruleset.rules[0].ref
    refs = (ref, replace(ref, hash="x"), replace(ref, id="y"), replace(ref, title="new words"))
    ids = [raise_alert(Hit(one, event(a=1), ())).id for one in refs]
    assert (len(set(ids)), ids[0]) == (3, ids[3])


def test_xml_and_both_kinds_of_json_are_one_event(tmp_path: Path) -> None:
    tree = {"System": system(), "EventData": {"CommandLine": "a\r\nb", "Empty": "", "Flag": True, "Number": 7}}
    shapes = [as_xml(tree).encode(), json.dumps({"Event": tree}).encode()]
    events = [read_bytes(data, tmp_path)[0][0] for data in shapes]
    events += read_bytes(json.dumps(events[1].fields).encode(), tmp_path)[0]
    assert len({fingerprint(one) for one in events}) == 1
