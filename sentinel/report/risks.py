"""Writes the figures of the assessment of risk (ROS) for management: beside the score, and never part of it."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.model.risks import Risk, Ros
from sentinel.report.clean import shorten
from sentinel.report.marks import UNSEEN
from sentinel.report.pages import Section, Table
from sentinel.report.ros.context import figures
from sentinel.report.ros.parts import BAND_MARKS, STATES, numbered
from sentinel.report.tables import Layout, Row, cell, table
from sentinel.report.text import Catalogue, day

_FIGURES: Layout = (("value", 30, "data"), ("what", 140, "prose"))
_OPEN: Layout = (
    ("number", 8, "number"),
    ("risk", 72, "prose"),
    ("now", 32, "data"),
    ("state", 56, "prose"),
)
_WORST = 5
_LONG = 200


def risks(ros: Ros, catalogue: Catalogue) -> Section:
    """Return the section: three figures together, the gravest that is not settled, and where the rest stands."""
    return Section(
        id="risks",
        title=catalogue.say("risks.title"),
        paragraphs=(
            catalogue.say("risks.how", day=day(ros.criteria.given, catalogue.language)),
            catalogue.say("risks.where", language=catalogue.language),
        ),
        charts=(),
        tables=(_figures(ros, catalogue), _unsettled(ros, catalogue)),
    )


def _figures(ros: Ros, catalogue: Catalogue) -> Table:
    rows: list[Row] = [
        (cell(f"{figure.value} {figure.unit}".strip()), cell(figure.label)) for figure in figures(ros, catalogue)
    ]
    rows.append((cell(str(ros.figures.overdue)), cell(catalogue.say("risks.overdue"))))
    return table("riskfigures", _FIGURES, rows, catalogue)


def _unsettled(ros: Ros, catalogue: Catalogue) -> Table:
    numbers = numbered(ros)
    found = [risk for risk in ros.risks if risk.state in {"open", "disputed", "not_assessed"}]
    rows = list(_rows(found[:_WORST], numbers, catalogue))
    made = table("unsettled", _OPEN, rows, catalogue)
    left = len(found) - len(rows)
    more = catalogue.count("more.ros", left) if left > 0 else ""
    return Table(made.id, made.title, made.columns, made.rows, made.empty, more)


def _rows(found: list[Risk], numbers: dict[str, int], catalogue: Catalogue) -> Iterator[Row]:
    for risk in found:
        judged = risk.judged
        yield (
            cell(str(numbers[risk.id])),
            cell(shorten(risk.title.say(catalogue.language), _LONG, catalogue)),
            cell(catalogue.say(f"ros.band.{judged.worst}"), "", BAND_MARKS[judged.worst])
            if judged is not None
            else cell(catalogue.say("ros.state.not_assessed"), "", UNSEEN),
            cell(catalogue.say(f"ros.state.{risk.state}"), "", STATES[risk.state]),
        )
