"""Says how well each answer is backed: said, written down, tried or measured, and how much its age has left of that."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, get_args

from pydantic import Field

from sentinel.comply.files import Spoken, one
from sentinel.comply.wording import told
from sentinel.content import Item, Schema
from sentinel.errors import ContentError, Fault
from sentinel.model.compliance import EffectiveState, ExhibitKind, Grade, Judgement, Proof
from sentinel.model.text import Text

WEAKEST_FIRST: tuple[Grade, ...] = get_args(Grade)
_BACKED: frozenset[EffectiveState] = frozenset({"met", "partly", "planned", "not_met", "not_applicable"})
_CLAIMED: frozenset[EffectiveState] = frozenset({"met", "partly"})
_ANSWER = Text("svaret alene", "the answer alone")


class GradeEntry(Schema):
    """One grade; after its half-life it is worth what the grade before it is, None where there is none before."""

    id: Grade
    half_life_days: Annotated[int, Field(gt=0, le=3650, strict=True)] | None
    title: Spoken
    means: Spoken


class ExhibitGradeEntry(Schema):
    """What one kind of proof that a person shows is worth on its day."""

    kind: ExhibitKind
    grade: Grade
    title: Spoken


class GradesFile(Schema):
    """The file `evidence-grades.yml`."""

    grades: list[GradeEntry]
    exhibits: list[ExhibitGradeEntry]


@dataclass(frozen=True, slots=True)
class Grades:
    """Half-lives of the grades, what each kind of exhibit is worth, and what people call them."""

    half_lives: Mapping[Grade, timedelta | None]
    exhibits: Mapping[ExhibitKind, Grade]
    titles: Mapping[Grade, Text]
    kinds: Mapping[ExhibitKind, Text]

    def aged(self, first: Grade, dated: date, as_of: date) -> tuple[Grade, date | None]:
        """Return what age leaves of a grade, and the first day it is worth less still, None where it cannot be."""
        place, since = WEAKEST_FIRST.index(first), dated
        while place and (life := self.half_lives[WEAKEST_FIRST[place]]):
            if as_of < since + life:
                return WEAKEST_FIRST[place], since + life
            place, since = place - 1, since + life
        return WEAKEST_FIRST[place], None


def graded(
    judgements: Iterable[Judgement], grades: Grades, governed: Collection[str], as_of: date
) -> tuple[Judgement, ...]:
    """Return judgements with what backs them best. `governed` are what nothing measured can prove.

    What nobody answered or knows, and what is disputed, is backed by nothing.
    """
    return tuple(replace(one, proof=_best(one, grades, governed, as_of)) for one in judgements)


def _best(judgement: Judgement, grades: Grades, governed: Collection[str], as_of: date) -> Proof | None:
    measurable = judgement.requirement.id not in governed
    found = [
        _proof(first, dated, what, grades, as_of) for first, dated, what in _backing(judgement, grades, measurable)
    ]
    return max(found, key=lambda proof: (WEAKEST_FIRST.index(proof.grade), proof.dated), default=None)


def _proof(first: Grade, dated: date, what: Text, grades: Grades, as_of: date) -> Proof:
    grade, falls = grades.aged(first, dated, as_of)
    return Proof(grade, first, dated, falls, what)


def _backing(
    judgement: Judgement,
    grades: Grades,
    measurable: bool,  # noqa: FBT001 -- one fixed use
) -> Iterator[tuple[Grade, date, Text]]:
    """Yield all that backs an answer: the answer itself, what the person showed, and what supports it."""
    answer = judgement.answer
    if answer is None or judgement.state not in _BACKED:
        return
    yield "stated", answer.given, _ANSWER
    for exhibit in answer.evidence:
        yield grades.exhibits[exhibit.kind], exhibit.dated, Text(exhibit.what, exhibit.what)
    for item in judgement.evidence if judgement.state in _CLAIMED else ():
        written = item.signal.kind == "document"
        if item.role == "supports" and item.signal.last and (measurable or written):
            yield "documented" if written else "measured", item.signal.last, told(item.signal)


def load_grades(base: Path) -> Grades:
    """Read `checklists/evidence-grades.yml`; raise ContentError with all faults."""
    faults: list[Fault] = []
    item = one(base / "checklists" / "evidence-grades.yml", GradesFile, base, faults)
    if item:
        faults += _wrong(item)
    if faults or not item:
        raise ContentError(faults)
    lives = {entry.id: entry.half_life_days for entry in item.value.grades}
    return Grades(
        half_lives={grade: timedelta(days=life) if life else None for grade, life in lives.items()},
        exhibits={entry.kind: entry.grade for entry in item.value.exhibits},
        titles={entry.id: entry.title.text() for entry in item.value.grades},
        kinds={entry.kind: entry.title.text() for entry in item.value.exhibits},
    )


def _wrong(item: Item[GradesFile]) -> Iterator[Fault]:
    value = item.value
    if tuple(entry.id for entry in value.grades) != WEAKEST_FIRST:
        yield item.document.fault(["grades"], f"needs {', '.join(WEAKEST_FIRST)} once each, in this order")
    for at, entry in enumerate(value.grades):
        if (entry.half_life_days is None) != (entry.id == WEAKEST_FIRST[0]):
            yield item.document.fault(["grades", at], f"every grade but {WEAKEST_FIRST[0]} has a half-life")
    if sorted(entry.kind for entry in value.exhibits) != sorted(get_args(ExhibitKind)):
        yield item.document.fault(["exhibits"], f"needs each of {', '.join(get_args(ExhibitKind))} once")
    for at, shown in enumerate(value.exhibits):
        if shown.grade == "measured":
            yield item.document.fault(["exhibits", at, "grade"], "nothing that a person shows is measured")
