from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel.model.assets import Asset, Service
from sentinel.model.history import AssetChange, Detail, Looked
from sentinel.store.store import Store
from tests.store.test_store import ASSET, DAY, TIME

SSH = Service("tcp", 22, "ssh", "OpenSSH", "9.2")
PART = Looked(whole=False)


def asset(number: int, version: str = "1") -> Asset:
    return replace(ASSET, id=f"a{number}", addresses=(f"10.0.0.{number}",), product="X", version=version)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(str(tmp_path / "x.db"))


def kinds(found: list[AssetChange]) -> list[tuple[str, str]]:
    return [(one.kind, one.id) for one in found]


def test_what_came_changed_and_was_not_seen(store: Store) -> None:
    store.save_scan("s", DAY, [asset(1), asset(2), asset(3)], [])
    changed = replace(asset(2, "2"), services=(SSH,), names=("LV", "NY"))
    store.save_scan("s", DAY + timedelta(days=1), [asset(1), changed, asset(4)], [])
    found = list(store.asset_changes("s", 1, 2))

    assert kinds(found) == [("came", "a4"), ("changed", "a2"), ("not-seen", "a3")]
    assert found[1].details == (
        Detail("version", "1", "2"),
        Detail("names", "LV", "LV, NY"),
        Detail("tcp/22", "", "ssh OpenSSH 9.2"),
    )
    assert (found[2].last_day, found[1].last_day) == (DAY, DAY + timedelta(days=1))


def test_gone_is_only_what_was_asked_again(store: Store) -> None:
    store.save_scan("s", DAY, [asset(number) for number in range(1, 6)], [])
    looked = Looked(whole=False, asked={"10.0.0.4/31": None}, silent={"10.0.0.2": None})
    store.save_scan("s", DAY, [asset(1)], [], looked)

    assert kinds(list(store.asset_changes("s", 1, 2))) == [
        ("gone", "a2"),
        ("not-seen", "a3"),
        ("gone", "a4"),
        ("gone", "a5"),
    ]


def seen_on(number: int, day: int) -> Asset:
    return replace(asset(number), last_seen=TIME + timedelta(days=day))


def asked_on(day: int, **fields: tuple[str, ...]) -> Looked:
    return Looked(whole=False, **{name: dict.fromkeys(of, TIME + timedelta(days=day)) for name, of in fields.items()})  # type: ignore[arg-type]  # two fields of one shape


def test_a_file_that_is_older_than_the_last_sight_calls_nobody_gone(store: Store) -> None:
    store.save_scan("s", DAY, [seen_on(1, 5), seen_on(2, 1), seen_on(3, 5)], [], PART)
    store.save_scan("s", DAY, [], [], asked_on(3, asked=("10.0.0.0/30",), silent=("10.0.0.3",)))

    assert kinds(list(store.asset_changes("s", 1, 2))) == [("not-seen", "a1"), ("gone", "a2"), ("not-seen", "a3")]


def test_the_newest_of_several_files_counts(store: Store) -> None:
    store.save_scan("s", DAY, [seen_on(1, 5), seen_on(2, 5)], [], PART)
    store.save_scan("s", DAY, [], [], asked_on(9, asked=("10.0.0.1/32",)))
    store.save_scan("s", DAY, [], [], asked_on(3, asked=("10.0.0.0/24",)))

    assert kinds(list(store.asset_changes("s", 1, 3))) == [("gone", "a1"), ("not-seen", "a2")]


def test_a_machine_with_two_addresses_is_gone_when_both_were_asked(store: Store) -> None:
    both = replace(seen_on(1, 0), addresses=("10.0.0.1", "2001:db8::1"))
    nameless = replace(seen_on(2, 0), addresses=())
    store.save_scan("s", DAY, [both, nameless], [], PART)
    store.save_scan("s", DAY, [], [], asked_on(1, asked=("10.0.0.0/24",)))
    store.save_scan("s", DAY, [], [], asked_on(1, silent=("2001:db8::1",)))

    assert sorted(kinds(list(store.asset_changes("s", 1, 2)))) == [("not-seen", "a1"), ("not-seen", "a2")]
    assert sorted(kinds(list(store.asset_changes("s", 1, 3)))) == [("gone", "a1"), ("not-seen", "a2")]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.sets(st.integers(1, 4))), min_size=1, max_size=5), st.randoms())
