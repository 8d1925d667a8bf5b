from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.errors import StoreError
from sentinel.model.alerts import Alert
from sentinel.store.mirrored import MOST, Mirrored, Owed
from sentinel.store.store import Store
from tests.store.test_store import ALERT


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "x.db"))
    yield store
    store.close()


def owed(mirrored: Mirrored, site: str | None = None) -> list[Owed]:
    return [one for some in mirrored.owed(site) for one in some]


def numbered(count: int) -> list[Alert]:
    return [replace(ALERT, id=f"a{number:04}") for number in range(count)]


def test_all_is_owed_until_it_is_noted_to_each_target_by_itself(store: Store) -> None:
    store.save_alerts("s", numbered(2 * MOST + 1))
    first, second = store.mirrored("one"), store.mirrored("two")

    found = owed(first)
    first.note(found[:-1])

    assert [one.alert.id for one in found] == [alert.id for alert in numbered(2 * MOST + 1)]
    assert (first.count(), second.count()) == (1, 2 * MOST + 1)
    assert [one.alert.id for one in owed(first)] == [f"a{2 * MOST:04}"]


def test_what_cannot_be_mirrored_does_not_stand_in_the_way_of_the_rest(store: Store) -> None:
    store.save_alerts("s", numbered(MOST + 2))

    assert [len(some) for some in store.mirrored("one").owed()] == [MOST, 2]


def test_sites_are_told_apart(store: Store) -> None:
    for site in ("a", "b"):
        store.save_alerts(site, [ALERT])
    mirrored = store.mirrored("one")

    mirrored.note(owed(mirrored, "a"))

    assert (mirrored.count("a"), mirrored.count("b"), mirrored.count()) == (0, 1, 1)


def test_an_alert_that_was_amended_is_owed_again_and_one_that_was_not_is_not(store: Store) -> None:
    store.save_alerts("s", [ALERT])
    mirrored = store.mirrored("one")
    mirrored.note(owed(mirrored))

    store.save_alerts("s", [ALERT])
    assert mirrored.count() == 0
    store.save_alerts("s", [replace(ALERT, revision=2)])
    assert [one.alert.revision for one in owed(mirrored)] == [2]


def check_mirrored(store: Store, site: str) -> None:
    """What the two databases must do alike: many runners note, and amend, the same alerts at the same moment."""
    wanted = {alert.id: 1 + number for number, alert in enumerate(numbered(30))}
    troubles: list[Exception] = []

    def work(target: str) -> None:
        try:
            for revision in range(1, 31):
                found = [replace(alert, revision=min(revision, wanted[alert.id])) for alert in numbered(30)]
                store.save_alerts(site, [one for one in found if one.revision == revision or target == "amends"])
                for some in store.mirrored(target).owed(site):
                    sent[target] |= {(one.alert.id, one.alert.revision) for one in some}
                    store.mirrored(target).note(some)
        except StoreError as error:
            troubles.append(error)

    sent: dict[str, set[tuple[str, int]]] = {"amends": set(), "follows": set()}
    store.save_alerts(site, numbered(30))
    with ThreadPoolExecutor() as pool:
        list(pool.map(work, sent))
    newest = {alert.id: alert.revision for alert in store.alerts() if alert.id in wanted}
    for target, seen in sent.items():
        left = {one.alert.id for one in owed(store.mirrored(target), site)}
        assert {name for name, revision in newest.items() if (name, revision) not in seen} <= left, target
    assert troubles == []


def test_what_is_noted_while_another_changes_it(store: Store) -> None:
    check_mirrored(store, "s")


def test_what_was_changed_while_it_was_sent_stays_owed(store: Store) -> None:
    store.save_alerts("s", [ALERT])
    mirrored = store.mirrored("one")
    sent = owed(mirrored)
    store.save_alerts("s", [replace(ALERT, revision=2)])

    mirrored.note(sent)

    assert [one.alert.revision for one in owed(mirrored)] == [2]


def test_noting_twice_changes_nothing(store: Store) -> None:
    store.save_alerts("s", [ALERT])
    mirrored = store.mirrored("one")
    sent = owed(mirrored)

    mirrored.note(sent)
    mirrored.note(sent)

    assert mirrored.count() == 0
