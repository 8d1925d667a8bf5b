"""Drafts of what to say of a breach: to Datatilsynet (art. 33(3)), to the persons (art. 34(2)), to Norsk helsenett.

What is not known, or not written, stands as such in the text, so that nothing looks finished that is not. What people
wrote in the file is taken over in the language they wrote it in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sentinel.comply.breach.assess import is_late, open_questions, unwritten
from sentinel.comply.breach.case import UNKNOWN, CaseFile, HowMany
from sentinel.comply.breach.wording import Wording
from sentinel.comply.clocks import OSLO
from sentinel.comply.wording import day, listed
from sentinel.model.breach import BreachAssessment, Duty
from sentinel.model.text import Language

Receiver = Literal["datatilsynet", "persons", "nhn"]

_OF_US = {"helsenett", "essential_service", "medical_device"}
"""Questions about the organisation and other duties; not the authority's."""


@dataclass(frozen=True, slots=True)
class Speech:
    """What a draft is made from: a case, what was found of it, and the words of one language."""

    case: CaseFile
    found: BreachAssessment
    words: Wording
    language: Language

    def say(self, key: str, **values: object) -> str:
        """Return one sentence."""
        return self.words.text(key, **values).say(self.language)

    def name(self, question: str) -> str:
        """Return what a question is about."""
        return self.say(f"q.{question}")

    def written(self, text: str, question: str) -> str:
        """Return what somebody wrote, or that it is still to be written."""
        return text.strip() or self.say("draft.write", question=self.name(question))

    def time(self, value: datetime | str) -> str:
        """Return a moment as clocks in Oslo show it."""
        if not isinstance(value, datetime):
            return self.say("draft.ongoing" if value == "ongoing" else "draft.open")
        there = value.astimezone(OSLO)
        return f"{day(there.date(), self.language)} {'kl. ' if self.language == 'nb' else 'at '}{there:%H:%M}"

    def count(self, many: HowMany) -> str:
        """Return an approximate number."""
        if many.number == UNKNOWN:
            return self.say("draft.open")
        separator = "\u00a0" if self.language == "nb" else ","
        return self.say("draft.about", count=f"{many.number:,}".replace(",", separator))

    def listed(self, words: Iterable[str]) -> str:
        """Return words as a sentence lists them."""
        return listed(list(words), self.language) or self.say("draft.open")

    def duty(self, name: str) -> Duty | None:
        """Return one of the duties."""
        return next((duty for duty in self.found.duties if duty.id == name), None)


def draft(to: Receiver, case: CaseFile, found: BreachAssessment, words: Wording, language: Language) -> str:
    """Return the whole text, ending in a line feed."""
    lines = _DRAFTS[to](Speech(case, found, words, language))
    return "\n".join([words.text("draft.mark").say(language), "", *lines]).rstrip() + "\n"


def to_datatilsynet(s: Speech) -> Iterator[str]:
    """Yield what art. 33(3) asks for, in its order, then why it is late and what is not known yet."""
    missing, sent, duty = list(_missing(s)), s.case.done.get("datatilsynet"), s.duty("datatilsynet")
    yield from _titled(s.say("authority.title"))
    if sent:
        yield s.say("authority.update", time=s.time(sent))
    yield s.say("authority.first" if missing else "authority.whole")
    parts = [
        ("who", [_who(s), s.say("draft.contact", contact=_contact(s))]),
        ("what", [s.written(s.case.what, "what"), "", *_kinds(s)]),
        ("when", _times(s)),
        ("whom", _whom(s)),
        ("effects", [s.written(s.case.effects, "effects")]),
        ("measures", _measures(s)),
        ("telling", _telling(s)),
        ("late", [s.written(s.case.why_late, "why_late")] if duty and is_late(duty) else []),
        ("unknown", _items(missing)),
    ]
    for number, (key, lines) in enumerate((part for part in parts if part[1]), 1):
        yield from _part(f"{number}. {s.say(f'authority.{key}')}", lines)


def to_persons(s: Speech) -> Iterator[str]:
    """Yield a letter in plain words: what happened, what it may mean, what was done, what they can do, whom to ask."""
    yield from _titled(s.say("persons.title"))
    yield from (s.say("persons.greeting"), "", s.say("persons.sorry"))
    yield from _part(s.say("persons.what"), [s.written(s.case.what, "what"), "", *_when_for_them(s)])
    yield from _part(s.say("persons.data"), _data(s))
    yield from _part(s.say("persons.effects"), [s.written(s.case.effects, "effects")])
    yield from _part(s.say("persons.taken"), _done_for_them(s))
    advice = _items(s.case.measures.advice) or [s.written("", "advice")]
    yield from _part(s.say("persons.advice"), advice)
    yield from _part(s.say("persons.ask"), [_contact(s), "", s.say("persons.complain")])
    yield from ("", s.say("persons.regards"), s.written(s.case.organisation.name, "organisation"))


