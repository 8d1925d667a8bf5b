"""The journey of a group over real files; its numbers are counted by hand in tests/examples/test_municipality.py."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from sentinel.comply.group_file import read_group
from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.grouping import assess_group
from tests.shared import ROOT

AS_OF = date(2026, 11, 20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "solvaer"
    shutil.copytree(ROOT / "examples" / "municipality", copy)
    return copy


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def told(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        assess_group(read_group(folder / "group.toml"), root(), AS_OF)
    return [str(fault).replace(f"{folder.as_posix()}/", "") for fault in caught.value.faults]


def test_the_faults_of_all_units_are_told_at_once(folder: Path) -> None:
    edit(
        folder / "units/solhogda/answers.yml",
        "state: met, by: Berit Strand, date: 2026-09-14, note",
        "state: fine, note",
    )
    edit(folder / "units/legevakt/site.toml", "DSL = false", "DLS = false")
    edit(folder / "units/bakketun/site.toml", '"LED-06",', '"LED-01",')

    faults = "\n".join(told(folder))

    assert "units/solhogda/answers.yml:4: answers.LED-01.state: input should be" in faults
    assert "units/legevakt/site.toml:7: unknown class 'DLS'" in faults
    assert "Solvær kommune does not answer LED-01 for others" in faults


def test_what_is_common_must_be_delivered_to_every_unit(folder: Path) -> None:
    edit(folder / "operator/delivery.yml", '  - {number: "000000112", from: 2025-01-01, until: 2027-12-31}\n', "")
    edit(folder / "group.toml", '"LED-02",', '"LED-01",')

    faults = told(folder)

    assert [one.split(": ", 1)[1] for one in faults] == [
        "Solvær kommune does not answer LED-01 for others, did you mean LEV-01 or LED-17?",
        "operator/delivery.yml is not for unit 000000112",
    ]


def test_one_worse_answer_of_the_operator_lowers_every_unit_that_inherits_it(folder: Path) -> None:
    before = {one.number: one for one in assess_group(read_group(folder / "group.toml"), root(), AS_OF).units}
    edit(folder / "operator/answers.yml", "  KOM-02: {state: met", "  KOM-02: {state: not_met")

    after = {one.number: one for one in assess_group(read_group(folder / "group.toml"), root(), AS_OF).units}

    worse = {number for number in after if (after[number].worst_case or 0) < (before[number].worst_case or 0)}
    same = {number for number in after if after[number].worst_case == before[number].worst_case}
    assert len(worse) == 8
    assert worse | same == set(after)
    assert same == {"000000105", "000000110", "000000111", "000000112"}  # not accepted, ended, or never answered
    assert all("KOM-02" in {gate.requirement for gate in after[number].open_gates} for number in worse)


EVIDENCE = {
    "requirement": "DRF-05",
    "role": "contradicts",
    "signal": {
        "kind": "finding",
        "key": "product-unsupported",
        "present": True,
        "subject": "LV-ANALYSE",
        "what": {"nb": "får ikke oppdateringer", "en": "gets no updates"},
        "source": "nmap.xml",
        "first": "2026-11-01",
        "last": "2026-11-01",
        "count": 1,
    },
    "because": {"nb": "Uten støtte.", "en": "No support."},
    "cap": None,
}


def with_result(folder: Path, number: str) -> None:
    result = {
        "schema": "sentinel.result/1",
        "organisation": {"number": number},
        "as_of": "2026-11-02",
        "judgements": [{"requirement": "DRF-05", "evidence": [EVIDENCE]}],
    }
    (folder / "measured.json").write_text(json.dumps(result), encoding="utf-8")
    edit(folder / "group.toml", 'number = "000000101"', 'number = "000000101"\nresult = "measured.json"')


def test_what_was_measured_in_a_unit_disputes_also_what_it_inherits(folder: Path) -> None:
    with_result(folder, "000000101")

    found = assess_group(read_group(folder / "group.toml"), root(), AS_OF)

    spread = next(one for one in found.requirements if one.requirement == "DRF-05")
    assert (found.measured, spread.counts["disputed"]) == (("000000101",), 1)


def test_a_result_of_another_unit_is_refused(folder: Path) -> None:
    with_result(folder, "000000102")

    assert told(folder) == ["measured.json: is of organisation 000000102, not 000000101"]
