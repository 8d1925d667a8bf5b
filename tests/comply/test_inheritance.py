from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.comply.checklist import load_checklist
from sentinel.comply.inheritance import load_inheritance
from sentinel.content import root
from sentinel.errors import ContentError
from tests.comply.small import INHERITANCE, checklist, write


def test_each_requirement_says_how_far_another_may_answer_it(tmp_path: Path) -> None:
    known = checklist(tmp_path)

    found = load_inheritance(tmp_path, known)

    assert found["UTS-07"].reach == {"owner": "whole", "operator": "never"}
    assert found["DRF-21"].reach == {"owner": "shared", "operator": "shared"}
    assert set(found) == known.known()


def test_unknown_missing_and_repeated_requirements_are_told_at_once(tmp_path: Path) -> None:
    wrong = INHERITANCE.replace("[DRF-07, DRF-10]", "[DRF-07, DRF-07, DRF-70]")
    known = load_checklist(write(tmp_path, inheritance=wrong))

    with pytest.raises(ContentError) as caught:
        load_inheritance(tmp_path, known)

    told = [str(fault) for fault in caught.value.faults]
    assert "checklists/inheritance.yml:17: DRF-07 is written 2 times" in told
    assert "checklists/inheritance.yml:17: unknown requirement 'DRF-70', did you mean DRF-10 or DRF-07?" in told
    assert "checklists/inheritance.yml:2: nothing is said of DRF-10" in told


def test_the_part_for_a_small_practice_needs_no_other_file() -> None:
    whole = load_checklist(root())

    assert load_inheritance(root(), whole.small()) == load_inheritance(root(), whole)


def test_what_is_governed_stays_with_each() -> None:
    found = load_inheritance(root(), load_checklist(root()))

    assert found["LED-01"].reach == {"owner": "never", "operator": "never"}
    governed = [name for name in found if name[:3] in {"LED", "RIS", "MED"}]
    assert [name for name in governed if found[name].reach["operator"] != "never"] == []


def test_an_owner_never_reaches_less_far_than_an_operator() -> None:
    far = {"never": 0, "shared": 1, "whole": 2}
    found = load_inheritance(root(), load_checklist(root()))

    assert [name for name, one in found.items() if far[one.reach["owner"]] < far[one.reach["operator"]]] == []
