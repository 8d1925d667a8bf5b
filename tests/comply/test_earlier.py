from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import orjson
import pytest

from sentinel.comply.earlier import read_carried, read_evidence
from sentinel.errors import InputError
from sentinel.model.records import assessment_record, judgement_record
from tests.share.oscal.sample import dossier


def result(**changed: object) -> bytes:
    body = {
        "schema": "sentinel.result/1",
        "organisation": {"number": "000000001"},
        "as_of": "2026-11-21",
        "judgements": [judgement_record(one) for one in dossier().judgements],
    }
    return orjson.dumps(body | changed)


def test_evidence_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(result())

    found = read_evidence(path, "result.json", "000000001", date(2026, 11, 21))

    assert found == tuple(one for judgement in dossier().judgements for one in judgement.evidence)
    assert len(found) == 3


def test_the_result_of_another_organisation_or_a_later_day_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_bytes(result())

    with pytest.raises(InputError, match="is of organisation 000000001, not 000000002"):
        read_evidence(path, "result.json", "000000002", date(2026, 11, 21))
    with pytest.raises(InputError, match="after 2026-11-20"):
        read_evidence(path, "result.json", "000000001", date(2026, 11, 20))


def test_a_carried_assessment_keeps_numbers_and_evidence() -> None:
    record = assessment_record(replace(dossier(), measured="x.json"))

    found = read_carried(orjson.dumps(record), "a.sentinel")

    assert (found.measured, found.as_of, found.score) == ("x.json", dossier().as_of, record["score"])
    assert len(found.evidence) == 3


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"schema": "sentinel.result/1"}', b"\xff\xfe", b"[" * 5000])
def test_what_is_no_carried_assessment_is_told_in_one_line(raw: bytes) -> None:
    with pytest.raises(InputError, match=r"^a\.sentinel: its results cannot be read: [^\n]+$"):
        read_carried(raw, "a.sentinel")
