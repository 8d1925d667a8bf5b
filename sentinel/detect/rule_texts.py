"""What our own rules are called in plain words, in both languages: content of `rules/_texts/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, field_validator

from sentinel import content
from sentinel.content import Said
from sentinel.errors import ContentError, Fault
from sentinel.model.text import LANGUAGES, Text

FOLDER = Path("rules") / "_texts"
STEM = re.compile(r"^[a-z0-9]+(?:_[a-z0-9]+)+$")


@dataclass(frozen=True, slots=True)
class RuleText:
    """What people read instead of a rule's technical title, and what was seen and why it matters."""

    title: Text
    means: Text


class Entry(content.Schema):
    """The texts of one rule."""

    title: Said
    means: Said

    @field_validator("title", "means")
    @classmethod
    def _says_something(cls, said: Said) -> Said:
        empty = [language for language in LANGUAGES if not said.text().say(language)]
        if empty:
            raise ValueError(f"says nothing in {' and '.join(empty)}")
        return said


class RuleTexts(content.Schema):
    """A file of `rules/_texts/`: entries by the rule file's name without its ending."""

    texts: dict[str, Entry] = Field(min_length=1)

    @field_validator("texts")
    @classmethod
    def _are_stems(cls, texts: dict[str, Entry]) -> dict[str, Entry]:
        wrong = [stem for stem in texts if not STEM.fullmatch(stem)]
        if wrong:
            raise ValueError(f"not the name of a rule file: {', '.join(wrong)}")
        return texts


def load_rule_texts(base: Path) -> dict[str, RuleText]:
    """Read every file of `rules/_texts/` below a content root; ContentError with all faults of all files.

    Keyed by the rule's file name without `.yml`. A rule may have texts in one place only.
    """
    found: dict[str, RuleText] = {}
    faults: list[Fault] = []
    for item in content.load(base / FOLDER, RuleTexts, base):
        for stem, entry in item.value.texts.items():
            if stem in found:
                faults.append(item.document.fault(("texts", stem), f"the texts of {stem} stand in another place too"))
            found[stem] = RuleText(entry.title.text(), entry.means.text())
    if faults:
        raise ContentError(faults)
    return found
