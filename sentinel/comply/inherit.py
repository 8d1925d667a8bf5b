"""Lays what others answered for a unit beside its own answers: the worse counts, and being handed on betters nothing.

An answer that somebody else gave may stand for a unit that accepted it, from and until a day; what content says stays
with each is never handed on. Where it cannot stand, the requirement is not assessed. docs/groups.md says it in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sentinel.comply.delivery import Delivery
from sentinel.comply.inheritance import Inheritance
from sentinel.comply.judge import by_class, effective_state, last_given, measured
from sentinel.comply.wording import STATES, day, sentence
from sentinel.model.compliance import Answer, EffectiveState, Inherited, InheritedState, Judgement
from sentinel.model.text import LANGUAGES, Language, Text

HANDED_ON: Sequence[EffectiveState] = ("met", "partly", "planned", "not_met", "unknown")
"""What can be handed on, best first. Nobody can say for another that something is not relevant there."""


@dataclass(frozen=True, slots=True)
class Consent:
    """Who accepted another's answer for a unit, on which day, and the last day that it holds."""

    by: str
    given: date
    expires: date


@dataclass(frozen=True, slots=True)
class Accepted:
    """A delivery that a unit names, and what it accepted of it, by requirement."""

    delivery: Delivery
    items: Mapping[str, Consent]


@dataclass(frozen=True, slots=True)
class Place:
    """Which unit it is, on which day, and how far answers reach."""

    number: str
    as_of: date
    inheritance: Inheritance


@dataclass(frozen=True, slots=True)
class Laid:
    """The answers that count in a unit, its own and inherited ones, and by requirement all that others answered."""

    answers: tuple[Answer, ...]
    inherited: Mapping[str, tuple[Inherited, ...]]


def lay(place: Place, own: Iterable[Answer], accepted: Iterable[Accepted]) -> Laid:
    """Return what counts in a unit; the order of answers and of deliveries never matters."""
    given = last_given(own)
    found: dict[str, list[Inherited]] = {}
    for one in accepted:
        for name in concerned(one, place.number, place.as_of):
            found.setdefault(name, []).append(_inherited(one, name, given.get(name), place))
    inherited = {name: tuple(sorted(many, key=_order)) for name, many in found.items()}
    counting = [_counting(given.get(name), inherited.get(name, ()), place.as_of) for name in {**given, **inherited}]
    return Laid(tuple(answer for answer in counting if answer), inherited)


def tell(judgements: Iterable[Judgement], inherited: Mapping[str, tuple[Inherited, ...]]) -> tuple[Judgement, ...]:
    """Return judgements with what others answered, also in their reason; what does not apply stays as it is."""
    return tuple(
        replace(one, inherited=others, reason=Text(*(_reason(one, others, language) for language in LANGUAGES)))
        if (others := inherited.get(one.requirement.id, ())) and not by_class(one)
        else one
        for one in judgements
    )


def concerned(one: Accepted, unit: str, as_of: date) -> set[str]:
    """Return what a unit accepted, and what is delivered to it all the same."""
    start, until = one.delivery.serves.get(unit, (date.max, date.min))
    running = start <= as_of <= until
    return {name for name in one.delivery.parts if running or name in one.items}


def _inherited(one: Accepted, name: str, own: Answer | None, place: Place) -> Inherited:
    delivery, acceptance = one.delivery, one.items.get(name)
    _, until = delivery.serves.get(place.number, (date.min, date.min))
    end = min(until, acceptance.expires) if acceptance else until
    part, answer = delivery.parts[name], delivery.answers.get(name)
    return Inherited(
        giver=delivery.giver,
        name=delivery.name,
        number=delivery.number,
        source=delivery.source,
        state="ended" if end < place.as_of else _worth(name, answer, own, one, place),
        answer=answer,
        own=own,
        accepted_by=acceptance.by if acceptance else "",
        accepted=acceptance.given if acceptance else None,
        until=end,
        does=part.does,
        stays=part.stays,
    )


