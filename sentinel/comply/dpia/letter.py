"""Drafts the letter that asks Datatilsynet for advice before a processing starts (GDPR art. 36(3)).

What nobody has written stands in brackets, so that nothing looks finished that is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sentinel.comply.breach.wording import Wording
from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.events import high
from sentinel.comply.wording import day, listed
from sentinel.model.dpia import Dpia, DpiaMeasure, FearedEvent
from sentinel.model.text import Language

MEANS = ("description.nature", "description.scope", "description.lifecycle", "description.systems")


@dataclass(frozen=True, slots=True)
class Speech:
    """What the letter is made from."""

    file: DpiaFile
    found: Dpia
    words: Wording
    language: Language

    def say(self, key: str, **values: object) -> str:
        """Return one sentence of the letter."""
        return self.words.text(f"letter.{key}", **values).say(self.language)

    def written(self, text: str, question: str) -> str:
        """Return what somebody wrote, or that it is still to be written."""
        return text.strip() or self.say("write", question=self.words.text(f"q.{question}").say(self.language))

    def told(self, field: str) -> str:
        """Return what stands at a field of the file, or what is to be written there."""
        statement = next(one for one in self.found.statements if one.field == field)
        title = statement.title.say(self.language)
        return statement.text or self.say("write", question=title[:1].lower() + title[1:])


def letter(file: DpiaFile, found: Dpia, words: Wording, language: Language) -> str:
    """Return the whole text, ending in a line feed."""
    s = Speech(file, found, words, language)
    lines = [s.say("mark"), "", s.say("to"), "", s.say("title", title=found.title), ""]
    lines += [*_opening(s), ""]
    for heading, part in _PARTS.items():
        lines += [s.say(heading), *(f"  {line}" for text in part(s) for line in text.splitlines()), ""]
    return "\n".join([*lines, s.say("starts")]) + "\n"


def _opening(s: Speech) -> Iterator[str]:
    unjudged = [event.title.say(s.language) for event in s.found.events if event.residual is None]
    if high(s.found.events):
        yield s.say("why")
    elif not unjudged:
        yield s.say("not-high")
    if unjudged:
        yield s.say("unjudged", what=listed(unjudged, s.language))


def _who(s: Speech) -> Iterator[str]:
    name, number = s.written(s.found.organisation, "name"), s.written(s.found.number, "number")
    yield s.say("organisation", name=name, number=number)


def _roles(s: Speech) -> Iterator[str]:
    yield s.told("description.roles")
    yield s.told("rights.processors")


def _purposes(s: Speech) -> Iterator[str]:
    yield s.told("description.purposes")
    yield from (s.told(field) for field in MEANS)


def _measures(s: Speech) -> Iterator[str]:
    yield from (_measure(measure, s) for measure in s.found.measures)
    if not s.found.measures:
        yield s.written("", "measure")
    yield from (s.told(f"rights.{name}") for name in ("information", "access", "correction", "objection"))


def _measure(measure: DpiaMeasure, s: Speech) -> str:
    when = measure.done if measure.state == "done" else measure.due
    state = s.say(f"measure-{measure.state}", day=day(when, s.language) if when else s.written("", "day"))
    text, owner = s.written(measure.text, "text"), s.written(measure.owner, "owner")
    return s.say("measure", title=measure.title, text=text, owner=owner, state=state)


def _dpo(s: Speech) -> Iterator[str]:
    contact = s.file.organisation.contact
    reach = (
        ", ".join(filter(None, (contact.role, contact.email, contact.phone))) if contact.email or contact.phone else ""
    )
    if s.found.dpo.designated == "no":
        yield s.say("dpo-none", reason=s.written(s.found.dpo.because, "reason"))
    else:
        yield s.say("dpo-advice", advice=s.written(s.found.dpo.text, "advice"))
    yield s.say("contact", contact=s.written(reach, "contact"))


def _assessment(s: Speech) -> Iterator[str]:
    remains = [text.say(s.language) for text in s.found.remains]
    yield s.say("attached" if remains else "attached-whole")
    yield from (f"- {line}" for line in remains)


def _left(s: Speech) -> Iterator[str]:
    left = high(s.found.events)
    for event in left:
        yield from _event(event, s)
    if not left:
        yield s.say("none-left")


def _event(event: FearedEvent, s: Speech) -> Iterator[str]:
    if event.residual is None:
        return
    yield s.say(
        "event",
        title=event.title.say(s.language),
        likelihood=event.residual.likelihood,
        severity=event.residual.severity,
        because=s.written(event.residual.because, "because"),
    )
    yield s.say("impacts", impacts=s.written(listed(list(event.impacts), s.language), "impacts"))


def _ask(s: Speech) -> Iterator[str]:
    yield s.say("ask-text")


_PARTS: dict[str, Callable[[Speech], Iterator[str]]] = {
    "who": _who,
    "roles": _roles,
    "purposes": _purposes,
    "measures": _measures,
    "left": _left,
    "dpo": _dpo,
    "assessment": _assessment,
    "ask": _ask,
}
"""The parts by their headings: what art. 36(3) asks for, in its order, with the risk beside the measures."""
