"""The tables of the sector report. A count is never below the least, and no two cells can be added to a third."""

from __future__ import annotations

from collections.abc import Sequence

from sentinel.model.benchmark import Cell as Group
from sentinel.model.benchmark import Figures, Quartiles
from sentinel.report.pages import Table
from sentinel.report.tables import Layout, Row, cell, table
from sentinel.report.text import Catalogue, day, percent

_LACKS = 3
"""Requirements of one group; the attached file holds more."""


def standing(groups: Sequence[Group], catalogue: Catalogue) -> Table:
    """Return the numbers of the drawing."""
    names = ("met", "partly", "lacking", "unknown", "unseen", "declared")
    layout: Layout = (("group", 34, "prose"), *((name, 11, "number") for name in names))
    rows: list[Row] = []
    for group in groups:
        told = group.figures
        shares = [
            percent(getattr(told.spread, name), catalogue.language) if told else _none(catalogue) for name in names
        ]
        rows.append(
            (cell(_title(group, catalogue), "" if told else catalogue.say("sector.hidden")), *map(cell, shares))
        )
    return table("sector-standing", layout, rows, catalogue)


def levels(groups: Sequence[Group], least: int, catalogue: Catalogue) -> Table:
    """Return how many are at each level, rounded down."""
    layout: Layout = (
        ("group", 40, "prose"),
        ("members", 15, "number"),
        ("green", 15, "number"),
        ("yellow", 15, "number"),
        ("red", 15, "number"),
    )
    rows = [
        (
            cell(_title(group, catalogue)),
            cell(catalogue.say("sector.atleast", n=told.members)),
            *(cell(_count(told.levels.get(level, 0), least, catalogue)) for level in ("green", "yellow", "red")),
        )
        for group, told in _told(groups)
    ]
    return table("sector-levels", layout, rows, catalogue)


def quartiles(groups: Sequence[Group], catalogue: Catalogue) -> Table:
    """Return the quartiles of the three numbers, which stand on one line always."""
    layout: Layout = (
        ("group", 40, "prose"),
        ("score", 20, "number"),
        ("coverage", 20, "number"),
        ("worst", 20, "number"),
    )
    rows = [
        (
            cell(_title(group, catalogue), _when(group, told, catalogue)),
            *(cell(_three(one, catalogue)) for one in (told.score, told.coverage, told.worst_case)),
        )
        for group, told in _told(groups)
    ]
    return table("sector-quartiles", layout, rows, catalogue)


def lacks(groups: Sequence[Group], catalogue: Catalogue) -> Table:
    """Return the requirements that most lack, group by group."""
    layout: Layout = (
        ("group", 32, "prose"),
        ("requirement", 44, "prose"),
        ("lacking", 12, "number"),
        ("unseen", 12, "number"),
    )
    rows = [
        (
            cell(_title(group, catalogue)),
            cell(lack.title.say(catalogue.language), lack.requirement),
            cell(percent(lack.lacking, catalogue.language)),
            cell(percent(lack.unseen, catalogue.language)),
        )
        for group, told in _told(groups)
        for lack in told.lacks[:_LACKS]
    ]
    return table("sector-lacks", layout, rows, catalogue)


def unseen(groups: Sequence[Group], catalogue: Catalogue) -> Table:
    """Return every group with what nobody looked at in it, those that are not shown first."""
    layout: Layout = (("group", 38, "prose"), ("unseen", 14, "number"), ("why", 48, "prose"))
    ordered = sorted(groups, key=lambda group: -(group.figures.spread.unseen if group.figures else 101))
    rows = [
        (
            cell(_title(group, catalogue)),
            cell(percent(group.figures.spread.unseen, catalogue.language) if group.figures else _none(catalogue)),
            cell(group.because.say(catalogue.language)),
        )
        for group in ordered
    ]
    return table("sector-open", layout, rows, catalogue)


def _told(groups: Sequence[Group]) -> list[tuple[Group, Figures]]:
    return [(group, group.figures) for group in groups if group.figures]


def _title(group: Group, catalogue: Catalogue) -> str:
    return group.title.say(catalogue.language)


def _none(catalogue: Catalogue) -> str:
    return catalogue.say("none")


def _count(count: int, least: int, catalogue: Catalogue) -> str:
    return catalogue.say("sector.atleast", n=count) if count >= least else catalogue.say("sector.under", least=least)


def _three(one: Quartiles | None, catalogue: Catalogue) -> str:
    if one is None:
        return _none(catalogue)
    return catalogue.say("sector.three", low=one.low, middle=one.middle, high=one.high)


def _when(group: Group, told: Figures, catalogue: Catalogue) -> str:
    """Say of what day figures are that were told before."""
    if group.shown != "repeated":
        return ""
    because = group.because.say(catalogue.language)
    return catalogue.say("sector.repeated", because=because, day=day(told.day, catalogue.language))
