from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from sentinel.comply.checklist import load_checklist
from sentinel.comply.organisation import load_types
from sentinel.comply.ros.library import Library, load_library
from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.model.risks import DIMENSIONS
from tests.comply.ros.small import ABOUT, SUPPLIERS, against, library


def load(base: Path) -> Library:
    return load_library(base, against().requirements, load_checklist(root()).classes)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(root() / "checklists", tmp_path / "checklists")
    return tmp_path


def test_the_library_is_large_enough_for_the_sector() -> None:
    kinds = Counter(scenario.kind for scenario in library().scenarios.values())

    assert kinds == {"supplier": 10, "attack": 8, "people": 12, "failure": 8}
    assert {name for s in library().scenarios.values() for name in s.threatens} == set(DIMENSIONS)


def test_every_text_is_said_in_both_languages_as_a_sentence() -> None:
    scenarios, measures = library().scenarios.values(), library().measures.values()
    texts = [(s.id, s.text) for s in scenarios]
    titles = [*((s.id, s.title) for s in scenarios), *((m.id, m.title) for m in measures)]
    same = [name for name, text in (*texts, *titles) if text.nb == text.en]
    loose = [name for name, text in texts if not (text.nb.endswith(".") and text.en.endswith("."))]
    stopped = [name for name, text in titles if text.nb.endswith(".") or text.en.endswith(".")]

    assert (same, loose, stopped) == ([], [], [])


def test_every_measure_is_named_by_a_scenario_and_helps_with_one_of_its_requirements() -> None:
    named = {name for scenario in library().scenarios.values() for name in scenario.measures}
    idle = [
        (scenario.id, name)
        for scenario in library().scenarios.values()
        for name in scenario.measures
        if not set(library().measures[name].requirements) & set(scenario.requirements)
    ]

    assert set(library().measures) - named == set()
    assert idle == []


def test_what_patients_depend_on_is_threatened_wherever_the_record_is_gone() -> None:
    gone = [s for s in library().scenarios.values() if "HEN-11" in s.requirements and "availability" in s.threatens]

    assert len(gone) >= 8
    assert [s.id for s in gone if "patient_safety" not in s.threatens] == []


def test_authorised_and_unauthorised_access_of_a_supplier_fit_everybody() -> None:
    """Normen asks for both in every assessment (RIS-08)."""
    assert {"supplier-authorised-access", "supplier-remote-misused"} <= {s.id for s in library().fitting({"ALL"})}


def test_only_what_fits_is_proposed() -> None:
    fitting = library().fitting(ABOUT.facts)

    assert {s.id for s in fitting if s.kind == "supplier"} == SUPPLIERS
    assert "device-taken-out" not in {s.id for s in fitting}


def test_every_type_of_organisation_has_suppliers_to_assess() -> None:
    types = load_types(root())
    without = [
        kind
        for kind in types.by_id
        if sum(s.kind == "supplier" for s in library().fitting(types.organisation("x", "1", kind, {}).facts)) < 5
    ]

    assert without == []


def test_each_scenario_says_where_it_comes_from_and_its_hash_is_its_own(copy: Path) -> None:
    before = library().scenarios
    path = copy / "checklists" / "ros" / "scenarios" / "attacks.yml"
    path.write_text(path.read_text().replace("En ansatt blir lurt av en e-post", "En ansatt blir lurt"))

    after = load(copy).scenarios

    changed = {name for name in before if before[name].provenance.hash != after[name].provenance.hash}
    assert changed == {"phishing"}
    assert {s.provenance.licence for s in after.values()} == {"MIT"}
    assert all(re.fullmatch("[0-9a-f]{64}", s.provenance.hash) for s in after.values())


def test_faults_of_all_files_come_at_once_each_with_its_line(copy: Path) -> None:
    folder = copy / "checklists" / "ros"
    attacks, measures = folder / "scenarios" / "attacks.yml", folder / "measures.yml"
    attacks.write_text(
        attacks.read_text()
        .replace("[DRF-06, DRF-07,", "[DRF-96, DRF-07,")
        .replace("[two-factor, training, watch-logs]", "[two-faktor, training, training]")
        .replace("applies: [PAT]", "applies: [PATT]")
        .replace("id: payment-fraud", "id: phishing")
    )
    measures.write_text(measures.read_text().replace("[TIL-07, KOM-09]", "[TIL-07, KOM-99]"))

    with pytest.raises(ContentError) as caught:
        load(copy)

    told = [re.sub(r"^checklists/ros/", "", str(fault)) for fault in caught.value.faults]
    assert [re.sub(r":\d+:", ":", line).split(",")[0] for line in told] == [
        "measures.yml: unknown requirement 'KOM-99'",
        "scenarios/attacks.yml: unknown requirement 'DRF-96'",
        "scenarios/attacks.yml: scenario phishing is written 2 times",
        "scenarios/attacks.yml: 'training' is written twice",
        "scenarios/attacks.yml: unknown measure 'two-faktor'",
        "scenarios/attacks.yml: scenario phishing is written 2 times",
        "scenarios/attacks.yml: unknown class 'PATT'",
    ]
    assert all(fault.location.line > 1 for fault in caught.value.faults)


def test_a_library_without_scenarios_or_cover_is_a_fault(copy: Path) -> None:
    shutil.rmtree(copy / "checklists" / "ros" / "scenarios")
    (copy / "checklists" / "ros" / "library.yml").unlink()

    with pytest.raises(ContentError) as caught:
        load(copy)

    assert {fault.what for fault in caught.value.faults} == {"holds no scenarios", "is not there"}


def test_a_measure_written_twice_is_a_fault(copy: Path) -> None:
    path = copy / "checklists" / "ros" / "measures.yml"
    path.write_text(path.read_text().replace("{id: update,", "{id: training,"))

    with pytest.raises(ContentError, match="measure training is written twice"):
        load(copy)
