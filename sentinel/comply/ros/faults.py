"""What a file of risks may not say: each rule yields the key it is about and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from sentinel.comply.files import meant
from sentinel.comply.ros.entries import AcceptanceEntry, AfterEntry, AssessmentEntry, MeasureLine, RiskEntry, RisksFile
from sentinel.comply.ros.library import Library
from sentinel.model.risks import BANDS, DIMENSIONS, Dimension, Matrix

Wrong: TypeAlias = Iterator[tuple[list[str | int], str]]
"""Faults as the keys that lead to them, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a risk is held against."""

    file: RisksFile
    matrix: Matrix
    library: Library
    requirements: frozenset[str]
    as_of: date


def wrong_file(ground: Ground) -> Wrong:
    """Yield the faults of a whole file."""
    criteria = ground.file.criteria
    if missing := [name for name in DIMENSIONS if name not in criteria.accept]:
        yield ["criteria", "accept"], f"does not say how much may be left of {', '.join(missing)}"
    if criteria.date > ground.as_of:
        yield ["criteria", "date"], f"{criteria.date} is after {ground.as_of}, the day of the assessment"
    yield from _taken_twice(ground)
    for name, entry in ground.file.risks.items():
        for path, what in _wrong_risk(name, entry, ground):
            yield ["risks", name, *path], what


def _wrong_risk(name: str, entry: RiskEntry, ground: Ground) -> Wrong:
    yield from _wrong_name(name, entry, ground)
    yield from _wrong_measures(entry, ground)
    if entry.before:
        yield from _under(["before"], _wrong_assessment(entry.before, ground))
        yield from _wrong_none(name, entry.before, entry, ground)
    if entry.after:
        yield from _under(["after"], _wrong_assessment(entry.after, ground))
        yield from _under(["after"], _wrong_after(entry.after, entry, ground))
    if entry.acceptance:
        yield from _under(["acceptance"], _wrong_acceptance(entry.acceptance, entry, ground))
    if entry.not_relevant:
        yield from _under(["not_relevant"], _wrong_exemption(entry, ground))


def _taken_twice(ground: Ground) -> Wrong:
    """Yield events of a DPIA that were taken more than once, or on a day to come."""
    first = dict[tuple[str, str], str]()
    for name, entry in ground.file.risks.items():
        taken = entry.dpia
        if taken and (other := first.setdefault((taken.case, taken.event), name)) != name:
            yield ["risks", name, "dpia"], f"'{taken.event}' of {taken.case} was taken already, as '{other}'"
        if taken and taken.date > ground.as_of:
            yield ["risks", name, "dpia", "date"], f"{taken.date} is after {ground.as_of}, the day of the assessment"


def _under(above: list[str | int], faults: Wrong) -> Wrong:
    return (([*above, *path], what) for path, what in faults)


def _wrong_name(name: str, entry: RiskEntry, ground: Ground) -> Wrong:
    own = {"title": entry.title, "text": entry.text, "threatens": entry.threatens, "requirements": entry.requirements}
    if name in ground.library.scenarios:
        for key in (key for key, value in own.items() if value):
            yield [key], f"'{key}' of {name} stands in the library; a risk of your own needs a name of its own"
    elif not any(own.values()):
        hint = meant(name, ground.library.scenarios)
        yield [], f"unknown scenario '{name}'{hint}; a risk of your own needs 'title', 'text' and 'threatens'"
    else:
        yield from (([], f"a risk of your own needs '{key}'") for key in ("title", "text", "threatens") if not own[key])
    for requirement in entry.requirements:
        if requirement not in ground.requirements:
            yield ["requirements"], f"unknown requirement '{requirement}'{meant(requirement, ground.requirements)}"


def _wrong_assessment(entry: AssessmentEntry, ground: Ground) -> Wrong:
    criteria, matrix = ground.file.criteria, ground.matrix
    if entry.date > ground.as_of:
        yield ["date"], f"{entry.date} is after {ground.as_of}, the day of the assessment"
    if entry.date <= criteria.date:
        yield (
            ["date"],
            f"{entry.date} is not after {criteria.date}, when it was set how much may be left: set that first",
        )
    if entry.likelihood > len(matrix.likelihood):
        yield (
            ["likelihood"],
            f"{entry.likelihood} is more than {len(matrix.likelihood)}, the most of matrix {matrix.id}",
        )
    for name, level in entry.consequence.items():
        if level > len(matrix.consequence):
            what = f"{level} is more than {len(matrix.consequence)}, the most of matrix {matrix.id}"
            yield ["consequence", name], what
    if not any(entry.consequence.values()):
        yield ["consequence"], "is none in every dimension: say 'not_relevant' with its reason instead"


def _wrong_none(name: str, before: AssessmentEntry, entry: RiskEntry, ground: Ground) -> Wrong:
    """Yield a consequence of none in what the scenario threatens, unless the assessment says why."""
    scenario = ground.library.scenarios.get(name)
    threatens = scenario.threatens if scenario else tuple(entry.threatens)
    for dimension in threatens:
        if before.consequence.get(dimension) == 0 and not before.because:
            yield ["before", "consequence", dimension], f"is none, but {name} threatens it: say why in 'because'"


def _wrong_measures(entry: RiskEntry, ground: Ground) -> Wrong:
    counts = Counter(measure.id for measure in entry.measures)
    for index, measure in enumerate(entry.measures):
        for key, what in _wrong_measure(measure, ground):
            yield ["measures", index, key], what
        if counts[measure.id] > 1:
            yield ["measures", index, "id"], f"measure '{measure.id}' is written {counts[measure.id]} times"


def _wrong_measure(measure: MeasureLine, ground: Ground) -> Iterator[tuple[str, str]]:
    known = ground.library.measures
    if measure.id not in known and not measure.title:
        yield "id", f"unknown measure '{measure.id}'{meant(measure.id, known)}; one of your own needs 'title'"
    if measure.id in known and measure.title:
        yield "title", f"the title of '{measure.id}' stands in the library"
    if measure.state == "done" and measure.done is None:
        yield "state", "'done' needs the day in 'done'"
    if measure.state != "done" and measure.done is not None:
        yield "done", f"has a day, but the measure is '{measure.state}'"
    if measure.done and measure.done > ground.as_of:
        yield "done", f"{measure.done} is after {ground.as_of}: what is not carried out yet is not done"


def _wrong_after(after: AfterEntry, entry: RiskEntry, ground: Ground) -> Wrong:
    measures = {measure.id: measure for measure in entry.measures}
    for name in after.rests_on:
        if name not in measures:
            yield ["rests_on"], f"rests on '{name}', which is not among the measures{meant(name, measures)}"
        elif measures[name].state == "dropped":
            yield ["rests_on"], f"rests on '{name}', which was dropped"
    if entry.before is None:
        yield [], "there is no assessment before the measures to compare with"
    else:
        yield from _wrong_step(entry.before, after)
    if after.reached:
        yield from _wrong_reached(after, measures, ground)


def _wrong_step(before: AssessmentEntry, after: AfterEntry) -> Wrong:
    pairs = [(name, level, after.consequence.get(name)) for name, level in before.consequence.items()]
    better = after.likelihood < before.likelihood or any(now is not None and now < was for _, was, now in pairs)
    worse = after.likelihood > before.likelihood or any(now is not None and now > was for _, was, now in pairs)
    if better and not after.rests_on:
        yield [], "is better than before without a measure: name in 'rests_on' what makes it so"
    if worse and not after.because:
        yield [], "is worse than before in something: say why in 'because'"
    for name in (name for name, _, now in pairs if now is None):
        yield ["consequence"], f"does not judge {name}, which was judged before"
    if after.date < before.date:
        yield ["date"], f"{after.date} is before {before.date}, when the risk was assessed"


def _wrong_reached(after: AfterEntry, measures: dict[str, MeasureLine], ground: Ground) -> Wrong:
    if after.reached is None:
        return
    day = after.reached.date
    if day > ground.as_of:
        yield ["reached", "date"], f"{day} is after {ground.as_of}, the day of the assessment"
    if day < after.date:
        yield ["reached", "date"], f"{day} is before {after.date}, when it was judged what the risk becomes"
    for name in after.rests_on:
        measure = measures.get(name)
        if measure and (measure.done is None or measure.done > day):
            yield ["reached"], f"measure '{name}' was not carried out by {day}: the risk is still what it was before"


def _wrong_acceptance(accepted: AcceptanceEntry, entry: RiskEntry, ground: Ground) -> Wrong:
    if accepted.date > ground.as_of:
        yield ["date"], f"{accepted.date} is after {ground.as_of}, the day of the assessment"
    if accepted.expires <= accepted.date:
        yield ["expires"], f"{accepted.expires} is not after {accepted.date}, when the risk was accepted"
    if entry.before is None:
        yield [], "nobody can accept a risk that nobody has assessed"
        return
    reached = entry.after.reached if entry.after else None
    assessed = reached.date if reached else entry.before.date
    if accepted.date < assessed:
        yield ["date"], f"{accepted.date} is before {assessed}, when what it accepts was assessed"
    above = above_criteria(entry, ground)
    if above and accepted.management is None:
        names = ", ".join(above)
        yield [], f"is above what may be left of {names}: needs 'management', who decided it, when and where"
    if accepted.management and accepted.management.date > ground.as_of:
        yield ["management", "date"], f"{accepted.management.date} is after {ground.as_of}, the day of the assessment"
    if accepted.management and accepted.management.date < assessed:
        yield ["management", "date"], f"{accepted.management.date} is before {assessed}, when the risk was assessed"


def above_criteria(entry: RiskEntry, ground: Ground) -> list[Dimension]:
    """Return the dimensions in which a risk, as it stands now, is graver than what may be left."""
    standing = entry.after if entry.after and entry.after.reached else entry.before
    accept, matrix = ground.file.criteria.accept, ground.matrix
    if standing is None or standing.likelihood > len(matrix.likelihood):
        return []
    judged = [(name, standing.consequence.get(name, 0)) for name in DIMENSIONS]
    return [
        name
        for name, level in judged
        if name in accept
        and 0 < level <= len(matrix.consequence)
        and BANDS.index(matrix.band(standing.likelihood, level)) > BANDS.index(accept[name])
    ]


def _wrong_exemption(entry: RiskEntry, ground: Ground) -> Wrong:
    exempt = entry.not_relevant
    if exempt is None:
        return
    if entry.before or entry.after or entry.acceptance:
        yield [], "a risk that is assessed or accepted is relevant: keep one of the two"
    if exempt.date > ground.as_of:
        yield ["date"], f"{exempt.date} is after {ground.as_of}, the day of the assessment"
    if exempt.expires <= exempt.date:
        yield ["expires"], f"{exempt.expires} is not after {exempt.date}, when it was said"
