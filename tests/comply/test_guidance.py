from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.comply.guidance import guidance
from sentinel.model.compliance import Requirement
from sentinel.model.text import LANGUAGES, Language, Text
from tests.comply.small import checklist


def need(folder: Path) -> Requirement:
    return next(one for one in checklist(folder).requirements if one.id == "DRF-07")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_known_of_a_requirement_is_told(tmp_path: Path, language: Language) -> None:
    told = guidance(need(tmp_path), "Lyngvik", language)

    for part in ("title", "text", "why", "how", "large", "example", "evidence"):
        assert f"{part} DRF-07" in told
    assert {"nb": "Er DRF-07 på plass?", "en": "Is DRF-07 in place?"}[language] in told
    assert {"nb": "Spør: Lederen", "en": "Ask: The manager"}[language] in told
    assert "GDPR art. 32" in told
    assert {"nb": "skal, en lov krever det, vekt 3, sperre", "en": "must, a law asks for it, weight 3, gate"}[
        language
    ] in told


def test_the_email_is_there_where_a_supplier_knows_and_only_there(tmp_path: Path) -> None:
    plain = need(tmp_path)
    asked = Text("Når prøvde dere kopien?", "When did you try the copy?")
    known = replace(plain, guidance=replace(plain.guidance, supplier=asked))

    assert "Emne:" not in guidance(plain, "Lyngvik", "nb")
    assert "1. Når prøvde dere kopien? (DRF-07)" in guidance(known, "Lyngvik", "nb")
    assert guidance(known, "Lyngvik", "nb").endswith("Vennlig hilsen\nLyngvik")


def test_how_sure_a_place_is_stands_behind_it(tmp_path: Path) -> None:
    plain = need(tmp_path)
    (reference,) = plain.references
    unsure = replace(plain, references=(replace(reference, confidence="unverified"),), duty="should", basis="norm")

    assert "GDPR art. 32 (ikke bekreftet)" in guidance(unsure, "", "nb")
    assert "bør, ingen lov vi vet om krever det" in guidance(unsure, "", "nb")
