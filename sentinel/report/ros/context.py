"""Builds the document of risk from an assessment: typed, ready to print, in one language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sentinel.content import root
from sentinel.model.risks import Ros
from sentinel.model.text import Language
from sentinel.report.clean import in_threes, scrub, shorten
from sentinel.report.documents import Document
from sentinel.report.pages import Chart, Figure, Footer, Level, Mark, Section
from sentinel.report.ros.matrices import Placed, draw_matrix
from sentinel.report.ros.parts import (
    acceptances,
    dimensions,
    exemptions,
    facts,
    left_out,
    measures,
    numbered,
    origins,
    risks,
)
from sentinel.report.text import Catalogue, day, load_texts

_NAME = 120
_SHORT_HASH = 8


def context(ros: Ros, tlp: str, language: Language, base: Path | None = None) -> Document:
    """Return the document with every text visible and bounded; `base` is the content root whose texts are used."""
    catalogue = load_texts(language, base or root())
    return scrub(_report(ros, tlp, catalogue), catalogue)


def _report(ros: Ros, tlp: str, catalogue: Catalogue) -> Document:
    say = catalogue.say
    name = shorten(ros.organisation, _NAME, catalogue)
    return Document(
        language=catalogue.language,
        title=say("ros.title"),
        author=name,
        tlp=say("report.tlp", tlp=tlp),
        notice="",
        line=say(
            "ros.line", name=name, number=in_threes(ros.number, catalogue), day=day(ros.as_of, catalogue.language)
        ),
        level=_level(ros, catalogue),
        scope=ros.scope,
        figures=figures(ros, catalogue),
        grounds=_grounds(ros, catalogue),
        signature=say("ros.signature"),
        contents=say("report.contents"),
        sections=tuple(_sections(ros, catalogue)),
        attached="ros.json",
        attachment=say("ros.attachment"),
        footer=Footer(
            disclaimer=say("ros.disclaimer"),
            grounds=say("ros.footer", version=ros.library_version, hash=ros.library_hash[:_SHORT_HASH]),
            page=say("footer.page"),
            of=say("footer.of"),
        ),
        wide=False,
    )


def _level(ros: Ros, catalogue: Catalogue) -> Level:
    figures = ros.figures
    overdue = [catalogue.count("ros.reason.overdue", figures.overdue)] if figures.overdue else []
    if figures.applies and not figures.unsettled:
        reason = " ".join([catalogue.say("ros.reason.settled"), *overdue])
        return Level(Mark("circle", "met"), catalogue.say("ros.level.settled"), reason)
    parts = [catalogue.count("ros.reason.open", figures.unsettled, total=figures.applies)]
    if figures.not_assessed:
        parts.append(catalogue.count("ros.reason.unseen", figures.not_assessed))
    if not figures.assessed:
        return Level(Mark("open", "open"), catalogue.say("ros.level.none"), " ".join(parts + overdue))
    return Level(Mark("square", "unmet"), catalogue.say("ros.level.open"), " ".join(parts + overdue))


def figures(ros: Ros, catalogue: Catalogue) -> tuple[Figure, ...]:
    """Return the three figures that are only ever shown together."""
    counts = ros.figures
    of = catalogue.say("ros.figure.of", total=counts.applies)
    worst = catalogue.say(f"ros.band.{counts.worst_case}") if counts.worst_case else catalogue.say("none")
    return (
        Figure(str(counts.assessed), of, catalogue.say("ros.figure.assessed")),
        Figure(str(counts.settled), of, catalogue.say("ros.figure.settled")),
        Figure(worst, "", catalogue.say("ros.figure.worst")),
    )


def _grounds(ros: Ros, catalogue: Catalogue) -> str:
    measured = catalogue.say("ros.grounds.measured", name=ros.measured) if ros.measured else ""
    return catalogue.say(
        "ros.grounds",
        by=ros.criteria.by,
        role=ros.criteria.role,
        day=day(ros.criteria.given, catalogue.language),
        library=ros.library,
        version=ros.library_version,
        hash=ros.library_hash[:_SHORT_HASH],
        matrix=ros.matrix.title.say(catalogue.language),
        measured=measured or catalogue.say("ros.measured.none"),
    )


def _sections(ros: Ros, catalogue: Catalogue) -> Iterator[Section]:
    say = catalogue.say
    numbers = numbered(ros)
    yield Section("matrices", say("ros.matrix.title"), (say("ros.matrix.how"),), _matrices(ros, catalogue), ())
    yield Section(
        "risks",
        say("ros.risks.title"),
        (say("ros.risks.how"),),
        (),
        (risks(ros, numbers, catalogue), dimensions(ros, catalogue)),
    )
    tables = (measures(ros, numbers, catalogue), acceptances(ros, numbers, catalogue), exemptions(ros, catalogue))
    yield Section("measures", say("ros.measures.title"), (), (), tables)
    how = say("ros.measured.how") if ros.measured else say("ros.measured.none")
    tables_measured = (facts(ros, numbers, catalogue),) if ros.measured else ()
    yield Section("measured", say("ros.measured.title"), (how,), (), tables_measured)
    yield Section("left-out", say("ros.open.title"), (say("ros.open.how"),), (), (left_out(ros, catalogue),))
    yield Section(
        "origins", say("ros.grounds.title"), (_grounds(ros, catalogue),), (), (origins(ros, numbers, catalogue),)
    )


def _matrices(ros: Ros, catalogue: Catalogue) -> tuple[Chart, Chart]:
    now, after = placed(ros, after=False), placed(ros, after=True)
    return (
        draw_matrix("matrix-now", catalogue.say("ros.matrix.now"), ros.matrix, now, catalogue),
        draw_matrix("matrix-after", catalogue.say("ros.matrix.after"), ros.matrix, after, catalogue),
    )


def placed(ros: Ros, *, after: bool) -> Placed:
    """Return where each risk stands now, or is meant to stand; what has no after stays where it is."""
    cells, unseen, hoped = dict[tuple[int, int], list[int]](), list[int](), set[int]()
    numbers = numbered(ros)
    for risk in (risk for risk in ros.risks if risk.id in numbers):
        number = numbers[risk.id]
        where = (risk.after or risk.now) if after else risk.now
        if where is None or where.missing or risk.stale:
            unseen.append(number)
            continue
        cells.setdefault((where.likelihood, where.consequence), []).append(number)
        if after and risk.after and not risk.reached:
            hoped.add(number)
    return Placed(cells, unseen, hoped)
