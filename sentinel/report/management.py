"""Builds the management report's context from a result: typed, ready to print, in one language."""

from __future__ import annotations

from pathlib import Path

from sentinel.content import root
from sentinel.model.result import Result
from sentinel.model.text import Language
from sentinel.report.clean import scrub, shorten
from sentinel.report.firstpage import first_page
from sentinel.report.grounds import grounds, unseen
from sentinel.report.logs import logs
from sentinel.report.network import network
from sentinel.report.pages import Footer, Management
from sentinel.report.predecessors import predecessors
from sentinel.report.requirements import decisions, requirements
from sentinel.report.text import Catalogue, day, load_texts

_NAME = 120
_SHORT_HASH = 8


def context(result: Result, language: Language, base: Path | None = None) -> Management:
    """Return the report with every text visible and bounded, whatever logs and banners held.

    `base` is the content root whose texts are used; without it the shipped one.
    """
    catalogue = load_texts(language, base or root())
    return scrub(_report(result, catalogue), catalogue)


def _report(result: Result, catalogue: Catalogue) -> Management:
    return Management(
        language=catalogue.language,
        title=catalogue.say("report.title"),
        author=shorten(result.organisation.name, _NAME, catalogue),
        tlp=catalogue.say("report.tlp", tlp=shorten(result.tlp.removeprefix("TLP:"), 20, catalogue)),
        contents=catalogue.say("report.contents"),
        first=first_page(result, catalogue),
        sections=(
            network(result, catalogue),
            logs(result, catalogue),
            requirements(result, catalogue),
            decisions(result, catalogue),
            *predecessors(result, catalogue),
            unseen(result, catalogue),
            grounds(result, catalogue),
        ),
        attachment=catalogue.say("report.attachment"),
        footer=_footer(result, catalogue),
    )


def _footer(result: Result, catalogue: Catalogue) -> Footer:
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
