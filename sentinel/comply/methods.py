"""How others would count the same judgements: for comparison, and to show what our three numbers are spared.

None of these is ever printed alone, and none decides a level. docs/scoring-methods.md says what each leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal, TypeAlias

from sentinel.comply.judge import by_class
from sentinel.comply.score import ASSESSED, VALUE
from sentinel.model.compliance import Confidence, Judgement, OtherCount
from sentinel.model.text import Text

Count: TypeAlias = Callable[[Sequence[Judgement]], Fraction | None]
_SCALE = 5
"""CyFun's maturity goes from 1 to 5."""
_KEY, _CATEGORY, _TOTAL = Fraction(3), Fraction(3), Fraction(7, 2)
"""CyFun's floors at its level Essential: each key measure, each category, and all together."""


@dataclass(frozen=True, slots=True)
class Method:
    """One way to count: whose it is, and what it leaves out. It returns a share of 1, or points."""

    of: str
    count: Count
    unit: Literal["percent", "points", "verdict"]
    confidence: Confidence
    says: Text


def compare(judgements: Iterable[Judgement]) -> tuple[OtherCount, ...]:
    """Count by each method; what does not apply by class is left out first, as everywhere."""
    counted = [judgement for judgement in judgements if not by_class(judgement)]
    return tuple(_told(name, method, method.count(counted)) for name, method in METHODS.items())


def _told(name: str, method: Method, value: Fraction | None) -> OtherCount:
    shown = None if value is None else float(value * 100 if method.unit == "percent" else value)
    return OtherCount(name, method.of, shown, method.unit, method.confidence, method.says)


def truncated(share: Fraction) -> str:
    """Return a share in percent with one decimal, cut off as CISO Assistant shows it; ours are rounded half up."""
    return f"{floor(share * 1000) / 10:.1f}"


def weighted_mean(judgements: Sequence[Judgement]) -> Fraction | None:
    """Take the mean by weight of what was assessed; a disputed answer counts as the person gave it."""
    return _mean([(_said(one), one.requirement.weight) for one in judgements if _is_answered(one)])


def mean_of_means(judgements: Sequence[Judgement]) -> Fraction | None:
    """Take the plain mean of the chapters' weighted means: a chapter of one weighs like one of twenty."""
    means = [weighted_mean(chapter) for chapter in _chapters(judgements).values()]
    known = [mean for mean in means if mean is not None]
    return _mean([(mean, 1) for mean in known])


def total(judgements: Sequence[Judgement]) -> Fraction | None:
    """Add up points by weight; there is no whole that they are a part of."""
    answered = [one for one in judgements if _is_answered(one)]
    return sum((_said(one) * one.requirement.weight for one in answered), Fraction(0)) if answered else None


def not_applicable_anchored(judgements: Sequence[Judgement]) -> Fraction | None:
    """Count what was declared not relevant as fully in place."""
    anchored = [(Fraction(1), one.requirement.weight) for one in judgements if one.state == "not_applicable"]
    return _mean([*anchored, *((_said(one), one.requirement.weight) for one in judgements if _is_answered(one))])


def xccdf_default(judgements: Sequence[Judgement]) -> Fraction | None:
    """Take XCCDF 1.2's default model: the mean of groups of equal weight, in each the mean of rules by weight."""
    means = [xccdf_flat(chapter) for chapter in _chapters(judgements).values()]
    return _mean([(mean, 1) for mean in means if mean is not None])


def xccdf_flat(judgements: Sequence[Judgement]) -> Fraction | None:
    """Take XCCDF 1.2's flat model: the weights that passed, of all; a part is no pass, and an error is a fail."""
    return _mean([(Fraction(one.state == "met"), one.requirement.weight) for one in judgements if _is_checked(one)])


def xccdf_absolute(judgements: Sequence[Judgement]) -> Fraction | None:
    """Take XCCDF 1.2's absolute model: all or nothing."""
    checked = [one for one in judgements if _is_checked(one)]
    return Fraction(all(one.state == "met" for one in checked)) if checked else None


