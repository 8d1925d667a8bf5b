"""The tables of the document: every answer is there whole, over several rows where it is long."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from sentinel.model.compliance import Reference
from sentinel.model.dpia import Dpia, DpiaMeasure, Effect, Estimate, FearedEvent, ItemState, Statement
from sentinel.report.marks import UNSEEN
from sentinel.report.pages import Cell, Mark, Table
from sentinel.report.references import referred
from sentinel.report.ros.parts import BAND_MARKS
from sentinel.report.tables import Layout, Room, Row, cell, table
from sentinel.report.text import Catalogue, day

ITEM_MARKS: Mapping[ItemState, Mark] = {
    "met": Mark("circle", "met"),
    "partly": Mark("triangle", "partly"),
    "missing": UNSEEN,
    "not_relevant": Mark("dash", "quiet"),
}
EFFECT_MARKS: Mapping[Effect, Mark] = {
    "decides": Mark("square", "unmet"),
    "counts": Mark("triangle", "partly"),
    "alone": Mark("triangle", "partly"),
    "no": Mark("dash", "quiet"),
    "open": UNSEEN,
}
ALL = Room(None, "more.rows")
"""An assessment is printed whole."""
PIECE = 340
"""Letters of one row: a row of a table is not divided between pages, and a text of a report has its bound."""


def numbered(dpia: Dpia) -> Iterator[tuple[FearedEvent, int]]:
    """Yield the events with the numbers they have in the matrices."""
    yield from zip(dpia.events, range(1, len(dpia.events) + 1), strict=True)


def pieces(text: str) -> list[str]:
    """Return a text in parts that fit in a row each: by paragraphs, then words."""
    parts: list[str] = []
    for paragraph in filter(None, (line.strip() for line in text.splitlines())):
        kept = ""
        for word in paragraph.split():
            for bit in _bits(word):
                if kept and len(kept) + len(bit) >= PIECE:
                    parts.append(kept)
                    kept = bit
                else:
                    kept = f"{kept} {bit}" if kept else bit
        parts.append(kept)
    return parts


def _bits(word: str) -> Iterator[str]:
    """Yield a run without spaces in parts that a row has room for."""
    yield from (word[start:end] for start, end in pairwise([*range(0, len(word), PIECE), len(word)]))


def _rows(lead: Cell, text: str, nothing: Cell) -> Iterator[Row]:
    """Yield the rows of one answer; the first has the question beside it."""
    parts = pieces(text)
    if not parts:
        yield lead, nothing
    for index, part in enumerate(parts):
        yield lead if index == 0 else cell(""), cell(part)


def statements(dpia: Dpia, part: str, catalogue: Catalogue) -> Table:
    """Return what is told under one part of the file."""
    told = [one for one in dpia.statements if one.field.startswith(f"{part}.")]
    rows = [
        row
        for one in told
        for row in _rows(cell(one.title.say(catalogue.language)), one.text or one.left_out, _nothing(one, catalogue))
    ]
    layout: Layout = (("question", 26, "prose"), ("text", 74, "prose"))
    title = catalogue.say(f"dpia.part.{part}")
    found = table("dpiatexts", layout, rows, catalogue, title, room=ALL)
    return Table(f"table-dpia-{part}", found.title, found.columns, found.rows, found.empty, found.more)


def _nothing(one: Statement, catalogue: Catalogue) -> Cell:
    return cell(catalogue.say("none")) if one.optional else cell(catalogue.say("dpia.unwritten"), "", UNSEEN)


def data(dpia: Dpia, catalogue: Catalogue) -> Table:
    """Return every kind of data with who gets it and how long it is kept."""
    missing = cell(catalogue.say("dpia.unwritten"), "", UNSEEN)
    rows = [row for kind in dpia.data for row in _side_by_side((kind.what, kind.recipients, kind.retention), missing)]
    layout: Layout = (("what", 36, "prose"), ("recipients", 34, "prose"), ("retention", 30, "prose"))
    return table("dpiadata", layout, rows, catalogue, room=ALL)


def _side_by_side(texts: Iterable[str], missing: Cell) -> Iterator[Row]:
    columns = [[cell(part) for part in pieces(text)] or [missing] for text in texts]
    for index in range(max(map(len, columns))):
        yield tuple(column[index] if index < len(column) else cell("") for column in columns)


def screening(dpia: Dpia, catalogue: Catalogue) -> Table:
    """Return every test of the screening in its order."""
    rows: list[Row] = []
    for test in dpia.screening.tests:
        lead = (
            cell(test.title.say(catalogue.language)),
            cell(catalogue.say(f"dpia.answer.{test.answer}"), "", EFFECT_MARKS[test.effect]),
        )
        note, *more = pieces(test.written) or [""]
        because = cell(test.because.say(catalogue.language), note)
        rows.append((*lead, because, _source(test.source, catalogue)))
        rows += [(cell(""), cell(""), cell(part), cell("")) for part in more]
    layout: Layout = (("test", 28, "prose"), ("answer", 11, "prose"), ("effect", 33, "prose"), ("source", 28, "data"))
    return table("dpiatests", layout, rows, catalogue, room=ALL)


def events(dpia: Dpia, catalogue: Catalogue) -> Table:
    """Return every feared event: before measures, after them, and who accepted what is left."""
    layout: Layout = (
        ("number", 5, "number"),
        ("event", 23, "prose"),
        ("before", 22, "prose"),
        ("after", 24, "prose"),
        ("accepted", 26, "prose"),
    )
    return table(
        "dpiaevents", layout, [row for e, n in numbered(dpia) for row in _event(e, n, catalogue)], catalogue, room=ALL
    )


def _event(event: FearedEvent, number: int, catalogue: Catalogue) -> Iterator[Row]:
    """Yield the rows of one event: the levels, and below each the reason for it."""
    given = (event.before, event.after, event.accepted)
    reasons = [pieces(one.because if one else "") for one in given]
    cells = [_estimate(event.before, catalogue), _after(event, catalogue), _accepted(event, catalogue)]
    yield cell(str(number)), cell(event.title.say(catalogue.language), _origin(event, catalogue)), *cells
    for index in range(max(map(len, reasons))):
        yield cell(""), cell(""), *(cell(one[index] if index < len(one) else "") for one in reasons)


def _origin(event: FearedEvent, catalogue: Catalogue) -> str:
    """Return which risk of the organisation's own ROS an event was taken from, and when."""
    if event.origin is None:
        return ""
    return catalogue.say("dpia.origin", risk=event.origin.risk, day=day(event.origin.taken, catalogue.language))


