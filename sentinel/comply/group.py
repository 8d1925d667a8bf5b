"""Puts units side by side: each by itself, the worst first, nothing averaged, so that no unit hides behind another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sentinel.comply.inherit import HANDED_ON
from sentinel.comply.judge import by_class, effective_state
from sentinel.comply.levels import RANK
from sentinel.comply.wording import LEVELS, listed, number
from sentinel.model.compliance import EffectiveState, Inherited, Judgement, Level
from sentinel.model.groups import Group, GroupUnit, Handed, Lacking, OpenGate, Range, Shown, Spread
from sentinel.model.text import LANGUAGES, Language, Text

OPEN: Sequence[EffectiveState] = ("not_met", "planned", "disputed", "unknown", "not_assessed", "partly")
"""What is not in place, with what is known to be missing first."""

_NOBODY: frozenset[EffectiveState] = frozenset({"unknown", "not_assessed", "not_applicable"})
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """Whose group it is and on which day, what is answered once for all, and which units have no file of answers."""

    name: str
    owner: str
    number: str
    as_of: date
    common: frozenset[str] = frozenset()
    silent: tuple[str, ...] = ()


def group(frame: Frame, shown: Sequence[Shown]) -> Group:
    """Return the group; units stand with the worst first, whatever order they came in."""
    units = sorted((_unit(one, frame) for one in shown), key=worst_first)
    worst = units[0]
    return Group(
        name=frame.name,
        owner=frame.owner,
        number=frame.number,
        as_of=frame.as_of,
        level=worst.level,
        level_reason=_level_reason(units),
        levels={level: sum(unit.level == level for unit in units) for level in RANK},
        unseen=sum(not unit.assessed for unit in units),
        silent=tuple(sorted(frame.silent)),
        score=_range([unit.score for unit in units]),
        coverage=_range([unit.coverage for unit in units]),
        worst_case=_range([unit.worst_case for unit in units]),
        units=tuple(units),
        requirements=tuple(_spreads(shown)),
        handed=tuple(_handed(shown, frame.as_of)),
        checklist_version=shown[0].score.checklist_version,
        checklist_hash=shown[0].score.checklist_hash,
    )


def worst_first(unit: GroupUnit) -> tuple[int, float, float, int, str]:
    """Order units: level, worst case, coverage, open gates; a number stands last so that the order is always one."""
    return RANK[unit.level], unit.worst_case or 0.0, unit.coverage or 0.0, -len(unit.open_gates), unit.number


def _unit(one: Shown, frame: Frame) -> GroupUnit:
    score = one.score
    counted = [judgement for judgement in one.judgements if not by_class(judgement)]
    return GroupUnit(
        name=one.name,
        number=one.number,
        kind=one.kind,
        level=score.level,
        level_reason=score.level_reason,
        score=score.score,
        coverage=score.coverage,
        worst_case=score.worst_case,
        counts=score.counts,
        asked=sum(judgement.state != "not_applicable" for judgement in counted),
        assessed=any(judgement.state not in _NOBODY for judgement in counted),
        gates=len(score.gates),
        open_gates=tuple(
            OpenGate(one.requirement.id, one.state) for one in counted if one.requirement.gate and one.state in OPEN
        ),
        inherited=sum(_from_others(judgement) for judgement in counted),
        lacking=tuple(_lacking(counted, frame.common)),
    )


def _from_others(judgement: Judgement) -> bool:
    """Whether the answer that counts was given by somebody else."""
    return judgement.answer is not None and any(judgement.answer is other.answer for other in judgement.inherited)


def _lacking(judgements: Iterable[Judgement], common: frozenset[str]) -> Iterable[Lacking]:
    for judgement in judgements:
        if judgement.requirement.id not in common or judgement.state == "not_applicable":
            continue
        if any(other.state == "stands" for other in judgement.inherited):
            continue
        state = judgement.inherited[0].state if judgement.inherited else "not_accepted"
        yield Lacking(judgement.requirement.id, state)


def _range(values: Sequence[float | None]) -> Range:
    known = [value for value in values if value is not None]
    whole = len(known) == len(values)
    return Range(min(known) if whole and known else None, max(known, default=None))


def _spreads(shown: Sequence[Shown]) -> list[Spread]:
    """Return every requirement that applies somewhere: open in most units first, gates and heavy ones before others."""
    found: dict[str, list[tuple[str, Judgement]]] = {}
    for one in shown:
        for judgement in one.judgements:
            if not by_class(judgement):
                found.setdefault(judgement.requirement.id, []).append((one.number, judgement))
    return sorted(map(_spread, found.values()), key=lambda s: (-len(s.open_in), not s.gate, -s.weight, s.requirement))


def _spread(found: Sequence[tuple[str, Judgement]]) -> Spread:
    need = found[0][1].requirement
    return Spread(
        requirement=need.id,
        title=need.title,
        weight=need.weight,
        gate=need.gate,
        counts=dict(Counter(judgement.state for _, judgement in found)),
        open_in=tuple(sorted(name for name, judgement in found if judgement.state in OPEN)),
        inherited=sum(_from_others(judgement) for _, judgement in found),
    )


def _handed(shown: Sequence[Shown], as_of: date) -> list[Handed]:
    """Return every answer that was handed on to some unit, those that hit most units first."""
    found: dict[tuple[str, str], list[tuple[str, Judgement, Inherited]]] = {}
    for one in shown:
        for judgement in one.judgements:
            for other in judgement.inherited:
                found.setdefault((other.source, judgement.requirement.id), []).append((one.number, judgement, other))
    handed = [_one_handed(many, as_of) for many in found.values()]
    return sorted(handed, key=lambda one: (-len(one.hits), one.giver, one.number, one.requirement))


def _one_handed(many: Sequence[tuple[str, Judgement, Inherited]], as_of: date) -> Handed:
    _, judgement, other = many[0]
    state = effective_state(other.answer, (), as_of)
    ends = [item.until for _, _, item in many if item.state == "stands"]
    return Handed(
        giver=other.giver,
        name=other.name,
        number=other.number,
        requirement=judgement.requirement.id,
        title=judgement.requirement.title,
        state=state if state in HANDED_ON else "not_assessed",
        stands_in=len(ends),
        not_in=len(many) - len(ends),
        hits=tuple(sorted(name for name, there, item in many if state != "met" and _hits(there, item))),
        until=min(ends) if ends else max(item.until for _, _, item in many),
        does=other.does,
        stays=other.stays,
    )


def _hits(judgement: Judgement, other: Inherited) -> bool:
    """Whether it is this answer, or that it is missing, which keeps the requirement from being in place."""
    return judgement.answer is other.answer if judgement.answer else other.state == "unanswered"


def _level_reason(units: Sequence[GroupUnit]) -> Text:
    """Say the level of the worst units, and name some of them."""
    nb, en = (_reason(units, language) for language in LANGUAGES)
    return Text(nb, en)


def _reason(units: Sequence[GroupUnit], language: Language) -> str:
    level: Level = units[0].level
    worst = [unit.name for unit in units if unit.level == level]
    rest = len(worst) - _NAMED
    names = [*worst[:_NAMED], *([_MORE[language].format(count=rest)] if rest > 0 else [])]
    unseen = sum(not unit.assessed for unit in units)
    words = _SAYS[language].format(
        level=LEVELS[level].say(language),
        count=number(len(worst), language),
        all=len(units),
        names=listed(names, language),
    )
    return f"{words} {_UNSEEN[language].format(count=number(unseen, language))}" if unseen else words


_MORE: Mapping[Language, str] = {"nb": "{count} til", "en": "{count} more"}
_SAYS: Mapping[Language, str] = {
    "nb": "Den dårligste enheten bestemmer: nivå {level} i {count} av {all} ({names}).",
    "en": "The worst unit decides: level {level} in {count} of {all} ({names}).",
}
_UNSEEN: Mapping[Language, str] = {
    "nb": "Enheter der ingen har vurdert noe: {count}.",
    "en": "Units where nobody has assessed anything: {count}.",
}
