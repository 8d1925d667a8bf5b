from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sentinel.comply.letter import letter
from sentinel.model.compliance import Requirement
from sentinel.model.text import Text
from tests.comply.small import checklist


def asking(base: Path) -> list[Requirement]:
    """Return the small checklist's requirements, where every other one has a question for the supplier."""
    return [
        replace(one, guidance=replace(one.guidance, supplier=Text(f"Hva med {one.id}?", f"What of {one.id}?")))
        if number % 2
        else one
        for number, one in enumerate(checklist(base).requirements)
    ]


def test_questions_are_numbered_and_name_their_requirement(tmp_path: Path) -> None:
    said = letter(asking(tmp_path), "Fjæra legekontor", "nb")

    assert said.startswith("Emne: Spørsmål om sikkerhet og personvern fra Fjæra legekontor\n")
    assert "1. Hva med DRF-10? (DRF-10)\n2. Hva med LED-14? (LED-14)\n" in said
    assert said.endswith("Vennlig hilsen\nFjæra legekontor")


def test_a_requirement_that_no_supplier_knows_is_left_out(tmp_path: Path) -> None:
    said = letter(asking(tmp_path), "Fjæra", "en")

    assert "DRF-07" not in said
    assert "1. What of DRF-10? (DRF-10)" in said
    assert "{name}" not in said
