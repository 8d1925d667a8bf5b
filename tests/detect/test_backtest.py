"""A back-test says what two separate runs would say."""

from __future__ import annotations

import gzip
import json
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.alerts import fingerprint
from sentinel.detect.backtest import MOST_EXAMPLES, NO_LONGER, Backtest
from sentinel.detect.engine import Engine
from sentinel.detect.routes import Routes, load_routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.watch import Log, Watch
from sentinel.model.backtest import Difference
from tests.detect.logs import event
from tests.detect.rules import rule, rules
from tests.shared import ROOT

WEB = "category: webserver"
T = TypeVar("T")


def in_silence(_label: str, items: Iterable[T], /) -> Iterator[T]:
    yield from items


@pytest.fixture(scope="module")
def routes() -> Routes:
    return load_routes(ROOT)


def web(**fields: object) -> dict[str, object]:
    return {"event.dataset": "web.access", **fields}


def compare(folder: Path, old: RuleSet, new: RuleSet, routes: Routes, events: list[dict[str, object]]) -> Backtest:
    log = folder / "log.jsonl"
    log.write_text("".join(json.dumps(one) + "\n" for one in events))
    both = Backtest(old, new, routes)
    assert list(Watch(both).alerts([Log("log.jsonl", [log])], in_silence)) == []
    return both


def pair(folder: Path, old: list[str], new: list[str]) -> tuple[RuleSet, RuleSet]:
    for name in ("old", "new"):
        (folder / name).mkdir(exist_ok=True)
    return rules(folder / "old", *old), rules(folder / "new", *new)


def counts(found: tuple[Difference, ...]) -> dict[str, tuple[str, int, int, int]]:
    return {one.title: (one.change, one.added, one.gone, one.same) for one in found}


def test_what_comes_goes_and_stays_is_counted_by_rule(tmp_path: Path, routes: Routes) -> None:
    old, new = pair(
        tmp_path,
        [rule(n, f"sel: {{a: '{n}'}}\ncondition: sel", WEB) for n in (1, 2, 3)],
        [
            rule(1, "sel: {a: '1'}\nfilter: {user: svc}\ncondition: sel and not filter", WEB),
            rule(2, "sel: {a: '2'}\ncondition: sel", WEB),
            rule(4, "sel: {a: '3'}\ncondition: sel", WEB),
        ],
    )
    events = [web(a="1", user="svc"), web(a="1", user="kari"), web(a="2"), web(a="3"), web(a="1", user="svc")]
    both = compare(tmp_path, old, new, routes, events)

    found = both.differences()
    assert counts(found) == {
        "Rule 1": ("changed", 0, 1, 1),  # the same event twice is one alert
        "Rule 2": ("same", 0, 0, 1),
        "Rule 3": ("gone", 0, 1, 0),
        "Rule 4": ("new", 1, 0, 0),
    }
    by_title = {one.title: one for one in found}
    assert by_title["Rule 1"].examples_gone[0].why == "not (user = 'svc') is false (user = 'svc' is true)"
    assert by_title["Rule 3"].examples_gone[0].why == NO_LONGER
    assert by_title["Rule 4"].examples_added[0].record == "4"
    assert {entry.title for entry in both.ledger()} == {"Rule 1", "Rule 2", "Rule 4"}


def test_a_rule_that_now_asks_for_another_log_source_says_so(tmp_path: Path, routes: Routes) -> None:
    made = rule(1, "sel: {a: '1'}\ncondition: sel", WEB)
    old, new = pair(tmp_path, [made], [made.replace("webserver", "proxy")])

    [found] = compare(tmp_path, old, new, routes, [web(a="1")]).differences()
    assert (found.gone, found.examples_gone[0].why) == (1, "its log source is now */proxy/*")


