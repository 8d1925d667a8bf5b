"""Reads `result.json` of an earlier run: what of it is wanted, of the right organisation, and of no later day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sentinel.errors import InputError, Location

MAX_BYTES = 200_000_000
THIS_DAY = "the day of this run"


class Open(BaseModel):
    """A part of a result; a later minor version may say more."""

    model_config = ConfigDict(extra="ignore")


class _Organisation(Open):
    number: str


class EarlierResult(Open):
    """What is wanted of any result: whose it is, and of which day."""

    schema_name: Literal["sentinel.result/1"] = Field(alias="schema")
    organisation: _Organisation
    as_of: date


R = TypeVar("R", bound=EarlierResult)


def read_result(kind: type[R], path: Path, name: str, organisation: str, as_of: date, last: str = THIS_DAY) -> R:
    """Return what is wanted of a result.

    Raises InputError where it is none, is of another organisation than that number, or of a later day than `as_of`;
    `last` says what day that is.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(Location(name), f"is larger than {MAX_BYTES:,} bytes")
        body = path.read_bytes()
    except OSError as error:
        raise InputError(Location(name), f"cannot be read: {error.strerror}") from error
    return as_result(kind, body, name, organisation, as_of, last)


def as_result(kind: type[R], body: bytes, name: str, organisation: str, as_of: date, last: str = THIS_DAY) -> R:
    """Do the same for a result that came from `name`."""
    try:
        found = kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(Location(name), f"is not a result of Sentinel: {where}: {first['msg']}") from error
    if found.organisation.number != organisation:
        raise InputError(Location(name), f"is of organisation {found.organisation.number}, not {organisation}")
    if found.as_of > as_of:
        raise InputError(Location(name), f"is of {found.as_of}, after {as_of}, {last}")
    return found
