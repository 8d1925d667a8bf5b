"""Writes all there is to know of one requirement, as a person reads it who has to answer it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import wrap

from sentinel.comply.letter import letter
from sentinel.comply.sheet import WORDS, Words
from sentinel.model.compliance import Basis, Confidence, Duty, Requirement
from sentinel.model.text import Language, Text

_WIDTH = 100


@dataclass(frozen=True, slots=True)
class _Labels:
    """What stands before each part that a file of answers has no room for."""

    why: str
    example: str
    stands: str
    weight: str
    email: str


_LABELS: Mapping[Language, _Labels] = {
    "nb": _Labels("Hvorfor", "Eksempel", "Står i", "vekt", "E-post som kan sendes"),
    "en": _Labels("Why", "Example", "Stands in", "weight", "E-mail that can be sent"),
}
_DUTY: Mapping[Duty, Text] = {"must": Text("skal", "must"), "should": Text("bør", "should")}
_BASIS: Mapping[Basis, Text] = {
    "law": Text("en lov krever det", "a law asks for it"),
    "norm": Text("ingen lov vi vet om krever det", "no law that we know of asks for it"),
}
_SURE: Mapping[Confidence, Text] = {
    "confirmed": Text("lest", "read"),
    "known": Text("kjent", "known"),
    "unverified": Text("ikke bekreftet", "not confirmed"),
}


def guidance(requirement: Requirement, name: str, language: Language) -> str:
    """Return the question with all help, where it stands and how sure that is, and the e-mail to a supplier.

    `name` is who writes the e-mail; where no supplier knows, there is none.
    """
    parts = [
        "\n".join(line for part in _parts(requirement, language) for line in wrap(part, _WIDTH, break_on_hyphens=False))
    ]
    if requirement.guidance.supplier:
        parts.append(f"{_LABELS[language].email}:\n\n{letter([requirement], name, language)}")
    return "\n\n".join(parts)


def _parts(need: Requirement, language: Language) -> Iterator[str]:
    words, labels, help_ = WORDS[language], _LABELS[language], need.guidance
    yield f"{need.id} {need.title.say(language)} ({_kind(need, words, labels, language)})"
    yield need.question.say(language)
    for label, text in (
        ("", need.text),
        (labels.why, need.why),
        (words.how, need.how),
        (words.large, help_.large),
        (labels.example, help_.example),
        (words.evidence, help_.evidence),
    ):
        yield f"{label}: {text.say(language)}" if label else text.say(language)
    yield f"{words.knows}: {'; '.join(role.say(language) for role in help_.knows)}"
    places = (f"{one.source} {one.place} ({_SURE[one.confidence].say(language)})" for one in need.references)
    yield f"{labels.stands}: {'; '.join(places)}"


def _kind(need: Requirement, words: Words, labels: _Labels, language: Language) -> str:
    told = [_DUTY[need.duty].say(language), _BASIS[need.basis].say(language), f"{labels.weight} {need.weight}"]
    return ", ".join([*told, words.gate] if need.gate else told)
