"""Ranks findings by what to mend first: known exploitation before its likelihood before gravity, times where and whom.

The arithmetic is told in docs/vulnerabilities.md. Every number of it stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Literal

from sentinel.model.assets import MEDICAL, Certainty, Finding, Rank, RankPart
from sentinel.model.knowledge import Weakness
from sentinel.model.severity import Severity

Exposure = Literal["internet", "crossing", "zones", "unseen"]

EXPLOITED, RANSOMWARE, LIKELIHOOD, GRAVITY = 0.9, 0.1, 0.42, 0.18
"""Known to be exploited: 0.9, and 0.1 more in ransom attacks. Else at most 0.42 by EPSS and at most 0.18 by CVSS."""
UNKNOWN_GRAVITY, UNKNOWN_LIKELIHOOD = 5.0, 0.25
"""CVSS and EPSS where no source tells one, since not known is not harmless."""
BY_SEVERITY = {
    Severity.INFORMATIONAL: 0.04,
    Severity.LOW: 0.12,
    Severity.MEDIUM: 0.25,
    Severity.HIGH: 0.4,
    Severity.CRITICAL: 0.6,
}
"""Threat of a finding without CVE numbers."""
EXPOSURES: Mapping[Exposure, float] = {"internet": 1.0, "crossing": 0.9, "zones": 0.8, "unseen": 0.7}
CLASSES = {"care": 1.0, "medical": 0.95, "server": 0.9, "other": 0.85}
HARMS = (0.7, 0.8, 0.9, 1.0)
CERTAINTIES: Mapping[Certainty, float] = {"sure": 1.0, "likely": 1.0, "possible": 0.75}
CARE = frozenset({"patient_monitor", "infusion_pump", "care_alarm"})
SERVERS = frozenset({"server", "nas", "network"})


@dataclass(frozen=True, slots=True)
class Case:
    """What a rank is worked out from. `harm` is that to patients, 0–3."""

    severity: Severity
    claim: Certainty
    device_class: str
    harm: int
    exposure: Exposure = "unseen"
    weaknesses: tuple[Weakness, ...] = ()


def rank(case: Case) -> Rank:
    """Return the rank, 0–100, with the factors that it is the product of."""
    threat, why = threat_of(case)
    parts = (
        RankPart("threat", why, round(threat, 4)),
        RankPart("exposure", case.exposure, EXPOSURES[case.exposure]),
        RankPart("device", case.device_class, CLASSES[kind_of(case.device_class)]),
        RankPart("patient_harm", str(case.harm), HARMS[case.harm]),
        RankPart("certainty", case.claim, CERTAINTIES[case.claim]),
    )
    score = 100.0
    for part in parts:
        score *= part.factor
    return Rank(round(score, 1), parts)


def rank_of(finding: Finding) -> Rank:
    """Return the rank that a finding has, or of one that was kept before there were ranks, what is known without it."""
    return finding.rank or rank(Case(finding.severity, finding.claim, "unknown", finding.impact.patient_safety))


def threat_of(case: Case) -> tuple[float, str]:
    """Return how threatening the worst weakness is, 0–1, and why; without any, how grave the finding is."""
    if not case.weaknesses:
        return BY_SEVERITY[case.severity], f"severity {case.severity.value}"
    return max(((threat(one), _why(one)) for one in case.weaknesses), key=lambda found: (found[0], found[1]))


def threat(one: Weakness) -> float:
    """Return how threatening one weakness is, 0–1: what is known to be exploited is above all that is not."""
    if one.exploited is not None:
        return EXPLOITED + (RANSOMWARE if one.ransomware else 0.0)
    score = UNKNOWN_GRAVITY if one.score is None else one.score
    likely = UNKNOWN_LIKELIHOOD if one.epss is None else one.epss
    return LIKELIHOOD * sqrt(_within(likely, 1.0)) + GRAVITY * _within(score, 10.0) / 10


def worst_first(weaknesses: Iterable[Weakness]) -> tuple[Weakness, ...]:
    """Return weaknesses, the most threatening first; equals by score, then by number."""
    return tuple(sorted(weaknesses, key=lambda one: (-threat(one), -(one.score or 0.0), one.cve)))


def kind_of(device_class: str) -> str:
    """Return which of the four kinds a class of devices is."""
    if device_class in CARE:
        return "care"
    if device_class in MEDICAL:
        return "medical"
    return "server" if device_class in SERVERS else "other"


def _why(one: Weakness) -> str:
    if one.exploited is not None:
        return f"{one.cve} known exploited since {one.exploited}" + (", in ransom attacks" if one.ransomware else "")
    told = f"EPSS {one.epss:.3f}" if one.epss is not None else "EPSS not known"
    return f"{one.cve} {told}, CVSS {one.score if one.score is not None else 'not known'}"


def _within(value: float, most: float) -> float:
    return min(max(value, 0.0), most)
