"""Scores by CVSS as feeds tell them: the newest version counts, and of one version the gravest.

Where a feed has only a vector, the base score of version 3 (FIRST, CVSS v3.1 section 7.1) and 2 (CVSS v2 section 3.2.1)
is computed. That of version 4 comes from a table of 270 expert judgements, which is not carried here: it stays untold.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sentinel.scan.knowledge import foreign

_RANKS = ("CVSS:4.0/", "CVSS:3.1/", "CVSS:3.0/")
_V3: Mapping[str, Mapping[str, float]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "PR": {"N": 0.85, "L": 0.62, "H": 0.27},
    "UI": {"N": 0.85, "R": 0.62},
    "S": {"U": 0, "C": 1},
    "C": {"H": 0.56, "L": 0.22, "N": 0},
    "I": {"H": 0.56, "L": 0.22, "N": 0},
    "A": {"H": 0.56, "L": 0.22, "N": 0},
}
_PR_CHANGED = {"N": 0.85, "L": 0.68, "H": 0.5}
_V2: Mapping[str, Mapping[str, float]] = {
    "AV": {"L": 0.395, "A": 0.646, "N": 1.0},
    "AC": {"H": 0.35, "M": 0.61, "L": 0.71},
    "Au": {"M": 0.45, "S": 0.56, "N": 0.704},
    "C": {"N": 0, "P": 0.275, "C": 0.66},
    "I": {"N": 0, "P": 0.275, "C": 0.66},
    "A": {"N": 0, "P": 0.275, "C": 0.66},
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A base score from 0 to 10, None where only its vector is told, and the vector that it comes from."""

    score: float | None
    vector: str


def rank(vector: str) -> int:
    """Return how new a vector's version is: 0 for CVSS 4.0, 1 for 3.1, 2 for 3.0, 3 for what is older, or no vector."""
    return next((number for number, begin in enumerate(_RANKS) if vector.startswith(begin)), len(_RANKS))


def newest(told: Iterable[Mapping[str, Any]]) -> Scored | None:
    """Return the score of the newest version among objects as the JSON schemas of CVSS have them."""
    found = [
        Scored(score, foreign.text(one.get("vectorString")))
        for one in told
        if (score := foreign.score(one.get("baseScore"))) is not None
    ]
    return newest_of(found)


def newest_of(found: Iterable[Scored]) -> Scored | None:
    """Return the score of the newest version; one that is told goes before one that is not."""
    return min(
        found, key=lambda one: (one.score is None, rank(one.vector), -(one.score or 0), one.vector), default=None
    )


def scored(vector: str) -> Scored | None:
    """Return the base score that a vector comes to; None where it is no vector."""
    version, _, rest = vector.partition("/") if vector.startswith("CVSS:") else ("", "", vector)
    said = dict(part.partition(":")[::2] for part in rest.split("/"))
    if version == "CVSS:4.0":
        return Scored(None, vector)
    if version in {"CVSS:3.0", "CVSS:3.1"}:
        values = _values(said, _V3)
        return Scored(_base_3(values, said), vector) if values else None
    values = _values(said, _V2) if not version else None
    return Scored(_base_2(values), vector) if values else None


def _values(said: Mapping[str, str], weights: Mapping[str, Mapping[str, float]]) -> dict[str, float] | None:
    """Return the weight of each metric of the base; None where one is missing or unknown."""
    found = {metric: weight[said[metric]] for metric, weight in weights.items() if said.get(metric) in weight}
    return found if len(found) == len(weights) else None


def _base_3(value: Mapping[str, float], said: Mapping[str, str]) -> float:
    changed = said["S"] == "C"
    privileges = _PR_CHANGED[said["PR"]] if changed else value["PR"]
    loss = 1 - (1 - value["C"]) * (1 - value["I"]) * (1 - value["A"])
    impact = 7.52 * (loss - 0.029) - 3.25 * (loss - 0.02) ** 15 if changed else 6.42 * loss
    if impact <= 0:
        return 0.0
    ease = 8.22 * value["AV"] * value["AC"] * privileges * value["UI"]
    return _up(min((1.08 if changed else 1) * (impact + ease), 10))


def _base_2(value: Mapping[str, float]) -> float:
    impact = 10.41 * (1 - (1 - value["C"]) * (1 - value["I"]) * (1 - value["A"]))
    ease = 20 * value["AV"] * value["AC"] * value["Au"]
    return round((0.6 * impact + 0.4 * ease - 1.5) * (1.176 if impact else 0), 1)


def _up(score: float) -> float:
    """Round up to one decimal as CVSS 3.1 (appendix A) does, unmoved by how binary numbers fall short."""
    tenths = round(score * 100_000)
    return tenths / 100_000 if tenths % 10_000 == 0 else (math.floor(tenths / 10_000) + 1) / 10
