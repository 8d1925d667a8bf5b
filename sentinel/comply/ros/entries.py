"""The form of an organisation's own file of risks: what each key holds, before anything is compared."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sentinel.comply.answers import Day, Line
from sentinel.comply.files import RequirementId
from sentinel.comply.ros.library import ScenarioId
from sentinel.content import Schema
from sentinel.model.risks import Band, Dimension, MeasureState

Who = Annotated[str, Field(min_length=1, max_length=200)]
Said = Annotated[str, Field(min_length=1, max_length=4_000)]
Level = Annotated[int, Field(ge=1, le=6, strict=True)]
Harm = Annotated[int, Field(ge=0, le=6, strict=True)]
"""A level of consequence; 0 is none."""
FactKey = Annotated[str, Field(pattern=r"^(finding|rule|log|inventory|document)/[\w.*-]+$", max_length=200)]


class CriteriaEntry(Schema):
    """How much may be left as it is: the gravest band of each dimension, who decided that, and how long it holds.

    An assessment that is older than so many `months` counts as none.
    """

    by: Who
    role: Who
    date: Day
    accept: dict[Dimension, Band]
    months: Annotated[int, Field(ge=1, le=36, strict=True)] = 12


class AssessmentEntry(Schema):
    """One judgement, made by a person on a day."""

    by: Who
    date: Day
    likelihood: Level
    consequence: Annotated[dict[Dimension, Harm], Field(min_length=1)]
    because: Line = ""


class ReachedEntry(Schema):
    """Who saw that the risk has become what was hoped for, and when."""

    by: Who
    date: Day


class AfterEntry(AssessmentEntry):
    """What the risk is to become, by the measures it rests on."""

    rests_on: tuple[ScenarioId, ...] = ()
    reached: ReachedEntry | None = None


class MeasureLine(Schema):
    """One measure: the library's by its `id`, or an own one with `title`."""

    id: ScenarioId
    title: Line = ""
    owner: Who
    due: Day
    state: MeasureState
    done: Day | None = None


class DecisionEntry(Schema):
    """A decision of management, and where it is written."""

    by: Who
    role: Who
    date: Day
    where: Said


class AcceptanceEntry(Schema):
    """Who accepts a risk as it stands, why, and until when."""

    by: Who
    role: Who
    date: Day
    expires: Day
    reason: Said
    management: DecisionEntry | None = None


class ExemptionEntry(Schema):
    """Why something is not a risk here."""

    reason: Said
    by: Who
    date: Day
    expires: Day


class SuggestionEntry(Schema):
    """What others found; it is read and never counted."""

    consequence: dict[Dimension, Harm] = Field(default_factory=dict)
    measures: tuple[ScenarioId, ...] = ()
    matrix: Annotated[str, Field(max_length=40)] = ""
    shared: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class DpiaEntry(Schema):
    """The event of an assessment of impact (DPIA) that a risk was taken from, and how it stood there."""

    case: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
    event: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)]
    date: Day
    likelihood: Annotated[int, Field(ge=1, le=4, strict=True)] | None = None
    severity: Annotated[int, Field(ge=1, le=4, strict=True)] | None = None


class RiskEntry(Schema):
    """One risk. `title`, `text`, `threatens` and `requirements` belong to the organisation's own alone."""

    title: Line = ""
    text: Line = ""
    threatens: tuple[Dimension, ...] = ()
    requirements: tuple[RequirementId, ...] = ()
    before: AssessmentEntry | None = None
    measures: tuple[MeasureLine, ...] = ()
    after: AfterEntry | None = None
    acceptance: AcceptanceEntry | None = None
    not_relevant: ExemptionEntry | None = None
    considered: tuple[FactKey, ...] = ()
    suggested: SuggestionEntry | None = None
    dpia: DpiaEntry | None = None
    note: Line = ""


class RisksFile(Schema):
    """The whole file; `matrix` is a shipped one, or a file beside this one."""

    schema_: Annotated[Literal["sentinel.risks/1"], Field(alias="schema")]
    organisation: Who
    scope: Said
    matrix: Annotated[str, Field(pattern=r"^[\w-]+(\.ya?ml)?$", strict=True, max_length=80)]
    criteria: CriteriaEntry
    risks: dict[ScenarioId, RiskEntry]
