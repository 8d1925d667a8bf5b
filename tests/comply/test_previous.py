from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.previous import read_previous
from sentinel.errors import InputError

TODAY = date(2026, 11, 21)
GOOD = {
    "schema": "sentinel.result/1",
    "organisation": {"number": "000000001", "name": "Lyngvik"},
    "as_of": "2025-11-21",
    "judgements": [{"requirement": "DRF-07", "weight": 3, "state": "met", "later": "key"}],
    "more": 1,
}


def test_states_and_weights_are_read_and_later_keys_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps(GOOD))

    previous = read_previous(path, "r.json", "000000001", TODAY).normen

    assert (previous.when, previous.states, previous.weights) == (date(2025, 11, 21), {"DRF-07": "met"}, {"DRF-07": 3})


def test_what_was_answered_with_vet_ikke_is_told_apart_in_old_results_too(tmp_path: Path) -> None:
    unknown = {"requirement": "DRF-07", "weight": 3, "state": "not_assessed", "answer": {"state": "unknown"}}
    silent = {"requirement": "DRF-10", "weight": 3, "state": "not_assessed", "answer": None}
    path = tmp_path / "r.json"
    path.write_text(json.dumps({**GOOD, "judgements": [unknown, silent]}))

    previous = read_previous(path, "r.json", "000000001", TODAY).normen

    assert previous.states == {"DRF-07": "unknown", "DRF-10": "not_assessed"}


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^r.json: cannot be read: No such file"):
        read_previous(tmp_path / "r.json", "r.json", "000000001", TODAY)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"schema": "sentinel.result/2"}, "schema"),
        ({"as_of": "soon"}, "as_of"),
        ({"judgements": [{"requirement": "x", "weight": 3, "state": "perfect"}]}, "judgements.0.state"),
    ],
)
def test_what_is_no_result_is_told_with_the_key(tmp_path: Path, change: dict[str, object], told: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps({**GOOD, **change}))

    with pytest.raises(InputError, match=f"is not a result of Sentinel: {told}: "):
        read_previous(path, "r.json", "000000001", TODAY)


@pytest.mark.parametrize(
    ("number", "as_of", "told"),
    [
        ("000000002", TODAY, "is of organisation 000000001, not 000000002"),
        ("000000001", date(2025, 11, 20), "is of 2025-11-21, after 2025-11-20, the day of this run"),
    ],
)
def test_the_result_of_another_organisation_or_a_later_day_is_refused(
    tmp_path: Path, number: str, as_of: date, told: str
) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps(GOOD))

    with pytest.raises(InputError, match=told):
        read_previous(path, "r.json", number, as_of)


@given(st.binary(max_size=200))
def test_rubbish_is_our_error(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(raw)

    with pytest.raises(InputError):
        read_previous(path, "r.json", "000000001", TODAY)


PACK = {"pack": {"id": "gdpr", "version": "2026.1", "more": 1}}


def test_packs_are_read_each_by_itself_with_its_version(tmp_path: Path) -> None:
    judged = [{"requirement": "GD-01", "weight": 3, "state": "partly"}]
    path = tmp_path / "r.json"
    path.write_text(json.dumps({**GOOD, "packs": [{**PACK, "judgements": judged}]}))

    found = read_previous(path, "r.json", "000000001", TODAY)

    assert (found.packs["gdpr"].states, found.packs["gdpr"].checklist) == ({"GD-01": "partly"}, "2026.1")
    assert "GD-01" not in found.normen.states
    assert found.told == ("gdpr",)


def test_a_result_that_kept_the_numbers_of_packs_alone_is_told_and_not_compared(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps({**GOOD, "packs": [{**PACK, "score": None}]}))

    found = read_previous(path, "r.json", "000000001", TODAY)

    assert (found.packs, found.told) == ({}, ("gdpr",))
