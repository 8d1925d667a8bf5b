from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.comply.ros.reasons import BAND_NAMES, NAMES
from sentinel.model.risks import BANDS, DIMENSIONS
from tests.comply.ros.small import accepted, exempt, judged, levels, ros

CASES = {
    "nothing": ({}, "Ingen har vurdert den.", "Nobody has assessed it."),
    "within": (
        {"before": judged()},
        "Innenfor det ledelsen har sagt kan stå.",
        "Within what management said may be left.",
    ),
    "above": (
        {"before": judged(2, levels(1, patient_safety=3, person=3, integrity=4))},
        "Over det som kan stå, for pasientsikkerhet, den registrerte og integritet.",
        "Above what may be left, for patient safety, the registered person and integrity.",
    ),
    "above and not whole": (
        {"before": judged(3, {"integrity": 4, "person": 1})},
        "Over det som kan stå, for integritet; ikke vurdert for pasientsikkerhet, konfidensialitet og tilgjengelighet.",
        "Above what may be left, for integrity; not assessed for patient safety, confidentiality and availability.",
    ),
    "accepted": (
        {"before": judged(3, levels(3)), "acceptance": accepted()},
        "Godtatt av Åse Lyngvik til 31. januar 2027.",
        "Accepted by Åse Lyngvik until 31 January 2027.",
    ),
    "exempt": ({"not_relevant": exempt()}, "Vi har ikke dette.", "Vi har ikke dette."),
    "exempt no more": (
        {"not_relevant": exempt(expires="2026-11-20")},
        "Unntaket har gått ut, og ingen har vurdert risikoen.",
        "The exemption has ended, and nobody has assessed the risk.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_why_a_risk_stands_as_it_does_is_said_in_a_sentence(name: str, tmp_path: Path) -> None:
    entry, nb, en = CASES[name]
    risk = next(risk for risk in ros(tmp_path, {"phishing": entry}).risks if risk.id == "phishing")

    assert (risk.reason.nb, risk.reason.en) == (nb, en)


def test_every_dimension_and_band_has_a_name_in_both_languages() -> None:
    assert (set(NAMES), set(BAND_NAMES)) == (set(DIMENSIONS), set(BANDS))
    assert all(text.nb != text.en for text in (*NAMES.values(), *BAND_NAMES.values()))
