"""Rates how grave weaknesses are for one device: severity, and harm to confidentiality, integrity, use and patients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sentinel.model.assets import Impact
from sentinel.model.knowledge import Weakness
from sentinel.model.severity import Severity
from sentinel.scan.checks import Check
from sentinel.scan.ranking import kind_of

_STEPS = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))
"""The steps of CVSS' own qualitative scale."""
_DEGREES: Mapping[str, int] = {"H": 3, "C": 3, "L": 1, "P": 2, "N": 0}
"""High, complete, low, partial, none: of versions 2, 3 and 4."""
_MEASURES = {"C": 0, "I": 1, "A": 2, "VC": 0, "VI": 1, "VA": 2}
_PATIENTS = {"care": 3, "medical": 2, "server": 1, "other": 0}
"""Harm to patients that a device of a kind can do when it fails or lies."""


def severity_of(weaknesses: Iterable[Weakness], check: Check) -> Severity:
    """Return the severity of the worst score, high at least where attackers use one; a step less where only possible.

    Where no source tells a score, that of the check stands.
    """
    found = list(weaknesses)
    scores = [one.score for one in found if one.score is not None]
    told = check.severity
    if scores:
        told = next((name for least, name in _STEPS if max(scores) >= least), Severity.INFORMATIONAL)
    if any(one.exploited for one in found):
        told = max(told, Severity.HIGH, key=lambda one: one.rank)
    lower = scores and check.claim == "possible" and told.rank > Severity.LOW.rank
    return list(Severity)[told.rank - 1] if lower else told


def impact_of(weaknesses: Sequence[Weakness], device_class: str, check: Check) -> Impact:
    """Return the worst of each value over all vectors; patients are harmed by what a device does, not by what it tells.

    Where no vector is known, the check's own rating stands, but for patients.
    """
    vectors = [found for one in weaknesses if (found := degrees(one.vector))]
    patients = _PATIENTS[kind_of(device_class)]
    if not vectors:
        rated = check.impact.impact()
        return Impact(rated.confidentiality, rated.integrity, rated.availability, patients)
    told, changed, stopped = (max(values) for values in zip(*vectors, strict=True))
    return Impact(told, changed, stopped, min(patients, max(changed, stopped)))


def degrees(vector: str) -> tuple[int, int, int] | None:
    """Return confidentiality, integrity and availability of a CVSS vector, 0–3; None where one is not named."""
    found: list[int | None] = [None, None, None]
    for part in vector.upper().split("/"):
        name, _, degree = part.strip("()").partition(":")
        if name in _MEASURES and degree in _DEGREES:
            found[_MEASURES[name]] = _DEGREES[degree]
    first, second, third = found
    return None if first is None or second is None or third is None else (first, second, third)
