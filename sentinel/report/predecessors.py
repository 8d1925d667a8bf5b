"""The part of a report about organisations that this one came from: each with its own line, and what fell away."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.model.histories import HistoryPoint, Predecessor
from sentinel.model.result import Result
from sentinel.report.clean import in_threes
from sentinel.report.marks import LEVELS, STATES, UNSEEN
from sentinel.report.pages import Section, Table
from sentinel.report.tables import Layout, Row, cell, table
from sentinel.report.text import Catalogue, day, whole


def predecessors(result: Result, catalogue: Catalogue) -> tuple[Section, ...]:
    """Return one section where there is any predecessor, else none."""
    if not result.predecessors:
        return ()
    say = catalogue.say
    how = [
        say(f"history.{one.succession}", name=one.name, day=day(one.ended, catalogue.language))
        for one in result.predecessors
    ]
    tables = (_points(result, catalogue), _fallen(result, catalogue))
    return (Section("predecessors", say("history.title"), (*how, say("history.how")), (), tables),)


def _points(result: Result, catalogue: Catalogue) -> Table:
    layout: Layout = (
        ("organisation", 32, "prose"),
        ("day", 20, "prose"),
        ("level", 18, "prose"),
        ("score", 10, "number"),
        ("coverage", 10, "number"),
        ("worst", 10, "number"),
    )
    rows = [row for one in result.predecessors for row in _rows(one, catalogue)]
    return table("history", layout, rows, catalogue)


def _rows(one: Predecessor, catalogue: Catalogue) -> Iterator[Row]:
    number = catalogue.say("history.number", number=in_threes(one.number, catalogue))
    if not one.points:
        none = cell(catalogue.say("none"))
        yield cell(one.name, number, UNSEEN), cell(catalogue.say("history.nothing")), none, none, none, none
    for point in one.points:
        yield (
            cell(point.name, number),
            cell(day(point.when, catalogue.language)),
            cell(catalogue.say(f"level.{point.level}"), "", LEVELS[point.level]),
            *(cell(_number(value, catalogue)) for value in _three(point)),
        )


def _three(point: HistoryPoint) -> tuple[float | None, float | None, float | None]:
    return point.score, point.coverage, point.worst_case


def _fallen(result: Result, catalogue: Catalogue) -> Table:
    titles = {one.requirement.id: one.requirement.title.say(catalogue.language) for one in result.judgements}
    rows = [
        (
            cell(f"{name} {titles.get(name, '')}".strip()),
            cell(one.name),
            cell(catalogue.say(f"state.{state}"), "", STATES[state]),
        )
        for one in result.predecessors
        for name, state in one.fallen
    ]
    layout: Layout = (("requirement", 44, "prose"), ("organisation", 30, "prose"), ("now", 26, "prose"))
    return table("fallen", layout, rows, catalogue)


def _number(value: float | None, catalogue: Catalogue) -> str:
    return catalogue.say("none") if value is None else str(whole(value))
