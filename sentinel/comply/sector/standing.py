"""Scores an organisation from its states alone, with the same arithmetic as one that is told in a report.

Nothing is decided here: states come from `judge.effective_state`, numbers from `score.shares`, the level from
`score.level`. What is left out is words, which are most of the work where 17,000 organisations are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sentinel.comply.checklist import Checklist
from sentinel.comply.judge import by_class, effective_state
from sentinel.comply.organisation import Types
from sentinel.comply.score import level, percent, shares
from sentinel.model.compliance import (
    Answer,
    EffectiveState,
    Judgement,
    Organisation,
    Requirement,
)
from sentinel.model.sector import Answered, Member, Standing
from sentinel.model.text import Text

NOTHING = Text("", "")
LETTERS: Mapping[EffectiveState, str] = {
    "met": "m",
    "partly": "p",
    "planned": "l",
    "not_met": "n",
    "disputed": "d",
    "unknown": "u",
    "not_assessed": "-",
    "not_applicable": "a",
}
BY_CLASS = "."
"""The letter of a requirement that does not apply; one that somebody declared not relevant is `a`."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """Scores one organisation after the other on one day; what does not differ between them is made once.

    `ground` is the hash over all that the numbers rest on beside the answers.
    """

    catalogue: Checklist
    types: Types
    as_of: date
    ground: str
    _made: dict[tuple[str, EffectiveState, bool], Judgement] = field(default_factory=dict)
    _parts: dict[bool, Checklist] = field(default_factory=dict)

    def standing(self, member: Member, answered: Answered) -> Standing:
        """Return where an organisation stands; SettingsError for a type that the content does not know."""
        organisation = self.types.organisation(member.name, member.number, member.kind, member.said)
        part = self._part(organisation)
        judgements = [self._judgement(one, organisation, answered) for one in part.requirements]
        counted = [judgement for judgement in judgements if not by_class(judgement)]
        numbers = shares(counted)
        asked = {requirement.id for requirement in part.requirements}
        return Standing(
            number=member.number,
            kind=member.kind,
            as_of=self.as_of,
            part=part.id,
            version=part.version,
            ground=self.ground,
            score=percent(numbers.score),
            coverage=percent(numbers.coverage),
            worst_case=percent(numbers.worst_case),
            level=level(counted, numbers, part.levels),
            states="".join(BY_CLASS if by_class(one) else LETTERS[one.state] for one in judgements),
            unasked=len(answered.states.keys() - asked),
        )

    def _part(self, organisation: Organisation) -> Checklist:
        small = self.types.is_small(organisation)
        if small not in self._parts:
            self._parts[small] = self.types.part(organisation, self.catalogue)
        return self._parts[small]

    def _judgement(self, requirement: Requirement, organisation: Organisation, answered: Answered) -> Judgement:
        if requirement.applies not in organisation.facts:
            return self._kept(requirement, "not_applicable", None)
        answer = _answer(requirement.id, answered)
        return self._kept(requirement, effective_state(answer, (), self.as_of), answer)

    def _kept(self, requirement: Requirement, state: EffectiveState, answer: Answer | None) -> Judgement:
        key = (requirement.id, state, answer is None)
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = Judgement(requirement, state, answer, (), NOTHING)
        return found


def compact(number: str, day: date, checklist: Checklist, answers: Mapping[str, Answer]) -> Answered:
    """Return as much of answers as the numbers need."""
    return Answered(
        number=number,
        day=day,
        checklist=checklist.id,
        version=checklist.version,
        hash=checklist.hash,
        states={name: answer.state for name, answer in answers.items()},
        ends={n: a.expires for n, a in answers.items() if a.state == "not_applicable" and a.expires is not None},
    )


def _answer(name: str, answered: Answered) -> Answer | None:
    state = answered.states.get(name)
    if state is None:
        return None
    ends = answered.ends.get(name) if state == "not_applicable" else None
    return Answer(requirement=name, state=state, by="", given=answered.day, expires=ends)
