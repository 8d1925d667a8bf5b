from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.ros.measured import read_facts
from sentinel.errors import InputError
from tests.comply.ros.small import TODAY

SIGNAL = {
    "kind": "finding",
    "key": "product-unsupported",
    "present": True,
    "subject": "LV-DC01",
    "what": {"nb": "får ikke oppdateringer", "en": "gets no updates"},
    "source": "a",
    "first": "2026-10-14",
    "last": "2026-10-14",
    "count": 1,
}


def result(**changed: Any) -> dict[str, Any]:  # noqa: ANN401 -- passed on as it is
    evidence = {"requirement": "DRF-21", "role": "contradicts", "signal": SIGNAL, "because": {"nb": "a", "en": "b"}}
    given = {
        "schema": "sentinel.result/1",
        "organisation": {"number": "000000002"},
        "as_of": "2026-11-21",
        "judgements": [{"requirement": "DRF-21", "evidence": [evidence], "later": 1}],
    }
    return {**given, **changed}


def read(path: Path, value: object) -> Any:  # noqa: ANN401 -- what is read, for each test to look at
    path.write_text(json.dumps(value))
    return read_facts(path, "result.json", "000000002", TODAY)


def test_what_was_measured_is_found_by_requirement(tmp_path: Path) -> None:
    (fact,) = read(tmp_path / "r.json", result())["DRF-21"]

    assert (fact.key, fact.role, fact.considered) == ("finding/product-unsupported", "contradicts", False)
    assert fact.what.nb == "LV-DC01: får ikke oppdateringer"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (result(schema="sentinel.result/2"), "is not a result of Sentinel: schema"),
        (result(organisation={"number": "000000001"}), "is of organisation 000000001, not 000000002"),
        (result(as_of="2026-11-22"), "is of 2026-11-22, after 2026-11-21"),
        (result(judgements=[{"requirement": "a"}]), "judgements.0.evidence: Field required"),
        ([], "is not a result of Sentinel"),
    ],
)
def test_what_is_no_result_of_this_organisation_is_told(value: object, told: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path / "r.json", value)

    assert told in str(caught.value)


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_facts(tmp_path / "gone.json", "result.json", "000000002", TODAY)


@given(st.binary(max_size=200))
def test_any_bytes_are_our_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "r.json"
    path.write_bytes(data)

    with pytest.raises(InputError):
        read_facts(path, "result.json", "000000002", TODAY)
