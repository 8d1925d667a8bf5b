"""Compares an assessment with an earlier one, on what both looked at, and keeps changes of scope apart."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import zip_longest

from sentinel.comply.judge import by_class
from sentinel.comply.migration import TOLD, Carried
from sentinel.comply.score import ASSESSED, VALUE
from sentinel.comply.wording import STATES, number, rounded
from sentinel.model.compliance import EffectiveState, Judgement
from sentinel.model.text import Text
from sentinel.model.trend import Change, Previous

_COUNTED: frozenset[EffectiveState] = ASSESSED | {"disputed"}
_UNSEEN: frozenset[EffectiveState] = frozenset({"not_assessed", "unknown"})


def changes(carried: Carried, judgements: Sequence[Judgement]) -> tuple[Change, ...]:
    """Return the score on the same requirements, what got worse and better in turn, and what is newly in or out.

    In turn, worse first and the largest step first: whoever reads only the beginning is told of both. A requirement
    that was answered for the first time, or is no longer answered, is told as such and not as better or worse.
    Today's weights are used at both ends, so that a new weight is never a change. What differs because the checklist
    does is told apart from what the organisation did.
    """
    previous = carried.previous
    now = {judgement.requirement.id: judgement for judgement in judgements}
    both = [now[name] for name in now if name in previous.states]
    moved = sorted(
        (j for j in both if _step(previous, j)), key=lambda j: (-abs(_step(previous, j)), not j.requirement.gate)
    )
    worse = [_moved(previous, judgement) for judgement in moved if _step(previous, judgement) < 0]
    better = [_moved(previous, judgement) for judgement in moved if _step(previous, judgement) > 0]
    return (
        *_same_scope(previous, both),
        *(change for pair in zip_longest(worse, better) for change in pair if change),
        *_looked_at(previous, both),
        *_scope(carried, judgements),
    )


def _step(previous: Previous, judgement: Judgement) -> Fraction:
    """Return how far a requirement that was counted both times moved, by value and weight."""
    before, after = previous.states[judgement.requirement.id], judgement.state
    if before not in _COUNTED or after not in _COUNTED:
        return Fraction(0)
    return (VALUE[after] - VALUE[before]) * judgement.requirement.weight


def _moved(previous: Previous, judgement: Judgement) -> Change:
    before, after = STATES[previous.states[judgement.requirement.id]], STATES[judgement.state]
    title = judgement.requirement.title
    direction = "up" if _step(previous, judgement) > 0 else "down"
    nb, en = f"{title.nb}: fra {before.nb} til {after.nb}", f"{title.en}: from {before.en} to {after.en}"
    return Change(direction, Text(nb, en))


def _same_scope(previous: Previous, both: Sequence[Judgement]) -> tuple[Change, ...]:
    same = [j for j in both if j.state in _COUNTED and previous.states[j.requirement.id] in _COUNTED]
    weight = sum(judgement.requirement.weight for judgement in same)
    if not weight:
        return ()
    old = sum((VALUE[previous.states[j.requirement.id]] * j.requirement.weight for j in same), Fraction(0)) / weight
    new = sum((VALUE[j.state] * j.requirement.weight for j in same), Fraction(0)) / weight
    figures = f"{rounded(float(old * 100))} → {rounded(float(new * 100))}"
    direction = "up" if new > old else "down" if new < old else "same"
    count = len(same)
    nb, en = f"Målt på de samme {count} kravene: {figures}", f"Measured on the same {count} requirements: {figures}"
    if count == 1:
        nb, en = (
            f"Målt på det ene kravet som går igjen: {figures}",
            f"Measured on the one requirement in both: {figures}",
        )
    return (Change(direction, Text(nb, en)),)


def _looked_at(previous: Previous, both: Sequence[Judgement]) -> tuple[Change, ...]:
    """Tell how many requirements were looked at for the first time, and how many no longer are."""
    applied = [j for j in both if "not_applicable" not in {j.state, previous.states[j.requirement.id]}]
    fresh = [j for j in applied if previous.states[j.requirement.id] in _UNSEEN and j.state not in _UNSEEN]
    lost = [j for j in applied if previous.states[j.requirement.id] not in _UNSEEN and j.state in _UNSEEN]
    return (
        *_counted(fresh, Text("er vurdert for første gang", "assessed for the first time")),
        *_counted(lost, Text("er ikke lenger vurdert", "no longer assessed")),
    )


def _scope(carried: Carried, judgements: Sequence[Judgement]) -> tuple[Change, ...]:
    """Tell what came into the scope and what left it; neither is better nor worse."""
    previous = carried.previous
    known = {name for name, state in previous.states.items() if state != "not_applicable"}
    applies = [judgement for judgement in judgements if judgement.state != "not_applicable"]
    gone = [j for j in judgements if j.requirement.id in known and j.state == "not_applicable"]
    dropped = known - {judgement.requirement.id for judgement in judgements}
    came = [j for j in applies if j.requirement.id not in known | carried.became]
    fresh = [j for j in came if j.requirement.id in carried.new]
    return (
        *_unmapped(carried),
        *_counted(fresh, Text("er nye i sjekklisten", "new in the checklist")),
        *_counted([j for j in came if j.requirement.id not in carried.new], Text("gjelder nå", "now in scope")),
        *_counted([j for j in gone if by_class(j)], Text("gjelder ikke lenger", "no longer in scope")),
        *_counted([j for j in gone if not by_class(j)], Text("er satt til ikke relevant", "set to not relevant")),
        *_counted(sorted(dropped), Text("spørres det ikke lenger om", "no longer asked")),
        *(change for how, count in carried.counts.items() for change in _counted(range(count), TOLD[how])),
    )


def _unmapped(carried: Carried) -> tuple[Change, ...]:
    """Tell where nobody has said what became of the requirements since then: the comparison is by id alone."""
    if carried.known:
        return ()
    version = carried.previous.checklist
    nb = f"Sjekklisten er en annen enn sist ({version}), og ingen har skrevet ned hva som er likt; sammenlignet på navn"
    en = f"The checklist is another than last time ({version}), and nobody wrote down what is the same; compared by id"
    return (Change("same", Text(nb, en)),)


def _counted(found: Sequence[object], what: Text) -> tuple[Change, ...]:
    count = len(found)
    if not count:
        return ()
    nb = f"{number(count, 'nb').capitalize()} krav {what.nb}"
    en = f"{number(count, 'en').capitalize()} {'requirement' if count == 1 else 'requirements'} {what.en}"
    return (Change("same", Text(nb if count > 1 else f"Ett krav {what.nb}", en)),)