def test_who_is_gone_does_not_depend_on_the_order_in_which_files_are_kept(
    tmp_path_factory: pytest.TempPathFactory, scans: list[tuple[int, set[int]]], chance: random.Random
) -> None:
    """Each scan asks all four at one moment and sees some; who is gone is who missed a scan after the last sight."""
    store = Store.open(str(tmp_path_factory.mktemp("order") / "x.db"))
    store.save_scan("s", DAY, [seen_on(number, 0) for number in range(1, 5)], [], PART)
    chance.shuffle(scans)
    last = dict.fromkeys(range(1, 5), 0)
    for day, seen in scans:
        last |= {number: max(last[number], day) for number in seen}
        looked = asked_on(day, asked=("10.0.0.0/29",))
        store.save_scan("s", DAY, [seen_on(number, last[number]) for number in sorted(seen)], [], looked)

    told = kinds(list(store.asset_changes("s", 1, len(scans) + 1)))
    never = {number for number in range(1, 5) if all(number not in seen for _, seen in scans)}
    gone = {number for number in never if any(day > 0 for day, _ in scans)}
    assert set(told) == {("gone" if number in gone else "not-seen", f"a{number}") for number in never}
    store.close()


def test_saving_the_same_again_makes_no_version_and_keeps_the_newest_times(store: Store) -> None:
    later = replace(asset(1), last_seen=TIME + timedelta(days=9))
    store.save_scan("s", DAY, [asset(1)], [])
    store.save_scan("s", DAY, [later], [], PART)

    assert list(store.asset_changes("s", 1, 2)) == []
    assert [(run.number, one) for run, one in store.asset_history("s", "a1")] == [(1, later)]


def test_every_version_is_kept(store: Store) -> None:
    for number, version in enumerate(["1", "2", "2", "3"]):
        store.save_scan("s", DAY + timedelta(days=number), [asset(1, version)], [])

    assert [(run.number, one.version) for run, one in store.asset_history("s", "a1")] == [(1, "1"), (2, "2"), (4, "3")]
    assert [one.version for one in store.assets()] == ["3"]


def test_an_asset_that_comes_back_was_not_new(store: Store) -> None:
    for found in ([asset(1)], [], [asset(1)]):
        store.save_scan("s", DAY, found, [], PART)

    assert kinds(list(store.asset_changes("s", 1, 2))) == [("not-seen", "a1")]
    assert list(store.asset_changes("s", 1, 3)) == []
    assert list(store.asset_changes("s", 2, 3)) == []


def test_sites_do_not_meet(store: Store) -> None:
    store.save_scan("s", DAY, [asset(1)], [])
    store.save_scan("t", DAY, [asset(1, "9")], [])

    assert [one.version for one in store.assets(site="s")] == ["1"]
    assert kinds(list(store.asset_changes("t", 0, 1))) == [("came", "a1")]


SCANS = st.lists(st.dictionaries(st.integers(1, 6), st.sampled_from("123"), max_size=6), min_size=2, max_size=6)


@settings(max_examples=60)
@given(SCANS, st.data())
def test_a_difference_is_what_a_plain_list_of_scans_says(
    tmp_path_factory: pytest.TempPathFactory, scans: list[dict[int, str]], data: st.DataObject
) -> None:
    store = Store.open(str(tmp_path_factory.mktemp("history") / "x.db"))
    for number, found in enumerate(scans):
        assets = [asset(key, version) for key, version in found.items()]
        store.save_scan("s", date(2026, 1, 1) + timedelta(days=number), assets, [], PART)
    before = data.draw(st.integers(0, len(scans) - 1))
    after = data.draw(st.integers(before + 1, len(scans)))

    known: dict[int, str] = {key: version for found in scans[:before] for key, version in found.items()}
    now = {key: version for found in scans[before:after] for key, version in found.items()}
    wanted = {("came", f"a{key}") for key in now if key not in known}
    wanted |= {("changed", f"a{key}") for key in now if key in known and known[key] != now[key]}
    wanted |= {("not-seen", f"a{key}") for key in known if key not in now}
    assert set(kinds(list(store.asset_changes("s", before, after)))) == wanted
    store.close()
