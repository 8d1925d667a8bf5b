"""A selection of an assessment for one reader: what was asked for, what was left out, and nothing besides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sentinel.model.compliance import (
    Acceptance,
    Answer,
    Basis,
    Confidence,
    Duty,
    EffectiveState,
    Evidence,
    Maturity,
    Organisation,
    Proof,
    Reference,
    Score,
)
from sentinel.model.packs import PackOverview
from sentinel.model.text import Text


@dataclass(frozen=True, slots=True)
class Extracted:
    """One requirement of an extract, numbered from 1 in the checklist's order.

    Where people are left out, names in the answer are empty, and who accepted what, proof and maturity are None; where
    measurements are, `evidence` is empty, and `reason` is None where it would tell of them. `applies` is false where
    the requirement does not apply by class.
    """

    number: int
    requirement: str
    chapter: str
    title: Text
    text: Text
    weight: int
    gate: bool
    duty: Duty
    basis: Basis
    references: tuple[Reference, ...]
    applies: bool
    state: EffectiveState
    answer: Answer | None
    evidence: tuple[Evidence, ...]
    reason: Text | None
    accepted: Acceptance | None
    proof: Proof | None
    maturity: Maturity | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requirements of an extract apply, and how they stand; what is not relevant is in none of them."""

    applies: int
    met: int
    partly: int
    planned: int
    not_met: int
    disputed: int
    unknown: int
    not_assessed: int


@dataclass(frozen=True, slots=True)
class ExtractedPack:
    """A pack in an extract: by itself, numbered from 1, with numbers of its own that are never one sum with others.

    `answered` says whether anybody answered anything of it. No rows and no score where it is not for the organisation.
    Where people are left out, a gate that is met has no reason in `score`, as that would tell who answered.
    """

    pack: PackOverview
    answered: bool
    score: Score | None
    counts: Counts
    rows: tuple[Extracted, ...]


@dataclass(frozen=True, slots=True)
class Extract:
    """`sentinel.extract/1`: requirements chosen for one reader.

    `left_out` are requirements of the checklist that were not asked for, `beyond` those that the part for a small
    practice leaves out, by their ids. `score` is None where only a part is shown: it is never counted for a part.
    `machines` are what people call the machines that measurements name by their id.
    `confidence` says how sure the choice is, `source` what it rests on.
    """

    id: str
    title: Text
    about: Text
    silent: Text
    confidence: Confidence
    source: Text
    organisation: Organisation
    as_of: date
    tlp: str
    engine: str
    checklist: str
    checklist_version: str
    checklist_hash: str
    score: Score | None
    people: bool
    measurements: bool
    signed: bool
    counts: Counts
    rows: tuple[Extracted, ...]
    left_out: tuple[str, ...]
    beyond: tuple[str, ...]
    chapters: dict[str, Text]
    machines: dict[str, str]
    packs: tuple[ExtractedPack, ...] = ()