def to_nhn(s: Speech) -> Iterator[str]:
    """Yield a short notice for a response team: what, when, how bad for care, what was done, whom to call."""
    yield from _titled(s.say("nhn.title"))
    yield f"({s.say('nhn.unconfirmed')})"
    yield from ("", s.say("nhn.who", who=_who(s)), s.say("draft.contact", contact=_contact(s)))
    yield from _part(s.say("nhn.what"), [s.written(s.case.what, "what"), "", *_kinds(s), ""])
    answer = s.case.circumstances.malicious
    told = s.say("draft.open") if answer == UNKNOWN else s.say(f"nhn.malicious.{answer}")
    yield from (
        s.say("nhn.malicious", answer=told),
        s.say("nhn.care", answer=s.say(f"nhn.care.{s.case.patient_safety}")),
    )
    yield from _part(s.say("authority.when"), _times(s)[:3])
    yield from _part(s.say("authority.measures"), _measures(s))
    yield from ("", s.say("nhn.no-data"))


_DRAFTS: Mapping[Receiver, Callable[[Speech], Iterator[str]]] = {
    "datatilsynet": to_datatilsynet,
    "persons": to_persons,
    "nhn": to_nhn,
}


def _missing(s: Speech) -> Iterator[str]:
    questions = [*open_questions(s.case), *unwritten(s.case, s.found.duties)]
    yield from (s.name(question) for question in questions if question not in _OF_US)


def _who(s: Speech) -> str:
    who = s.case.organisation
    number = s.say("draft.number", number=who.number) if who.number else ""
    return ", ".join(filter(None, (who.name, number))) or s.written("", "organisation")


def _contact(s: Speech) -> str:
    contact = s.case.organisation.contact
    return s.written(", ".join(filter(None, (contact.role, contact.email, contact.phone))), "contact")


def _kinds(s: Speech) -> list[str]:
    return [s.say("authority.kinds"), *_items(s.say(f"kind.{kind}") for kind in s.case.kinds)]


def _times(s: Speech) -> list[str]:
    times, duty = s.case.times, s.duty("datatilsynet")
    lines = [
        s.say(f"authority.{name}", time=s.time(getattr(times, name))) for name in ("began", "ended", "found", "known")
    ]
    if duty and duty.deadline:
        lines.append(s.say("authority.due", time=s.time(duty.deadline.due)))
    return lines


def _when_for_them(s: Speech) -> list[str]:
    """Return when it happened, where both ends are known, and when we became aware of it."""
    times, known = s.case.times, s.say("persons.known", time=s.time(s.case.times.known))
    if not (isinstance(times.began, datetime) and isinstance(times.ended, datetime)):
        return [known]
    return [s.say("persons.when", began=s.time(times.began), ended=s.time(times.ended)), known]


def _data(s: Speech) -> list[str]:
    return _items(entry.what for entry in s.case.data if entry.what) or [s.say("draft.open")]


def _whom(s: Speech) -> list[str]:
    return [
        s.say("authority.groups", groups=s.listed(s.case.persons.groups)),
        s.say("authority.persons", count=s.count(s.case.persons)),
        s.say("authority.records", count=s.count(s.case.records)),
        s.say("authority.data"),
        *_data(s),
    ]


def _measures(s: Speech) -> list[str]:
    measures = s.case.measures
    if not (measures.taken or measures.planned):
        return [s.written("", "measures")]
    none = [s.say("draft.none")]
    taken, planned = _items(measures.taken) or none, _items(measures.planned) or none
    return [s.say("authority.taken"), *taken, s.say("authority.planned"), *planned]


def _done_for_them(s: Speech) -> list[str]:
    measures = s.case.measures
    if not (measures.taken or measures.planned):
        return [s.written("", "measures")]
    planned = [s.say("persons.planned"), *_items(measures.planned)] if measures.planned else []
    return [*_items(measures.taken), *planned]


def _telling(s: Speech) -> list[str]:
    told, reason = s.case.done.get("persons"), s.case.no_telling
    if told:
        return [s.say("authority.told", time=s.time(told))]
    if s.found.decision.outcome == "tell":
        return [s.say("authority.will-tell")]
    if reason and s.found.decision.spared:
        public = [s.say("authority.public")] if reason.ground == "disproportionate" else []
        return [s.say("authority.no-telling", reason=reason.reason), *public]
    return [s.say("authority.not-told")]


def _titled(title: str) -> list[str]:
    return [title, "=" * len(title), ""]


def _part(heading: str, lines: Iterable[str]) -> list[str]:
    return ["", heading, "-" * len(heading), *lines]


def _items(lines: Iterable[str]) -> list[str]:
    return [f"- {line.strip()}" for line in lines]