def _worth(name: str, answer: Answer | None, own: Answer | None, one: Accepted, place: Place) -> InheritedState:
    """Return what a running delivery is worth for one requirement."""
    if effective_state(answer, (), place.as_of) not in HANDED_ON:
        return "unanswered"
    if own and effective_state(own, (), place.as_of) not in HANDED_ON:
        return "unsettled"
    if name not in one.items:
        return "not_accepted"
    shared = place.inheritance[name].reach[one.delivery.giver] != "whole"
    return "own_missing" if shared and own is None else "stands"


def _counting(own: Answer | None, others: Sequence[Inherited], as_of: date) -> Answer | None:
    """Return the worst of the answers that count; none where one that is needed is missing, over or unsettled."""
    live = [other for other in others if not _replaced(other)]
    if not live:
        return own
    if any(other.state not in {"stands", "not_accepted"} for other in live):
        return None
    if own is None and all(other.state == "not_accepted" for other in live):
        return None
    answers = [*([own] if own else []), *(other.answer for other in live if other.answer)]
    return max(answers, key=lambda answer: (HANDED_ON.index(effective_state(answer, (), as_of)), answer is own))


def _replaced(other: Inherited) -> bool:
    """Whether an answer that has ended was followed by one of the unit's own."""
    return other.state == "ended" and other.own is not None and other.own.given > other.until


def _order(one: Inherited) -> tuple[str, str, str, str]:
    return one.giver, one.name, one.number, one.source


def _reason(one: Judgement, others: Sequence[Inherited], language: Language) -> str:
    """Say what counts, what each of the others answered, and what was measured."""
    taken = next((other for other in others if other.answer is not None and other.answer is one.answer), None)
    replaced = all(map(_replaced, others))
    first = one.reason.say(language) if one.answer else ""
    told = [_told(other, language) for other in others]
    if one.answer and not replaced and taken is None:
        told.append(_WORSE.say(language))
    return " ".join(filter(None, [first, *told, "" if one.answer else measured(one.state, one.evidence, language)]))


_WORSE = Text("Det dårligste av svarene teller.", "The worse of the answers counts.")


def _told(other: Inherited, language: Language) -> str:
    """Say what one of the others answered, what it is worth here, and who does what."""
    words = _WORDS[other.state].say(language)
    said = STATES[other.answer.state].say(language) if other.answer else ""
    own = STATES[other.own.state].say(language) if other.own else ""
    first = words.format(name=other.name, said=said, own=own, by=other.accepted_by, end=day(other.until, language))
    parts = _PARTS.say(language).format(name=other.name, does=sentence(other.does), stays=sentence(other.stays))
    return f"{first} {parts}"


_PARTS = Text("Hos {name}: {does} Hos enheten: {stays}", "With {name}: {does} With the unit: {stays}")
_WORDS: Mapping[InheritedState, Text] = {
    "stands": Text(
        "Arvet fra {name}, som svarte «{said}»; godtatt av {by}, gjelder til {end}.",
        "Inherited from {name}, who answered “{said}”; accepted by {by}, valid until {end}.",
    ),
    "own_missing": Text(
        "{name} svarte «{said}» for sin del, men enheten har ikke svart for sin.",
        "{name} answered “{said}” for its part, but the unit has not answered for its own.",
    ),
    "not_accepted": Text(
        "{name} svarte «{said}» for sin del, men ingen har godtatt at svaret gjelder her.",
        "{name} answered “{said}” for its part, but nobody has accepted that it holds here.",
    ),
    "unanswered": Text(
        "{name} har en del av dette og har ikke svart.", "{name} does a part of this and has not answered."
    ),
    "ended": Text(
        "Svaret fra {name} gjaldt til {end} og teller ikke lenger.",
        "The answer from {name} was valid until {end} and no longer counts.",
    ),
    "unsettled": Text(
        "{name} har en del av dette, men enheten svarte «{own}». Noen må avklare det.",
        "{name} does a part of this, but the unit answered “{own}”. Somebody has to settle it.",
    ),
}
