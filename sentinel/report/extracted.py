"""Writes an extract as a document: every requirement numbered, what is not answered first, what was left out last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from sentinel.content import root
from sentinel.model.compliance import Answer, Evidence, Reference
from sentinel.model.extracts import Counts, Extract, Extracted
from sentinel.model.text import Language
from sentinel.report.clean import in_threes, scrub, shorten
from sentinel.report.documents import Document
from sentinel.report.firstpage import UNSETTLED, figures, leveled
from sentinel.report.marks import STATES, UNSEEN
from sentinel.report.pages import Cell, Figure, Footer, Level, Section, Table
from sentinel.report.references import referred
from sentinel.report.requirements import accepted
from sentinel.report.tables import Layout, Room, Row, cell, joined, table
from sentinel.report.text import Catalogue, day, days, load_texts

_FULL: Layout = (
    ("number", 7, "number"),
    ("requirement", 46, "prose"),
    ("state", 33, "data"),
    ("answer", 30, "prose"),
    ("who", 25, "data"),
    ("measured", 35, "prose"),
    ("reason", 34, "prose"),
)
_PLAIN: Layout = (
    ("number", 7, "number"),
    ("requirement", 62, "prose"),
    ("state", 28, "data"),
    ("answer", 52, "prose"),
    ("when", 25, "data"),
)
_OPEN: Layout = (("number", 7, "number"), ("requirement", 80, "prose"), ("state", 40, "prose"), ("answer", 40, "prose"))
_AWAY: Layout = (("number", 7, "number"), ("requirement", 70, "prose"), ("reason", 70, "prose"), ("who", 30, "data"))
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
    """Return the level where the whole is shown; of a part, how much of it is answered: it has no level of its own."""
    counts = extract.counts
    if extract.score is not None:
        return leveled(extract.score, catalogue)
    if not counts.applies:
        return Level(STATES["not_applicable"], catalogue.say("extract.level.none"), catalogue.say("extract.none"))
    open_ones = unsettled(counts)
    reason = catalogue.count("extract.open", open_ones) if open_ones else catalogue.say("extract.closed")
    word = "extract.level.open" if open_ones else "extract.level.answered"
    return Level(UNSEEN if open_ones else STATES["not_applicable"], catalogue.say(word), reason)


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


def unsettled(counts: Counts) -> int:
    """Count what nobody has settled: unanswered, not known, or disputed."""
    return counts.not_assessed + counts.unknown + counts.disputed


def _sections(extract: Extract, catalogue: Catalogue) -> Iterable[Section]:
    say = catalogue.say
    yield Section("open", say("extract.open.title"), (say("extract.open.how"),), (), (_open(extract.rows, catalogue),))
    chapters = tuple(
        _chapter(code, tuple(rows), extract, catalogue)
        for code, rows in groupby((row for row in extract.rows if row.applies), key=lambda row: row.chapter)
    )
    how = (say("extract.full.how") if extract.measurements else say("extract.plain.how"),)
    yield Section("requirements", say("extract.rows.title"), how, (), chapters or (_nothing(catalogue),))
    yield Section("away", say("extract.away.title"), (), (), (_away(extract.rows, catalogue),))
    beyond = [catalogue.count("extract.beyond", len(extract.beyond))] if extract.beyond else []
    yield Section(
        "left-out",
        say("extract.left.title"),
        (extract.silent.say(catalogue.language), *beyond),
        (),
        (_left_out(extract, catalogue),),
    )
    yield Section("grounds", say("extract.grounds.title"), (say("extract.sure"),), (), (_versions(extract, catalogue),))


def _nothing(catalogue: Catalogue) -> Table:
    return table("requirements", _FULL, [], catalogue)


def _chapter(code: str, rows: Sequence[Extracted], extract: Extract, catalogue: Catalogue) -> Table:
    title = extract.chapters.get(code)
    name = shorten(title.say(catalogue.language) if title else code, _SHORT, catalogue)
    layout = _FULL if extract.measurements else _PLAIN
    made = [_row(row, extract, catalogue) for row in rows]
    found = table("requirements", layout, made, catalogue, name, room=_ALL)
    return replace(found, id=f"{found.id}-{''.join(c if c.isascii() and c.isalnum() else '-' for c in code)[:40]}")


def _row(row: Extracted, extract: Extract, catalogue: Catalogue) -> Row:
    state = cell(catalogue.say(f"state.{row.state}"), _backed(row, catalogue), STATES[row.state])
    answer = _answer(row.answer, catalogue)
    start = (cell(str(row.number)), _requirement(row, catalogue), state, answer)
    if not extract.measurements:
        return (*start, cell(day(row.answer.given, catalogue.language) if row.answer else catalogue.say("none")))
    reason = shorten(row.reason.say(catalogue.language), _LONG, catalogue) if row.reason else catalogue.say("none")
    return (*start, _who(row.answer, catalogue), _measured(row.evidence, extract.machines, catalogue), cell(reason))


def _backed(row: Extracted, catalogue: Catalogue) -> str:
    """Say until when a gap is accepted, how well the answer is proved, and how mature each layer is, where known."""
    said = [accepted(row.accepted, catalogue)]
    if row.proof is not None:
        grade, dated = catalogue.say(f"grade.{row.proof.grade}"), day(row.proof.dated, catalogue.language)
        said.append(catalogue.say("extract.proof", grade=grade, day=dated))
    if row.maturity is not None:
        none, found = catalogue.say("none"), row.maturity
        layers = (found.document, found.implementation, found.effect)
        shown = "/".join(none if layer is None else str(layer) for layer in layers)
        said.append(catalogue.say("extract.maturity", layers=shown))
    return ". ".join(part for part in said if part)


def _requirement(row: Extracted, catalogue: Catalogue) -> Cell:
    """Return title and, below, id, strength and every reference with how sure it is."""
    gate = catalogue.say("gate.note", id=row.requirement) if row.gate else row.requirement
    duty = catalogue.say(f"duty.{row.duty}.{row.basis}")
    references = joined((_reference(one, catalogue) for one in row.references), 12, catalogue, _SHORT, "; ")
    note = " · ".join(part for part in (gate, duty, references) if part)
    return cell(shorten(row.title.say(catalogue.language), _LONG, catalogue), note)


def _reference(reference: Reference, catalogue: Catalogue) -> str:
    written = referred(reference, catalogue)
    return written if reference.confidence != "unverified" else catalogue.say("reference.unverified", place=written)


def _answer(answer: Answer | None, catalogue: Catalogue) -> Cell:
    if answer is None:
        return cell(catalogue.say("answer.none"))
    return cell(catalogue.say(f"answer.{answer.state}"), shorten(answer.note or answer.reason, _LONG, catalogue))


def _who(answer: Answer | None, catalogue: Catalogue) -> Cell:
    if answer is None:
        return cell(catalogue.say("none"))
    notes = [day(answer.given, catalogue.language)]
    if answer.approver:
        notes.append(catalogue.say("answer.approver", name=shorten(answer.approver, _SHORT, catalogue)))
    if answer.expires:
        notes.append(catalogue.say("answer.expires", day=day(answer.expires, catalogue.language)))
    return cell(shorten(answer.by, _SHORT, catalogue) or catalogue.say("none"), ", ".join(notes))


def _measured(evidence: Sequence[Evidence], machines: Mapping[str, str], catalogue: Catalogue) -> Cell:
    """Return what was measured, against the answer first, each with its days; the sources below."""
    if not evidence:
        return cell(catalogue.say("evidence.none"))
    order = ("contradicts", "caps", "supports", "informs")
    lines = [_line(item, catalogue) for item in sorted(evidence, key=lambda item: order.index(item.role))]
    named = (machines.get(item.signal.source, item.signal.source) for item in evidence)
    sources = joined(named, 6, catalogue, _SHORT, "; ")
    return cell(joined(lines, 12, catalogue, _LONG, "; "), sources)


def _line(item: Evidence, catalogue: Catalogue) -> str:
    signal = item.signal
    known = sorted(found for found in (signal.first, signal.last) if found is not None)
    when = f" ({days(known[0], known[-1], catalogue.language)})" if known else ""
    what = signal.what.say(catalogue.language).rstrip(".") + when
    return catalogue.say("evidence.line", role=catalogue.say(f"role.{item.role}"), what=what)


def _open(rows: Iterable[Extracted], catalogue: Catalogue) -> Table:
    found = [
        (
            cell(str(row.number)),
            cell(shorten(row.title.say(catalogue.language), _LONG, catalogue), row.requirement),
            cell(catalogue.say(f"state.{row.state}"), "", STATES[row.state]),
            _answer(row.answer, catalogue),
        )
        for row in rows
        if row.state in UNSETTLED
    ]
    return table("open", _OPEN, found, catalogue, room=_ALL)


def _away(rows: Iterable[Extracted], catalogue: Catalogue) -> Table:
    found = [
        (
            cell(str(row.number)),
            cell(shorten(row.title.say(catalogue.language), _LONG, catalogue), row.requirement),
            cell(_why_away(row, catalogue)),
            _who(row.answer, catalogue) if row.answer else cell(catalogue.say("extract.by_class")),
        )
        for row in rows
        if row.state == "not_applicable"
    ]
    return table("away", _AWAY, found, catalogue, room=_ALL)


def _why_away(row: Extracted, catalogue: Catalogue) -> str:
    if row.reason is not None:
        return shorten(row.reason.say(catalogue.language), _LONG, catalogue)
    return shorten(row.answer.reason, _LONG, catalogue) if row.answer else catalogue.say("none")


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
