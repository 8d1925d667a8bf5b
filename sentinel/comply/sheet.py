"""Writes a file of answers that a person fills in: every question asked, with help beside it, and nothing answered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import get_args

import yaml

from sentinel.comply.wording import STATES
from sentinel.model.compliance import Applicability, Requirement, State
from sentinel.model.text import Language, Text

_WIDTH = 110
_EMPTY = ("state", "by", "date", "note")


@dataclass(frozen=True, slots=True)
class Words:
    """The comments of a fresh file in one language."""

    head: tuple[str, ...]
    gate: str
    how: str
    large: str
    evidence: str
    knows: str
    left_out: str


def _states(language: Language) -> str:
    return ", ".join(f"{state} ({STATES[state].say(language)})" for state in get_args(State))


WORDS: Mapping[Language, Words] = {
    "nb": Words(
        (
            "Fyll ut bak kolon. Det som står tomt, er ikke besvart og regnes som ikke vurdert.",
            f"state: {_states('nb')}.",
            "by: hvem som svarte. date: dagen, som 2026-11-22. note: det som er verdt å huske.",
            "not_applicable trenger tre linjer til: reason (hvorfor), approver (godkjent av) og expires (gjelder til).",
            "Skriv ingen pasientnavn og ingen fødselsnumre.",
        ),
        "sperre",
        "Slik finner dere det ut",
        "Stor virksomhet",
        "Bevis",
        "Spør",
        "Dette spørres ikke virksomheten om, og hvorfor:",
    ),
    "en": Words(
        (
            "Fill in after the colons. What is left empty is not answered and counts as not assessed.",
            f"state: {_states('en')}.",
            "by: who answered. date: the day, as 2026-11-22. note: what is worth remembering.",
            "not_applicable needs three more lines: reason (why), approver (approved by) and expires (valid until).",
            "Write no names of patients and no identity numbers.",
        ),
        "gate",
        "How to find out",
        "Large organisation",
        "Evidence",
        "Ask",
        "This the organisation is not asked, and why:",
    ),
}


def fresh_answers(
    name: str, opening: Iterable[Text], items: Iterable[Applicability], language: Language, *, large: bool
) -> Iterator[str]:
    """Yield the file; `opening` are lines for its top, `large` adds the help for a large organisation."""
    words, items = WORDS[language], list(items)
    for line in (*(text.say(language) for text in opening), *words.head):
        yield from _comment(line)
    yield _as_yaml({"schema": "sentinel.answers/1", "organisation": name})
    yield "answers:\n"
    for item in items:
        if item.applies:
            yield from _entry(item.requirement, words, language, large=large)
    left_out = [item for item in items if not item.applies]
    if left_out:
        yield "\n"
        yield from _comment(words.left_out)
    for item in left_out:
        yield from _comment(
            f"{item.requirement.id} {item.requirement.title.say(language)}. {item.because.say(language)}"
        )


def _entry(requirement: Requirement, words: Words, language: Language, *, large: bool) -> Iterator[str]:
    guidance, gate = requirement.guidance, f" ({words.gate})" if requirement.gate else ""
    help_ = (
        f"{words.large}: {guidance.large.say(language)}" if large else f"{words.how}: {requirement.how.say(language)}"
    )
    yield "\n"
    for line in (
        f"{requirement.title.say(language)}{gate}",
        requirement.question.say(language),
        help_,
        f"{words.evidence}: {guidance.evidence.say(language)}",
        f"{words.knows}: {', '.join(role.say(language) for role in guidance.knows)}",
    ):
        yield from _comment(line, "  ")
    yield f"  {requirement.id}:\n" + "".join(f"    {key}:\n" for key in _EMPTY)


def _as_yaml(value: Mapping[str, str]) -> str:
    return yaml.safe_dump(dict(value), allow_unicode=True, sort_keys=False, width=_WIDTH)


def _comment(text: str, indent: str = "") -> Iterator[str]:
    for line in wrap(text, _WIDTH, subsequent_indent="  "):
        yield f"{indent}# {line}\n"
