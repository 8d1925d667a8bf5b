"""Many organisations at once: what each answered, where it stands, and nothing of who wrote the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sentinel.model.compliance import Level, State


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation in the store. `owner` is the number of who owns it, its own where nobody else does.

    `said` is what it says of its facts, beside what is usual for its type. `agreed`: it agrees to be counted, without
    its name, in what is published.
    """

    number: str
    name: str
    kind: str
    said: Mapping[str, bool]
    owner: str
    agreed: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers of one organisation, as little of them as the numbers need: no person, note or reason.

    `checklist`, `version` and `hash` are those that the answers were checked against. `ends` holds the last day of each
    «not relevant».
    """

    number: str
    day: date
    checklist: str
    version: str
    hash: str
    states: Mapping[str, State]
    ends: Mapping[str, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """`sentinel.standing/1`: where one organisation stands; the three numbers are only ever shown together.

    `ground` is a hash over the checklist, the classes and the types that were used. `states` has one letter for each
    requirement of the checklist `part`, in its order. `unasked` counts answers to requirements that it does not ask.
    """

    number: str
    kind: str
    as_of: date
    part: str
    version: str
    ground: str
    score: float | None
    coverage: float | None
    worst_case: float | None
    level: Level
    states: str
    unasked: int


@dataclass(frozen=True, slots=True)
class MemberRow:
    """`sentinel.member/1`: an organisation in one line, with its standing where it has been scored."""

    member: Member
    answered: date | None
    standing: Standing | None
