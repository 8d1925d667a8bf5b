from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sentinel.model.certificates import QueryCheck
from sentinel.store.store import Store
from tests.model.test_certificates import MADE, ONE


def test_the_one_over_the_same_events_is_replaced_and_no_other(tmp_path: Path) -> None:
    kept = Store.open(str(tmp_path / "x.db")).certificates()
    other = replace(ONE, data="e", differ=1)

    kept.save([ONE, other])
    newer = replace(ONE, made=MADE.replace(day=23), differ=4)
    kept.save([newer])
    kept.save([newer])

    assert kept.all() == [newer, other]


def test_what_is_known_of_a_query_stays_until_engine_or_mapping_change(tmp_path: Path) -> None:
    kept = Store.open(str(tmp_path / "x.db")).certificates()
    query = QueryCheck("lucene", missing=2)
    kept.save([replace(ONE, query=query)])

    kept.save([ONE])
    assert [one.query for one in kept.all()] == [query]
    kept.save([replace(ONE, engine="2.0")])
    assert [one.query for one in kept.all()] == [None]
