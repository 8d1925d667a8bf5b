"""Writes an extract as a document: every requirement numbered, what is not answered first, what was left out last."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from sentinel.content import root
from sentinel.model.extracts import Extract, Extracted
from sentinel.model.text import Language
from sentinel.report.clean import in_threes, scrub, shorten
from sentinel.report.documents import Document
from sentinel.report.extracted_packs import open_packs, pack_sections, unsettled
from sentinel.report.extracted_rows import away_rows, open_rows, requirement_rows
from sentinel.report.firstpage import figures, leveled
from sentinel.report.marks import STATES, UNSEEN
from sentinel.report.pages import Figure, Footer, Level, Section, Table
from sentinel.report.tables import Layout, Room, cell, table
from sentinel.report.text import Catalogue, day, load_texts

_LEFT: Layout = (("chapter", 50, "prose"), ("count", 14, "number"), ("which", 110, "data"))
_GROUNDS: Layout = (("what", 50, "prose"), ("value", 120, "data"))
_NAME, _LONG, _SHORT, _SHORT_HASH = 120, 400, 100, 8
_ALL = Room(None, "more.rows")


def context(extract: Extract, language: Language, base: Path | None = None) -> Document:
    """Return the document with every text visible and bounded; `base` is the content root whose texts are used."""
    catalogue = load_texts(language, base or root())
    return scrub(_document(extract, catalogue), catalogue)


def _document(extract: Extract, catalogue: Catalogue) -> Document:
    say, language, who = catalogue.say, catalogue.language, extract.organisation
    return Document(
        language=language,
        title=extract.title.say(language),
        author=shorten(who.name, _NAME, catalogue),
        tlp=say("report.tlp", tlp=shorten(extract.tlp.removeprefix("TLP:"), 20, catalogue)),
        notice="",
        line=say(
            "ros.line",
            name=shorten(who.name, _NAME, catalogue),
            number=in_threes(who.number, catalogue),
            day=day(extract.as_of, language),
        ),
        level=_level(extract, catalogue),
        scope=extract.about.say(language),
        figures=_figures(extract, catalogue),
        grounds=say(
            "extract.grounds",
            checklist=shorten(extract.checklist, 60, catalogue),
            version=shorten(extract.checklist_version, 30, catalogue),
            hash=extract.checklist_hash[:_SHORT_HASH],
        ),
        signature=say("extract.signature") if extract.signed else "",
        contents=say("report.contents"),
        sections=tuple(_sections(extract, catalogue)),
        attached=f"{extract.id}.json",
        attachment=say("extract.attachment"),
        footer=Footer(
            disclaimer=say("extract.disclaimer"),
            grounds=say(
                "extract.footer",
                version=shorten(extract.checklist_version, 30, catalogue),
                hash=extract.checklist_hash[:_SHORT_HASH],
            ),
            page=say("footer.page"),
            of=say("footer.of"),
        ),
        wide=extract.measurements,
    )


def _level(extract: Extract, catalogue: Catalogue) -> Level:
    """Return the level where the whole is shown; of a part, how much of it is answered: it has no level of its own.

    What is open in a pack makes the whole open, and is told beside; it is never added.
    """
    counts = extract.counts
    if extract.score is not None:
        return leveled(extract.score, catalogue)
    besides = open_packs(extract, catalogue)
    open_ones = unsettled(counts)
    reason = catalogue.count("extract.open", open_ones) if open_ones else catalogue.say("extract.closed")
    if not counts.applies:
        reason = catalogue.say("extract.none")
    if open_ones or besides:
        return Level(UNSEEN, catalogue.say("extract.level.open"), " ".join([reason, *besides]))
    word = "extract.level.answered" if counts.applies else "extract.level.none"
    return Level(STATES["not_applicable"], catalogue.say(word), reason)


def _figures(extract: Extract, catalogue: Catalogue) -> tuple[Figure, ...]:
    counts = extract.counts
    if extract.score is not None:
        return figures(extract.score, counts.applies, unsettled(counts), catalogue)
    of = catalogue.say("ros.figure.of", total=counts.applies)
    return (
        Figure(str(counts.met), of, catalogue.say("extract.figure.met")),
        Figure(str(counts.partly + counts.planned + counts.not_met), of, catalogue.say("extract.figure.lacking")),
        Figure(str(unsettled(counts)), of, catalogue.say("extract.figure.open")),
    )


def _sections(extract: Extract, catalogue: Catalogue) -> Iterable[Section]:
    say = catalogue.say
    yield Section(
        "open", say("extract.open.title"), (say("extract.open.how"),), (), (open_rows(extract.rows, catalogue),)
    )
    chapters = tuple(
        _chapter(code, tuple(rows), extract, catalogue)
        for code, rows in groupby((row for row in extract.rows if row.applies), key=lambda row: row.chapter)
    )
    how = (say("extract.full.how") if extract.measurements else say("extract.plain.how"),)
    yield Section(
        "requirements", say("extract.rows.title"), how, (), chapters or (requirement_rows((), extract, catalogue),)
    )
    yield Section("away", say("extract.away.title"), (), (), (away_rows(extract.rows, catalogue),))
    yield from pack_sections(extract, catalogue)
    beyond = [catalogue.count("extract.beyond", len(extract.beyond))] if extract.beyond else []
    free = [] if extract.people else [say("extract.free")]
    yield Section(
        "left-out",
        say("extract.left.title"),
        (extract.silent.say(catalogue.language), *beyond, *free),
        (),
        (_left_out(extract, catalogue),),
    )
    yield Section("grounds", say("extract.grounds.title"), (say("extract.sure"),), (), (_versions(extract, catalogue),))


def _chapter(code: str, rows: Iterable[Extracted], extract: Extract, catalogue: Catalogue) -> Table:
    title = extract.chapters.get(code)
    name = shorten(title.say(catalogue.language) if title else code, _SHORT, catalogue)
    return requirement_rows(rows, extract, catalogue, name, code)


def _left_out(extract: Extract, catalogue: Catalogue) -> Table:
    by_chapter = groupby(extract.left_out, key=lambda name: name.split("-")[0])
    rows = []
    for code, names in ((code, list(names)) for code, names in by_chapter):
        title = extract.chapters.get(code)
        name = shorten(title.say(catalogue.language) if title else code, _SHORT, catalogue)
        rows.append((cell(name), cell(str(len(names))), cell(", ".join(names))))
    return table("left", _LEFT, rows, catalogue, room=_ALL)


def _versions(extract: Extract, catalogue: Catalogue) -> Table:
    values = (
        ("checklist", f"{extract.checklist} {extract.checklist_version}"),
        ("hash", extract.checklist_hash),
        ("engine", extract.engine),
        ("as_of", day(extract.as_of, catalogue.language)),
        ("choice", extract.source.say(catalogue.language)),
        ("confidence", catalogue.say(f"confidence.{extract.confidence}")),
    )
    rows = [
        (cell(catalogue.say(f"extract.{name}")), cell(shorten(value, _LONG, catalogue) or catalogue.say("none")))
        for name, value in values
    ]
    return table("extracted", _GROUNDS, rows, catalogue)
