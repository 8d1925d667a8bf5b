"""A breach of personal data, its severity, its outcome and the duties that follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sentinel.model.clocks import Deadline, DeadlineState
from sentinel.model.compliance import Reference
from sentinel.model.text import Text

Outcome = Literal["document", "notify", "tell"]
"""document: the register alone · notify: the authority too · tell: and the persons; each holds the one before."""

OUTCOMES: tuple[Outcome, ...] = ("document", "notify", "tell")
Spared = Literal["", "later-measures", "disproportionate"]
Applies = Literal["yes", "no", "unknown"]
Part = Literal["DPC", "EI", "CB"]
Kind = Literal["confidentiality", "integrity", "availability"]


@dataclass(frozen=True, slots=True)
class Step:
    """One number of the score: what was answered, and what that means; `assumed` is the worst there is.

    Of several types of data one `counts`; all other steps do.
    """

    part: Part
    question: str
    answer: str
    score: float
    means: Text
    assumed: bool
    counts: bool


@dataclass(frozen=True, slots=True)
class BreachSeverity:
    """ENISA's SE = DPC × EI + CB, with every step; `flags` are looked at beside the number and do not change it."""

    dpc: float
    ei: float
    cb: float
    score: float
    level: str
    title: Text
    means: Text
    steps: tuple[Step, ...]
    flags: tuple[Text, ...]
    source: Reference


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason for an outcome, with what it stands on; `source` names Sentinel where the line is ours."""

    outcome: Outcome
    why: Text
    source: Reference


@dataclass(frozen=True, slots=True)
class WouldChange:
    """One answer that would lead to another outcome."""

    question: str
    answer: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from a breach, why, and what would change it.

    `spared` is the ground of art. 34(3) by which the persons are not each told though the risk is high.
    """

    outcome: Outcome
    spared: Spared
    grounds: tuple[Ground, ...]
    would_change: tuple[WouldChange, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """Somebody who has to be told; `state` is that of the deadline, None where the law sets no hours.

    `hours_left` is negative after the deadline, and None where there is none or it is done.
    """

    id: str
    to: Text
    what: Text
    law: Reference
    applies: Applies
    deadline: Deadline | None
    state: DeadlineState | None
    hours_left: float | None
    done: datetime | None
    draft: str


@dataclass(frozen=True, slots=True)
class Register:
    """What art. 33(5) asks to be documented: the facts, the effects, the measures, and why it was decided so."""

    what: str
    kinds: tuple[Kind, ...]
    began: datetime | None
    ended: datetime | None
    ongoing: bool
    found: datetime | None
    known: datetime
    persons: int | None
    records: int | None
    groups: tuple[str, ...]
    data: tuple[str, ...]
    effects: str
    taken: tuple[str, ...]
    planned: tuple[str, ...]
    unlikely_risk: str
    no_telling: str
    why_late: str


@dataclass(frozen=True, slots=True)
class BreachAssessment:
    """`sentinel.breach/1`: a breach as it is known at `at`, what follows, and what remains to be found out.

    `remains` also names what is to be written; `content` is the hash of the content it was assessed with.
    """

    case: str
    organisation: str
    number: str
    role: Literal["controller", "processor"]
    at: datetime
    register: Register
    severity: BreachSeverity
    decision: Decision
    duties: tuple[Duty, ...]
    remains: tuple[Text, ...]
    content: str
