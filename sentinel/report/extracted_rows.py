"""Writes the requirements of an extract as tables: what is open, every row with its answer, what does not apply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sentinel.model.compliance import Answer, Evidence, Maturity, Reference
from sentinel.model.extracts import Extract, Extracted
from sentinel.report.clean import shorten
from sentinel.report.firstpage import UNSETTLED
from sentinel.report.marks import STATES
from sentinel.report.pages import Cell, Table
from sentinel.report.references import referred
from sentinel.report.requirements import accepted
from sentinel.report.tables import Layout, Room, Row, cell, joined, table
from sentinel.report.text import Catalogue, day, days

_FULL: Layout = (
    ("number", 7, "number"),
    ("requirement", 54, "prose"),
    ("state", 36, "data"),
    ("answer", 32, "prose"),
    ("who", 21, "data"),
    ("measured", 57, "prose"),
    ("reason", 50, "prose"),
)
_PLAIN: Layout = (
    ("number", 8, "number"),
    ("requirement", 80, "prose"),
    ("state", 24, "data"),
    ("answer", 36, "prose"),
    ("when", 24, "data"),
)
_OPEN: Layout = (("number", 7, "number"), ("requirement", 80, "prose"), ("state", 32, "prose"), ("answer", 50, "prose"))
_AWAY: Layout = (("number", 7, "number"), ("requirement", 70, "prose"), ("reason", 60, "prose"), ("who", 33, "data"))
_ROLES = ("contradicts", "caps", "supports", "informs")
_LONG, _SHORT = 600, 100
_ALL = Room(None, "more.rows")


def requirement_rows(
    rows: Iterable[Extracted], extract: Extract, catalogue: Catalogue, title: str = "", which: str = ""
) -> Table:
    """Return every row with its answer, and what was measured where the extract shows that.

    `which` makes the table's id its own on a page that has several.
    """
    layout = _FULL if extract.measurements else _PLAIN
    made = [_row(row, extract, catalogue) for row in rows]
    return _called(table("requirements", layout, made, catalogue, title, room=_ALL), which)


def open_rows(rows: Iterable[Extracted], catalogue: Catalogue, which: str = "") -> Table:
    """Return what nobody has settled: unanswered, not known, or disputed."""
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
    return _called(table("open", _OPEN, found, catalogue, room=_ALL), which)


def away_rows(rows: Iterable[Extracted], catalogue: Catalogue, which: str = "") -> Table:
    """Return what does not apply, with the reason and who said so."""
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
    return _called(table("away", _AWAY, found, catalogue, room=_ALL), which)


def _called(found: Table, which: str) -> Table:
    """Give a table an id of its own on the page, of letters that an id may have."""
    name = "".join(c if c.isascii() and c.isalnum() else "-" for c in which)[:40]
    return replace(found, id=f"{found.id}-{name}") if which else found


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
        said.append(_mature(row.maturity, catalogue))
    return ". ".join(part for part in said if part)


def _mature(found: Maturity, catalogue: Catalogue) -> str:
    layers = (found.document, found.implementation, found.effect)
    if not any(layer is not None for layer in layers):
        return catalogue.say("extract.maturity_none")
    none = catalogue.say("none")
    document, implementation, effect = (none if layer is None else str(layer) for layer in layers)
    return catalogue.say("extract.maturity", document=document, implementation=implementation, effect=effect)


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
    told = [
        (role, joined((_line(item, catalogue) for item in evidence if item.role == role), 12, catalogue, _LONG, "; "))
        for role in _ROLES
    ]
    lines = [
        catalogue.say("evidence.line", role=catalogue.say(f"role.{role}"), what=what) for role, what in told if what
    ]
    named = (machines.get(item.signal.source, item.signal.source) for item in evidence)
    sources = joined(named, 6, catalogue, _SHORT, "; ")
    return cell(" ".join(lines), sources)


def _line(item: Evidence, catalogue: Catalogue) -> str:
    signal = item.signal
    known = sorted(found for found in (signal.first, signal.last) if found is not None)
    when = f" ({days(known[0], known[-1], catalogue.language)})" if known else ""
    return signal.what.say(catalogue.language).rstrip(".") + when


def _why_away(row: Extracted, catalogue: Catalogue) -> str:
    if row.reason is not None:
        return shorten(row.reason.say(catalogue.language), _LONG, catalogue)
    return shorten(row.answer.reason, _LONG, catalogue) if row.answer else catalogue.say("none")
