"""Builds the management report's context from a result: typed, ready to print, in one language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from sentinel.content import root
from sentinel.model.result import Result
from sentinel.model.text import Language
from sentinel.report.clean import scrub, shorten
from sentinel.report.cutting import cut, cut_all
from sentinel.report.firstpage import first_page
from sentinel.report.grounds import grounds, unseen
from sentinel.report.logs import logs
from sentinel.report.network import network
from sentinel.report.pages import Footer, Report, Section
from sentinel.report.predecessors import predecessors
from sentinel.report.requirements import decisions, standing
from sentinel.report.risks import risks
from sentinel.report.tables import WHOLE, Room
from sentinel.report.text import Catalogue, day, load_texts

_ROOMS: Mapping[str, Room] = {
    "actions": Room(6, "more.technical"),
    "differences": Room(3, "more.technical"),
    "changes": Room(4, "more.technical"),
    "asked": Room(8, "more.technical"),
    "gates": Room(6, "more.auditor"),
    "chapters": Room(20, "more.auditor"),
    "packs": WHOLE,
    "findings": Room(5, "more.technical"),
    "alerts": Room(3, "more.technical"),
    "unseen": Room(12, "more.technical"),
    "versions": Room(8, "more.technical"),
}
"""Rows of each table that management gets; what is not named stands in the technical report or the extracts."""
_NAME = 120
_SHORT_HASH = 8


def context(result: Result, language: Language, base: Path | None = None) -> Report:
    """Return the report with every text visible and bounded, whatever logs and banners held.

    `base` is the content root whose texts are used; without it the shipped one.
    """
    catalogue = load_texts(language, base or root())
    return scrub(_report(result, catalogue), catalogue)


def _report(result: Result, catalogue: Catalogue) -> Report:
    return Report(
        language=catalogue.language,
        title=catalogue.say("report.title"),
        author=shorten(result.organisation.name, _NAME, catalogue),
        tlp=catalogue.say("report.tlp", tlp=shorten(result.tlp.removeprefix("TLP:"), 20, catalogue)),
        contents=catalogue.say("report.contents"),
        first=first_page(result, catalogue),
        sections=tuple(_sections(result, catalogue)),
        attachment=catalogue.say("report.attachment"),
        footer=footer(result, catalogue),
    )


def _sections(result: Result, catalogue: Catalogue) -> Iterator[Section]:
    """Yield the following pages, five at most for a clinic: what else there is stands in the other reports."""
    yield _most(decisions(result, catalogue), catalogue)
    yield _most(standing(result, catalogue), catalogue)
    if result.risks is not None:
        yield risks(result.risks, catalogue)
    yield _most(network(result, catalogue), catalogue)
    yield _most(logs(result, catalogue), catalogue)
    yield from (cut_all(section, catalogue) for section in predecessors(result, catalogue))
    yield _most(unseen(result, catalogue), catalogue)
    yield _most(grounds(result, catalogue), catalogue)


def _most(section: Section, catalogue: Catalogue) -> Section:
    return cut(section, _ROOMS, catalogue)


def footer(result: Result, catalogue: Catalogue) -> Footer:
    """Return what stands at the foot of every page."""
    versions = result.versions
    return Footer(
        disclaimer=catalogue.say("footer.disclaimer"),
        grounds=catalogue.say(
            "footer.grounds",
            version=shorten(versions.checklist, 30, catalogue),
            hash=versions.checklist_hash[:_SHORT_HASH],
            day=day(versions.knowledge_date, catalogue.language),
        ),
        page=catalogue.say("footer.page"),
        of=catalogue.say("footer.of"),
    )
