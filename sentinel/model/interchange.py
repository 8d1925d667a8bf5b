"""What is handed to other programs: a whole checklist, and one organisation's assessment against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from sentinel.model.compliance import (
    Action,
    Answer,
    Applicability,
    Judgement,
    Organisation,
    Requirement,
    Score,
)
from sentinel.model.packs import PackOverview
from sentinel.model.risks import Ros
from sentinel.model.text import Text

_ANSWER = TypeAdapter(Answer)
_SILENT: tuple[object, ...] = ("", None, [], {})


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A whole checklist. `classes` are the questions that switch requirements on, `small` is the part of small ones.

    pack: whether it binds, where it is a law or framework beside Normen · small_title: None where it has no such part.
    """

    id: str
    version: str
    hash: str
    title: Text
    based_on: Text
    chapters: dict[str, Text]
    requirements: tuple[Requirement, ...]
    classes: dict[str, Text]
    small: frozenset[str]
    small_title: Text | None
    pack: PackOverview | None = None

    @property
    def remarks(self) -> Text:
        """What its wording stands on, and for a pack what it is and whether it binds."""
        if self.pack is None:
            return self.based_on
        parts = (self.pack.about, self.based_on, self.pack.says)
        return Text(" ".join(part.nb for part in parts), " ".join(part.en for part in parts))


@dataclass(frozen=True, slots=True)
class Dossier:
    """One organisation's assessment on one day: whatever others are given of it stands here.

    items: every requirement of the catalogue, and why it is asked or not · answers: all that were given, also those
    that are not used · measured: what the evidence was taken from, empty where nothing was measured.
    """

    catalogue: Catalogue
    organisation: Organisation
    kind: Text
    items: tuple[Applicability, ...]
    answers: tuple[Answer, ...]
    judgements: tuple[Judgement, ...]
    score: Score
    actions: tuple[Action, ...]
    ros: Ros | None
    as_of: date
    engine: str
    measured: str = ""


def entry_of(answer: Answer) -> dict[str, Any]:
    """Return an answer with the keys of a file of answers, plain, without those that say nothing."""
    told = _ANSWER.dump_python(answer, mode="json")
    del told["requirement"]
    told["evidence"] = [
        {("date" if key == "dated" else key): value for key, value in one.items() if value} for one in told["evidence"]
    ]
    rated = {layer: told.pop(layer) for layer in ("document", "implementation")}
    told["maturity"] = {layer: level for layer, level in rated.items() if level is not None}
    first = {"state": told.pop("state"), "by": told.pop("by"), "date": told.pop("given")}
    return first | {key: value for key, value in told.items() if value not in _SILENT}
