"""An assessment of the impact on data protection (DPIA): whether it is needed, what it says, and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sentinel.model.compliance import Reference
from sentinel.model.risks import Band, Dimension, Matrix
from sentinel.model.text import Text

Need = Literal["needed", "not_needed", "unknown"]
"""unknown: it cannot be said yet, since something that could make it needed is not answered."""
Reply = Literal["yes", "no", "doubt", "unknown"]
"""doubt counts as yes, in a way out as no; unknown is also what nobody answered."""
Effect = Literal["decides", "counts", "alone", "no", "open"]
"""alone: it was met, and would decide only together with something else."""
TestKind = Literal["list", "article", "criterion", "exit", "own"]


@dataclass(frozen=True, slots=True)
class ScreeningTest:
    """`sentinel.dpiatest/1`: one test in the order they are made: what was answered, what that does, and why."""

    id: str
    kind: TestKind
    title: Text
    answer: Reply
    effect: Effect
    because: Text
    written: str
    source: Reference


@dataclass(frozen=True, slots=True)
class Screening:
    """`sentinel.dpiascreening/1`: whether an assessment is needed.

    `rule` names the row of the table that decided, `because` says it in words; `listed` is the day that
    Datatilsynet's list was put together.
    """

    need: Need
    rule: str
    because: Text
    tests: tuple[ScreeningTest, ...]
    listed: date


ItemState = Literal["met", "partly", "missing", "not_relevant"]
Group = Literal["description", "necessity", "rights", "risks", "people"]


@dataclass(frozen=True, slots=True)
class Item:
    """`sentinel.dpiaitem/1`: one thing that an assessment has to hold."""

    id: str
    group: Group
    title: Text
    state: ItemState
    because: Text
    source: Reference


@dataclass(frozen=True, slots=True)
class Statement:
    """One question that is answered in words; `text` is empty where nobody has.

    `left_out` says why it does not apply here; an `optional` one is asked for by no item.
    """

    field: str
    title: Text
    text: str
    left_out: str
    optional: bool


@dataclass(frozen=True, slots=True)
class DataKind:
    """One kind of personal data, who gets it, and how long it is kept."""

    what: str
    recipients: str
    retention: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """Likelihood and severity from 1 to 4 for the persons concerned, with its band."""

    likelihood: int
    severity: int
    band: Band
    because: str


MeasureState = Literal["planned", "started", "done"]


@dataclass(frozen=True, slots=True)
class DpiaMeasure:
    """One measure; `overdue`: its day has passed and it is not done. `ros` is its id in the organisation's ROS."""

    id: str
    title: str
    text: str
    owner: str
    due: date | None
    state: MeasureState
    done: date | None
    overdue: bool
    ros: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """Who accepted what is left of a risk, and why."""

    by: str
    role: str
    given: date
    because: str


@dataclass(frozen=True, slots=True)
class RosOrigin:
    """The risk of the organisation's own ROS that an event was taken from, and how it stood there on that day.

    Its levels are of another matrix and from another view: they are read beside, and judge nothing here.
    """

    risk: str
    taken: date
    matrix: str
    assessed: date | None
    likelihood: int | None
    consequence: dict[Dimension, int]


@dataclass(frozen=True, slots=True)
class FearedEvent:
    """One risk to the persons concerned. `reached`: every measure it rests on is done, so that `after` holds today.

    What is left, `residual`, is `after` where somebody judged it, else `before`.
    """

    id: str
    title: Text
    own: bool
    sources: tuple[str, ...]
    threats: tuple[str, ...]
    impacts: tuple[str, ...]
    before: Estimate | None
    measures: tuple[str, ...]
    after: Estimate | None
    reached: bool
    residual: Estimate | None
    accepted: Accepted | None
    origin: RosOrigin | None


@dataclass(frozen=True, slots=True)
class Advice:
    """The data protection officer's advice; `designated` false: there is none, and `because` says why."""

    designated: Reply
    text: str
    given: date | None
    followed: Reply
    because: str


@dataclass(frozen=True, slots=True)
class Views:
    """What those concerned think, or why they were not asked (art. 35(9))."""

    asked: Reply
    who: str
    text: str
    because: str


@dataclass(frozen=True, slots=True)
class Consultation:
    """The prior consultation of Datatilsynet (art. 36): what was done of it."""

    sent: date | None
    answered: date | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Management's decision on the processing."""

    by: str
    role: str
    given: date | None
    text: str


DpiaState = Literal["not_needed", "unfinished", "consult", "review", "finished"]
"""consult: a high risk is left, so Datatilsynet is asked before anything starts · review: its day has passed."""


@dataclass(frozen=True, slots=True)
class Dpia:
    """`sentinel.dpia/1`: the whole assessment as it stands on a day.

    `counts` holds every item by its state, and is never told as one number. `remains` names, in both languages, what
    keeps it from being finished; `before_start` the measures to be carried out before anything starts. `in_use` is the
    day that the processing is taken into use, or was; None where nobody has said.
    """

    case: str
    title: str
    organisation: str
    number: str
    as_of: date
    made: date | None
    in_use: date | None
    state: DpiaState
    because: Text
    screening: Screening
    statements: tuple[Statement, ...]
    data: tuple[DataKind, ...]
    matrix: Matrix
    events: tuple[FearedEvent, ...]
    measures: tuple[DpiaMeasure, ...]
    dpo: Advice
    views: Views
    consultation: Consultation
    approval: Approval
    review: date | None
    items: tuple[Item, ...]
    counts: dict[ItemState, int]
    remains: tuple[Text, ...]
    before_start: tuple[str, ...]
    content: str


@dataclass(frozen=True, slots=True)
class RiskLink:
    """`sentinel.dpialink/1`: one risk of the organisation's ROS that bears on persons, beside a DPIA.

    `event` is the event it is linked with, empty where there is none; `band` how grave it stands there today for those
    concerned, None where nobody judged that. `differs` says, in both languages, what the two do not agree on.
    """

    risk: str
    title: Text
    band: Band | None
    event: str
    differs: tuple[Text, ...]
