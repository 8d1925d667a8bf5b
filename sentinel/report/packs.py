"""Writes how an organisation stands to packs: three numbers and a level each, and never one sum with Normen's."""

from __future__ import annotations

from collections.abc import Iterable

from sentinel.model.compliance import Score
from sentinel.model.packs import PackOverview, PackScored
from sentinel.report.clean import shorten
from sentinel.report.firstpage import APPLICABLE, UNSETTLED, figures, leveled
from sentinel.report.marks import STATES
from sentinel.report.pages import Figure, Table
from sentinel.report.tables import WHOLE, Layout, Row, cell, table
from sentinel.report.text import Catalogue

_PACKS: Layout = (
    ("pack", 82, "prose"),
    ("score", 22, "data"),
    ("coverage", 22, "data"),
    ("worst_case", 22, "data"),
    ("level", 26, "data"),
)
_NAME, _LONG = 100, 400


def pack_table(packs: Iterable[PackScored], catalogue: Catalogue) -> Table:
    """Return the packs that a site names answers to, one a row, with what each binds below its name."""
    rows = [_row(one, catalogue) for one in packs if one.named]
    return table("packs", _PACKS, rows, catalogue, room=WHOLE)


def pack_figures(score: Score, catalogue: Catalogue) -> tuple[Figure, ...]:
    """Return a pack's three numbers, as they are written for the whole checklist."""
    total, unsettled = (sum(score.counts.get(state, 0) for state in states) for states in (APPLICABLE, UNSETTLED))
    return figures(score, total, unsettled, catalogue)


def pack_name(pack: PackOverview, catalogue: Catalogue) -> str:
    """Return what a pack is called, bounded."""
    return shorten(pack.title.say(catalogue.language), _NAME, catalogue)


def not_for(pack: PackOverview, catalogue: Catalogue) -> str:
    """Say why a pack is not for the organisation."""
    return shorten(pack.because.say(catalogue.language), _LONG, catalogue) if pack.because else catalogue.say("none")


def _row(one: PackScored, catalogue: Catalogue) -> Row:
    language, none = catalogue.language, cell(catalogue.say("none"))
    if one.score is None:
        away = cell(catalogue.say("state.not_applicable"), "", STATES["not_applicable"])
        return (cell(pack_name(one.pack, catalogue), not_for(one.pack, catalogue)), none, none, none, away)
    name = cell(pack_name(one.pack, catalogue), shorten(one.pack.says.say(language), _LONG, catalogue))
    numbers = (cell(f"{figure.value} {figure.unit}".strip()) for figure in pack_figures(one.score, catalogue))
    level = leveled(one.score, catalogue)
    return (name, *numbers, cell(level.word, "", level.mark))
