"""An assessment of risk (ROS): the matrix, what was assessed, what is done about it, and how each risk stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from sentinel.model.compliance import Role
from sentinel.model.text import Text

Dimension = Literal["patient_safety", "person", "confidentiality", "integrity", "availability"]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
"""In the order that decides where two risks are alike: patient safety first."""

Band = Literal["low", "medium", "high"]
BANDS: tuple[Band, ...] = get_args(Band)
"""From the mildest."""


@dataclass(frozen=True, slots=True)
class Likelihood:
    """One level of likelihood: its name, how often that is, and how easy it is to do."""

    name: Text
    frequency: Text
    ease: Text


@dataclass(frozen=True, slots=True)
class Consequence:
    """One level of consequence: its name, and what that means in each dimension."""

    name: Text
    means: dict[Dimension, Text]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Levels count from 1; `cells` has a row for each likelihood and in it a band for each consequence."""

    id: str
    title: Text
    likelihood: tuple[Likelihood, ...]
    consequence: tuple[Consequence, ...]
    cells: tuple[tuple[Band, ...], ...]

    def band(self, likelihood: int, consequence: int) -> Band:
        """Return the band of one cell."""
        return self.cells[likelihood - 1][consequence - 1]


@dataclass(frozen=True, slots=True)
class Criteria:
    """How much risk may be left as it is, by dimension; whoever decided it did so on a day before any assessment.

    An assessment that is older than so many `months` counts as none.
    """

    by: str
    role: str
    given: date
    accept: dict[Dimension, Band]
    months: int


@dataclass(frozen=True, slots=True)
class Rating:
    """One dimension of an assessment; a consequence of 0 is none, and has no band."""

    dimension: Dimension
    consequence: int
    band: Band | None
    within: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """One judgement of a risk. `worst` is its gravest band, `missing` the dimensions that nobody judged."""

    by: str
    given: date
    likelihood: int
    ratings: tuple[Rating, ...]
    worst: Band
    missing: tuple[Dimension, ...]
    because: str

    @property
    def consequence(self) -> int:
        """The gravest consequence in any dimension."""
        return max(rating.consequence for rating in self.ratings)

    @property
    def within(self) -> bool:
        """Whether every dimension was judged and is within what may be left as it is."""
        return not self.missing and all(rating.within for rating in self.ratings)


MeasureState = Literal["planned", "started", "done", "dropped"]


@dataclass(frozen=True, slots=True)
class Measure:
    """Something to do about a risk; `id` is the library's, or empty for one of the organisation's own."""

    id: str
    title: Text
    owner: str
    due: date
    state: MeasureState
    done: date | None
    overdue: bool
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What management decided, and where that is written."""

    by: str
    role: str
    given: date
    where: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Who accepts a risk as it stands, and until when; `valid` is false once that day is past."""

    by: str
    role: str
    given: date
    expires: date
    reason: str
    management: Decision | None
    valid: bool


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why a risk is not one here, who says so, and until when; `valid` is false once that day is past."""

    reason: str
    by: str
    given: date
    expires: date
    valid: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """Something measured that bears on a risk by one of its requirements; it sets nothing.

    `considered`: whoever assessed the risk wrote that this was known to them.
    """

    key: str
    requirement: str
    role: Role
    what: Text
    because: Text
    first: date | None
    last: date | None
    considered: bool = False


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a scenario comes from; `hash` is over its own text."""

    library: str
    version: str
    author: str
    made: date
    licence: str
    hash: str


@dataclass(frozen=True, slots=True)
class DpiaOrigin:
    """The event of an assessment of impact (DPIA) that a risk was taken from, and how it stood there."""

    case: str
    event: str
    taken: date
    likelihood: int | None
    severity: int | None


RiskState = Literal["open", "disputed", "not_assessed", "accepted", "acceptable", "not_relevant"]
"""disputed: within what may be left, or accepted, but something measured speaks against it and nobody has said that
they knew; a person has to settle it."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk. `now` is the assessment that holds today; `after` is only hoped for until somebody saw it `reached`.

    `stale`: it is so old that it counts as none.
    """

    id: str
    title: Text
    text: Text
    kind: str
    state: RiskState
    reason: Text
    threatens: tuple[Dimension, ...]
    requirements: tuple[str, ...]
    before: Assessment | None
    after: Assessment | None
    reached: date | None
    now: Assessment | None
    stale: bool
    measures: tuple[Measure, ...]
    acceptance: Acceptance | None
    exemption: Exemption | None
    facts: tuple[Fact, ...]
    provenance: Provenance | None
    origin: DpiaOrigin | None = None

    @property
    def judged(self) -> Assessment | None:
        """The assessment that holds today, where every dimension was judged and not too long ago."""
        return None if self.now is None or self.now.missing or self.stale else self.now


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts that belong together; none of them gets better when an assessment is taken away.

    applies: risks that are one here · assessed: in every dimension · settled: within what may be left, or accepted
    · unsettled: the rest, with what nobody assessed · by_band: where the worst dimension stands now, those that are
    not assessed under their own name · overdue: measures past their day.
    """

    applies: int
    assessed: int
    settled: int
    unsettled: int
    not_assessed: int
    worst_case: Band | None
    by_band: dict[str, int]
    by_dimension: dict[Dimension, dict[str, int]]
    overdue: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A scenario that fits the organisation and that it has not taken in: not assessed, and in no figure."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Ros:
    """A whole assessment of risk on one day, gravest risk first.

    `measured` names what was laid beside it, empty where nothing was.
    """

    organisation: str
    number: str
    as_of: date
    scope: str
    matrix: Matrix
    criteria: Criteria
    figures: Figures
    risks: tuple[Risk, ...]
    left_out: tuple[LeftOut, ...]
    library: str
    library_version: str
    library_hash: str
    measured: str
