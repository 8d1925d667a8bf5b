"""Reads `checklists/dpia`: the list, the tests and their table, the scale, the questions, the items, the sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sentinel.comply.breach.wording import Wording, load_wording
from sentinel.comply.dpia.entries import (
    EXITS,
    FIELDS,
    LARGE_SCALE,
    VALUES,
    AskedEntry,
    CompletenessFile,
    ItemEntry,
    ListFile,
    QuestionEntry,
    QuestionsFile,
    ScaleFile,
    ScreeningFile,
)
from sentinel.comply.files import one
from sentinel.content import Item, content_hash, yaml_files
from sentinel.errors import ContentError, Fault
from sentinel.model.risks import BANDS
from sentinel.model.text import Text


@dataclass(frozen=True, slots=True)
class Pack:
    """The content that an assessment is held against; `hash` is over all of its files."""

    listed: ListFile
    screening: ScreeningFile
    scale: ScaleFile
    questions: tuple[QuestionEntry, ...]
    items: tuple[ItemEntry, ...]
    wording: Wording
    hash: str

    @property
    def tests(self) -> dict[str, tuple[Text, Text]]:
        """Return title and question of every test that an answer may be given to, in their order."""
        every = asked_of(self.listed, self.screening)
        return {entry.id: (entry.title.text(), entry.ask.text()) for entry in every if entry.id != LARGE_SCALE}

    @property
    def gathered(self) -> date:
        """Return the day the list was put together."""
        return self.listed.gathered


def asked_of(listed: ListFile, screening: ScreeningFile) -> tuple[AskedEntry, ...]:
    """Return every test in the order they are made."""
    return (*listed.rows, *screening.article, *screening.criteria, *screening.exits, screening.own)


def load_pack(base: Path) -> Pack:
    """Read the content; raise ContentError with all faults of all files."""
    faults: list[Fault] = []
    folder = base / "checklists" / "dpia"
    listed = one(folder / "list.yml", ListFile, base, faults)
    screening = one(folder / "screening.yml", ScreeningFile, base, faults)
    scale = one(folder / "scale.yml", ScaleFile, base, faults)
    questions = one(folder / "questions.yml", QuestionsFile, base, faults)
    items = one(folder / "completeness.yml", CompletenessFile, base, faults)
    wording = _wording(base, faults)
    if listed and screening:
        faults += [*_wrong_list(listed, screening), *_wrong_decisions(screening)]
    if scale:
        faults += _wrong_scale(scale)
    if questions and items:
        faults += [*_wrong_questions(questions), *_wrong_items(items)]
    if faults or not (listed and screening and scale and questions and items and wording):
        raise ContentError(faults)
    return Pack(
        listed.value,
        screening.value,
        scale.value,
        questions.value.questions,
        items.value.items,
        wording,
        content_hash(yaml_files(folder), base),
    )


def _wording(base: Path, faults: list[Fault]) -> Wording | None:
    try:
        return load_wording(base, "dpia")
    except ContentError as error:
        faults += error.faults
        return None


def _wrong_list(listed: Item[ListFile], screening: Item[ScreeningFile]) -> Iterator[Fault]:
    file = screening.value
    criteria = {entry.id for entry in file.criteria}
    for index, row in enumerate(listed.value.rows):
        if row.criterion and row.criterion not in criteria:
            yield listed.document.fault(["rows", index, "criterion"], f"unknown criterion '{row.criterion}'")
    ids = [entry.id for entry in asked_of(listed.value, file)]
    yield from (screening.document.fault([], f"id '{i}' is used twice") for i in sorted(set(ids)) if ids.count(i) > 1)
    if LARGE_SCALE not in criteria:
        yield screening.document.fault(["criteria"], f"has no criterion '{LARGE_SCALE}'")
    if sorted(entry.id for entry in file.exits) != sorted(EXITS):
        yield screening.document.fault(["exits"], f"does not hold each of {', '.join(EXITS)} once")
    if len({matter.id for matter in file.scale.matters}) != len(file.scale.matters):
        yield screening.document.fault(["scale", "matters"], "asks about the same matter twice")


def _wrong_decisions(item: Item[ScreeningFile]) -> Iterator[Fault]:
    rows = item.value.decisions
    for index, row in enumerate(rows):
        for fact, values in row.when.items():
            for value in sorted(set(values) - VALUES[fact]):
                yield item.document.fault(["decisions", index, "when"], f"'{fact}' is never '{value}'")
        if row.then == "not_needed" and any("unknown" in v or "open" in v for v in row.when.values()):
            yield item.document.fault(["decisions", index], "what is not known makes no assessment unnecessary")
        if not row.when and index < len(rows) - 1:
            yield item.document.fault(["decisions", index], "fits always, so that no row after it is reached")
    if rows[-1].when or rows[-1].then != "unknown":
        yield item.document.fault(["decisions", len(rows) - 1], "the last row does not fit always, as 'unknown'")


def _wrong_scale(item: Item[ScaleFile]) -> Iterator[Fault]:
    cells, document = item.value.cells, item.document
    if [len(row) for row in cells] != [4, 4, 4, 4]:
        yield document.fault(["cells"], "is not a table of 4 rows with 4 bands each")
        return
    for lines in (cells, tuple(zip(*cells, strict=True))):
        if any(list(line) != sorted(line, key=BANDS.index) for line in lines):
            yield document.fault(["cells"], "falls where likelihood or severity grows")
    if cells[3][3] != "high":
        yield document.fault(["cells"], "the gravest cell of all is not 'high'")


def _wrong_questions(item: Item[QuestionsFile]) -> Iterator[Fault]:
    fields = [entry.field for entry in item.value.questions]
    for index, field in enumerate(fields):
        if field not in FIELDS:
            yield item.document.fault(["questions", index, "field"], f"unknown field '{field}'")
        if field in fields[:index]:
            yield item.document.fault(["questions", index, "field"], f"'{field}' is asked twice")
    if left := sorted(FIELDS - set(fields)):
        yield item.document.fault(["questions"], f"asks nothing about {', '.join(left)}")


def _wrong_items(item: Item[CompletenessFile]) -> Iterator[Fault]:
    ids = [entry.id for entry in item.value.items]
    for index, entry in enumerate(item.value.items):
        if bool(entry.fields) == bool(entry.check):
            yield item.document.fault(["items", index], f"{entry.id} needs either 'fields' or 'check'")
        for field in sorted(set(entry.fields) - FIELDS):
            yield item.document.fault(["items", index, "fields"], f"unknown field '{field}'")
        if entry.id in ids[:index]:
            yield item.document.fault(["items", index, "id"], f"id '{entry.id}' is used twice")
