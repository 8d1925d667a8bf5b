"""Reads what an earlier run measured, so that it can stand beside the risks it bears on; nothing of it sets a level."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from sentinel.comply.results import EarlierResult, Open, read_result
from sentinel.comply.wording import named
from sentinel.model.compliance import Evidence, Judgement, Role, SignalKind
from sentinel.model.risks import Fact
from sentinel.model.text import Text


class _Words(Open):
    nb: str
    en: str


class _Signal(Open):
    kind: SignalKind
    key: str
    subject: str
    what: _Words
    first: date | None
    last: date | None


class _Evidence(Open):
    role: Role
    signal: _Signal
    because: _Words


class _Judgement(Open):
    requirement: str
    evidence: tuple[_Evidence, ...]


class _Result(EarlierResult):
    judgements: tuple[_Judgement, ...]


def facts_of(judgements: Iterable[Judgement]) -> dict[str, list[Fact]]:
    """Return what a run has just measured, by requirement: the same as its result.json would tell."""
    return {judgement.requirement.id: [_fact(item) for item in judgement.evidence] for judgement in judgements}


def read_facts(path: Path, name: str, organisation: str, as_of: date) -> dict[str, list[Fact]]:
    """Return what `result.json` holds of evidence, by requirement; InputError as `read_result` has it."""
    found = read_result(_Result, path, name, organisation, as_of)
    return {judgement.requirement: _facts(judgement) for judgement in found.judgements}


def _fact(evidence: Evidence) -> Fact:
    signal = evidence.signal
    return Fact(
        key=f"{signal.kind}/{signal.key}",
        requirement=evidence.requirement,
        role=evidence.role,
        what=named(signal.subject, signal.what) if signal.kind == "finding" else signal.what,
        because=evidence.because,
        first=signal.first,
        last=signal.last,
    )


def _facts(judgement: _Judgement) -> list[Fact]:
    return [
        Fact(
            key=f"{evidence.signal.kind}/{evidence.signal.key}",
            requirement=judgement.requirement,
            role=evidence.role,
            what=_told(evidence.signal),
            because=Text(evidence.because.nb, evidence.because.en),
            first=evidence.signal.first,
            last=evidence.signal.last,
        )
        for evidence in judgement.evidence
    ]


def _told(signal: _Signal) -> Text:
    what = Text(signal.what.nb, signal.what.en)
    return named(signal.subject, what) if signal.kind == "finding" else what
