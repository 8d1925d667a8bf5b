"""Explanations agree with the reference evaluator, and name what was false first."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.condition import And, FieldTest, Keyword, Node, Not, Or
from sentinel.detect.evaluate import Look, holds, matches
from sentinel.detect.explain import NEAR, because, explain, explain_condition, first_false, names_of, sentence
from sentinel.detect.modifiers import compile_item
from sentinel.detect.routes import Routes, load_routes
from sentinel.detect.rule import LogSourceKey
from sentinel.model.events import Fields, Value
from sentinel.model.explained import Part
from tests.detect.logs import event
from tests.detect.rules import rule, rules
from tests.shared import ROOT

SYSMON: Fields = {"Channel": "Microsoft-Windows-Sysmon/Operational", "EventID": 1}
WHOAMI = "selection: {Image|endswith: '\\whoami.exe', CommandLine|contains: [/all, /priv]}\nfilter: {User: SYSTEM}\n"

ITEMS = st.tuples(
    st.sampled_from(["a", "b", "", "c|contains", "a|contains|all", "b|exists", "c|fieldref", "a|re", "b|gte"]),
    st.lists(st.sampled_from(["x", "Å", "xy", ""]), min_size=1, max_size=3),
)


def leaf(given_item: tuple[str, list[str]]) -> Node:
    key, values = given_item
    fixed: dict[str, object] = {"b|exists": True, "c|fieldref": "a", "b|gte": 3, "a|re": "x+"}
    return compile_item(key, fixed.get(key, values), {})


TREES = st.recursive(
    ITEMS.map(leaf),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda items: And(tuple(items))),
        st.lists(inner, min_size=2, max_size=3).map(lambda items: Or(tuple(items))),
        inner.map(Not),
    ),
    max_leaves=12,
)
VALUES = st.one_of(st.sampled_from(["x", "å", "xyå", "", 5, None, True]), st.lists(st.sampled_from(["x", "Y", None])))
EVENTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES)


@pytest.fixture(scope="module")
def routes() -> Routes:
    return load_routes(ROOT)


def pairs(node: Node, part: Part) -> list[tuple[Node, Part]]:
    """Each part of a condition beside its explanation."""
    inner = node.items if isinstance(node, And | Or) else (node.item,) if isinstance(node, Not) else ()
    assert len(inner) == len(part.items)
    return [(node, part), *(pair for one in zip(inner, part.items, strict=True) for pair in pairs(*one))]


@given(TREES, EVENTS)
def test_every_part_says_what_the_evaluator_says(tree: Node, fields: Fields) -> None:
    explained = explain_condition(tree, Look(fields))

    assert explained.true is (matches(tree, fields) is not None)
    for node, part in pairs(tree, explained):
        assert part.true is holds(node, Look(fields))
        if isinstance(node, FieldTest | Keyword):
            assert part.matched == (matches(node, fields) or ())
            met = [asked.met for asked in part.tests]
            assert part.true is (all(met) if node.every else any(met))


def test_an_or_of_keywords_says_what_made_it_false() -> None:
    word = compile_item("|contains", "x", {})
    part = explain_condition(Or((word, word)), Look({"A": "y"}))

    assert because(part) == "no value of the event has it"


@given(TREES, EVENTS)
def test_what_is_named_as_false_first_is_false_and_all_before_it_was_true(tree: Node, fields: Fields) -> None:
    explained = explain_condition(tree, Look(fields))
    named = first_false(explained)

    assert (named is None) is (matches(tree, fields) is not None)
    before: list[Node] = []
    node, part = tree, explained
    while named is not None and part is not named:
        assert isinstance(node, And), "only an `and` goes on to look for the item that was false"
        index = next(number for number, item in enumerate(part.items) if not item.true)
        before += node.items[:index]
        node, part = node.items[index], part.items[index]
    assert all(holds(earlier, Look(fields)) for earlier in before)
    assert named is None or not holds(node, Look(fields))
    assert named is None or (sentence(named) and because(named))


@pytest.mark.parametrize(
    ("fields", "told", "why"),
    [
        ({"Image": "C:\\cmd.exe"}, "Image ends with '\\whoami.exe'", "Image is 'C:\\cmd.exe'"),
        ({}, "Image ends with '\\whoami.exe'", "Image is absent"),
        ({"Image": None}, "Image ends with '\\whoami.exe'", "Image is null"),
        ({"Image": []}, "Image ends with '\\whoami.exe'", "Image is an empty list"),
        ({"Image": "\\WHOAMI.EXE"}, "CommandLine contains '/all' or contains '/priv'", "CommandLine is absent"),
        (
            {"Image": "\\whoami.exe", "CommandLine": "whoami /ALL", "User": "System"},
            "not filter (User = 'SYSTEM')",
            "User = 'SYSTEM' is true",
        ),
    ],
)
def test_a_miss_names_the_part_and_the_value(
    tmp_path: Path, routes: Routes, fields: Fields, told: str, why: str
) -> None:
    [found] = rules(tmp_path, rule(1, WHOAMI + "condition: selection and not filter")).rules
    explanation = explain(found, event({**SYSMON, **fields}), routes, names_of(found, tmp_path, {}))
    [view] = explanation.views

    assert explanation.verdict == "no-hit"
    assert view.first_false is not None
    assert (sentence(view.first_false), because(view.first_false)) == (told, why)


def test_an_or_is_false_as_a_whole(tmp_path: Path, routes: Routes) -> None:
    many = "".join(f"one_{number}: {{Image: '{number}'}}\n" for number in range(7))
    [found] = rules(tmp_path, rule(1, many + "condition: 1 of one_*")).rules
    [view] = explain(found, event(SYSMON, Image="x"), routes, names_of(found, tmp_path, {})).views

    assert view.first_false is not None
    shown = " or ".join(f"one_{number} (Image = '{number}')" for number in range(5))
    assert sentence(view.first_false) == f"{shown} or 2 more"
    assert because(view.first_false) == "Image is 'x'"


def test_a_hit_says_which_text_met_which_test(tmp_path: Path, routes: Routes) -> None:
    [found] = rules(tmp_path, rule(1, WHOAMI + "condition: selection and not filter")).rules
    hit = event(SYSMON, Image="C:\\Whoami.exe", CommandLine="whoami /Priv")
    explanation = explain(found, hit, routes, names_of(found, tmp_path, {}))
    [view] = explanation.views

    assert (explanation.verdict, view.first_false) == ("hit", None)
    assert [(match.field, match.value) for part in view.condition.walk() for match in part.matched] == [
        ("Image", "C:\\Whoami.exe"),
        ("CommandLine", "whoami /Priv"),
    ]
    assert [part.name for part in view.condition.walk()] == ["", "selection", "", "", "", "filter"]


def test_other_names_of_fields_are_those_of_the_log_source(tmp_path: Path, routes: Routes) -> None:
    [found] = rules(tmp_path, rule(1, "selection: {Image|endswith: '\\whoami.exe'}\ncondition: selection")).rules
    audited = event({"Channel": "Security", "EventID": 4688, "NewProcessName": "C:\\whoami.exe"})

    assert explain(found, audited, routes).verdict == "hit"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({**SYSMON, "EventID": 5}, "windows/process_creation/*: EventID is '5', not '1'"),
        ({"Image": "\\whoami.exe"}, "windows/process_creation/*: Channel is absent, not "),
    ],
)
def test_an_event_of_another_log_source_is_told_apart_from_a_miss(
    tmp_path: Path, routes: Routes, fields: Fields, reason: str
) -> None:
    [found] = rules(tmp_path, rule(1, "selection: {Image|endswith: '\\whoami.exe'}\ncondition: selection")).rules
    explanation = explain(found, event(fields), routes)

    assert explanation.verdict == "not-routed"
    assert explanation.reason.startswith(reason)
    assert explanation.views[0].condition.true is ("Image" in fields)


def test_a_log_source_that_nobody_routes_says_so(tmp_path: Path, routes: Routes) -> None:
    [found] = rules(tmp_path, rule(1, "selection: {a: b}\ncondition: selection", "product: toaster")).rules

    assert found.logsource == LogSourceKey(None, "toaster", None)
    assert explain(found, event(a="b"), routes).reason == "toaster/*/*: nobody has said which events are of it"


def test_a_file_that_was_changed_since_gives_no_names(tmp_path: Path) -> None:
    [found] = rules(tmp_path, rule(1, "selection: {a: b}\nother: [c, d]\ncondition: selection")).rules

    assert sorted(names_of(found, tmp_path, {}).values()) == ["other", "selection"]
    (tmp_path / "rules.yml").write_text(rule(1, "selection: {a|nonsense: b}\ncondition: selection"))
    assert names_of(found, tmp_path, {}) == {}
    (tmp_path / "rules.yml").unlink()
    assert names_of(found, tmp_path, {}) == {}


@pytest.mark.parametrize(
    ("value", "near"),
    [
        ("NtLmSsp ", True),
        (["x", "\tntlmssp"], True),
        ("NtLmSsp x", False),
        ("Kerberos ", False),
        (5, False),
        (None, False),
    ],
)
def test_blanks_alone_are_told_as_a_near_miss(value: Value, near: bool) -> None:
    part = first_false(explain_condition(compile_item("a", "NtLmSsp", {}), Look({"a": value})))

    assert part is not None
    assert part.near is near
    assert (NEAR in because(part)) is near


def test_what_is_met_is_no_near_miss() -> None:
    assert not explain_condition(compile_item("a|contains", "NtLmSsp", {}), Look({"a": "NtLmSsp "})).near
