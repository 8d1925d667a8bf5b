"""Reads results of organisations that are no more, or that this one was split out of: each keeps its own history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pydantic import Field

from sentinel.comply.results import EarlierResult, Open, as_result, read_result
from sentinel.model.compliance import EffectiveState, Judgement, Level
from sentinel.model.histories import HistoryPoint, Predecessor, Succession


class _Checklist(Open):
    version: str


class _Score(Open):
    score: float | None = Field(ge=0, le=100)
    coverage: float | None = Field(ge=0, le=100)
    worst_case: float | None = Field(ge=0, le=100)
    level: Level
    checklist: _Checklist


class _Judged(Open):
    requirement: str
    state: EffectiveState


class Measured(EarlierResult):
    """What is wanted of a result to stand in a history."""

    score: _Score
    judgements: tuple[_Judged, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Whose line of results it is, and, of a predecessor, how and on which day it ended."""

    name: str
    number: str
    succession: Succession | None = None
    until: date | None = None

    def last_day(self, as_of: date) -> date:
        """Return the last day that a result of this line may be of."""
        return min(as_of, self.until - timedelta(days=1)) if self.until else as_of

    def why(self, as_of: date) -> str:
        """Say what the last day is."""
        ends = self.until is not None and self.until <= as_of
        return f"the last day of {self.name} by itself" if ends else "the day of this run"


def read_measured(path: Path, name: str, line: Line, as_of: date) -> Measured:
    """Read a result of a line; InputError where it is of another number, or of a day after the line ended."""
    return read_result(Measured, path, name, line.number, line.last_day(as_of), line.why(as_of))


def kept_measured(body: bytes, line: Line, as_of: date) -> Measured:
    """Do the same for a result that was kept in the store."""
    return as_result(Measured, body, "store", line.number, line.last_day(as_of), line.why(as_of))


def point(found: Measured, line: Line, source: str) -> HistoryPoint:
    """Return a result as a point of its own line."""
    return HistoryPoint(
        name=line.name,
        number=line.number,
        when=found.as_of,
        score=found.score.score,
        coverage=found.score.coverage,
        worst_case=found.score.worst_case,
        level=found.score.level,
        checklist_version=found.score.checklist.version,
        source=source,
        succession=line.succession,
        until=line.until,
    )


def predecessor(line: Line, found: Iterable[tuple[Measured, str]], now: Sequence[Judgement]) -> Predecessor:
    """Return a predecessor with its points, oldest first, and what it had in place and is not in place now."""
    measured = sorted(found, key=lambda pair: (pair[0].as_of, pair[1]))
    points = tuple(point(one, line, source) for one, source in measured)
    last = measured[-1][0].judgements if measured else ()
    met = {then.requirement for then in last if then.state == "met"}
    fallen: list[tuple[str, EffectiveState]] = [
        (one.requirement.id, one.state)
        for one in now
        if one.requirement.id in met and one.state not in {"met", "not_applicable"}
    ]
    return Predecessor(
        line.name, line.number, line.until or date.max, line.succession or "merger", points, tuple(fallen)
    )
