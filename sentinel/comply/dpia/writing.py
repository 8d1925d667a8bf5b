"""Writes a fresh assessment: a wizard on paper, every question above its answer, and nothing answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from sentinel.comply.dpia.entries import EXITS
from sentinel.comply.dpia.pack import Pack
from sentinel.comply.dpia.screening import TWO_CRITERIA
from sentinel.comply.ros.writing import as_yaml
from sentinel.model.text import Language

_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Words:
    """The comments of a fresh file in one language."""

    head: str
    screening: str
    scale: str
    judged: str
    why: str
    description: str
    data: str
    necessity: str
    rights: str
    events: str
    levels: tuple[str, str]
    event: str
    measures: str
    dpo: str
    views: str
    consultation: str
    approval: str
    review: str
    left: str


WORDS: Mapping[Language, Words] = {
    "nb": Words(
        "Vurdering av personvernkonsekvenser (DPIA). Svar på spørsmålene, og kjør `sentinel dpia check`. Det som står "
        "tomt eller unknown, er ikke besvart. made er dagen vurderingen ble laget, in_use dagen behandlingen tas i "
        "bruk. Skriv ingen pasientnavn og ingen fødselsnumre.",
        "1. Trengs en vurdering? Svar yes, no, doubt (i tvil) eller unknown. Tvil regnes som ja.",
        "Hvor stort er det? Svar small, some, large eller unknown.",
        "Er det stort omfang, når svarene over ikke avgjør det? Skriv hvorfor under why.large-scale.",
        "Grunner. Et unntak, et nei på helheten og en vurdering av omfanget teller bare med en grunn.",
        "2. Beskriv behandlingen.",
        "Hver type opplysning: hva, hvem som får den, og hvor lenge den lagres.",
        "3. Er den nødvendig, og står den i forhold til målet?",
        "4. Rettighetene til dem det gjelder, og andre som behandler opplysningene.",
        "5. Hva kan gå galt for dem det gjelder? Nivå 1 til 4 for sannsynlighet (likelihood) og alvor (severity):",
        ("sannsynlighet", "alvor"),
        "Egne hendelser kan legges til med et eget navn og en title.",
        "6. Tiltak: title, text, owner (hvem), due (dag), state (planned, started, done) og dagen det var done.",
        "7. Råd fra personvernombudet. followed: er rådet fulgt? Skriv hvorfor ikke under because.",
        "8. Hva mener de det gjelder, eller noen på deres vegne? asked: no trenger en grunn under because.",
        "9. Forhåndsdrøfting med Datatilsynet, bare når en høy risiko står igjen.",
        "10. Ledelsens beslutning.",
        "Dagen for neste gjennomgang, og når noe endres.",
        "Punkter som ikke gjelder her, med en grunn, for eksempel transfers: og punkter som er uferdige.",
    ),
    "en": Words(
        "Assessment of the impact on data protection (DPIA). Answer the questions, and run `sentinel dpia check`. What "
        "is empty or unknown is not answered. made is the day the assessment was made, in_use the day the processing "
        "is taken into use. Write no names and no identity numbers of patients.",
        "1. Is an assessment needed? Answer yes, no, doubt or unknown. Doubt counts as yes.",
        "How large is it? Answer small, some, large or unknown.",
        "Is it a large scale, where the answers above do not settle it? Write why under why.large-scale.",
        "Reasons. A way out, a no on the whole and a judgement of the scale count only with a reason.",
        "2. Describe the processing.",
        "Each kind of data: what, who gets it, and how long it is kept.",
        "3. Is it necessary, and in proportion to the aim?",
        "4. The rights of those concerned, and others who process the data.",
        "5. What may go wrong for those concerned? Levels 1 to 4 of likelihood and severity:",
        ("likelihood", "severity"),
        "Events of your own may be added by a name of their own and a title.",
        "6. Measures: title, text, owner, due (day), state (planned, started, done) and the day it was done.",
        "7. Advice of the data protection officer. followed: was it followed? Write why not under because.",
        "8. What do those concerned think, or somebody on their behalf? asked: no needs a reason under because.",
        "9. Prior consultation of Datatilsynet, only where a high risk is left.",
        "10. Management's decision.",
        "The day of the next review, and whenever something changes.",
        "Points that do not apply here, with a reason, transfers for example: and points that are unfinished.",
    ),
}


def fresh_dpia(case: str, name: str, number: str, pack: Pack, language: Language) -> Iterator[str]:
    """Yield a file in which nothing is answered."""
    words = WORDS[language]
    yield from comment(words.head)
    contact = {"role": "", "email": "", "phone": ""}
    who = {"name": name, "number": number, "contact": contact}
    yield as_yaml(
        {"schema": "sentinel.dpiacase/1", "case": case, "title": "", "organisation": who, "made": None, "in_use": None}
    ).replace(": null\n", ":\n")
    yield from _screening(pack, words, language)
    yield from _statements(pack, words, language)
    yield from _events(pack, words, language)
    yield from _last(words)


def comment(text: str, outside: str = "") -> Iterator[str]:
    """Yield a text as comments."""
    for line in wrap(text, _WIDTH, subsequent_indent="  "):
        yield f"{outside}# {line}\n"


def _screening(pack: Pack, words: Words, language: Language) -> Iterator[str]:
    yield "\n"
    yield from comment(words.screening)
    yield "screening:\n  answers:\n"
    for name, (_, ask) in pack.tests.items():
        yield from comment(ask.say(language), "    ")
        yield f"    {name}: unknown\n"
    yield from comment(words.scale, "  ")
    yield "  scale:\n"
    for matter in pack.screening.scale.matters:
        anchors = (f"{size}: {getattr(matter, size).text().say(language)}" for size in ("small", "some", "large"))
        yield from comment(f"{matter.ask.text().say(language)} {'; '.join(anchors)}", "    ")
        yield f"    {matter.id}: unknown\n"
    yield from comment(words.judged, "    ")
    yield "    judged: unknown\n"
    yield from comment(words.why, "  ")
    yield "  why:\n"
    yield from (f"    {name}: ''\n" for name in ("large-scale", *EXITS, TWO_CRITERIA, pack.screening.own.id))


def _statements(pack: Pack, words: Words, language: Language) -> Iterator[str]:
    for part, told in (("description", words.description), ("necessity", words.necessity), ("rights", words.rights)):
        yield "\n"
        yield from comment(told)
        yield f"{part}:\n"
        for entry in (entry for entry in pack.questions if entry.field.startswith(f"{part}.")):
            yield from comment(entry.ask.text().say(language), "  ")
            yield f"  {entry.field.partition('.')[2]}: ''\n"
        if part == "description":
            yield from comment(words.data, "  ")
            yield "  data:\n    - {what: '', recipients: '', retention: ''}\n"


def _events(pack: Pack, words: Words, language: Language) -> Iterator[str]:
    yield "\n"
    yield from comment(words.events)
    for axis, levels in zip(words.levels, (pack.scale.likelihood, pack.scale.severity), strict=True):
        for number, level in enumerate(levels, 1):
            told = f"{axis} {number}, {level.name.text().say(language)}: {level.means.text().say(language)}."
            yield from comment(told, "  ")
    yield from comment(words.event, "  ")
    yield "events:\n"
    for kind in pack.scale.events:
        yield from comment(f"{kind.title.text().say(language)}.", "  ")
        yield f"  {kind.id}:\n    sources: []\n    threats: []\n    impacts: []\n"
        yield "    before:  # {likelihood: , severity: , because: ''}\n    measures: []\n"
        yield "    after:  # {likelihood: , severity: , because: ''}\n"
        yield "    accepted:  # {by: '', role: '', date: , because: ''}\n"
    yield "\n"
    yield from comment(words.measures)
    yield "measures: {}\n"


def _last(words: Words) -> Iterator[str]:
    parts: tuple[tuple[str, dict[str, Any]], ...] = (
        (
            words.dpo,
            {"dpo": {"designated": "unknown", "advice": "", "date": None, "followed": "unknown", "because": ""}},
        ),
        (words.views, {"views": {"asked": "unknown", "who": "", "views": "", "because": ""}}),
        (words.consultation, {"consultation": {"sent": None, "answered": None, "outcome": ""}}),
        (words.approval, {"approval": {"by": "", "role": "", "date": None, "decision": ""}}),
        (words.review, {"review": None}),
        (words.left, {"not_relevant": {}, "unfinished": {}}),
    )
    for told, keys in parts:
        yield "\n"
        yield from comment(told)
        yield as_yaml(keys).replace(": null\n", ":\n")