def _after(event: FearedEvent, catalogue: Catalogue) -> Cell:
    after = _estimate(event.after, catalogue)
    hoped = event.after is not None and not event.reached
    return Cell(after.text, catalogue.say("dpia.hoped"), UNSEEN) if hoped else after


def _accepted(event: FearedEvent, catalogue: Catalogue) -> Cell:
    """Return who accepted what is left; where that is not high, nobody needs to."""
    if event.accepted:
        who = catalogue.say("ros.who", by=event.accepted.by, role=event.accepted.role)
        return cell(who, day(event.accepted.given, catalogue.language))
    if event.residual is None or event.residual.band == "high":
        return cell(catalogue.say("dpia.not_accepted"), "", UNSEEN)
    return cell(catalogue.say("none"))


def _estimate(given: Estimate | None, catalogue: Catalogue) -> Cell:
    if given is None:
        return cell(catalogue.say("dpia.unjudged"), "", UNSEEN)
    band = catalogue.say(f"ros.band.{given.band}")
    words = catalogue.say("ros.place", band=band, likelihood=given.likelihood, consequence=given.severity)
    return cell(words, "", BAND_MARKS[given.band])


def causes(dpia: Dpia, catalogue: Catalogue) -> Table:
    """Return where each event may come from, how, and what it does to those concerned."""
    missing = cell(catalogue.say("dpia.unwritten"), "", UNSEEN)
    rows: list[Row] = []
    for event, number in numbered(dpia):
        told = ("\n".join(lines) for lines in (event.sources, event.threats, event.impacts))
        for index, row in enumerate(_side_by_side(told, missing)):
            rows.append((cell("" if index else str(number)), *row))
    layout: Layout = (
        ("number", 5, "number"),
        ("sources", 28, "prose"),
        ("threats", 32, "prose"),
        ("impacts", 35, "prose"),
    )
    return table("dpiacauses", layout, rows, catalogue, room=ALL)


