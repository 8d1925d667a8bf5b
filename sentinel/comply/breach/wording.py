"""The sentences of an assessment and of the drafts: `texts.yml` of a folder of content, complete in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sentinel.comply.files import Spoken, one
from sentinel.content import Item, Schema
from sentinel.errors import ContentError, Fault
from sentinel.model.text import Text

_PLACE = re.compile(r"\{(\w+)\}")


class TextsFile(Schema):
    """Every sentence by its key; `{places}` are filled in, the same ones in both languages."""

    texts: dict[str, Spoken]


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences, by key."""

    texts: Mapping[str, Text]

    def text(self, key: str, **values: object) -> Text:
        """Return a sentence in both languages; a value that is a Text is said in each. KeyError where there is none."""
        found = self.texts[key]
        return Text(_filled(found.nb, _in("nb", values)), _filled(found.en, _in("en", values)))


def load_wording(base: Path, folder: str = "breach") -> Wording:
    """Read the sentences of `checklists/<folder>`; raise ContentError with every fault."""
    faults: list[Fault] = []
    item = one(base / "checklists" / folder / "texts.yml", TextsFile, base, faults)
    if item:
        faults += _wrong(item)
    if faults or item is None:
        raise ContentError(faults)
    return Wording({key: said.text() for key, said in item.value.texts.items()})


def _in(language: str, values: Mapping[str, object]) -> dict[str, str]:
    return {name: getattr(value, language) if isinstance(value, Text) else str(value) for name, value in values.items()}


def _filled(pattern: str, values: Mapping[str, str]) -> str:
    """Fill in the places; what is filled in is never read as a pattern itself."""
    return _PLACE.sub(lambda place: values[place[1]], pattern)


def _wrong(item: Item[TextsFile]) -> Iterator[Fault]:
    for key, said in item.value.texts.items():
        if set(_PLACE.findall(said.nb)) != set(_PLACE.findall(said.en)):
            yield item.document.fault(["texts", key], f"text '{key}' has not the same places in both languages")
