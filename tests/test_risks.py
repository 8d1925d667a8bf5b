"""The clinic's assessment of risk, with figures worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest

from sentinel import flows
from sentinel.comply.ros.asked import asked
from sentinel.content import root
from sentinel.errors import SettingsError
from sentinel.model.records import json_schema, record_of, result_record
from sentinel.risks import assess_risks, ground, read_file, risks_of_run
from sentinel.settings import Site, read_site
from tests.comply.ros.small import TODAY
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"

BY_HAND = {
    # id: what it is now (worst band, likelihood × gravest consequence), and how it stands
    "ransomware": ("high 3×4", "open"),  # hoped for 2×3, but no measure that it rests on is carried out
    "supplier-remote-misused": ("high 2×4", "open"),
    "backup-does-not-restore": ("high 2×4", "open"),  # as likely and as grave, in availability
    "own-waiting-room": ("medium 4×2", "open"),
    "phishing": ("medium 3×2", "open"),  # accepted until 19 November, and it is the 21st
    "snooping": ("medium 2×3", "open"),
    "supplier-tells-late": ("medium 3×2", "accepted"),
    "old-server-taken": ("medium 2×3", "open"),
    "supplier-ehr-down": ("medium 3×2", "acceptable"),  # availability may be medium; the rest became low
    "supplier-messages-down": ("low 2×2", "acceptable"),
    "supplier-authorised-access": ("low 2×2", "acceptable"),
    "wrong-recipient": ("low 2×2", "acceptable"),
    "image-archive-open": ("low 1×3", "acceptable"),
    "supplier-attacked": ("–", "not_assessed"),  # written down, nothing said
    "supplier-device-service": ("–", "not_assessed"),
    "supplier-ends": ("–", "not_assessed"),  # not written down at all
    "supplier-outside-eea": ("–", "not_assessed"),  # nobody judged the registered person
    "video-seen": ("–", "not_relevant"),
}
"""Where band and product are alike, the dimension decides: at the remote help 2×4 is confidentiality, at the copy
availability; at the server (2×3) confidentiality, at snooping the person; then the name."""


@pytest.fixture(scope="module")
def clinic() -> Site:
    return read_site(CLINIC)


def now(record: dict[str, Any]) -> str:
    judged = record["now"]
    if judged is None or judged["missing"]:
        return "–"
    return f"{judged['worst']} {judged['likelihood']}×{max(rating['consequence'] for rating in judged['ratings'])}"


def test_every_risk_of_the_clinic_stands_as_worked_out_by_hand(clinic: Site) -> None:
    found = assess_risks(clinic, root(), TODAY)

    assert {risk.id: (now(record_of(risk)), risk.state) for risk in found.risks} == BY_HAND
    assert [risk.id for risk in found.risks] == list(BY_HAND)


def test_the_figures_of_the_clinic_are_as_worked_out_by_hand(clinic: Site) -> None:
    """18 lines, one not relevant: 17. Four of them not assessed: 13. Settled: five acceptable, one accepted."""
    figures = assess_risks(clinic, root(), TODAY).figures

    assert (figures.applies, figures.assessed, figures.not_assessed) == (17, 13, 4)
    assert (figures.settled, figures.unsettled) == (6, 11)
    assert figures.worst_case == "high"
    assert figures.by_band == {"high": 3, "medium": 6, "low": 4, "not_assessed": 4}
    assert figures.overdue == 2  # the copy out of reach was due on the 15th, the training on the 19th
    assert figures.by_dimension["patient_safety"] == {"high": 1, "medium": 0, "low": 8, "none": 5, "not_assessed": 3}
    assert figures.by_dimension["person"] == {"high": 1, "medium": 5, "low": 6, "none": 1, "not_assessed": 4}


def test_what_was_measured_is_laid_beside_and_disputes_two(clinic: Site, tmp_path: Path) -> None:
    """DRF-21 is contradicted by the old server, which the clinic knew; TIL-01 by the archive, which it did not."""
    evidence = [measured("DRF-21", "product-unsupported"), measured("TIL-01", "image-archive-open")]
    path = tmp_path / "result.json"
    path.write_text(json.dumps(result(evidence)), encoding="utf-8")

    found = {risk.id: risk for risk in assess_risks(clinic, root(), TODAY, path).risks}

    assert {name for name, risk in found.items() if risk.state == "disputed"} == {
        "image-archive-open",
        "supplier-authorised-access",
    }
    assert [fact.considered for fact in found["old-server-taken"].facts] == [True]
    assert found["image-archive-open"].reason.nb == "Målt: LV: det som ble målt."


def test_the_record_is_as_published(clinic: Site) -> None:
    found = assess_risks(clinic, root(), TODAY)

    jsonschema.validate(record_of(found), json_schema("sentinel.ros/1"))
    for risk in found.risks:
        jsonschema.validate(record_of(risk), json_schema("sentinel.risk/1"))


def test_a_site_without_a_file_of_risks_is_told_how_to_name_one(tmp_path: Path) -> None:
    path = tmp_path / "site.toml"
    path.write_text(
        'schema = "sentinel.site/1"\n[organisation]\nname = "x"\nnumber = "000000002"\nkind = "general_practice"\n'
    )
    site = read_site(path)

    with pytest.raises(SettingsError, match=r'add ros = "ros.yml" below \[assessment\]'):
        read_file(site, ground(site, root()), TODAY)


def measured(requirement: str, key: str) -> dict[str, Any]:
    what = {"nb": "det som ble målt", "en": "what was measured"}
    signal = {"kind": "finding", "key": key, "subject": "LV", "what": what, "first": None, "last": None}
    return {
        "requirement": requirement,
        "evidence": [{"requirement": requirement, "role": "contradicts", "signal": signal, "because": what}],
    }


def result(judgements: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "schema": "sentinel.result/1",
        "organisation": {"number": "000000001"},
        "as_of": "2026-11-21",
        "judgements": judgements,
    }


def test_what_a_run_lays_beside_is_what_its_result_would_tell_later(clinic: Site, tmp_path: Path) -> None:
    found = flows.look(clinic, root(), TODAY, lambda _label, items: iter(items))
    (tmp_path / "result.json").write_bytes(orjson.dumps(result_record(found)))

    assert found.risks == assess_risks(clinic, root(), TODAY, tmp_path / "result.json")
    assert found.risks is not None
    assert found.decisions[-3:] == asked(found.risks)


def test_a_site_that_names_no_risks_has_none(clinic: Site) -> None:
    section = clinic.file.assessment
    assert section is not None
    bare = clinic.file.model_copy(update={"assessment": section.model_copy(update={"ros": None})})

    assert risks_of_run(Site(clinic.folder, bare), root(), TODAY, ()) is None
