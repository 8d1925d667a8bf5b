from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.content import root
from sentinel.model.assets import Impact
from sentinel.model.knowledge import Weakness
from sentinel.scan.checks import load_checks
from sentinel.scan.weakness.gravity import degrees, impact_of, severity_of

TOLD, POSSIBLE = (
    next(check for check in load_checks(root()).all if check.id == name)
    for name in ("weakness-told", "weakness-possible")
)


@pytest.mark.parametrize(
    ("score", "likely", "possible"),
    [
        (9.8, "critical", "high"),
        (7.0, "high", "medium"),
        (4.0, "medium", "low"),
        (0.1, "low", "low"),
        (None, "medium", "low"),
    ],
)
def test_severity_follows_the_worst_score_and_a_step_less_where_only_possible(
    score: float | None, likely: str, possible: str
) -> None:
    found = [Weakness("CVE-1", 0.1 if score else None), Weakness("CVE-2", score)]
    assert (severity_of(found, TOLD).value, severity_of(found, POSSIBLE).value) == (likely, possible)


def test_what_attackers_use_is_grave_whatever_its_score() -> None:
    used = [Weakness("CVE-1", 2.0, exploited=date(2024, 1, 1))]
    assert severity_of(used, TOLD).value == "high"
    assert severity_of(used, POSSIBLE).value == "medium"


@pytest.mark.parametrize(
    ("vector", "answer"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:L/A:N", (3, 1, 0)),
        ("AV:N/AC:L/Au:N/C:P/I:C/A:N", (2, 3, 0)),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:H/VA:H/SC:N/SI:N/SA:N", (0, 3, 3)),
        ("", None),
        ("CVSS:3.1/C:H", None),
        ("nonsense", None),
    ],
)
def test_vectors_of_three_versions_are_read(vector: str, answer: tuple[int, int, int] | None) -> None:
    assert degrees(vector) == answer


def test_patients_are_harmed_by_what_a_device_does() -> None:
    leak, stop = Weakness("CVE-1", 7.5, "CVSS:3.1/C:H/I:N/A:N"), Weakness("CVE-2", 7.5, "CVSS:3.1/C:N/I:N/A:H")
    assert impact_of([leak], "infusion_pump", TOLD) == Impact(3, 0, 0, 0)
    assert impact_of([leak, stop], "infusion_pump", TOLD) == Impact(3, 0, 3, 3)
    assert impact_of([stop], "workstation", TOLD).patient_safety == 0
    assert impact_of([Weakness("CVE-3")], "patient_monitor", TOLD) == Impact(1, 1, 1, 3)


@given(st.text(max_size=80))
def test_any_text_has_degrees_or_none(vector: str) -> None:
    found = degrees(vector)
    assert found is None or all(0 <= one <= 3 for one in found)
