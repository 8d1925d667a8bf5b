"""The arithmetic: three numbers over judgements, a level, and the sentence that says why it is not higher.

Everything is counted in fractions; docs/scoring.md shows one example by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from sentinel.comply.checklist import Checklist
from sentinel.comply.judge import by_class
from sentinel.comply.levels import RANK, Levels
from sentinel.comply.reasons import Standing, gate_reason, level_reason
from sentinel.model.compliance import EffectiveState, GateResult, Judgement, Level, Score
from sentinel.model.text import Text

VALUE: Mapping[EffectiveState, Fraction] = {
    "met": Fraction(1),
    "partly": Fraction(1, 2),
    "planned": Fraction(0),
    "not_met": Fraction(0),
    "disputed": Fraction(0),
    "unknown": Fraction(0),
    "not_assessed": Fraction(0),
}
ASSESSED: frozenset[EffectiveState] = frozenset({"met", "partly", "planned", "not_met"})
"""Somebody knows how it stands."""
ANSWERED: frozenset[EffectiveState] = ASSESSED | {"unknown"}
_UNASKED = Text(
    "Virksomheten har ikke oppgitt svar på «{}». Derfor finnes verken tall eller nivå.",
    "The organisation has named no answers to “{}”. So there is neither a number nor a level.",
)


@dataclass(frozen=True, slots=True)
class Shares:
    """The numbers as fractions of 1; None where there is nothing to count.

    score: in place, of what was answered or is disputed («vet ikke» and a disputed answer count as nothing: left out,
    not knowing or a contradiction could raise the score) · coverage: assessed, of the requirements that apply, by
    count · worst_case: in place, of all that applies · in_place: the same, with what was declared not relevant counted
    as not in place.
    """

    score: Fraction | None
    coverage: Fraction | None
    worst_case: Fraction | None
    in_place: Fraction | None


def score(judgements: Iterable[Judgement], checklist: Checklist) -> Score:
    """Count judgements; those that do not apply by class are left out of every number and of `counts`."""
    counted = [judgement for judgement in judgements if not by_class(judgement)]
    numbers = shares(counted)
    every = [judgement for judgement in counted if judgement.requirement.gate]
    gates = [gate for gate in every if gate.state != "not_applicable"]
    reached = checklist.levels.from_shares(numbers.worst_case, numbers.in_place)
    lowest = level(counted, numbers, checklist.levels)
    return Score(
        score=percent(numbers.score),
        coverage=percent(numbers.coverage),
        worst_case=percent(numbers.worst_case),
        level=lowest,
        level_reason=level_reason(
            Standing(lowest, reached, numbers.worst_case, numbers.in_place, len(every) - len(gates)),
            gates,
            checklist.levels,
        ),
        gates=tuple(_gate_result(gate, checklist.levels) for gate in gates),
        counts=dict(Counter(judgement.state for judgement in counted)),
        checklist_id=checklist.id,
        checklist_version=checklist.version,
        checklist_hash=checklist.hash,
    )


def unasked(found: Score, checklist: Checklist) -> Score:
    """Return the score of a checklist that a site names no answers to: no number at all, which is not the same as 0."""
    reason = Text(_UNASKED.nb.format(checklist.title.nb), _UNASKED.en.format(checklist.title.en))
    return replace(found, score=None, coverage=None, worst_case=None, level="red", level_reason=reason)


def level(counted: Iterable[Judgement], numbers: Shares, levels: Levels) -> Level:
    """Return the lower of what the numbers reach and what the gates leave, of requirements that apply by class."""
    gates = (one.state for one in counted if one.requirement.gate and one.state != "not_applicable")
    reached = levels.from_shares(numbers.worst_case, numbers.in_place)
    return min([reached, *map(levels.cap, gates)], key=RANK.__getitem__)


def shares(judgements: Sequence[Judgement]) -> Shares:
    """Count requirements that apply by class."""
    kept = [judgement for judgement in judgements if judgement.state != "not_applicable"]
    assessed = [judgement for judgement in kept if judgement.state in ASSESSED]
    answered = [judgement for judgement in kept if judgement.state in ANSWERED]
    disputed = [judgement for judgement in kept if judgement.state == "disputed"]
    in_place = sum((VALUE[j.state] * j.requirement.weight for j in kept), Fraction(0))
    return Shares(
        score=_share(in_place, _weight([*answered, *disputed])) if answered else None,
        coverage=_share(Fraction(len(assessed)), len(kept)),
        worst_case=_share(in_place, _weight(kept)),
        in_place=_share(in_place, _weight(judgements)),
    )


def _gate_result(gate: Judgement, levels: Levels) -> GateResult:
    met = gate.state == "met"
    return GateResult(
        gate.requirement.id, gate.requirement.title, met, gate.reason if met else gate_reason(gate, levels)
    )


def _weight(judgements: Iterable[Judgement]) -> int:
    return sum(judgement.requirement.weight for judgement in judgements)


def _share(part: Fraction, whole: int) -> Fraction | None:
    return part / whole if whole else None


def percent(share: Fraction | None) -> float | None:
    """Return a share in percent, as it stands in records."""
    return None if share is None else float(share * 100)
