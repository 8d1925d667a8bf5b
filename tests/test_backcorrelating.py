"""Correlations that changed, over all files at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import orjson
import pytest

from sentinel.backcorrelating import files, is_searched, may_wait, of_files, search_correlations, span
from sentinel.backsearching import Wanted, files_in, sides_of, wanted
from sentinel.detect.kept_sets import Source, take_down
from sentinel.detect.routes import load_routes
from sentinel.detect.sigma import load_rules
from sentinel.model.enabled import BackStretch, Plan
from sentinel.store.back import Back
from sentinel.store.store import Store
from tests.cli.test_rules_check import RULE
from tests.detect.test_kept_sets import CORRELATION
from tests.shared import ROOT

T = TypeVar("T")
START = datetime(2026, 11, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFTEN = "5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c13"


def silent(_label: str, items: Iterable[T]) -> Iterator[T]:
    return iter(items)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Return files in which three addresses come once, twice and three times, the last over two files."""
    folder = tmp_path / "logs"
    folder.mkdir()
    about = {"event.dataset": "web.access", "cs-uri-stem": "/blåbær", "cs-method": "POST"}
    for name, comes in (("a", "122333"), ("b", "344")):
        lines = [
            {**about, "c-ip": f"192.0.2.{one}", "n": f"{name}{number}", "@timestamp": START + number * HOUR / 60}
            for number, one in enumerate(comes)
        ]
        (folder / f"{name}.jsonl").write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return folder


def change(tmp_path: Path, back: Back, old: str, new: str) -> tuple[Plan, Wanted]:
    for name, text in (("old", old), ("new", new)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "a.yml").write_text(f"{RULE}---\n{text}", encoding="utf-8")
        ruleset, routes = load_rules([folder], folder), load_routes(ROOT)
        asked = wanted(back, take_down(Source([folder], folder, ROOT, {}), ruleset, routes))
        back.keep(asked.new)
        plan = back.plan(asked.old.id, asked.new.id, START)
        if name == "old":
            back.enable(plan, START)
    return plan, asked


def test_episodes_that_come_and_go_are_told_apart(tmp_path: Path, logs: Path) -> None:
    back = Store.open(str(tmp_path / "x.db")).back("k", "logs")
    plan, asked = change(tmp_path, back, CORRELATION, CORRELATION.replace("gte: 2", "gte: 3"))
    there, _ = files_in([logs])
    whole = of_files(files(there), there)

    assert asked.keys == frozenset()
    assert asked.correlations == {OFTEN}
    done = search_correlations(back, plan, asked, sides_of(asked, tmp_path / "made"), whole, (None, silent))

    found = [(one.side, one.alert.correlation.group) for one in back.found(plan) if one.alert.correlation]
    assert sorted(found, key=str) == [("gone", {"c-ip": "192.0.2.2"}), ("gone", {"c-ip": "192.0.2.4"})]
    assert (done.state, done.same, done.records) == ("done", {OFTEN: 1}, 18)
    assert is_searched(plan, files(there), back.stretches(plan))


def test_a_new_correlation_is_searched_and_what_cannot_be_read_leaves_all_of_it_owed(
    tmp_path: Path, logs: Path
) -> None:
    back = Store.open(str(tmp_path / "x.db")).back("k", "logs")
    other = CORRELATION.replace("0c13", "0c14").replace("gte: 2", "gte: 4")
    plan, asked = change(tmp_path, back, CORRELATION, f"{CORRELATION}---\n{other}")
    sides = sides_of(asked, tmp_path / "made")
    (logs / "noise.bin").write_bytes(bytes(range(256)) * 40)
    there, _ = files_in([logs])

    failed = search_correlations(back, plan, asked, sides, of_files(files(there), there), (None, silent))
    assert (failed.state, "noise.bin" in failed.reason, list(back.found(plan))) == ("owed", True, [])

    (logs / "noise.bin").unlink()
    there, _ = files_in([logs])
    search_correlations(back, plan, asked, sides, of_files(files(there), there), (None, silent))
    assert [(one.side, one.rule) for one in back.found(plan)] == [("added", OFTEN.replace("0c13", "0c14"))]


def test_what_was_searched_covers_what_lies_in_it_and_no_more() -> None:
    plan = Plan("a", "b", START + HOUR)
    done = replace(span(plan, START + 5 * HOUR), state="done")

    assert is_searched(plan, span(plan, START + 4 * HOUR), [done])
    assert not is_searched(plan, span(plan, START + 6 * HOUR), [done])
    assert not is_searched(plan, span(replace(plan, since=START), START + 4 * HOUR), [done])
    assert is_searched(plan, span(replace(plan, upto=START + 5 * HOUR), START + 9 * HOUR), [done])
    assert not is_searched(plan, span(plan, START + 4 * HOUR), [replace(done, state="owed"), BackStretch("x", "done")])


def test_an_open_end_is_searched_once_and_again_when_it_is_known() -> None:
    done = replace(files(["1"]), state="done")

    assert not may_wait(Plan("a", "b", START), [done])
    assert not may_wait(Plan("a", "b", START, enabled=START), [])
    assert may_wait(Plan("a", "b", START, enabled=START), [done])
    assert not may_wait(Plan("a", "b", START, enabled=START, upto=START), [done])


def test_of_files_each_new_one_counts_until_a_runner_began() -> None:
    plan, done = Plan("a", "b", START), replace(files(["1", "2"]), state="done")

    assert is_searched(plan, files(["2", "1"]), [done])
    assert not is_searched(plan, files(["1", "2", "3"]), [done])
    assert is_searched(replace(plan, upto=START), files(["1", "2", "3"]), [done])
