"""A change of rules over the past: in pieces, cut off, over an index and over files, and always all of it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.backsearching import (
    Budget,
    Index,
    Wanted,
    both_of,
    differences,
    files_in,
    lost,
    of_files,
    of_index,
    owed,
    search_back,
    sides_of,
    spans_owed,
    wanted,
)
from sentinel.detect.alerts import fingerprint
from sentinel.detect.engine import Engine
from sentinel.detect.kept_sets import Source, take_down
from sentinel.detect.narrow.words import Wording
from sentinel.detect.routes import Routes, load_routes
from sentinel.detect.rule import RuleSet
from sentinel.detect.sigma import load_rules
from sentinel.elastic.cluster import Access, connect
from sentinel.elastic.documents import document
from sentinel.elastic.pages import Reader
from sentinel.elastic.template import prepare, stream_of
from sentinel.errors import StoreError
from sentinel.model.enabled import BackStretch, KeptSet, Plan
from sentinel.model.events import Event, Value
from sentinel.narrowing import counting
from sentinel.store.back import Back
from sentinel.store.store import Store
from tests.cli.test_rules_check import RULE
from tests.elastic.waiting import no_wait
from tests.shared import ROOT

T = TypeVar("T")
KEY = "5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11"
NEW = RULE.replace("cs-method: POST", "cs-method: [GET, PUT]")
START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=3)
ROUTES = load_routes(ROOT)
WORDING = Wording(ROUTES.deciding)


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


def clock() -> datetime:
    return END


MEANS = (clock, silent)


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """Return three days of requests, of which some meet the old rule, some the new one and some neither."""
    chance, found = random.Random(7), []
    for number in range(900):
        method = chance.choice(["GET", "POST", "PUT", "HEAD"])
        path = chance.choice(["/blåbær", "/x"])
        fields: dict[str, Value] = {
            "event.dataset": "web.access",
            "cs-uri-stem": path,
            "cs-method": method,
            "n": number,
        }
        found.append(Event("x", str(number), START + timedelta(seconds=chance.randrange(3 * 86_400)), fields))
    return found


def a_set(folder: Path, text: str) -> tuple[KeptSet, RuleSet]:
    folder.mkdir(exist_ok=True)
    (folder / "a.yml").write_text(text, encoding="utf-8")
    ruleset = load_rules([folder], folder)
    return take_down(Source([folder], folder, ROOT, {}), ruleset, ROUTES), ruleset


def expected(folder: Path, events: list[Event]) -> dict[str, set[str]]:
    old, new = (
        {fingerprint(hit.event) for hit in Engine(a_set(folder / name, text)[1], ROUTES).run(events)}
        for name, text in (("o", RULE), ("n", NEW))
    )
    return {"added": new - old, "gone": old - new}


@pytest.fixture
def back(tmp_path: Path) -> Back:
    """Return a store in which the old rule is enabled."""
    back = Store.open(str(tmp_path / "x.db")).back("klinikken", "logs")
    kept, _ = a_set(tmp_path / "old", RULE)
    back.keep(kept)
    back.enable(back.plan(wanted(back, kept).old.id, kept.id, START), START)
    back.begun(START)
    return back


def changed(back: Back, tmp_path: Path, text: str = NEW) -> tuple[Plan, Wanted]:
    asked = wanted(back, a_set(tmp_path / "new", text)[0])
    back.keep(asked.new)
    return back.plan(asked.old.id, asked.new.id, START), asked


def found(back: Back, plan: Plan) -> dict[str, set[str]]:
    return {side: {one.alert.event_id for one in back.found(plan) if one.side == side} for side in ("added", "gone")}


@pytest.fixture
def index(elasticsearch_url: str, events: list[Event]) -> Index:
    """Return an index to which the events came at their times."""
    client, name = connect(Access(elasticsearch_url)), f"back.{uuid4().hex[:12]}"
    prepare(client, replicas=0)
    stream = stream_of("jsonl", name)
    body: list[Any] = []
    for one in events:
        sent = document(one, fingerprint(one), "jsonl", WORDING.words(one.fields))
        body += (orjson.dumps({"create": {"_id": sent.id}}), sent.sent(one.time or START))
    answer = client.bulk(index=stream, operations=body, refresh=True)
    assert not answer["errors"]
    return Index(Reader(client, time.sleep), stream, "event.ingested", END)


def test_of_our_own_records_only_those_are_read_that_a_rule_of_either_set_may_be_about(
    back: Back, index: Index, events: list[Event], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "FEW", 1)
    monkeypatch.setattr(counting, "MOST_READ", 1)
    plan, asked = changed(back, tmp_path)
    both = both_of(asked, plan.since, sides_of(asked, tmp_path / "w"), None)
    read = list[int]()

    def track(_label: str, items: Iterable[T]) -> Iterator[T]:
        found = list(items)
        read.append(len(found))
        return iter(found)

    done = list(search_back(back, plan, both, of_index(back, plan, index, both.plan()), Budget(), (clock, track)))

    assert sum(read) == sum(one.fields["cs-method"] != "HEAD" for one in events) < len(events)
    assert [(one.state, one.records) for one in done] == [("done", len(events))]
    assert found(back, plan) == expected(tmp_path, events)


def test_where_the_mapping_changed_all_is_read(back: Back, tmp_path: Path) -> None:
    _, asked = changed(back, tmp_path)
    old, new = sides_of(asked, tmp_path / "w")

    assert both_of(asked, None, (old, new), None).plan() is not None
    assert both_of(asked, None, (old, (new[0], Routes(new[1].routes[1:]))), None).plan() is None
    assert both_of(asked, None, ((RuleSet((), ()), Routes(())), new), None).plan() is not None


def run(back: Back, plan: Plan, asked: Wanted, folder: Path, source: object, budget: Budget) -> list[BackStretch]:
    folder.mkdir(exist_ok=True)
    both = both_of(asked, plan.since, sides_of(asked, folder / uuid4().hex), None)
    return list(search_back(back, plan, both, source, budget, MEANS))  # type: ignore[arg-type]  # one of two sources


def test_a_budget_cuts_the_search_and_it_goes_on_where_it_was(
    back: Back, index: Index, events: list[Event], tmp_path: Path
) -> None:
    plan, asked = changed(back, tmp_path)
    ends: list[datetime] = []
    rounds = 0
    while spans_owed(plan, back.stretches(plan), END):
        done = run(back, plan, asked, tmp_path / "w", of_index(back, plan, index), Budget(records=100))
        assert sum(one.records for one in done) <= 100
        assert {one.state for one in done} <= {"done"}
        ends += [one.end for one in done if one.end]
        rounds += 1
        assert rounds < 50

    assert ends == sorted(ends, reverse=True), "the newest first"
    assert rounds >= 9
    assert found(back, plan) == expected(tmp_path, events)
    assert sum(one.records for one in back.stretches(plan)) == len(events)
    assert run(back, plan, asked, tmp_path / "w", of_index(back, plan, index), Budget()) == []


def test_the_difference_is_counted_and_says_why_alerts_go(
    back: Back, index: Index, events: list[Event], tmp_path: Path
) -> None:
    plan, asked = changed(back, tmp_path)
    run(back, plan, asked, tmp_path / "w", of_index(back, plan, index), Budget())

    (told,) = differences(back, plan, asked, (a_set(tmp_path / "new", NEW)[1], ROUTES))

    meant = expected(tmp_path, events)
    assert (told.change, told.added, told.gone, told.same) == ("changed", len(meant["added"]), len(meant["gone"]), 0)
    assert "cs-method = 'GET' or = 'PUT' is false (cs-method is 'POST')" in told.examples_gone[0].why
    assert len(told.examples_added) == 3


class Cut(Exception):  # noqa: N818 -- not an error of ours: somebody pulls the plug
    """The machine goes off."""


def test_cut_off_at_any_moment_nothing_is_lost_and_nothing_doubled(
    back: Back, index: Index, events: list[Event], tmp_path: Path
) -> None:
    plan, asked = changed(back, tmp_path)
    chance, cuts = random.Random(3), 0

    def cutting(left: list[int]) -> Callable[[str, Iterable[T]], Iterator[T]]:
        def track(_label: str, items: Iterable[T]) -> Iterator[T]:
            for item in items:
                left[0] -= 1
                if left[0] < 0:
                    raise Cut
                yield item

        return track

    while spans_owed(plan, back.stretches(plan), END):
        both = both_of(asked, plan.since, sides_of(asked, tmp_path / uuid4().hex), None)
        source = of_index(back, plan, replace(index, reader=index.reader))
        try:
            for _ in search_back(
                back, plan, both, source, Budget(records=150), (clock, cutting([chance.randrange(220)]))
            ):
                pass
        except Cut:
            cuts += 1

    assert cuts > 3
    assert found(back, plan) == expected(tmp_path, events)
    assert sum(one.records for one in back.stretches(plan)) == len(events)


def test_a_cluster_that_is_away_leaves_all_of_it_owed(back: Back, index: Index, tmp_path: Path) -> None:
    plan, asked = changed(back, tmp_path)
    away = Index(Reader(connect(Access("http://127.0.0.1:9")), no_wait), index.target, index.field, END)

    (told,) = run(back, plan, asked, tmp_path / "w", of_index(back, plan, away), Budget())

    assert (told.state, "cannot be reached" in told.reason) == ("owed", True)
    assert spans_owed(plan, back.stretches(plan), END) == [(START, END)]


def test_a_budget_below_one_second_says_so(back: Back, index: Index, tmp_path: Path) -> None:
    plan, asked = changed(back, tmp_path)
    client = index.reader.client
    body: list[Any] = []
    for number in range(5):
        one = document(Event("x", "x", END, {"k": number}), f"{number}", "jsonl")
        body += (orjson.dumps({"create": {"_id": one.id}}), one.sent(END - timedelta(seconds=1)))
    client.bulk(index=index.target, operations=body, refresh=True)

    done = run(back, plan, asked, tmp_path / "w", of_index(back, plan, index), Budget(records=2))

    assert [one.state for one in done] == ["owed"]
    assert "5 records in a second" in done[0].reason


def test_files_are_searched_one_by_one_and_one_that_is_renamed_is_not_searched_again(
    back: Back, events: list[Event], tmp_path: Path
) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    for number in range(6):
        lines = [orjson.dumps({**one.fields, "TimeCreated": one.time}) + b"\n" for one in events[number::6]]
        (logs / f"{number}.jsonl").write_bytes(b"".join(lines))
    (logs / "empty.jsonl").write_bytes(b"")
    plan, asked = changed(back, tmp_path)

    there, troubles = files_in([logs])
    first = run(back, plan, asked, tmp_path / "w", of_files(back, plan, there), Budget(records=151))
    (logs / "0.jsonl").rename(logs / "0.jsonl.1")
    (logs / "5.jsonl").rename(logs / "5.jsonl.1")
    there, _ = files_in([logs])
    rest = run(back, plan, asked, tmp_path / "w", of_files(back, plan, there), Budget())

    assert troubles == []
    assert (len(first), len(rest)) == (2, 4)
    counts = {side: len(ids) for side, ids in found(back, plan).items()}
    assert counts == {side: len(ids) for side, ids in expected(tmp_path, events).items()}
    assert {one.state for one in back.stretches(plan)} == {"done"}

    with (logs / "3.jsonl").open("ab") as grown:
        grown.write(orjson.dumps({**events[0].fields, "cs-uri-stem": "/blåbær", "cs-method": "PUT", "n": -1}) + b"\n")
    again = run(back, plan, asked, tmp_path / "w", of_files(back, plan, files_in([logs])[0]), Budget())
    assert [Path(one.path).name for one in again] == ["3.jsonl"]
    assert len(found(back, plan)["added"]) == counts["added"] + 1


def test_a_file_that_cannot_be_read_stays_owed_and_does_not_hold_up_the_others(back: Back, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "a.jsonl").write_bytes(b'{"event.dataset": "web.access"}\n')
    (logs / "noise.bin").write_bytes(bytes(range(256)) * 40)
    plan, asked = changed(back, tmp_path)

    done = run(back, plan, asked, tmp_path / "w", of_files(back, plan, files_in([logs])[0]), Budget())

    assert sorted((one.state, Path(one.path).name) for one in done) == [("done", "a.jsonl"), ("owed", "noise.bin")]
    assert [one.state for one in back.stretches(plan)].count("owed") == 1


def test_what_is_enabled_stays_owed_and_rules_that_changed_again_are_left_out(back: Back, tmp_path: Path) -> None:
    plan, asked = changed(back, tmp_path, NEW + "---\n" + RULE.replace("0c11", "0c12").replace("POST", "HEAD"))
    back.enable(plan, END)
    (enabled,) = [one for one in back.owed_plans() if one.new == asked.new.id]

    assert owed(back, enabled, asked.new).keys == {KEY, KEY.replace("0c11", "0c12")}
    later, _ = a_set(
        tmp_path / "later",
        RULE.replace("POST", "TRACE") + "---\n" + RULE.replace("0c11", "0c12").replace("POST", "HEAD"),
    )
    assert owed(back, enabled, later).keys == {KEY.replace("0c11", "0c12")}
    assert spans_owed(enabled, back.stretches(enabled), END) == [(START, END)]


def test_a_rule_that_cannot_be_made_again_is_named(back: Back, tmp_path: Path) -> None:
    _, asked = changed(back, tmp_path)
    spoilt = replace(asked, old=replace(asked.old, files=()))

    assert lost(asked, sides_of(asked, tmp_path / "1")[0][0]) == []
    assert lost(spoilt, sides_of(spoilt, tmp_path / "2")[0][0]) == ["Something happened"]


def test_a_set_that_is_lost_is_told(back: Back, tmp_path: Path) -> None:
    plan = back.plan(a_set(tmp_path / "old", RULE)[0].id, "lost", START)
    back.enable(plan, START)

    with pytest.raises(StoreError, match="is not kept any more"):
        wanted(back, a_set(tmp_path / "new", NEW)[0])


MOMENTS = st.integers(0, 50)


@given(st.lists(st.tuples(MOMENTS, MOMENTS)), MOMENTS, MOMENTS, st.none() | MOMENTS)
def test_what_is_owed_and_what_is_done_are_the_whole_span(
    done: list[tuple[int, int]], since: int, until: int, upto: int | None
) -> None:
    def at(number: int) -> datetime:
        return START + timedelta(hours=number)

    plan = Plan("a", "b", at(since), upto=at(upto) if upto is not None else None)
    stretches = [BackStretch(str(n), "done", start=at(min(pair)), end=at(max(pair))) for n, pair in enumerate(done)]
    spans = spans_owed(plan, stretches, at(until))

    end = until if upto is None else min(until, upto)
    whole = set(range(since, end)) - {hour for pair in done for hour in range(min(pair), max(pair))}
    left = [{hour for hour in range(51) if start <= at(hour) < stop} for start, stop in spans]
    assert set().union(*left) == whole
    assert sum(map(len, left)) == len(whole), "no hour twice"
    assert spans == sorted(spans, reverse=True)
