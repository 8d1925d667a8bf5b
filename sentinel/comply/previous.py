"""Reads an earlier result, so that a report can say what changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sentinel.errors import InputError, Location
from sentinel.model.compliance import EffectiveState
from sentinel.model.result import Previous


class _Judgement(BaseModel):
    model_config = ConfigDict(extra="ignore")  # a later minor version may say more

    requirement: str
    weight: int = Field(ge=0, le=100)
    state: EffectiveState


class _Organisation(BaseModel):
    model_config = ConfigDict(extra="ignore")

    number: str


class _Result(BaseModel):
    model_config = ConfigDict(extra="ignore")

    schema_name: str = Field(alias="schema", pattern=r"^sentinel\.result/1$")
    organisation: _Organisation
    as_of: date
    judgements: tuple[_Judgement, ...]


def read_previous(path: Path, name: str, organisation: str, as_of: date) -> Previous:
    """Read what `result.json` of an earlier run says of each requirement.

    Raises InputError where it is none, is of another organisation than that number, or of a later day than `as_of`.
    """
    try:
        found = _Result.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(Location(name), f"cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(Location(name), f"is not a result of Sentinel: {where}: {first['msg']}") from error
    if found.organisation.number != organisation:
        raise InputError(Location(name), f"is of organisation {found.organisation.number}, not {organisation}")
    if found.as_of > as_of:
        raise InputError(Location(name), f"is of {found.as_of}, after {as_of}, the day of this run")
    return Previous(
        when=found.as_of,
        states={judgement.requirement: judgement.state for judgement in found.judgements},
        weights={judgement.requirement: judgement.weight for judgement in found.judgements},
    )
