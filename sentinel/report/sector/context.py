"""Builds the report of the sector from a published benchmark, and from nothing else: it cannot say more than that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sentinel.content import root
from sentinel.model.benchmark import Benchmark, Spread
from sentinel.model.text import Language
from sentinel.report.clean import scrub, shorten
from sentinel.report.documents import Document
from sentinel.report.pages import Chart, Figure, Footer, Level, Mark, Section
from sentinel.report.sector.lanes import Lane, lanes
from sentinel.report.sector.tables import lacks, levels, quartiles, standing, unseen
from sentinel.report.text import Catalogue, day, load_texts, percent

_NAME = 120


def context(benchmark: Benchmark, by: str, tlp: str, language: Language, base: Path | None = None) -> Document:
    """Return the report with every text visible and bounded; `by` is who publishes it."""
    catalogue = load_texts(language, base or root())
    return scrub(_document(benchmark, by, tlp, catalogue), catalogue)


def _document(benchmark: Benchmark, by: str, tlp: str, catalogue: Catalogue) -> Document:
    say, when = catalogue.say, day(benchmark.day, catalogue.language)
    author = shorten(by, _NAME, catalogue) or say("sector.by")
    return Document(
        language=catalogue.language,
        title=say("sector.title"),
        author=author,
        tlp=say("report.tlp", tlp=tlp),
        notice="",
        line=say("sector.line", by=author, day=when),
        level=_level(benchmark, catalogue),
        scope=benchmark.says.say(catalogue.language),
        figures=_figures(benchmark, catalogue),
        grounds=say("sector.grounds", checklist=benchmark.checklist, version=benchmark.version, day=when),
        signature="",
        contents=say("report.contents"),
        sections=tuple(_sections(benchmark, catalogue)),
        attached="sector.json",
        attachment=say("sector.attachment"),
        footer=Footer(
            disclaimer=say("sector.disclaimer"),
            grounds=say("sector.footer", checklist=benchmark.checklist, version=benchmark.version),
            page=say("footer.page"),
            of=say("footer.of"),
        ),
        wide=False,
    )


def _level(benchmark: Benchmark, catalogue: Catalogue) -> Level:
    """Say how much of the sector is shown. The sector has no level of its own: it is no organisation."""
    shown, total = len(_shown(benchmark)), len(benchmark.cells)
    word = catalogue.count("sector.level", shown, total=total)
    if not shown:
        return Level(Mark("open", "open"), word, catalogue.say("sector.level.none"))
    if shown == total:
        return Level(Mark("box", "plain"), word, catalogue.say("sector.level.all"))
    return Level(Mark("open", "open"), word, catalogue.say("sector.level.reason"))


def _figures(benchmark: Benchmark, catalogue: Catalogue) -> tuple[Figure, ...]:
    spreads = _shown(benchmark)
    most = max((spread.unseen for spread in spreads), default=None)
    unseen = catalogue.say("none") if most is None else percent(most, catalogue.language)
    of = catalogue.say("sector.figure.of", total=len(benchmark.cells))
    return (
        Figure(str(len(spreads)), of, catalogue.say("sector.figure.shown")),
        Figure(unseen, "", catalogue.say("sector.figure.unseen")),
        Figure(str(benchmark.least), "", catalogue.say("sector.figure.least")),
    )


def _sections(benchmark: Benchmark, catalogue: Catalogue) -> Iterator[Section]:
    say, cells, least = catalogue.say, benchmark.cells, benchmark.least
    how = (say("sector.standing.how"),)
    yield Section(
        "standing",
        say("sector.standing.title"),
        how,
        (_chart(benchmark, catalogue),),
        (standing(cells, catalogue),),
    )
    how = (say("sector.levels.how"),)
    yield Section("levels", say("sector.levels.title"), how, (), (levels(cells, least, catalogue),))
    how = (say("sector.quartiles.how"),)
    yield Section("spread", say("sector.quartiles.title"), how, (), (quartiles(cells, catalogue),))
    how = (say("sector.lacks.how", least=least),)
    yield Section("lacks", say("sector.lacks.title"), how, (), (lacks(cells, catalogue),))
    how = (say("sector.open.how"),)
    yield Section("open", say("sector.open.title"), how, (), (unseen(cells, catalogue),))


def _chart(benchmark: Benchmark, catalogue: Catalogue) -> Chart:
    title = catalogue.say("sector.standing.chart")
    groups = [
        Lane(cell.title.say(catalogue.language), cell.figures.spread if cell.figures else None)
        for cell in benchmark.cells
    ]
    return lanes("sector", title, _described(benchmark, catalogue), groups, catalogue)


def _described(benchmark: Benchmark, catalogue: Catalogue) -> str:
    """Return the ends of the drawing in a sentence; all numbers stand in the table below."""
    shown = [(cell.title.say(catalogue.language), cell.figures.spread) for cell in benchmark.cells if cell.figures]
    if not shown:
        return catalogue.say("sector.described.none")
    most, least = max(shown, key=lambda one: one[1].met), min(shown, key=lambda one: one[1].met)
    unseen = max(shown, key=lambda one: one[1].unseen)
    return catalogue.say(
        "sector.described",
        most=most[0],
        met=percent(most[1].met, catalogue.language),
        least=least[0],
        least_met=percent(least[1].met, catalogue.language),
        group=unseen[0],
        unseen=percent(unseen[1].unseen, catalogue.language),
    )


def _shown(benchmark: Benchmark) -> list[Spread]:
    return [cell.figures.spread for cell in benchmark.cells if cell.figures]
