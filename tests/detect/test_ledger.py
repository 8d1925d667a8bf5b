from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.condition import And, Exists, FieldRef, FieldTest, Keyword, Node, Not, Null, Or
from sentinel.detect.engine import Engine
from sentinel.detect.evaluate import Look, holds
from sentinel.detect.ledger import missing, possible
from sentinel.detect.routes import load_routes
from sentinel.detect.values import as_test, parse
from sentinel.model.alerts import LedgerEntry
from sentinel.model.events import Fields
from tests.detect.logs import SYSMON, event
from tests.detect.rules import rule, rules
from tests.shared import ROOT

NAMES = ("A", "B", "C")
TEST = st.sampled_from(
    [
        as_test(parse("x")),
        as_test(parse("")),
        Null(),
        Exists(wanted=True),
        Exists(wanted=False),
        FieldRef("B", "equals"),
    ]
)
LEAF = st.builds(
    FieldTest, st.sampled_from(NAMES), st.lists(TEST, min_size=1, max_size=2).map(tuple), st.booleans()
) | st.just(Keyword((as_test(parse("x")),)))
NODES: st.SearchStrategy[Node] = st.recursive(
    LEAF,
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(And, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Or, st.lists(inner, min_size=1, max_size=3).map(tuple))
    ),
    max_leaves=8,
)


def every_event(seen: frozenset[str]) -> Iterator[Fields]:
    """All events over some of the seen fields and a few values."""
    for names in chain.from_iterable(combinations(sorted(seen), size) for size in range(len(seen) + 1)):
        events: list[dict[str, str | None]] = [{}]
        for name in names:
            events = [{**fields, name: value} for fields in events for value in ("x", "", "y", None)]
        yield from events


@given(NODES, st.frozensets(st.sampled_from(NAMES)))
def test_impossible_is_never_wrong(node: Node, seen: frozenset[str]) -> None:
    found = {holds(node, Look(fields)) for fields in every_event(seen)}
    for outcome in (True, False):
        if not possible(node, seen, outcome=outcome):
            assert outcome not in found
            absent = missing(node, seen, outcome=outcome)
            assert not absent & seen


@given(NODES, st.frozensets(st.sampled_from(NAMES)))
def test_more_fields_never_make_it_less_possible(node: Node, seen: frozenset[str]) -> None:
    for outcome in (True, False):
        if possible(node, seen, outcome=outcome) and not any(isinstance(t, Null | Exists) for t in all_tests(node)):
            assert possible(node, seen | {"A"}, outcome=outcome)


def all_tests(node: Node) -> Iterator[object]:
    match node:
        case FieldTest(tests=tests) | Keyword(tests=tests):
            yield from tests
        case Not(item=item):
            yield from all_tests(item)
        case And(items=items) | Or(items=items):
            for item in items:
                yield from all_tests(item)


STATES = {
    "a: {Image: x}\ncondition: a": ("evaluated", ()),
    "a: {Nowhere: x}\ncondition: a": ("field-absent", ("Nowhere",)),
    "a: {Image: x, Nowhere: x}\ncondition: a": ("field-absent", ("Nowhere",)),
    "a: {Image: x}\nb: {Nowhere: x}\ncondition: a or b": ("evaluated", ()),
    "a: {Image: x}\nb: {Nowhere: x}\ncondition: a and not b": ("evaluated", ()),
    "a: {Nowhere: x}\nb: {Elsewhere: x}\ncondition: a or b": ("field-absent", ("Elsewhere", "Nowhere")),
    "a: {Nowhere: x}\nb: {Elsewhere: x}\ncondition: a and b": ("field-absent", ("Elsewhere", "Nowhere")),
    "a: {Nowhere: null}\ncondition: a": ("evaluated", ()),
    "a: {Nowhere: null}\ncondition: not a": ("field-absent", ("Nowhere",)),
    "a: {Nowhere|exists: false, Image: x}\ncondition: a": ("evaluated", ()),
    "a: {Nowhere|exists: true}\ncondition: a": ("field-absent", ("Nowhere",)),
    "a: {Image|fieldref: Nowhere}\ncondition: a": ("field-absent", ("Nowhere",)),
    "a: {Image|fieldref: Computer}\ncondition: a": ("evaluated", ()),
    "a: [word]\ncondition: a": ("evaluated", ()),
}


@pytest.mark.parametrize("detection", STATES)
def test_a_missing_field_counts_only_where_it_decides(detection: str, tmp_path: Path) -> None:
    state, absent = STATES[detection]
    engine = Engine(rules(tmp_path, rule(1, detection)), load_routes(ROOT))
    list(engine.run([event(Channel=SYSMON, EventID=1, Image="y", Computer="z")] * 3))
    (entry,) = engine.ledger()
    assert (entry.state, entry.missing, entry.events, entry.hits) == (state, absent, 3, entry.hits)
    assert bool(entry.reason) == (state != "evaluated")


def ledger(folder: Path, *documents: str) -> tuple[LedgerEntry, ...]:
    engine = Engine(rules(folder, *documents), load_routes(ROOT))
    list(engine.run([event(Channel="Security", EventID=4624, LogonType=10)]))
    return engine.ledger()


def test_every_rule_and_every_refused_document_has_an_entry(tmp_path: Path) -> None:
    bad = rule(6, "a: {LogonType|nonsense: 10}\ncondition: a", "product: windows")
    found = ledger(
        tmp_path,
        rule(1, "a: {LogonType: 10}\ncondition: a", "product: windows\nservice: security"),
        rule(2, "a: {Image: x}\ncondition: a"),
        rule(3, "a: {Image: x}\ncondition: a", "category: process_creation\nproduct: linux"),
        rule(4, "a: {Image: x}\ncondition: a", "product: made-up"),
        rule(5, "a: {IpAddress: x}\ncondition: a", "product: windows\nservice: security"),
        bad,
    )
    assert [entry.state for entry in found] == [
        "evaluated",
        "source-absent",
        "no-route",
        "no-route",
        "field-absent",
        "refused",
    ]
    assert [(entry.events, entry.hits) for entry in found] == [(1, 1), (0, 0), (0, 0), (0, 0), (1, 0), (0, 0)]
    assert [entry.path.partition(":")[0] for entry in found] == ["rules.yml"] * 6
    assert (
        found[2].reason == "linux/process_creation/*: logs of Linux (auditd, syslog, Sysmon for Linux) are not read yet"
    )
    assert found[3].reason == "made-up/*/*: no events are known to be of its log source"
    assert found[4].reason == "never seen: IpAddress"
    assert "nonsense" in found[5].reason


def test_fields_may_come_from_different_events(tmp_path: Path) -> None:
    engine = Engine(rules(tmp_path, rule(1, "a: {Image: x, User: y}\ncondition: a")), load_routes(ROOT))
    list(engine.run([event(Channel=SYSMON, EventID=1, Image="y")]))
    assert engine.ledger()[0].state == "field-absent"
    list(engine.run([event(Channel="Security", EventID=4688, User="z")]))
    assert (engine.ledger()[0].state, engine.ledger()[0].events) == ("evaluated", 2)


def test_names_given_by_a_view_are_seen(tmp_path: Path) -> None:
    engine = Engine(rules(tmp_path, rule(1, "a: {Image: x}\ncondition: a")), load_routes(ROOT))
    list(engine.run([event(Channel="Security", EventID=4688, NewProcessName="y")]))
    assert engine.ledger()[0].state == "evaluated"