def test_a_rule_without_id_is_known_by_its_title(tmp_path: Path, routes: Routes) -> None:
    made = rule(1, "sel: {a: '1'}\ncondition: sel", WEB).replace("id: 00000000-0000-4000-8000-000000000001\n", "")
    old, new = pair(tmp_path, [made], [made.replace("'1'", "['1', '2']")])

    found = compare(tmp_path, old, new, routes, [web(a="1"), web(a="2")]).differences()
    assert counts(found) == {"Rule 1": ("changed", 1, 0, 1)}


def test_of_rules_without_id_and_of_one_title_none_is_lost(tmp_path: Path, routes: Routes) -> None:
    made = rule(1, "sel: {a: '1'}\ncondition: sel", WEB).replace("id: 00000000-0000-4000-8000-000000000001\n", "")
    new = rules(tmp_path, made, made.replace("'1'", "'2'"))

    both = compare(tmp_path, RuleSet((), ()), new, routes, [web(a="1"), web(a="2"), web(a="2", b="3")])
    assert [(one.title, one.added) for one in both.differences()] == [("Rule 1", 2), ("Rule 1", 1)]


def test_an_unchanged_rule_did_not_see_what_was_cut_off_either(tmp_path: Path, routes: Routes) -> None:
    made = [rule(n, f"sel: {{a: '{n}'}}\ncondition: sel", WEB) for n in (1, 2)]
    old, new = pair(tmp_path, made[:1], made)
    log = tmp_path / "log.jsonl.gz"
    log.write_bytes(gzip.compress(b"".join(json.dumps(web(a=str(n % 3))).encode() + b"\n" for n in range(9000)))[:-40])
    both = Backtest(old, new, routes)
    deque(Watch(both).alerts([Log("log", [log])], in_silence), maxlen=0)

    assert {entry.title: entry.state for entry in both.ledger()} == {"Rule 1": "truncated", "Rule 2": "truncated"}


def test_examples_are_few_and_counts_are_whole(tmp_path: Path, routes: Routes) -> None:
    old, new = pair(tmp_path, [], [rule(1, "sel: {a|exists: true}\ncondition: sel", WEB)])

    [found] = compare(tmp_path, old, new, routes, [web(a=number) for number in range(20)]).differences()
    assert (found.added, len(found.examples_added)) == (20, MOST_EXAMPLES)


def test_old_rules_that_do_not_load_are_known(tmp_path: Path, routes: Routes) -> None:
    old, new = pair(tmp_path, ["title: x\n"], [rule(1, "sel: {a: '1'}\ncondition: sel", WEB)])

    assert [entry.state for entry in compare(tmp_path, old, new, routes, []).old_refused()] == ["refused"]


CONDITIONS = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from(["a", "b", "a and b", "a or b", "a and not b", "not a"])),
    max_size=3,
    unique_by=lambda one: one[0],
)
EVENTS = st.lists(st.fixed_dictionaries({"a": st.sampled_from("xyz"), "b": st.sampled_from("xyz")}), max_size=8)


@given(CONDITIONS, CONDITIONS, EVENTS)
def test_it_is_the_difference_of_two_runs(
    tmp_path_factory: pytest.TempPathFactory,
    routes: Routes,
    before: list[tuple[int, str]],
    after: list[tuple[int, str]],
    events: list[dict[str, object]],
) -> None:
    folder = tmp_path_factory.mktemp("pair")
    detection = "a: {{a: x}}\nb: {{b: y}}\ncondition: {}"
    old, new = pair(folder, *([rule(n, detection.format(c), WEB) for n, c in side] for side in (before, after)))
    happened = [web(**one) for one in events]

    def alerts(ruleset: RuleSet) -> set[tuple[str, str]]:
        ran = Engine(ruleset, routes).run([event(one) for one in happened])  # type: ignore[arg-type]  # plain JSON
        return {(hit.rule.title, fingerprint(hit.event)) for hit in ran}

    first, second = alerts(old), alerts(new)
    found = {
        one.title: (one.added, one.gone, one.same) for one in compare(folder, old, new, routes, happened).differences()
    }
    assert found == {
        title: tuple(
            sum(name == title for name, _ in part) for part in (second - first, first - second, first & second)
        )
        for title in {name for name, _ in first | second}
    }
