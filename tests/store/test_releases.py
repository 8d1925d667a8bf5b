from __future__ import annotations

from datetime import date
from pathlib import Path

from sentinel.comply.sector.figures import brought, figures
from sentinel.model.text import Text
from sentinel.store.sector import SectorStore
from sentinel.store.store import Store
from tests.comply.sector.small import member

DAY = date(2026, 11, 22)


def check_releases(kept: SectorStore) -> None:
    """What both databases must do alike."""
    members = [member(number, 10 * number, owner="chain") for number in range(9)]
    told = figures(members, {"A": Text("å", "a"), "B": Text("b", "b")}, "2026.2", DAY)
    those = tuple(map(brought, members))

    assert kept.earlier() == []
    assert kept.publish(DAY, [("municipalities", told, those), ("suppliers", told, those[:5])]) == 1
    assert kept.publish(date(2026, 12, 1), [("municipalities", told, those[:6])]) == 2

    found = kept.earlier()
    assert [(one.release, one.group, len(one.brought)) for one in found] == [
        (1, "municipalities", 9),
        (1, "suppliers", 5),
        (2, "municipalities", 6),
    ]
    assert (found[0].figures, found[0].brought) == (told, those)


def test_what_was_published_comes_back_with_who_was_counted(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "x.db"))
    check_releases(store.sector())
    store.close()
