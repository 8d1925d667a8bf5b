"""The form of the content of `checklists/dpia`: list, tests, table, scale, questions and items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sentinel.comply.answers import Day
from sentinel.comply.breach.case import yes_or_no
from sentinel.comply.checklist import ReferenceEntry
from sentinel.comply.dpia.case import Description, Id, Necessity, Rights
from sentinel.comply.files import Asked, Spoken
from sentinel.content import Schema
from sentinel.model.compliance import Confidence
from sentinel.model.dpia import Group
from sentinel.model.risks import Band, Consequence, Likelihood, Matrix

Fact = Literal[
    "law-assessed",
    "unchanged",
    "similar",
    "one-practitioner",
    "listed",
    "article",
    "criteria",
    "beyond",
    "reasoned",
    "own",
]
YES_NO = frozenset({"yes", "no", "unknown"})
VALUES: Mapping[Fact, frozenset[str]] = {
    "law-assessed": YES_NO,
    "unchanged": YES_NO,
    "similar": YES_NO,
    "one-practitioner": YES_NO,
    "listed": YES_NO | {"doubt"},
    "article": YES_NO,
    "criteria": frozenset({"none", "one", "two", "three", "open"}),
    "beyond": YES_NO,
    "reasoned": frozenset({"yes", "no"}),
    "own": YES_NO | {"doubt"},
}
"""What each fact of the table may be. three: three criteria or more, or two and one that nobody answered."""
LARGE_SCALE = "large-scale"
EXITS = ("law-assessed", "unchanged", "similar", "one-practitioner")
FIELDS = frozenset(
    f"{part}.{name}"
    for part, schema in (("description", Description), ("necessity", Necessity), ("rights", Rights))
    for name in schema.model_fields
    if (part, name) != ("description", "data")
)


class AskedEntry(Schema):
    """One test: what it is called, and what is asked."""

    id: Id
    title: Spoken
    ask: Spoken


class OtherEntry(Schema):
    """Whether a row asks for one more of the nine criteria, and how sure that is."""

    needed: Annotated[Literal["yes", "no", "unsaid"], BeforeValidator(yes_or_no)]
    confidence: Confidence


class RowEntry(AskedEntry):
    """One row of Datatilsynet's list; `criterion` is the one it is itself, which is not one more."""

    other: OtherEntry
    criterion: Id | None = None
    confidence: Confidence


class ListFile(Schema):
    """The list, and the day it was put together."""

    gathered: Day
    source: ReferenceEntry
    rows: Annotated[tuple[RowEntry, ...], Field(min_length=1)]


class ArticleEntry(AskedEntry):
    """One case of art. 35(3); `large_scale`: it is met only where the processing is on a large scale too."""

    source: ReferenceEntry
    large_scale: bool = False


class MatterEntry(Schema):
    """One matter of the scale with its three anchors."""

    id: Literal["persons", "volume", "duration", "geography"]
    ask: Asked
    small: Spoken
    some: Spoken
    large: Spoken


class ScaleEntries(Schema):
    """The matters that decide on «large scale»."""

    source: ReferenceEntry
    matters: Annotated[tuple[MatterEntry, ...], Field(min_length=4, max_length=4)]


class OwnEntry(AskedEntry):
    """The question about the whole."""

    source: ReferenceEntry


class DecisionEntry(Schema):
    """One row of the table: what the facts are to be, and what follows."""

    id: Id
    when: dict[Fact, tuple[str, ...]] = Field(default_factory=dict)
    then: Literal["needed", "not_needed", "unknown"]


class ExitEntry(AskedEntry):
    """One way out."""

    source: ReferenceEntry


class ScreeningFile(Schema):
    """The tests after the list, and the table that decides."""

    article: tuple[ArticleEntry, ...]
    criteria: Annotated[tuple[AskedEntry, ...], Field(min_length=1)]
    criteria_source: ReferenceEntry
    scale: ScaleEntries
    exits: tuple[ExitEntry, ...]
    own: OwnEntry
    decisions: Annotated[tuple[DecisionEntry, ...], Field(min_length=1)]


class LevelEntry(Schema):
    """One level of an axis."""

    name: Spoken
    means: Spoken


class EventKind(Schema):
    """One feared event that every assessment looks at; `section` is where the French tool holds it."""

    id: Id
    title: Spoken
    section: Annotated[int, Field(ge=2, le=9, strict=True)]


class ScaleFile(Schema):
    """The levels from the person's side, the matrix, and the feared events."""

    source: ReferenceEntry
    cells_source: ReferenceEntry
    title: Spoken
    likelihood: Annotated[tuple[LevelEntry, ...], Field(min_length=4, max_length=4)]
    severity: Annotated[tuple[LevelEntry, ...], Field(min_length=4, max_length=4)]
    cells: tuple[tuple[Band, ...], ...]
    events: Annotated[tuple[EventKind, ...], Field(min_length=3)]

    def matrix(self) -> Matrix:
        """Return the matrix as every drawing of risks knows it."""
        return Matrix(
            id="dpia-4x4",
            title=self.title.text(),
            likelihood=tuple(Likelihood(e.name.text(), e.means.text(), e.means.text()) for e in self.likelihood),
            consequence=tuple(Consequence(e.name.text(), {"person": e.means.text()}) for e in self.severity),
            cells=self.cells,
        )


class QuestionEntry(Schema):
    """One question that is answered in words; `cnil` is its number in the French tool."""

    field: str
    title: Spoken
    ask: Spoken
    cnil: Annotated[int, Field(ge=100, le=399, strict=True)]


class QuestionsFile(Schema):
    """All of them, in the order of the file they are answered in."""

    questions: tuple[QuestionEntry, ...]


Check = Literal[
    "data",
    "sources",
    "threats",
    "impacts",
    "levels",
    "measures",
    "residual",
    "dpo",
    "views",
    "consultation",
    "approval",
    "review",
]


class ItemEntry(Schema):
    """One thing an assessment has to hold: told by `fields`, or looked at by a `check`."""

    id: Id
    group: Group
    title: Spoken
    source: ReferenceEntry
    fields: tuple[str, ...] = ()
    check: Check | None = None
    may_be_left: bool = False


class CompletenessFile(Schema):
    """All of them."""

    items: Annotated[tuple[ItemEntry, ...], Field(min_length=1)]
