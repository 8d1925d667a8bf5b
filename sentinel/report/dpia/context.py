"""Builds the document of an assessment of the impact on data protection: the same shape as that of risk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sentinel.content import root
from sentinel.model.dpia import Dpia, DpiaState, Estimate, FearedEvent
from sentinel.model.risks import BANDS
from sentinel.model.text import Language
from sentinel.report.clean import in_threes, scrub, shorten
from sentinel.report.documents import Document
from sentinel.report.dpia.parts import (
    causes,
    data,
    events,
    items,
    measures,
    numbered,
    people,
    screening,
    sources,
    statements,
)
from sentinel.report.pages import Chart, Figure, Footer, Level, Mark, Section
from sentinel.report.ros.matrices import Placed, draw_matrix
from sentinel.report.text import Catalogue, day, load_texts

_NAME = 120
_SHORT_HASH = 8
MARKS: dict[DpiaState, Mark] = {
    "not_needed": Mark("dash", "quiet"),
    "unfinished": Mark("square", "unmet"),
    "consult": Mark("square", "unmet"),
    "review": Mark("triangle", "partly"),
    "finished": Mark("circle", "met"),
}


def context(dpia: Dpia, tlp: str, language: Language, base: Path | None = None) -> Document:
    """Return the document with every text visible and bounded; `base` is the content root whose texts are used."""
    catalogue = load_texts(language, base or root())
    return scrub(_report(dpia, tlp, catalogue), catalogue)


def _report(dpia: Dpia, tlp: str, catalogue: Catalogue) -> Document:
    say, language = catalogue.say, catalogue.language
    name = shorten(dpia.organisation, _NAME, catalogue) or say("dpia.nobody")
    return Document(
        language=language,
        title=say("dpia.title"),
        author=name,
        tlp=say("report.tlp", tlp=tlp),
        notice="",
        line=say(
            "dpia.line",
            name=name,
            number=in_threes(dpia.number, catalogue) or say("none"),
            day=day(dpia.as_of, language),
        ),
        level=Level(MARKS[dpia.state], say(f"dpia.state.{dpia.state}"), dpia.because.say(language)),
        scope=dpia.title,
        figures=_figures(dpia, catalogue),
        grounds=_grounds(dpia, catalogue),
        signature=say("ros.signature"),
        contents=say("report.contents"),
        sections=tuple(_sections(dpia, catalogue)),
        attached="dpia.json",
        attachment=say("dpia.attachment"),
        footer=Footer(
            disclaimer=say("dpia.disclaimer"),
            grounds=say("dpia.footer", hash=dpia.content[:_SHORT_HASH]),
            page=say("footer.page"),
            of=say("footer.of"),
        ),
        wide=False,
    )


def _figures(dpia: Dpia, catalogue: Catalogue) -> tuple[Figure, ...]:
    """Return three figures that belong together: what nobody judged is the worst there is."""
    say, counts = catalogue.say, dpia.counts
    applies = sum(counts.values()) - counts["not_relevant"]
    bands = [event.residual.band if event.residual else "high" for event in dpia.events]
    worst = max(bands, key=BANDS.index)
    of = say("ros.figure.of", total=applies)
    return (
        Figure(str(counts["met"]), of, say("dpia.figure.met")),
        Figure(str(counts["partly"] + counts["missing"]), of, say("dpia.figure.open")),
        Figure(say(f"ros.band.{worst}"), "", say("dpia.figure.worst")),
    )


def _grounds(dpia: Dpia, catalogue: Catalogue) -> str:
    made = day(dpia.made, catalogue.language) if dpia.made else catalogue.say("dpia.undated")
    listed = day(dpia.screening.listed, catalogue.language)
    used = _used(dpia, catalogue)
    return catalogue.say("dpia.grounds", made=made, used=used, listed=listed, hash=dpia.content[:_SHORT_HASH])


def _used(dpia: Dpia, catalogue: Catalogue) -> str:
    """Say when the processing was taken into use, or is to be; that nobody has said it is told too."""
    if dpia.in_use is None:
        return catalogue.say("dpia.use.unsaid")
    when = day(dpia.in_use, catalogue.language)
    return catalogue.say("dpia.use.since" if dpia.in_use <= dpia.as_of else "dpia.use.from", day=when)


def _sections(dpia: Dpia, catalogue: Catalogue) -> Iterator[Section]:
    say = catalogue.say
    found = dpia.screening
    needed = say(f"dpia.need.{found.need}", because=found.because.say(catalogue.language))
    yield Section("screening", say("dpia.screening.title"), (needed,), (), (screening(dpia, catalogue),))
    told = (statements(dpia, "description", catalogue), data(dpia, catalogue))
    yield Section("description", say("dpia.description.title"), (), (), told)
    why = tuple(statements(dpia, part, catalogue) for part in ("necessity", "rights"))
    yield Section("necessity", say("dpia.necessity.title"), (), (), why)
    judged = (events(dpia, catalogue), causes(dpia, catalogue))
    yield Section("risks", say("dpia.risks.title"), (say("dpia.risks.how"),), _matrices(dpia, catalogue), judged)
    yield Section("measures", say("dpia.measures.title"), (say("dpia.measures.how"),), (), (measures(dpia, catalogue),))
    yield Section("people", say("dpia.people.title"), (), (), (people(dpia, catalogue),))
    yield Section("items", say("dpia.items.title"), (say("dpia.items.how"),), (), (items(dpia, catalogue),))
    yield Section("sources", say("dpia.sources.title"), (_grounds(dpia, catalogue),), (), (sources(dpia, catalogue),))


def _matrices(dpia: Dpia, catalogue: Catalogue) -> tuple[Chart, Chart]:
    now, after = placed(dpia, after=False), placed(dpia, after=True)
    return (
        draw_matrix("matrix-now", catalogue.say("dpia.matrix.now"), dpia.matrix, now, catalogue),
        draw_matrix("matrix-after", catalogue.say("dpia.matrix.after"), dpia.matrix, after, catalogue),
    )


def placed(dpia: Dpia, *, after: bool) -> Placed:
    """Return where each event stands today, or is meant to stand; brackets where its measures are not all done."""
    cells, unseen, hoped = dict[tuple[int, int], list[int]](), list[int](), set[int]()
    for event, number in numbered(dpia):
        where = event.residual if after else _now(event)
        if where is None:
            unseen.append(number)
            continue
        cells.setdefault((where.likelihood, where.severity), []).append(number)
        if after and event.after and not event.reached:
            hoped.add(number)
    return Placed(cells, unseen, hoped)


def _now(event: FearedEvent) -> Estimate | None:
    return event.after if event.reached else event.before
