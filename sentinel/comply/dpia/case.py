"""What an assessment's file may say (docs/dpia.md). Everything may be left open; what is open is told."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

from sentinel.comply.answers import Day
from sentinel.comply.breach.case import Contact, Word, not_null, yes_or_no
from sentinel.content import Schema
from sentinel.model.dpia import MeasureState, Reply
from sentinel.model.risks import Dimension

UNKNOWN: Final = "unknown"
Line = Annotated[str, BeforeValidator(not_null), Field(max_length=20_000)]
"""What somebody tells: longer than in other files, since the assessment is told in words."""
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60, strict=True)]
Answered = Annotated[Reply, BeforeValidator(yes_or_no)]
Size = Literal["small", "some", "large", "unknown"]
Level = Annotated[int, Field(ge=1, le=4, strict=True)]
Listed = Annotated[tuple[Line, ...], Field(max_length=200)]


def open_day(value: object) -> object:
    """Read a day that was left empty as none."""
    return None if value == "" else value


MaybeDay = Annotated[Day | None, BeforeValidator(open_day)]


class Who(Schema):
    """Whose assessment it is."""

    name: Word = ""
    number: Word = ""
    contact: Contact = Contact()


class ScaleEntry(Schema):
    """How many, how much, how long, how far; `judged` is what somebody holds where these leave it open."""

    persons: Size = "unknown"
    volume: Size = "unknown"
    duration: Size = "unknown"
    geography: Size = "unknown"
    judged: Answered = "unknown"


class ScreeningEntry(Schema):
    """Answers by the tests' ids, and reasons by the same."""

    answers: Annotated[dict[Id, Answered], Field(default_factory=dict)]
    scale: ScaleEntry = ScaleEntry()
    why: Annotated[dict[Id, Line], Field(default_factory=dict)]


class DataEntry(Schema):
    """One kind of data."""

    what: Line = ""
    recipients: Line = ""
    retention: Line = ""


class Description(Schema):
    """Art. 35(7)(a)."""

    nature: Line = ""
    scope: Line = ""
    context: Line = ""
    purposes: Line = ""
    roles: Line = ""
    codes: Line = ""
    lifecycle: Line = ""
    systems: Line = ""
    data: Annotated[tuple[DataEntry, ...], Field(max_length=200)] = ()


class Necessity(Schema):
    """Art. 35(7)(b)."""

    purpose: Line = ""
    basis: Line = ""
    minimisation: Line = ""
    accuracy: Line = ""
    retention: Line = ""


class Rights(Schema):
    """What those concerned can ask for, and who else handles their data."""

    information: Line = ""
    consent: Line = ""
    access: Line = ""
    correction: Line = ""
    objection: Line = ""
    processors: Line = ""
    transfers: Line = ""


class EstimateEntry(Schema):
    """One judgement on the four levels."""

    likelihood: Level
    severity: Level
    because: Line = ""


class AcceptedEntry(Schema):
    """Who accepts what is left."""

    by: Annotated[str, Field(min_length=1, max_length=200)]
    role: Annotated[str, Field(min_length=1, max_length=200)]
    date: Day
    because: Annotated[str, Field(min_length=1, max_length=20_000)]


class RosEntry(Schema):
    """The risk of the organisation's own ROS that an event was taken from, and how it stood there on that day."""

    risk: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{2,60}$")]
    date: Day
    matrix: Annotated[str, Field(max_length=40)] = ""
    assessed: MaybeDay = None
    likelihood: Annotated[int, Field(ge=1, le=6, strict=True)] | None = None
    consequence: dict[Dimension, Annotated[int, Field(ge=0, le=6, strict=True)]] = Field(default_factory=dict)


class EventEntry(Schema):
    """One feared event; an own one needs a title."""

    title: Word = ""
    ros: RosEntry | None = None
    sources: Listed = ()
    threats: Listed = ()
    impacts: Listed = ()
    before: EstimateEntry | None = None
    measures: tuple[Id, ...] = ()
    after: EstimateEntry | None = None
    accepted: AcceptedEntry | None = None


class MeasureEntry(Schema):
    """One measure; `ros` is its id in the organisation's own ROS."""

    title: Line = ""
    text: Line = ""
    owner: Word = ""
    due: MaybeDay = None
    state: MeasureState = "planned"
    done: MaybeDay = None
    ros: Annotated[str, Field(max_length=61)] = ""


class DpoEntry(Schema):
    """The data protection officer's advice."""

    designated: Answered = "unknown"
    advice: Line = ""
    date: MaybeDay = None
    followed: Answered = "unknown"
    because: Line = ""


class ViewsEntry(Schema):
    """What those concerned think."""

    asked: Answered = "unknown"
    who: Line = ""
    views: Line = ""
    because: Line = ""


class ConsultationEntry(Schema):
    """What was done of art. 36."""

    sent: MaybeDay = None
    answered: MaybeDay = None
    outcome: Line = ""


class ApprovalEntry(Schema):
    """Management's decision."""

    by: Word = ""
    role: Word = ""
    date: MaybeDay = None
    decision: Line = ""


class SuggestionEntry(Schema):
    """What others found; it is read and never counted."""

    tests: tuple[Id, ...] = ()
    severity: Annotated[dict[Id, Level], Field(default_factory=dict)]
    shared: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DpiaFile(Schema):
    """The whole file. `not_relevant` and `unfinished` hold a sentence by the id of an item of the completeness."""

    schema_: Annotated[Literal["sentinel.dpiacase/1"], Field(alias="schema")]
    case: Id
    title: Word = ""
    organisation: Who = Who()
    made: MaybeDay = None
    in_use: MaybeDay = None
    screening: Annotated[ScreeningEntry, Field(default_factory=ScreeningEntry)]
    description: Description = Description()
    necessity: Necessity = Necessity()
    rights: Rights = Rights()
    events: Annotated[dict[Id, EventEntry], Field(default_factory=dict, max_length=100)]
    measures: Annotated[dict[Id, MeasureEntry], Field(default_factory=dict, max_length=500)]
    dpo: DpoEntry = DpoEntry()
    views: ViewsEntry = ViewsEntry()
    consultation: ConsultationEntry = ConsultationEntry()
    approval: ApprovalEntry = ApprovalEntry()
    review: MaybeDay = None
    not_relevant: Annotated[
        dict[Id, Annotated[str, BeforeValidator(not_null), Field(min_length=10, max_length=20_000)]],
        Field(default_factory=dict),
    ]
    unfinished: Annotated[dict[Id, Line], Field(default_factory=dict)]

    suggested: SuggestionEntry | None = None

    def told(self, field: str) -> str:
        """Return what stands at a field such as `description.nature`."""
        part, _, name = field.partition(".")
        found: str = getattr(getattr(self, part), name)
        return found
