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


ExhibitKind = Literal["document", "record", "sample", "test"]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """What somebody shows as proof of an answer; `where` is the place it is kept, never the thing itself."""

    what: str
    kind: ExhibitKind
    dated: date
    where: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One person's answer to one requirement; `document` and `implementation` are maturity 0–5 as it was said."""

    requirement: str
    state: State
    by: str
    given: date
    note: str = ""
    reason: str = ""
    approver: str = ""
    expires: date | None = None
    evidence: tuple[Exhibit, ...] = ()
    document: int | None = None
    implementation: int | None = None


Giver = Literal["owner", "operator"]
"""owner: the organisation that the unit is a part of · operator: whoever runs something for it."""

InheritedState = Literal["stands", "own_missing", "not_accepted", "unanswered", "ended", "unsettled"]
"""What an answer that somebody else gave is worth in a unit.

stands: accepted, and the worse of it and an own answer counts · own_missing: it counts only beside an own answer, and
there is none · not_accepted: it helps nobody, but is still laid beside an own answer · unanswered: the giver has no
answer to hand on · ended: acceptance or delivery is over · unsettled: the unit says «not relevant».
"""


@dataclass(frozen=True, slots=True)
class Inherited:
    """An answer that an owner or operator gave for a unit, with what the unit itself answered.

    `source` is the giver's file, `does` its part and `stays` what remains with the unit, both in the giver's words.
    """

    giver: Giver
    name: str
    number: str
    source: str
    state: InheritedState
    answer: Answer | None
    own: Answer | None
    accepted_by: str
    accepted: date | None
    until: date
    does: str
    stays: str


SignalKind = Literal["finding", "rule", "log", "inventory", "document"]


@dataclass(frozen=True, slots=True)
class Signal:
    """Something the other two journeys saw, or a document of the site's own says, that bears on requirements.

    `kind` and `key` are what the evidence map looks up: `finding`/check id, `rule`/rule id, `log`/dataset,
    `inventory`/fact, `document`/how it stands. `present` is False for a log or inventory that was looked for and is not
    there. A document was written by people and is no measurement: it may be proof of what people decided.
    """

    kind: SignalKind
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
    """A signal applied to a requirement. `cap` is the best state it leaves possible, for the role `caps`.

    `confidence` says how sure it is that such a signal bears on such a requirement, not how sure the signal is.
    """

    requirement: str
    role: Role
    signal: Signal
    because: Text
    cap: State | None = None
    confidence: Confidence = "unverified"


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


Grade = Literal["stated", "documented", "sampled", "measured"]
"""How well an answer is backed, weakest first; `stated`: somebody said so, and nothing was shown."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What backs an answer best today: `first` was its grade when it was `dated`, `grade` is what its age left of it.

    `falls` is the first day it is worth less than today, None where it cannot fall further.
    """

    grade: Grade
    first: Grade
    dated: date
    falls: date | None
    what: Text


@dataclass(frozen=True, slots=True)
class Maturity:
    """How mature one requirement is, 0–5 in three layers that are never added up; None where nobody rated it.

    effect: from measurements alone, of which the one that decided was made on `measured`.
    """

    document: int | None
    implementation: int | None
    effect: int | None
    measured: date | None


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean of one layer as an exact fraction, `total` ÷ `rated`; `of` is how many could have been rated."""

    total: int
    rated: int
    of: int


@dataclass(frozen=True, slots=True)
class ChapterMaturity:
    """`sentinel.maturity/1`: the means of one chapter. There is no mean over the layers, and none over the chapters."""

    chapter: str
    title: Text
    document: Mean
    implementation: Mean
    effect: Mean


@dataclass(frozen=True, slots=True)
class Judgement:
    """One requirement after applicability, answer and evidence; the score is arithmetic over these and nothing else.

    `inherited` is what others answered for this unit; `answer` is the one that counts, whoever gave it.
    """

    requirement: Requirement
    state: EffectiveState
    answer: Answer | None
    evidence: tuple[Evidence, ...]
    reason: Text
    accepted: Acceptance | None = None
    proof: Proof | None = None
    maturity: Maturity | None = None
    inherited: tuple[Inherited, ...] = ()


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

    @property
    def unasked(self) -> bool:
        """Whether the organisation named no answers at all: then nothing was assessed, and no level was found."""
        return self.coverage is None and self.counts.get("not_assessed", 0) > 0


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


ActionState = Literal["proposed", "started", "done", "dropped"]
"""proposed: nobody has taken it yet. The others are what somebody wrote down for it."""
_UNSAID = Text("", "")


@dataclass(frozen=True, slots=True)
class Action:
    """`sentinel.action/1`: one thing to do, most pressing first.

    reduces: the weight that is not in place and that it mends · hours, money: bands, for the order of size · since: the
    day its state is of · open: whether what it mends is still open, also of one that is said to be done · overdue: it
    was started, and its day has passed · pack, of: the pack whose requirements it mends, and its title; empty for
    Normen · same_as: the id of the action that is the same deed, whose work and costs are counted there alone.
    """

    title: Text
    why: Text
    who: Text
    effort: Text
    due: date
    requirements: tuple[str, ...]
    id: str = ""
    reduces: float = 0.0
    hours: Text = _UNSAID
    money: Text = _UNSAID
    state: ActionState = "proposed"
    owner: str = ""
    since: date | None = None
    overdue: bool = False
    open: bool = True
    note: str = ""
    pack: str = ""
    of: Text = _UNSAID
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who is assessed. `facts` are the applicability classes that are true for it (ALL, CTRL, EHR …)."""

    name: str
    number: str
    kind: str
    facts: Annotated[frozenset[str], PlainSerializer(sorted)]
