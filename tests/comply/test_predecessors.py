from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.judge import judge
from sentinel.comply.predecessors import Line, kept_measured, point, predecessor, read_measured
from sentinel.errors import InputError
from tests.comply.small import EVERYTHING, TODAY, answer, checklist, excepted

OLD = Line("Nordre", "000000301", "merger", date(2026, 1, 1))
BODY: dict[str, Any] = {
    "schema": "sentinel.result/1",
    "organisation": {"number": "000000301", "name": "Nordre"},
    "as_of": "2025-11-03",
    "score": {"score": 50.0, "coverage": 10.0, "worst_case": 5.0, "level": "red", "checklist": {"version": "2026.2"}},
    "judgements": [
        {"requirement": "DRF-07", "state": "met"},
        {"requirement": "DRF-10", "state": "partly"},
        {"requirement": "LED-14", "state": "met"},
        {"requirement": "UTS-07", "state": "met"},
    ],
}


def body(**changed: object) -> bytes:
    return json.dumps({**BODY, **changed}).encode()


def test_a_result_under_the_old_number_is_a_point_of_the_old_line(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(body())

    found = point(read_measured(path, "r.json", OLD, TODAY), OLD, "r.json")

    assert (found.name, found.number, found.when, found.until) == ("Nordre", "000000301", date(2025, 11, 3), OLD.until)
    assert (found.score, found.coverage, found.worst_case, found.level) == (50.0, 10.0, 5.0, "red")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"as_of": "2026-01-01"}, "store: is of 2026-01-01, after 2025-12-31, the last day of Nordre by itself"),
        ({"organisation": {"number": "000000300"}}, "store: is of organisation 000000300, not 000000301"),
        ({"score": {}}, "store: is not a result of Sentinel: score.score"),
        ({"score": {**BODY["score"], "score": 101}}, "score.score: Input should be less than or equal to 100"),
    ],
)
def test_what_is_not_of_the_old_line_is_refused(changed: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        kept_measured(body(**changed), OLD, TODAY)


def test_an_own_result_may_be_of_today() -> None:
    own = Line("Storvik", "000000301")

    assert kept_measured(body(as_of=TODAY.isoformat()), own, TODAY).as_of == TODAY
    with pytest.raises(InputError, match="the day of this run"):
        kept_measured(body(as_of="2026-11-22"), own, TODAY)


def test_what_fell_away_is_told_and_nothing_is_joined(tmp_path: Path) -> None:
    now = judge(
        checklist(tmp_path),
        EVERYTHING,
        [answer("DRF-07", "not_met"), answer("DRF-10", "met"), excepted("UTS-07")],
        (),
        TODAY,
    )
    earlier = kept_measured(
        body(as_of="2024-11-01", judgements=[{"requirement": "DRF-21", "state": "met"}]), OLD, TODAY
    )

    found = predecessor(OLD, [(kept_measured(body(), OLD, TODAY), "b"), (earlier, "a")], now)

    assert [one.when for one in found.points] == [date(2024, 11, 1), date(2025, 11, 3)]
    assert found.fallen == (("DRF-07", "not_met"), ("LED-14", "not_assessed"))


def test_a_predecessor_without_results_keeps_its_name(tmp_path: Path) -> None:
    found = predecessor(OLD, [], judge(checklist(tmp_path), EVERYTHING, (), (), TODAY))

    assert (found.name, found.points, found.fallen) == ("Nordre", (), ())


@given(st.binary(max_size=200))
def test_rubbish_is_our_error(raw: bytes) -> None:
    with pytest.raises(InputError):
        kept_measured(raw, OLD, TODAY)
