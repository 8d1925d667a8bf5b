"""Builds the overview of a group: typed, ready to print, in one language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sentinel.content import root
from sentinel.model.groups import Group, Range
from sentinel.model.text import Language
from sentinel.report.clean import in_threes, scrub, shorten
from sentinel.report.documents import Document
from sentinel.report.group.bars import unit_bars
from sentinel.report.group.parts import counts, gates, handed, lacking, requirements, units
from sentinel.report.marks import LEVELS
from sentinel.report.pages import Figure, Footer, Level, Section
from sentinel.report.text import Catalogue, day, load_texts, whole

_NAME = 120
_SHORT_HASH = 8


def context(group: Group, tlp: str, language: Language, base: Path | None = None) -> Document:
    """Return the document with every text visible and bounded; `base` is the content root whose texts are used."""
    catalogue = load_texts(language, base or root())
    return scrub(_report(group, tlp, catalogue), catalogue)


def _report(group: Group, tlp: str, catalogue: Catalogue) -> Document:
    say = catalogue.say
    return Document(
        language=catalogue.language,
        title=say("group.title"),
        author=shorten(group.name, _NAME, catalogue),
        tlp=say("report.tlp", tlp=tlp),
        notice="",
        line=say(
            "group.line",
            name=shorten(group.name, _NAME, catalogue),
            owner=shorten(group.owner, _NAME, catalogue),
            number=in_threes(group.number, catalogue),
            day=day(group.as_of, catalogue.language),
        ),
        level=Level(LEVELS[group.level], say(f"level.{group.level}"), group.level_reason.say(catalogue.language)),
        scope=_shares(group, catalogue),
        figures=tuple(_figures(group, catalogue)),
        grounds=say(
            "group.grounds",
            version=group.checklist_version,
            hash=group.checklist_hash[:_SHORT_HASH],
            measured=say("part.of", n=len(group.measured), total=len(group.units)),
        ),
        signature=say("group.signature"),
        contents=say("report.contents"),
        sections=tuple(_sections(group, catalogue)),
        attached="group.json",
        attachment=say("group.attachment"),
        footer=Footer(
            disclaimer=say("footer.disclaimer"),
            grounds=say("group.footer", version=group.checklist_version, hash=group.checklist_hash[:_SHORT_HASH]),
            page=say("footer.page"),
            of=say("footer.of"),
        ),
        wide=False,
    )


def _shares(group: Group, catalogue: Catalogue) -> str:
    """Return how many units stand on which level."""
    counted = [catalogue.count(f"group.share.{level}", group.levels[level]) for level in ("red", "yellow", "green")]
    return catalogue.count("group.shares", len(group.units), parts=catalogue.listed(counted))


def _figures(group: Group, catalogue: Catalogue) -> Iterator[Figure]:
    of = catalogue.say("figure.of")
    for key, span in (("score", group.score), ("coverage", group.coverage), ("worst_case", group.worst_case)):
        yield Figure(_span(span, catalogue), of, catalogue.say(f"group.figure.{key}"))


def _span(span: Range, catalogue: Catalogue) -> str:
    if span.highest is None:
        return catalogue.say("none")
    if span.lowest is None:
        return catalogue.say("group.span.none", high=whole(span.highest))
    low, high = whole(span.lowest), whole(span.highest)
    return str(low) if low == high else catalogue.say("group.span", low=low, high=high)


def _sections(group: Group, catalogue: Catalogue) -> Iterator[Section]:
    say = catalogue.say
    yield Section(
        "each",
        say("group.units.title"),
        (say("group.units.how"),),
        (unit_bars(group.units, catalogue),),
        (units(group, catalogue), counts(group, catalogue)),
    )
    yield Section("gates", say("group.gates.title"), (say("group.gates.how"),), (), (gates(group, catalogue),))
    yield Section("handed", say("group.handed.title"), (say("group.handed.how"),), (), (handed(group, catalogue),))
    yield Section("lacking", say("group.lacking.title"), (say("group.lacking.how"),), (), (lacking(group, catalogue),))
    yield Section(
        "requirements",
        say("group.requirements.title"),
        (say("group.requirements.how"),),
        (),
        (requirements(group, catalogue),),
    )
