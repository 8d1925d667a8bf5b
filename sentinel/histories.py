"""The journey of a history: an organisation and those it came from, each with its own results, never joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import partial

from sentinel.comply.predecessors import Line, kept_measured, point, predecessor, read_measured
from sentinel.errors import ContentError, Fault
from sentinel.model.compliance import Judgement
from sentinel.model.histories import HistoryPoint, Predecessor
from sentinel.settings import Site, SuccessionSection

Kept = Callable[[str], Sequence[tuple[date, str]]]
"""Results that are kept under a number: day and body."""


def predecessors(site: Site, now: Sequence[Judgement], as_of: date) -> tuple[Predecessor, ...]:
    """Read what the site file says of those it came from; InputError for a result that is not one of theirs."""
    if faults := list(_wrong(site, as_of)):
        raise ContentError(faults)
    found = []
    for section in site.file.organisation.succeeds:
        line = _line(section)
        results = [(read_measured(site.path(name), name, line, as_of), name) for name in section.results]
        found.append(predecessor(line, results, now))
    return tuple(found)


def history(site: Site, kept: Kept, as_of: date) -> tuple[HistoryPoint, ...]:
    """Return every point there is in files and in the store: its predecessors in their order, then its own."""
    if faults := list(_wrong(site, as_of)):
        raise ContentError(faults)
    who = site.file.organisation
    files = {_line(section): section.results for section in who.succeeds}
    previous = site.file.report.previous
    files[Line(who.name, who.number)] = (previous,) if previous else ()
    points: list[HistoryPoint] = []
    for line, names in files.items():
        measured = [point(read_measured(site.path(name), name, line, as_of), line, name) for name in names]
        bodies = (body.encode() for when, body in kept(line.number) if when <= line.last_day(as_of))
        measured += (point(kept_measured(body, line, as_of), line, "store") for body in bodies)
        points += _once(sorted(measured, key=lambda one: (one.when, one.source == "store", one.source)))
    return tuple(points)


def _once(points: Sequence[HistoryPoint]) -> Iterator[HistoryPoint]:
    """Leave out what the store says of a day again with the same numbers."""
    seen: set[tuple[object, ...]] = set()
    for one in points:
        key = (one.when, one.score, one.coverage, one.worst_case, one.level)
        if key not in seen:
            yield one
        seen.add(key)


def _line(section: SuccessionSection) -> Line:
    return Line(section.name, section.number, section.how, section.date)


def _wrong(site: Site, as_of: date) -> Iterator[Fault]:
    who = site.file.organisation
    numbers = [section.number for section in who.succeeds]
    for index, section in enumerate(who.succeeds):
        fault = partial(site.fault, ["organisation", "succeeds", index])
        if section.number == who.number:
            yield fault(f"{section.number} is this organisation's own number")
        if section.number in numbers[:index]:
            yield fault(f"{section.number} is written twice")
        if section.date > as_of:
            yield fault(f"{section.date} has not come on {as_of}, the day of the assessment")
        for name in sorted({name for name in section.results if section.results.count(name) > 1}):
            yield fault(f"{name} is written twice")
