"""Reads our own OSCAL assessment results back into answers; results of other programs hold none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from pydantic import Field, ValidationError

from sentinel.comply.checklist import Checklist
from sentinel.comply.exchange.drafts import Draft, Place, Taken, take
from sentinel.comply.results import Open
from sentinel.errors import InputError, Location

NS = "urn:helse-sentinel:oscal:1"
MAX_BYTES = 64_000_000
_ANSWER = "answer-"
_OWN = frozenset({"answer-unused"})


class _Prop(Open):
    name: str
    ns: str = ""
    value: str
    kind: str = Field(default="", alias="class")
    remarks: str = ""

    def told(self) -> Any:  # noqa: ANN401 -- whatever JSON can hold
        text = self.remarks or self.value
        return orjson.loads(text) if self.kind in {"number", "json"} else text


class _WithProps(Open):
    props: tuple[_Prop, ...] = ()

    def own(self, name: str) -> str:
        """Return the text of a property of ours, empty where it is not there."""
        found = (prop for prop in self.props if prop.ns == NS and prop.name == name)
        return next((prop.remarks or prop.value for prop in found), "")


class _Metadata(_WithProps):
    parties: tuple[_WithProps, ...] = ()


class _Result(Open):
    findings: tuple[_WithProps, ...] = ()


class _Results(Open):
    metadata: _Metadata
    results: tuple[_Result, ...]


class _File(Open):
    results: _Results = Field(alias="assessment-results")


def read_oscal(path: Path, name: str, checklist: Checklist, as_of: date) -> Taken:
    """Return the answers of an assessment-results file that we wrote.

    InputError where it is none, or of another checklist; ContentError with every fault of the answers.
    """
    file = _parsed(path, name).results
    if len(file.results) != 1:
        raise InputError(Location(name), f"holds {len(file.results)} results; answers are read of one")
    drafts, organisation = list(_drafts(file.results[0])), _organisation(file.metadata)
    if not drafts and not organisation:
        what = "holds nothing in the namespace of Sentinel: results of other programs are no answers"
        raise InputError(Location(name), what)
    named = file.metadata.own("checklist-id")
    if named and named != checklist.whole:
        what = f"is of the checklist '{named[:60]}', not of '{checklist.whole}'; --pack says which pack it answers"
        raise InputError(Location(name), what)
    return take(drafts, organisation, name, checklist, as_of)


def _parsed(path: Path, name: str) -> _File:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise InputError(Location(name), f"is larger than {MAX_BYTES:,} bytes")
        return _File.model_validate_json(raw)
    except OSError as error:
        raise InputError(Location(name), f"cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        told = f"{where}: {first['msg']}" if where else first["msg"]
        raise InputError(Location(name), f"is not OSCAL assessment results: {told}") from error


def _drafts(result: _Result) -> Iterator[Draft]:
    for number, finding in enumerate(result.findings, 1):
        told = {prop.name.removeprefix(_ANSWER): prop for prop in finding.props if _is_answer(prop)}
        if told:
            requirement = finding.own("requirement")
            place = Place(f"finding {number} ({requirement[:40]})")
            yield Draft(requirement, place, {key: _value(prop) for key, prop in told.items()})


def _is_answer(prop: _Prop) -> bool:
    return prop.ns == NS and prop.name.startswith(_ANSWER) and prop.name not in _OWN


def _value(prop: _Prop) -> Any:  # noqa: ANN401 -- whatever JSON can hold
    try:
        return prop.told()
    except orjson.JSONDecodeError:
        return prop.value  # the reader of answers says what is wrong with it


def _organisation(metadata: _Metadata) -> str:
    return next((name for party in metadata.parties if (name := party.own("organisation-name"))), "")
