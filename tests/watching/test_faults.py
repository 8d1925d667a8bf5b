"""A slice of `make faults`, and that its oracle sees what is lost or double."""

from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.store.store import Store
from tests.watching.faults import Hardship, Outcome, count, endure


def never() -> str:
    raise AssertionError


@pytest.mark.slow
def test_whatever_happens_nothing_is_lost_and_nothing_double(elasticsearch_url: str, tmp_path: Path) -> None:
    outcome = endure(tmp_path, Hardship(20, 100), lambda: elasticsearch_url, never)

    assert (outcome.lost, outcome.doubled, outcome.accounts) == ([], [], [])
    assert outcome.done["runner killed"] >= 20
    assert outcome.at_work > 0
    assert outcome.faults >= 100

    check_the_oracle(elasticsearch_url, tmp_path, outcome)


def check_the_oracle(url: str, folder: Path, outcome: Outcome) -> None:
    """What is lost, double or not accounted for is seen: each is done here on purpose."""
    store = Store.open(str(folder / "shared.db"))
    with store.watch_rules("klinikken", outcome.index).transaction() as connection:
        connection.exec_driver_sql("DELETE FROM alerts WHERE id = (SELECT min(id) FROM alerts WHERE rule LIKE '%c11')")
        connection.exec_driver_sql("UPDATE watch_windows SET records = records + 1 WHERE start LIKE '%08:03:%'")
    store.close()
    with (folder / "told-a.txt").open("a", encoding="utf-8") as told:
        told.write("twice\ntwice\n")
    seen = Outcome(put=outcome.put, index=outcome.index)

    count(seen, url, folder)

    assert (len(seen.lost), seen.doubled, len(seen.accounts)) == (1, ["twice"], 1)
