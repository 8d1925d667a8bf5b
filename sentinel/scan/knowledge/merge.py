"""Puts together what several sources say of one CVE, so that the order in which they were read changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sentinel.model.knowledge import Weakness
from sentinel.scan.knowledge.cvss import rank

TRUSTED = ("nvd", "cve", "csaf", "osv", "kev", "vex", "epss")
"""Whose words count first where several sources say the same kind of thing."""
_EXPLOITATION = ("active", "poc", "none")


@dataclass(frozen=True, slots=True)
class Fragment:
    """What one source said of a CVE at one time (a stamp that sorts)."""

    source: str
    updated: str
    said: Weakness


def merged(cve: str, fragments: Sequence[Fragment]) -> Weakness:
    """Return all that is known of a CVE.

    The score is that of the newest CVSS version, of the first source in `TRUSTED` that tells it; a vector without score
    counts only where there is no score. The day of exploitation is the earliest, EPSS the newest.
    """
    by_trust = sorted(fragments, key=_stable)
    by_trust.sort(key=lambda one: one.updated, reverse=True)
    by_trust.sort(key=_trust)
    scores = [one for one in by_trust if one.said.vector or one.said.score is not None]
    best = min(scores, key=lambda one: (one.said.score is None, rank(one.said.vector)), default=None)
    days = [one.said.exploited for one in by_trust if one.said.exploited]
    epss = max((one for one in by_trust if one.said.epss is not None), key=lambda one: one.updated, default=None)
    words = [one.said.exploitation for one in by_trust if one.said.exploitation]
    return Weakness(
        cve,
        best.said.score if best else None,
        best.said.vector if best else "",
        min(days, default=None),
        any(one.said.ransomware for one in fragments),
        epss.said.epss if epss else None,
        _first(by_trust, lambda said: said.summary),
        min(words, key=_EXPLOITATION.index, default=""),
    )


def _trust(one: Fragment) -> int:
    return TRUSTED.index(one.source)


def _stable(one: Fragment) -> tuple[float, str, str]:
    """Of two fragments of one source and moment the graver goes first, and then the order is only a fixed one."""
    return -(one.said.score or 0), one.said.vector, one.said.summary


def _first(fragments: Sequence[Fragment], word: Callable[[Weakness], str]) -> str:
    return next((found for one in fragments if (found := word(one.said))), "")
