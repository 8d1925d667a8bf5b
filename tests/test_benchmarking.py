from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sentinel.benchmarking import publish
from sentinel.errors import SettingsError
from sentinel.model.sector import Answered, Member
from sentinel.sector import score_all, scorer
from sentinel.store.sector import SectorStore
from sentinel.store.store import Store
from tests.shared import ROOT

DAY = date(2026, 11, 22)


@pytest.fixture
def kept(tmp_path: Path) -> SectorStore:
    return Store.open(str(tmp_path / "x.db")).sector()


def add(kept: SectorStore, *numbers: int, state: str = "met", agreed: bool = True) -> None:
    pairs = []
    for number in numbers:
        key = f"{number:09}"
        states = {"LED-01": state, "LED-02": "not_met"}
        member = Member(key, f"Hemmelig {number}", "municipality", {}, key, agreed)
        pairs.append((member, Answered(key, DAY, "normen", "2026.2", "h", states)))  # type: ignore[arg-type]
    kept.save(pairs)
    list(score_all(kept, scorer(ROOT, DAY)))


def shown(kept: SectorStore) -> str:
    (cell,) = [cell for cell in publish(kept, ROOT, DAY).cells if cell.group == "municipalities"]
    return cell.shown


def test_releases_are_held_against_one_another_and_kept_once(kept: SectorStore) -> None:
    add(kept, 1, 2, 3, 4)
    assert shown(kept) == "too_few"
    add(kept, 5, 6)
    assert shown(kept) == "new"
    assert shown(kept) == "new"
    assert len(kept.earlier()) == 1  # the same again is nothing new to keep
    add(kept, 7)
    assert shown(kept) == "repeated"
    add(kept, 1, agreed=False)
    assert shown(kept) == "held_back"
    add(kept, 8, 9, 10, 11)
    assert shown(kept) == "new"
    assert len(kept.earlier()) == 2


def test_no_name_or_number_of_an_organisation_is_in_what_is_published(kept: SectorStore) -> None:
    add(kept, *range(100_000_001, 100_000_021))

    said = repr(publish(kept, ROOT, DAY))

    assert "Hemmelig" not in said
    assert "1000000" not in said


def test_who_is_not_scored_as_the_others_stops_a_release(kept: SectorStore) -> None:
    add(kept, 1, 2, 3, 4, 5)
    list(score_all(kept, scorer(ROOT, date(2026, 12, 1))))
    key = "000000006"
    kept.save([(Member(key, "x", "municipality", {}, key, agreed=True), Answered(key, DAY, "normen", "1", "h", {}))])

    with pytest.raises(SettingsError, match="sentinel sector score"):
        publish(kept, ROOT, DAY)
    assert kept.earlier() == []


def test_an_empty_store_publishes_that_there_are_too_few(kept: SectorStore) -> None:
    made = publish(kept, ROOT, DAY)

    assert {cell.shown for cell in made.cells} == {"too_few"}
    assert made.day == DAY
