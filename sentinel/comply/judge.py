"""Decides where each requirement stands: does it apply, what was answered, and what do measurements say to that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from sentinel.comply.checklist import Checklist, Class
from sentinel.comply.wording import STATES, day, sentence, some, told
from sentinel.model.compliance import (
    Acceptance,
    Answer,
    EffectiveState,
    Evidence,
    Judgement,
    Organisation,
    Requirement,
    Role,
    State,
)
from sentinel.model.text import LANGUAGES, Language, Text

BEST_FIRST: tuple[State, ...] = ("met", "partly", "not_met")
_ANSWERED: Mapping[State, EffectiveState] = {"met": "met", "partly": "partly", "not_met": "not_met"}
_OLDER: tuple[State, ...] = ("not_applicable", "met", "partly", "planned", "not_met", "unknown")
"""Of two answers of the same day the later one in this order counts, so that the order of the input never does."""
_ACCEPTABLE: frozenset[State] = frozenset({"partly", "planned", "not_met"})
_SHOWN = 3
_REASONS = 2


def judge(
    checklist: Checklist,
    organisation: Organisation,
    answers: Iterable[Answer],
    evidence: Iterable[Evidence],
    as_of: date,
) -> tuple[Judgement, ...]:
    """Judge every requirement, in the checklist's order.

    One that does not apply by class has state `not_applicable` and no answer; one that somebody declared not relevant
    has its answer. Where a requirement is answered twice, the answer that was given last counts.
    """
    given = last_given(answers)
    seen: dict[str, list[Evidence]] = {}
    for item in evidence:
        seen.setdefault(item.requirement, []).append(item)
    return tuple(
        _judge(requirement, given.get(requirement.id), tuple(seen.get(requirement.id, ())), as_of)
        if requirement.applies in organisation.facts
        else _does_not_apply(requirement, checklist.classes[requirement.applies], requirement.id in given)
        for requirement in checklist.requirements
    )


def last_given(answers: Iterable[Answer]) -> dict[str, Answer]:
    """Return the answer that counts for each requirement, whatever their order."""
    return {answer.requirement: answer for answer in sorted(answers, key=_age)}


def effective_state(answer: Answer | None, evidence: Sequence[Evidence], as_of: date) -> EffectiveState:
    """Return where an applicable requirement stands; evidence can lower an answer and never raises one."""
    if answer is None or has_ended(answer, as_of):
        return "not_assessed"
    if answer.state in ("unknown", "planned", "not_met"):
        return answer.state  # nothing is claimed that a measurement could lower
    if any(item.role == "contradicts" for item in evidence):
        return "disputed"
    if answer.state == "not_applicable":
        return "not_applicable"
    caps = [item.cap for item in evidence if item.role == "caps" and item.cap in BEST_FIRST]
    return _ANSWERED[max([answer.state, *caps], key=BEST_FIRST.index)]


def has_ended(answer: Answer, as_of: date) -> bool:
    """Say whether «not relevant» no longer counts: its end has passed, or it never had one."""
    return answer.state == "not_applicable" and (answer.expires is None or answer.expires < as_of)


def acceptance(answer: Answer | None, as_of: date) -> Acceptance | None:
    """Return the risk that an answer says was accepted; it holds to the end of its last day."""
    if answer is None or answer.expires is None or answer.state not in _ACCEPTABLE:
        return None
    return Acceptance(answer.expires, answer.approver, answer.reason, ended=answer.expires < as_of)


def by_class(judgement: Judgement) -> bool:
    """Say whether a requirement is out because a class is not true, and not because somebody declared it away."""
    return judgement.state == "not_applicable" and judgement.answer is None


def _age(answer: Answer) -> tuple[date, int]:
    """Order answers by day; on the same day the worse one counts."""
    return answer.given, _OLDER.index(answer.state)


def _does_not_apply(requirement: Requirement, reason: Class, answered: bool) -> Judgement:  # noqa: FBT001 — two fixed uses
    unused = Text(" Svaret som er gitt, er ikke brukt.", " The answer that was given is not used.")
    nb, en = (unused.nb, unused.en) if answered else ("", "")
    text = Text(
        sentence(f"Gjelder ikke: {reason.absent.nb}") + nb, sentence(f"Does not apply: {reason.absent.en}") + en
    )
    return Judgement(requirement, "not_applicable", None, (), text)


def _judge(requirement: Requirement, answer: Answer | None, evidence: tuple[Evidence, ...], as_of: date) -> Judgement:
    state = effective_state(answer, evidence, as_of)
    accepted = acceptance(answer, as_of)
    nb, en = (
        _joined(_stated(state, answer, language), _accepted(accepted, language), measured(state, evidence, language))
        for language in LANGUAGES
    )
    return Judgement(requirement, state, answer, evidence, Text(nb, en), accepted)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _stated(state: EffectiveState, answer: Answer | None, language: Language) -> str:
    ended = answer is not None and answer.state == "not_applicable" and state == "not_assessed"
    return _ended(answer, language) if answer and ended else _answered(answer, language)


def _accepted(accepted: Acceptance | None, language: Language) -> str:
    """Say who accepted the risk and to when, or that it is accepted no more."""
    if accepted is None:
        return ""
    until, who = day(accepted.until, language), accepted.approver
    if language == "nb":
        return f"Aksepten gikk ut {until}." if accepted.ended else f"Risikoen er akseptert av {who} til {until}."
    return f"The acceptance ended on {until}." if accepted.ended else f"The risk is accepted by {who} until {until}."


def _answered(answer: Answer | None, language: Language) -> str:
    if answer is None:
        return "Ingen har svart." if language == "nb" else "Nobody has answered."
    who, when = answer.by, day(answer.given, language)
    state = STATES[answer.state].say(language)
    if answer.state != "not_applicable" or answer.expires is None:
        return f"{who} svarte «{state}» {when}." if language == "nb" else f"{who} answered “{state}” on {when}."
    end = day(answer.expires, language)
    if language == "nb":
        return f"Ikke relevant: {sentence(answer.reason)} Godkjent av {answer.approver}, gjelder til {end}."
    return f"Not relevant: {sentence(answer.reason)} Approved by {answer.approver}, valid until {end}."


def _ended(answer: Answer, language: Language) -> str:
    """Say why «not relevant» no longer counts."""
    if answer.expires is None:
        return (
            "«Ikke relevant» uten sluttdato teller ikke."
            if language == "nb"
            else "“Not relevant” without an end does not count."
        )
    end = day(answer.expires, language)
    if language == "nb":
        return f"«Ikke relevant» gikk ut {end}. Kravet må vurderes på nytt."
    return f"“Not relevant” ended on {end}. The requirement has to be assessed again."


_TOLD: Mapping[Role, Text] = {
    "contradicts": Text("Måling sier noe annet", "A measurement says otherwise"),
    "caps": Text("Måling setter en grense", "A measurement sets a limit"),
    "supports": Text("Måling støtter svaret", "A measurement supports the answer"),
    "informs": Text("Målt", "Measured"),
}
_READ: Mapping[Role, Text] = {
    "contradicts": Text("Egen vurdering sier noe annet", "An assessment of your own says otherwise"),
    "caps": Text("Egen vurdering setter en grense", "An assessment of your own sets a limit"),
    "supports": Text("Egen vurdering støtter svaret", "An assessment of your own supports the answer"),
    "informs": Text("Egen vurdering", "An assessment of your own"),
}
_CLAIMED: frozenset[EffectiveState] = frozenset({"met", "partly", "disputed"})


def measured(state: EffectiveState, evidence: Sequence[Evidence], language: Language) -> str:
    """Say what was measured, and what documents say, role by role; where nothing is claimed, it can only inform."""
    roles = {item: item.role if state in _CLAIMED else "informs" for item in evidence}
    by_role: dict[Role, list[Evidence]] = {role: [item for item in evidence if roles[item] == role] for role in _TOLD}
    return _joined(*(part for role, own in by_role.items() for part in _both(role, own, language)))


def _both(role: Role, evidence: Sequence[Evidence], language: Language) -> Iterator[str]:
    """Yield what was measured, then what documents say: a document is no measurement."""
    for lead, documents in ((_TOLD, False), (_READ, True)):
        if own := [item for item in evidence if (item.signal.kind == "document") is documents]:
            yield _told(lead[role], own, language)


def _told(lead: Text, evidence: Sequence[Evidence], language: Language) -> str:
    what = some([told(item.signal).say(language).rstrip(". ") for item in evidence], _SHOWN, language)
    reasons = dict.fromkeys(sentence(item.because.say(language)) for item in evidence)
    return " ".join([f"{lead.say(language)}: {what}.", *list(reasons)[:_REASONS]])
