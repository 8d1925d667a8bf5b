from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sentinel.errors import StoreError
from sentinel.model.alerts import Alert, Match, RuleRef
from sentinel.model.assets import Asset, Finding, Impact
from sentinel.model.history import Looked
from sentinel.model.severity import Severity
from sentinel.model.text import Text
from sentinel.store.store import Store

DAY = date(2026, 11, 21)
TIME = datetime(2026, 10, 14, 1, 41, tzinfo=UTC)
RULE = RuleRef("r1", "Pålogging utenfra", Severity.HIGH, "h", "Åse", ("attack.t1078",))
ALERT = Alert("a1", RULE, "e1", TIME, "lv.jsonl", "7", (Match("User", "kåre", "*"),), {"n": 1, "l": ["x", None, 2.5]})
ASSET = Asset("s1", ("10.0.0.1",), (), ("LV",), "server", "", "", "", (), (), None, TIME)
WORDS = Text("a", "b")
FINDING = Finding(
    "f1", "s1", "LV", "c", "sure", Severity.LOW, Impact(1, 2, 3, 0), WORDS, WORDS, WORDS, DAY, TIME
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(str(tmp_path / "x.db"))


def test_an_alert_comes_back_as_it_was(store: Store) -> None:
    store.save_alerts("s", [ALERT])

    assert list(store.alerts()) == [ALERT]
    assert store.alert("a") == [ALERT]
    assert store.alert("%") == []


def test_saving_twice_doubles_nothing(store: Store) -> None:
    assert store.save_alerts("s", [ALERT, replace(ALERT, id="a2")]) == 2
    assert store.save_alerts("s", [ALERT, ALERT]) == 0

    assert len(list(store.alerts())) == 2


def test_alerts_come_gravest_first_then_newest(store: Store) -> None:
    older = replace(ALERT, id="a2", time=TIME - timedelta(days=1))
    timeless = replace(ALERT, id="a3", time=None)
    low = replace(ALERT, id="a4", rule=replace(RULE, id="r2", level=Severity.LOW))
    store.save_alerts("s", [low, timeless, older, ALERT])

    assert [alert.id for alert in store.alerts()] == ["a1", "a2", "a3", "a4"]
    assert [alert.id for alert in store.alerts(Severity.MEDIUM, rule="r2")] == []
    assert [alert.id for alert in store.alerts(rule="r2")] == ["a4"]


def test_a_whole_scan_of_the_same_day_takes_the_earlier_ones_place(store: Store) -> None:
    store.save_scan("s", DAY, [ASSET, replace(ASSET, id="s2")], [FINDING])
    store.save_scan("s", DAY, [ASSET], [FINDING])

    assert list(store.assets()) == [ASSET]
    assert [asset.id for asset in store.assets(current=False)] == ["s1", "s2"]
    assert list(store.findings()) == [FINDING]
    assert list(store.findings(Severity.HIGH)) == []


def test_only_what_is_current_of_each_site_is_shown(store: Store) -> None:
    store.save_scan("s", DAY, [ASSET], [])
    store.save_scan("s", DAY + timedelta(days=1), [replace(ASSET, id="s2")], [FINDING])
    store.save_scan("t", DAY, [replace(ASSET, id="t1")], [])

    assert [asset.id for asset in store.assets()] == ["s2", "t1"]
    assert [asset.id for asset in store.assets(site="t")] == ["t1"]


def test_a_part_of_a_site_leaves_the_rest_as_it_was(store: Store) -> None:
    other = replace(ASSET, id="s2", addresses=("10.0.0.2",))
    store.save_scan("s", DAY, [ASSET], [FINDING])
    store.save_scan("s", DAY, [other], [], Looked(("leases",), whole=False))

    assert list(store.assets()) == [ASSET, other]
    assert [(run.number, run.sources, run.assets) for run in store.scan_runs("s")] == [(1, (), 1), (2, ("leases",), 1)]


def test_a_finding_stays_until_a_scan_that_looked_for_it_does_not_find_it(store: Store) -> None:
    store.save_scan("s", DAY, [ASSET], [FINDING])
    store.save_scan("s", DAY + timedelta(days=1), [ASSET], [])
    assert list(store.findings()) == [FINDING]

    store.save_scan("s", DAY + timedelta(days=2), [ASSET], [], Looked(fixed=frozenset({"f1"})))
    assert list(store.findings()) == []
    assert store.open_findings("s") == []


def test_an_empty_scan_counts_as_a_scan(store: Store) -> None:
    store.save_scan("s", DAY + timedelta(days=1), [], [])
    store.save_scan("s", DAY, [ASSET], [FINDING])

    assert list(store.assets()) == []
    assert list(store.findings()) == []


def test_an_older_scan_saved_later_changes_nothing(store: Store) -> None:
    both, wrong = [ASSET, replace(ASSET, id="s2")], [FINDING, replace(FINDING, id="f2")]
    store.save_scan("s", DAY, both, wrong)
    store.save_scan("s", DAY - timedelta(days=1), [ASSET, replace(ASSET, id="s3")], [FINDING])

    assert list(store.assets()) == both
    assert list(store.findings()) == wrong


def test_a_scan_that_is_cut_off_leaves_the_earlier_one(store: Store) -> None:
    def broken() -> Iterator[Finding]:
        yield replace(FINDING, id="f2")
        raise StoreError("cut off")

    store.save_scan("s", DAY, [ASSET], [FINDING])
    with pytest.raises(StoreError):
        store.save_scan("s", DAY + timedelta(days=2), [], broken())

    assert list(store.assets()) == [ASSET]
    assert list(store.findings()) == [FINDING]
    assert len(store.scan_runs("s")) == 1


def test_assets_are_found_by_words_class_and_address(store: Store) -> None:
    xray = replace(ASSET, id="x", addresses=("10.0.0.9",), names=("RØNTGEN-Å",), device_class="imaging_modality")
    store.save_scan("s", DAY, [ASSET, xray], [])

    assert [row.id for row in store.asset_rows("røntgen-å")] == ["x"]
    assert [row.id for row in store.asset_rows("10.0.0 imaging")] == ["x"]
    assert [row.id for row in store.asset_rows("%")] == []
    assert [row.id for row in store.asset_rows(device_class="server")] == ["s1"]
    assert [row.id for row in store.asset_rows(most=1)] == ["s1"]
    assert store.count_assets() == 2
    assert [row.id for row in store.asset_like("10.0.0.9")] == ["x"]
    assert store.known_assets("s", ["x", "nobody"]) == {"x": xray}


def test_results_come_newest_first_and_a_day_holds_one(store: Store) -> None:
    store.save_result("s", DAY, "{}")
    store.save_result("s", DAY, '{"a": 1}')
    store.save_result("s", DAY - timedelta(days=365), "{}")

    assert store.results("s") == [(DAY, '{"a": 1}'), (DAY - timedelta(days=365), "{}")]


def test_a_save_that_fails_leaves_nothing_behind(store: Store) -> None:
    def broken() -> Iterator[Alert]:
        yield ALERT
        raise StoreError("cut off")

    with pytest.raises(StoreError):
        store.save_alerts("s", broken())

    assert list(store.alerts()) == []