def measures(dpia: Dpia, catalogue: Catalogue) -> Table:
    """Return every measure: what is past its day first, then what is not done, by day."""
    found = sorted(dpia.measures, key=lambda one: (not one.overdue, one.state == "done", one.due is None, str(one.due)))
    rows = [row for one in found for row in _measure(one, dpia, catalogue)]
    layout: Layout = (
        ("measure", 42, "prose"),
        ("events", 11, "prose"),
        ("owner", 16, "prose"),
        ("due", 16, "prose"),
        ("state", 15, "prose"),
    )
    return table("dpiameasures", layout, rows, catalogue, room=ALL)


def _measure(one: DpiaMeasure, dpia: Dpia, catalogue: Catalogue) -> Iterator[Row]:
    unwritten = catalogue.say("dpia.unwritten")
    where = ", ".join(str(number) for event, number in numbered(dpia) if one.id in event.measures)
    state = cell(
        catalogue.say(f"ros.measure.{one.state}"), "", Mark("circle", "met") if one.state == "done" else UNSEEN
    )
    if one.overdue:
        state = cell(state.text, catalogue.say("ros.measure.overdue"), Mark("square", "unmet"))
    due = day(one.due, catalogue.language) if one.due else unwritten
    title, *rest = pieces(one.title)
    note, *more = [*rest, *pieces(one.text)] or [""]
    yield cell(title, note), cell(where or catalogue.say("none")), cell(one.owner or unwritten), cell(due), state
    yield from ((cell(part), cell(""), cell(""), cell(""), cell("")) for part in more)


def people(dpia: Dpia, catalogue: Catalogue) -> Table:
    """Return what the officer, those concerned, Datatilsynet and management have said."""
    said = {item.id: item for item in dpia.items}
    texts = {
        "dpo-advice": dpia.dpo.text,
        "views": f"{dpia.views.who}\n{dpia.views.text}",
        "consultation": dpia.consultation.outcome,
        "approval": dpia.approval.text,
        "review": "",
    }
    rows: list[Row] = []
    for name, text in texts.items():
        item = said[name]
        rows.append(
            (
                cell(item.title.say(catalogue.language)),
                *_told(item.because.say(catalogue.language), ITEM_MARKS[item.state]),
            )
        )
        rows += [(cell(""), cell(part)) for part in pieces(text)]
    layout: Layout = (("who", 34, "prose"), ("what", 66, "prose"))
    return table("dpiapeople", layout, rows, catalogue, room=ALL)


def _told(text: str, mark: Mark) -> tuple[Cell]:
    return (cell(text, "", mark),)


def items(dpia: Dpia, catalogue: Catalogue) -> Table:
    """Return every item with its state and why."""
    rows: list[Row] = []
    for item in dpia.items:
        first, *more = pieces(item.because.say(catalogue.language))
        state = cell(catalogue.say(f"dpia.item.{item.state}"), "", ITEM_MARKS[item.state])
        rows.append((cell(item.title.say(catalogue.language)), state, cell(first)))
        rows += [(cell(""), cell(""), cell(part)) for part in more]
    layout: Layout = (("item", 36, "prose"), ("state", 18, "prose"), ("because", 46, "prose"))
    return table("dpiaitems", layout, rows, catalogue, room=ALL)


def sources(dpia: Dpia, catalogue: Catalogue) -> Table:
    """Return what asks for each item, and how sure we are of it."""
    rows = [
        (
            cell(item.title.say(catalogue.language)),
            cell(referred(item.source, catalogue)),
            _sure(item.source, catalogue),
        )
        for item in dpia.items
    ]
    layout: Layout = (("item", 46, "prose"), ("source", 34, "prose"), ("sure", 20, "prose"))
    return table("dpiasources", layout, rows, catalogue, room=ALL)


def _source(given: Reference, catalogue: Catalogue) -> Cell:
    return cell(referred(given, catalogue), catalogue.say(f"dpia.sure.{given.confidence}"))


def _sure(given: Reference, catalogue: Catalogue) -> Cell:
    return cell(
        catalogue.say(f"dpia.sure.{given.confidence}"), "", UNSEEN if given.confidence == "unverified" else None
    )