def cyfun(judgements: Sequence[Judgement]) -> Fraction | None:
    """Say whether CyFun's rule of conformity holds: a floor for key measures, for each category, and for the total.

    Our gates stand for key measures, our chapters for categories; met is 5 of 5, partly half of it.
    """
    kept = [one for one in judgements if one.state != "not_applicable"]
    if not kept:
        return None
    keys = [_maturity([one]) for one in kept if one.requirement.gate]
    categories = [_maturity(chapter) for chapter in _chapters(kept).values()]
    holds = all(one >= _KEY for one in keys) and all(one >= _CATEGORY for one in categories)
    return Fraction(holds and _maturity(kept) >= _TOTAL)


def _maturity(judgements: Sequence[Judgement]) -> Fraction:
    return sum((VALUE[one.state] for one in judgements), Fraction(0)) * _SCALE / len(judgements)


def _said(judgement: Judgement) -> Fraction:
    """Return what the answer itself is worth: the others know no measurement that could dispute it."""
    answer = judgement.answer
    return VALUE[answer.state] if answer and answer.state in ASSESSED else VALUE[judgement.state]


def _is_answered(judgement: Judgement) -> bool:
    return judgement.state in ASSESSED or judgement.state == "disputed"


def _is_checked(judgement: Judgement) -> bool:
    """Say whether XCCDF counts it: not applicable and not checked are ignored, an error is not."""
    return judgement.state not in ("not_applicable", "not_assessed")


def _chapters(judgements: Iterable[Judgement]) -> Mapping[str, list[Judgement]]:
    found: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        found.setdefault(judgement.requirement.chapter, []).append(judgement)
    return found


def _mean(parts: Sequence[tuple[Fraction, int]]) -> Fraction | None:
    whole = sum(weight for _, weight in parts)
    return sum((value * weight for value, weight in parts), Fraction(0)) / whole if whole else None


METHODS: Mapping[str, Method] = {
    "weighted mean": Method(
        "CISO Assistant (AVG)",
        weighted_mean,
        "percent",
        "known",
        Text(
            "Ubesvarte krav er ikke med. Den som bare svarer på det som er på plass, får 100 %.",
            "Unanswered requirements are left out. Who answers only what is in place gets 100 %.",
        ),
    ),
    "mean of means": Method(
        "CISO Assistant (AVG_OF_AVG)",
        mean_of_means,
        "percent",
        "known",
        Text(
            "Et kapittel med ett krav teller like mye som et med tjue.",
            "A chapter of one requirement counts as much as one of twenty.",
        ),
    ),
    "sum": Method(
        "CISO Assistant (SUM)",
        total,
        "points",
        "known",
        Text("Poeng uten noen helhet å måle mot.", "Points, with no whole to hold them against."),
    ),
    "not relevant anchored": Method(
        "CISO Assistant (anchor_na_to_target)",
        not_applicable_anchored,
        "percent",
        "known",
        Text(
            "«Ikke relevant» teller som fullt på plass, så det lønner seg å velge krav bort.",
            "“Not relevant” counts as fully in place, so declaring requirements away pays.",
        ),
    ),
    "XCCDF default": Method(
        "OpenSCAP",
        xccdf_default,
        "percent",
        "known",
        Text(
            "Delvis på plass teller som ikke på plass. Det ingen har sett på, er ikke med.",
            "Partly in place counts as not in place. What nobody looked at is left out.",
        ),
    ),
    "XCCDF flat": Method(
        "OpenSCAP",
        xccdf_flat,
        "percent",
        "known",
        Text("Som over, uten kapitler.", "As above, without chapters."),
    ),
    "XCCDF absolute": Method(
        "OpenSCAP",
        xccdf_absolute,
        "verdict",
        "known",
        Text("Alt eller ingenting av det som er sett på.", "All or nothing of what was looked at."),
    ),
    "CyFun": Method(
        "CyFun, Essential",
        cyfun,
        "verdict",
        "unverified",
        Text(
            "Ja eller nei: hver sperre og hvert kapittel minst 3 av 5, samlet minst 3,5. Grensene er ubekreftet.",
            "Yes or no: each gate and each chapter at least 3 of 5, together at least 3.5. The floors are unconfirmed.",
        ),
    ),
}
