"""Reads the evidence that an earlier result holds, so that the same answers can be judged with it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from sentinel.comply.results import EarlierResult, Open, read_result
from sentinel.errors import InputError, Location
from sentinel.model.compliance import Evidence, Inherited


class _Judgement(Open):
    evidence: tuple[Evidence, ...]


class _Result(EarlierResult):
    judgements: tuple[_Judgement, ...]


class _CarriedJudgement(_Judgement):
    requirement: str
    inherited: tuple[Inherited, ...] = ()


class _Carried(Open):
    schema_name: Literal["sentinel.assessment/1"] = Field(alias="schema")
    as_of: date
    engine: str
    measured: str
    score: dict[str, Any]
    judgements: tuple[_CarriedJudgement, ...]


@dataclass(frozen=True, slots=True)
class Carried:
    """An assessment that came from another machine: what it was made of there, and its score as a record.

    inherited: what others answered for it, by requirement.
    """

    as_of: date
    engine: str
    measured: str
    score: Mapping[str, Any]
    evidence: tuple[Evidence, ...]
    inherited: Mapping[str, tuple[Inherited, ...]]


def read_evidence(path: Path, name: str, organisation: str, as_of: date) -> tuple[Evidence, ...]:
    """Return what `result.json` of a run holds of evidence; InputError as `read_result` has it."""
    found = read_result(_Result, path, name, organisation, as_of)
    return _evidence(found.judgements)


def read_carried(raw: bytes, name: str) -> Carried:
    """Return what a `sentinel.assessment/1` holds; InputError where it is none."""
    try:
        found = _Carried.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(Location(name), f"its results cannot be read: {where}: {first['msg']}") from error
    inherited = {one.requirement: one.inherited for one in found.judgements}
    return Carried(found.as_of, found.engine, found.measured, found.score, _evidence(found.judgements), inherited)


def _evidence(judgements: Iterable[_Judgement]) -> tuple[Evidence, ...]:
    return tuple(one for judgement in judgements for one in judgement.evidence)
