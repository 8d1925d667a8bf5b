"""Reads an earlier result, so that a report can say what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import Field

from sentinel.comply.results import EarlierResult, Open, read_result
from sentinel.model.compliance import EffectiveState, State
from sentinel.model.trend import Previous


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


class _PackHead(Open):
    id: str = Field(max_length=100)
    version: str = Field(max_length=40)


class _Pack(Open):
    pack: _PackHead
    judgements: tuple[_Judgement, ...] = ()


class _Result(EarlierResult):
    versions: _Versions = _Versions()
    judgements: tuple[_Judgement, ...]
    packs: tuple[_Pack, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier result: how Normen stood, and each pack that it holds the requirements of, by its id.

    `told` are all packs that it told of; results were once kept with the numbers of packs alone.
    """

    normen: Previous
    packs: Mapping[str, Previous]
    told: tuple[str, ...]


def read_previous(path: Path, name: str, organisation: str, as_of: date) -> Earlier:
    """Read what `result.json` of an earlier run says of each requirement; InputError as `read_result` has it."""
    found = read_result(_Result, path, name, organisation, as_of)
    packs = {
        one.pack.id: _previous(found.as_of, one.judgements, one.pack.version) for one in found.packs if one.judgements
    }
    told = tuple(one.pack.id for one in found.packs)
    return Earlier(_previous(found.as_of, found.judgements, found.versions.checklist), packs, told)


def _previous(when: date, judgements: Iterable[_Judgement], version: str) -> Previous:
    judged = list(judgements)
    return Previous(
        when=when,
        states={judgement.requirement: judgement.stood() for judgement in judged},
        weights={judgement.requirement: judgement.weight for judgement in judged},
        checklist=version,
    )
