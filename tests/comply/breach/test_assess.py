from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given

from sentinel.comply.breach.assess import assess, is_late, load_pack, open_questions, unwritten
from sentinel.comply.breach.case import CaseFile
from sentinel.comply.breach.reading import read_case
from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.model.records import breach_record, json_schema
from tests.comply.breach.parts import NOW, PACK, a_case, cases
from tests.shared import ROOT

VALIDATOR = jsonschema.Draft202012Validator(json_schema("sentinel.breach/1"))
EXAMPLE = ROOT / "examples" / "breach" / "lyngvik.yml"


def test_the_example_comes_to_what_was_worked_out_by_hand() -> None:
    found = assess(read_case(EXAMPLE, NOW, PACK.table, PACK.names)[0], PACK, NOW)

    # DPC: health data that lets one assume (3), over names (1). EI: names stand there (1).
    # CB: one known recipient (0.25), letters late for a time (0.25), nobody meant it (0): 3 × 1 + 0.5 = 3.5.
    assert (found.severity.dpc, found.severity.ei, found.severity.cb) == (3, 1, 0.5)
    assert (found.severity.score, found.severity.level) == (3.5, "high")
    assert found.decision.outcome == "tell"
    assert {duty.id: duty.applies for duty in found.duties} == {
        "register": "yes",
        "datatilsynet": "yes",
        "persons": "yes",
        "public": "no",
        "nhn": "yes",
        "nsm": "no",
        "patient-safety": "yes",
        "device": "no",
        "police": "no",
    }
    (due,) = [duty.deadline for duty in found.duties if duty.deadline]
    assert due.due.isoformat() == "2026-11-23T13:05:00+00:00"  # Friday 14:05 to Monday 14:05 in Oslo
    assert due.latest.isoformat() == "2026-11-23T14:00:00+00:00"
    assert found.remains == ()


@given(cases())
def test_every_assessment_is_a_published_record(case: CaseFile) -> None:
    record = breach_record(assess(case, PACK, NOW))

    VALIDATOR.validate(record)
    assert record["content"] == PACK.hash


def test_the_register_holds_facts_effects_and_measures() -> None:
    register = assess(a_case(), PACK, NOW).register

    assert (register.what, register.effects, register.taken) == ("Noe skjedde.", "Lite.", ("Rettet.",))
    assert (register.persons, register.data, register.unlikely_risk[:5]) == (3, ("navn",), "Bare ")


def test_what_remains_is_what_is_unknown_and_what_is_unwritten() -> None:
    case = a_case(identification="unknown", what="", effects=None, persons={"number": "unknown"}, measures={})
    found = assess(case, PACK, NOW)

    assert list(open_questions(case)) == ["persons", "identification"]
    assert list(unwritten(case, found.duties)) == ["what", "effects", "measures"]
    assert len(found.remains) == 5


def test_a_notification_that_is_late_has_to_say_why() -> None:
    late, case = NOW + timedelta(hours=80), a_case(unlikely_risk="")
    found = assess(case, PACK, late)

    assert any(is_late(duty) for duty in found.duties)
    assert list(unwritten(case, found.duties)) == ["why_late"]
    assert list(unwritten(a_case(unlikely_risk="", why_late="Vi sov."), found.duties)) == []


def test_a_processor_is_told_that_it_does_not_decide() -> None:
    first = assess(a_case(role="processor"), PACK, NOW).remains[0]

    assert first.nb.startswith("Databehandleren avgjør ikke")


def test_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    shutil.copytree(root() / "checklists", tmp_path / "checklists")
    for name in ("breach/severity.yml", "breach/texts.yml", "breach/duties.yml", "clocks/gdpr-33.yml"):
        with (tmp_path / "checklists" / name).open("a", encoding="utf-8") as file:
            file.write("levl: high\n")

    with pytest.raises(ContentError) as caught:
        load_pack(tmp_path)

    assert len({fault.location.path for fault in caught.value.faults if "levl" in fault.what}) == 4
