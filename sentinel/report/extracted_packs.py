"""Writes the packs of an extract: each a part by itself, with whether it binds, its own numbers and its own rows."""

from __future__ import annotations

from collections.abc import Iterator

from sentinel.model.compliance import Score
from sentinel.model.extracts import Counts, Extract, ExtractedPack
from sentinel.model.packs import PackOverview
from sentinel.report.clean import shorten
from sentinel.report.extracted_rows import away_rows, open_rows, requirement_rows
from sentinel.report.firstpage import leveled
from sentinel.report.packs import not_for, pack_figures, pack_name
from sentinel.report.pages import Section, Table
from sentinel.report.tables import Layout, cell, table
from sentinel.report.text import Catalogue

_FIGURES: Layout = (("value", 34, "data"), ("what", 140, "prose"))
_LONG, _VERSION, _SHORT_HASH = 400, 30, 8


def pack_sections(extract: Extract, catalogue: Catalogue) -> Iterator[Section]:
    """Yield a section for each pack; one that is not for the organisation, or that nobody answered, says so."""
    for one in extract.packs:
        yield Section(
            id=f"pack-{one.pack.id}",
            title=catalogue.say("pack.title", pack=pack_name(one.pack, catalogue)),
            paragraphs=tuple(_paragraphs(one, catalogue)),
            charts=(),
            tables=tuple(_tables(one, extract, catalogue)),
        )


def open_packs(extract: Extract, catalogue: Catalogue) -> list[str]:
    """Say of each pack how much of it nobody has settled, where that is anything."""
    return [
        catalogue.count("pack.open", unsettled(one.counts), pack=pack_name(one.pack, catalogue))
        for one in extract.packs
        if unsettled(one.counts)
    ]


def unsettled(counts: Counts) -> int:
    """Count what nobody has settled: unanswered, not known, or disputed."""
    return counts.not_assessed + counts.unknown + counts.disputed


def _paragraphs(one: ExtractedPack, catalogue: Catalogue) -> Iterator[str]:
    yield shorten(one.pack.says.say(catalogue.language), _LONG, catalogue)
    if one.score is None:
        yield f"{not_for(one.pack, catalogue)} {catalogue.say('pack.not_for')}"
        return
    if not one.answered:
        yield catalogue.count("pack.unanswered", one.counts.applies)
    yield catalogue.say("pack.how")


def _tables(one: ExtractedPack, extract: Extract, catalogue: Catalogue) -> Iterator[Table]:
    if one.score is None:
        return
    yield _numbers(one.pack, one.score, catalogue)
    if one.answered:
        yield open_rows(one.rows, catalogue, one.pack.id)
        applying = (row for row in one.rows if row.applies)
        yield requirement_rows(applying, extract, catalogue, which=one.pack.id)
        yield away_rows(one.rows, catalogue, one.pack.id)


def _numbers(pack: PackOverview, score: Score, catalogue: Catalogue) -> Table:
    say, level = catalogue.say, leveled(score, catalogue)
    figures = pack_figures(score, catalogue)
    version = shorten(pack.version, _VERSION, catalogue)
    rows = [
        *((cell(f"{figure.value} {figure.unit}".strip()), cell(figure.label)) for figure in figures),
        (cell(level.word, "", level.mark), cell(level.reason)),
        (cell(version), cell(say("pack.version", hash=pack.hash[:_SHORT_HASH]))),
    ]
    found = table("packfigures", _FIGURES, rows, catalogue)
    return Table(f"{found.id}-{pack.id}", found.title, found.columns, found.rows, found.empty, found.more)
