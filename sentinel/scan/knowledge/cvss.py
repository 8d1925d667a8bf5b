"""Scores by CVSS as feeds tell them: the newest version counts, and of one version the gravest.

Where a feed has only a vector, the library cvss computes its base score (FIRST, CVSS v4.0, v3.1, v3.0 and v2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cvss import CVSS2, CVSS3, CVSS4, CVSSError

from sentinel.scan.knowledge import foreign

_RANKS = ("CVSS:4.0/", "CVSS:3.1/", "CVSS:3.0/")
_BASE_4 = ("AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Scored:
    """A base score from 0 to 10, and the vector that it comes from; no vector where a feed tells none."""

    score: float
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
    """Return the score of the newest version, of one version the gravest."""
    return min(found, key=lambda one: (rank(one.vector), -one.score, one.vector), default=None)


def scored(vector: str) -> Scored | None:
    """Return the base score that a vector comes to; None where it is no vector.

    Version 4 has one score for all that a vector says: what goes beyond the base is left out, as with the others.
    """
    if len(vector) > _LONGEST:
        return None
    try:
        return Scored(_base(vector), vector)
    except CVSSError:
        return None


def _base(vector: str) -> float:
    version = rank(vector)
    if version == 0:
        parts = [part for part in vector.split("/")[1:] if part.partition(":")[0] in _BASE_4]
        return float(CVSS4("/".join(["CVSS:4.0", *parts])).base_score)
    return float((CVSS3 if version < len(_RANKS) else CVSS2)(vector).base_score)
