"""Reads what an earlier run measured, so that it can stand beside the risks it bears on; nothing of it sets a level."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sentinel.comply.wording import named
from sentinel.errors import InputError, Location
from sentinel.model.compliance import Role
from sentinel.model.risks import Fact
from sentinel.model.text import Text

MAX_BYTES = 200_000_000


class _Open(BaseModel):
    model_config = ConfigDict(extra="ignore")  # a later minor version may say more


class _Words(_Open):
    nb: str
    en: str


class _Signal(_Open):
    kind: Literal["finding", "rule", "log", "inventory"]
    key: str
    subject: str
    what: _Words
    first: date | None
    last: date | None


class _Evidence(_Open):
    role: Role
    signal: _Signal
    because: _Words


class _Judgement(_Open):
    requirement: str
    evidence: tuple[_Evidence, ...]


class _Organisation(_Open):
    number: str


class _Result(_Open):
    schema_name: Literal["sentinel.result/1"] = Field(alias="schema")
    organisation: _Organisation
    as_of: date
    judgements: tuple[_Judgement, ...]


def read_facts(path: Path, name: str, organisation: str, as_of: date) -> dict[str, list[Fact]]:
    """Return what `result.json` holds of evidence, by requirement.

    Raises InputError where it is none, is of another organisation than that number, or of a later day than `as_of`.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(Location(name), f"is larger than {MAX_BYTES:,} bytes")
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
        raise InputError(Location(name), f"is of {found.as_of}, after {as_of}, the day of the assessment")
    return {judgement.requirement: _facts(judgement) for judgement in found.judgements}


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
