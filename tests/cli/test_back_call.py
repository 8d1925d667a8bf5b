from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sentinel.backsearching import Wanted
from sentinel.cli.back_call import Place, counts_of, load_set, owed_lines
from sentinel.cli.options import Asked
from sentinel.detect.kept_sets import EMPTY, changes
from sentinel.model.enabled import BackStretch, KeptSet
from sentinel.store.store import Store
from tests.cli.test_rules_check import RULE

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def place(*logs: Path) -> Place:
    return Place("klinikken", None, "logs-*", "event.ingested", NOW.replace(hour=12), logs)


def loaded(tmp_path: Path) -> KeptSet:
    (tmp_path / "a.yml").write_text(RULE, encoding="utf-8")
    return load_set(Asked(no_cache=True), (tmp_path / "a.yml",), {}).kept


def test_files_in_any_order_are_one_target(tmp_path: Path) -> None:
    one, two = tmp_path / "a", tmp_path / "b"

    assert place(two, one).target == place(one, two).target == f"{one}, {two}"
    assert place().target == "logs-*"


def test_changes_are_counted_by_kind(tmp_path: Path) -> None:
    kept = loaded(tmp_path)

    assert counts_of(Wanted(EMPTY, kept, tuple(changes(EMPTY, kept)))) == "1 new, 0 changed, 0 removed"


def test_what_is_owed_is_told_as_time_or_as_files(tmp_path: Path) -> None:
    kept = loaded(tmp_path)
    store = Store.open(str(tmp_path / "x.db"))
    for target in ("logs-*", str(tmp_path)):
        back = store.back("klinikken", target)
        back.keep(kept)
        back.enable(back.plan(EMPTY.id, kept.id, NOW), NOW)
        back.begun(NOW.replace(hour=2))
        (plan,) = back.owed_plans()
        back.settle(plan, BackStretch("x", "done", start=NOW.replace(hour=1), end=NOW.replace(hour=9)))
        back.owe(plan, [BackStretch("1", "owed", path="/a"), BackStretch("2", "owed", path="/b")])

    spans = list(owed_lines(store.back("klinikken", "logs-*"), place(), kept))
    files = list(owed_lines(store.back("klinikken", str(tmp_path)), place(tmp_path), kept, {"1": tmp_path}))

    over = "owed: not searched back: 1 changed rule over"
    assert spans == [f"{over} 1.0 hours, from 2026-11-22 00:00:00 UTC on"]
    assert files == [f"{over} 2 files, 1 of them not there any more as they were"]
