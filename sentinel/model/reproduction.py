"""What came of raising an alert again from its own evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["same", "differs", "silent", "unknown"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not what it was; `then` stands in the alert, `now` is what was found."""

    what: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Reproduction:
    """`sentinel.reproduction/1`: today's rules and engine over the evidence of an alert, or over logs.

    same     the same alert came out: id, event and all that matched; `differences` may still name another engine
    differs  an alert came out, but not the same one
    silent   the rule does not fire any more; `reason` says why
    unknown  it could not be tried; `reason` says why
    """

    alert: str
    rule: str
    outcome: Outcome
    reason: str = ""
    differences: tuple[Difference, ...] = ()
