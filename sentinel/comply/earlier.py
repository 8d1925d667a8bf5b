"""Reads the evidence that an earlier result holds, so that the same answers can be judged with it again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sentinel.comply.results import EarlierResult, Open, read_result
from sentinel.model.compliance import Evidence


class _Judgement(Open):
    evidence: tuple[Evidence, ...]


class _Result(EarlierResult):
    judgements: tuple[_Judgement, ...]


def read_evidence(path: Path, name: str, organisation: str, as_of: date) -> tuple[Evidence, ...]:
    """Return what `result.json` of a run holds of evidence; InputError as `read_result` has it."""
    found = read_result(_Result, path, name, organisation, as_of)
    return tuple(one for judgement in found.judgements for one in judgement.evidence)
