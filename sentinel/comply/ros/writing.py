"""Writes YAML that a person goes on with: a fresh file of risks, and entries to put into one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import yaml

from sentinel.comply.ros.library import ALWAYS_THERE, Library, Scenario
from sentinel.comply.ros.reasons import NAMES
from sentinel.model.risks import DIMENSIONS, Matrix
from sentinel.model.text import Language

_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Words:
    """The comments of a fresh file in one language."""

    head: str
    matrix: str
    criteria: str
    risks: str
    always: str
    usual: str


WORDS: Mapping[Language, Words] = {
    "nb": Words(
        "Risiko og sårbarhet. Fyll ut, og kjør `sentinel ros check`. Skriv ingen pasientnavn og ingen fødselsnumre.",
        "Nivåene i matrisen, fra det laveste. 0 er ingen konsekvens.",
        "Ledelsen bestemmer dette først, på en dag før noe blir vurdert: low, medium eller high for hver dimensjon.",
        "En risiko uten 'before' er ikke vurdert. Nøklene er beskrevet i docs/ros.md.",
        "står alltid her, fordi den gjelder leverandører",
        "vanlige tiltak",
    ),
    "en": Words(
        "Risk and vulnerability. Fill in, and run `sentinel ros check`. Write no names and no numbers of patients.",
        "The levels of the matrix, from the lowest. 0 is no consequence.",
        "Management decides this first, on a day before anything is assessed: low, medium or high for each dimension.",
        "A risk without 'before' is not assessed. The keys are described in docs/ros.md.",
        "always stands here, since it is about suppliers",
        "usual measures",
    ),
}


class _Plain(yaml.SafeDumper):
    """Writes what stands twice twice: a person who reads `*id001` does not see a day."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def as_yaml(value: Any) -> str:  # noqa: ANN401 -- whatever YAML can hold
    """Return block YAML in the order given, with letters as they are."""
    return yaml.dump(value, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=_WIDTH)


def entries_yaml(entries: Mapping[str, Any]) -> str:
    """Return entries indented so that they can be put below `risks:`."""
    return "".join(f"  {line}\n" if line else "\n" for line in as_yaml(dict(entries)).splitlines()) if entries else ""


def fresh_file(
    name: str, matrix: Matrix, scenarios: Iterable[Scenario], library: Library, language: Language
) -> Iterator[str]:
    """Yield a file of risks in which nothing is assessed, with what each scenario is about as comments."""
    words = WORDS[language]
    yield from _comment(words.head)
    yield as_yaml({"schema": "sentinel.risks/1", "organisation": name, "scope": ""})
    yield from _comment(words.matrix)
    yield from _levels(matrix, language)
    yield as_yaml({"matrix": matrix.id})
    yield from _comment(words.criteria)
    yield as_yaml({"criteria": {"by": "", "role": "", "date": "", "accept": dict.fromkeys(DIMENSIONS, "")}})
    yield from _comment(words.risks)
    yield "risks:\n"
    for scenario in scenarios:
        yield from _entry(scenario, library, language)


def _levels(matrix: Matrix, language: Language) -> Iterator[str]:
    for number, level in enumerate(matrix.likelihood, 1):
        told = f"{level.frequency.say(language)}. {level.ease.say(language)}."
        yield from _comment(f"likelihood {number}, {level.name.say(language)}: {told}", "  ")
    for number, one in enumerate(matrix.consequence, 1):
        yield from _comment(f"consequence {number}, {one.name.say(language)}:", "  ")
        for dimension in DIMENSIONS:
            yield from _comment(f"{dimension}: {one.means[dimension].say(language)}", "    ")


def _entry(scenario: Scenario, library: Library, language: Language) -> Iterator[str]:
    words = WORDS[language]
    threatens = ", ".join(NAMES[name].say(language) for name in scenario.threatens)
    always = f" ({words.always})" if scenario.kind == ALWAYS_THERE else ""
    yield "\n"
    yield from _comment(f"{scenario.title.say(language)}{always}.", "", "  ")
    yield from _comment(f"{scenario.text.say(language)} [{threatens}]", "", "  ")
    usual = ", ".join(f"{name} ({library.measures[name].title.say(language)})" for name in scenario.measures)
    yield from _comment(f"{words.usual}: {usual}", "", "  ")
    yield f"  {scenario.id}: {{}}\n"


def _comment(text: str, inside: str = "", outside: str = "") -> Iterator[str]:
    for line in wrap(text, _WIDTH, subsequent_indent="  "):
        yield f"{outside}# {inside}{line}\n"
