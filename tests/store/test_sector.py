from __future__ import annotations

from datetime import date
from pathlib import Path

from sentinel.model.compliance import Level
from sentinel.model.sector import Answered, Member, Standing
from sentinel.store import sector as module
from sentinel.store.sector import SectorStore
from sentinel.store.store import Store

DAY = date(2026, 11, 22)


def member(number: int, kind: str = "municipality") -> Member:
    return Member(f"{number:09}", f"Øvre {number}", kind, {"LARGE": True, "AI": False}, f"{number:09}", agreed=True)


def answered(number: int) -> Answered:
    states = {"LED-01": "met", "LED-02": "unknown", "UTS-07": "not_applicable"}
    return Answered(f"{number:09}", DAY, "normen", "2026.2", "h", states, {"UTS-07": date(2027, 1, 1)})  # type: ignore[arg-type]


def standing(number: int, as_of: date = DAY, ground: str = "g", level: Level = "red") -> Standing:
    return Standing(
        f"{number:09}", "municipality", as_of, "normen", "2026.2", ground, None, 0.0, 100 / 3, level, "m-a.", 0
    )


def check_sector(kept: SectorStore) -> None:
    """Everything that the two databases must do alike; tests/store/test_postgresql.py asks it of the other."""
    pairs = [(member(number), answered(number)) for number in range(1, module.PAGE + 3)]
    kept.save(pairs)
    assert [len(page) for page in kept.waiting(DAY, "g")] == [module.PAGE, 2]
    assert next(kept.waiting(DAY, "g")) == pairs[: module.PAGE]

    for page in kept.waiting(DAY, "g"):
        kept.save_standings([standing(int(one.number)) for one, _ in page])
        break  # cut off after the first page
    assert kept.count_waiting(DAY, "g") == 2
    assert [one.number for page in kept.waiting(DAY, "g") for one, _ in page] == ["000000501", "000000502"]
    assert kept.count_waiting(date(2026, 11, 23), "g") == len(pairs)
    assert kept.count_waiting(DAY, "another") == len(pairs)

    first, *_, last = kept.rows()
    assert (first.member, first.answered, first.standing) == (pairs[0][0], DAY, standing(1))
    assert last.standing is None
    kept.save([(member(1, "health_trust"), answered(1))])
    assert kept.count_waiting(DAY, "g") == 3  # new answers take the old standing away
    assert [row.member.number for row in kept.rows("health_trust")] == ["000000001"]
    assert kept.remove(["000000001", "000000009", "999999999"]) == 2
    assert sum(1 for _ in kept.rows()) == len(pairs) - 2
    kept.forget_standings()
    assert kept.count_waiting(DAY, "g") == len(pairs) - 2


def test_many_organisations_are_kept_and_scored_page_by_page(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "x.db"))

    check_sector(store.sector())


def test_nothing_to_keep_is_no_fault(tmp_path: Path) -> None:
    kept = Store.open(str(tmp_path / "x.db")).sector()
    kept.save([])
    kept.save_standings([])

    assert list(kept.rows()) == []
