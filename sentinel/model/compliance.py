"""Requirements, answers, the evidence of the other journeys, and the score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import PlainSerializer

from sentinel.model.text import Text

Confidence = Literal["confirmed", "known", "unverified"]


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a requirement comes from. `confidence`: confirmed (read), known (settled law), unverified (second-hand)."""

    source: str
    place: str
    confidence: Confidence


Duty = Literal["must", "should"]
"""«skal» or «bør». Of a requirement with basis `norm` the word is as sure as its Normen reference, and not more."""

Basis = Literal["law", "norm"]
"""law: a law asks for it, whatever Normen says · norm: Normen, a contract or good practice asks, and no law."""


@dataclass(frozen=True, slots=True)
class Guidance:
    """What helps to answer a requirement.

    evidence: what counts as proof · large: help for a large organisation (`how` is that for a small one) · knows: who
    usually has the answer · supplier: a question ready to be sent, None where no supplier knows.
    """

    evidence: Text
    large: Text
    example: Text
    knows: tuple[Text, ...]
    supplier: Text | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of a checklist, in our own words."""

    id: str
    chapter: str
    title: Text
    text: Text
    question: Text
    why: Text
    how: Text
    applies: str
    weight: int
    gate: bool
    duty: Duty
    basis: Basis
    guidance: Guidance
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Applicability:
    """Whether one organisation is asked a requirement, and why or why not."""

    requirement: Requirement
    applies: bool
    because: Text


State = Literal["met", "partly", "planned", "not_met", "not_applicable", "unknown"]
"""What a person answered.

planned: somebody decided to do it and nobody has paid for it · unknown: «vet ikke», a real answer: nothing is in place
that nobody knows of, and nobody has looked.
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's answer to one requirement, with the place in the answers file."""

    requirement: str
    state: State
    by: str
    given: date
    note: str = ""
    reason: str = ""
    approver: str = ""
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """Something the other two journeys saw that bears on requirements.

    `kind` and `key` are what the evidence map looks up: `finding`/check id, `rule`/rule id, `log`/dataset,
    `inventory`/fact. `present` is False for a log or inventory that was looked for and is not there.
    """

    kind: Literal["finding", "rule", "log", "inventory"]
    key: str
    present: bool
    subject: str
    what: Text
    source: str
    first: date | None
    last: date | None
    count: int = 1


Role = Literal["supports", "contradicts", "caps", "informs"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A signal applied to a requirement. `cap` is the best state it leaves possible, for the role `caps`."""

    requirement: str
    role: Role
    signal: Signal
    because: Text
    cap: State | None = None


EffectiveState = Literal["met", "partly", "planned", "not_met", "disputed", "unknown", "not_assessed", "not_applicable"]
"""disputed: answered met, partly or not relevant, but a measurement says otherwise; a person has to settle it.

unknown: somebody was asked and does not know · not_assessed: nobody has answered.
"""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A risk that somebody accepted to a day. It changes no number: the answer is worth what it is worth."""

    until: date
    approver: str
    reason: str
    ended: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """One requirement after applicability, answer and evidence; the score is arithmetic over these and nothing else."""

    requirement: Requirement
    state: EffectiveState
    answer: Answer | None
    evidence: tuple[Evidence, ...]
    reason: Text
    accepted: Acceptance | None = None


@dataclass(frozen=True, slots=True)
class GateResult:
    """One requirement that must be met for the highest level."""

    requirement: str
    title: Text
    met: bool
    reason: Text


Level = Literal["red", "yellow", "green"]


@dataclass(frozen=True, slots=True)
class Score:
    """Three numbers that are only ever shown together, each 0–100 or None where there is nothing to count.

    score: weighted share met of what was answered, where «vet ikke» and a disputed answer count as nothing ·
    coverage: share of applicable requirements that were assessed, which «vet ikke» is not · worst_case: weighted share
    met if everything not assessed is not in place. What does not apply by class is in none of them, nor in `counts`.
    """

    score: float | None
    coverage: float | None
    worst_case: float | None
    level: Level
    level_reason: Text
    gates: tuple[GateResult, ...]
    counts: dict[EffectiveState, int]
    checklist_id: str
    checklist_version: str
    checklist_hash: str


@dataclass(frozen=True, slots=True)
class OtherCount:
    """`sentinel.othercount/1`: what another program's way to count makes of the same judgements, for comparison alone.

    `value` is in percent, in points, or a verdict (1 yes, 0 no), as `unit` says; None where it has nothing to count.
    """

    method: str
    of: str
    value: float | None
    unit: Literal["percent", "points", "verdict"]
    confidence: Confidence
    says: Text


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do, in order of what it mends."""

    title: Text
    why: Text
    who: Text
    effort: Text
    due: date
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who is assessed. `facts` are the applicability classes that are true for it (ALL, CTRL, EHR …)."""

    name: str
    number: str
    kind: str
    facts: Annotated[frozenset[str], PlainSerializer(sorted)]
