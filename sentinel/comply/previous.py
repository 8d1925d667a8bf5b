"""Reads an earlier result, so that a report can say what changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field

from sentinel.comply.results import EarlierResult, Open, read_result
from sentinel.model.compliance import EffectiveState, State
from sentinel.model.result import Previous


class _Answer(Open):
    state: State


class _Judgement(Open):
    requirement: str
    weight: int = Field(ge=0, le=100)
    state: EffectiveState
    answer: _Answer | None = None

    def stood(self) -> EffectiveState:
        """Return the state, of which «vet ikke» was no kind of its own in earlier versions."""
        unknown = self.answer is not None and self.answer.state == "unknown"
        return "unknown" if unknown and self.state == "not_assessed" else self.state


class _Versions(Open):
    checklist: str = Field(default="", max_length=40)


class _Result(EarlierResult):
    versions: _Versions = _Versions()
    judgements: tuple[_Judgement, ...]


def read_previous(path: Path, name: str, organisation: str, as_of: date) -> Previous:
    """Read what `result.json` of an earlier run says of each requirement; InputError as `read_result` has it."""
    found = read_result(_Result, path, name, organisation, as_of)
    return Previous(
        when=found.as_of,
        states={judgement.requirement: judgement.stood() for judgement in found.judgements},
        weights={judgement.requirement: judgement.weight for judgement in found.judgements},
        checklist=found.versions.checklist,
    )
