"""Writes every requirement with its state, answer and measurements, and all that the first page had to shorten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from operator import attrgetter

from sentinel.model.compliance import Acceptance, Action, Answer, EffectiveState, Evidence, GateResult, Judgement
from sentinel.model.result import Result
from sentinel.report.clean import shorten
from sentinel.report.firstpage import differing, quoted
from sentinel.report.marks import DECISION, STATES, direction
from sentinel.report.pages import Cell, Section, Table
from sentinel.report.tables import Layout, Row, cell, joined, table
from sentinel.report.text import Catalogue, day, days

_REQUIREMENTS: Layout = (
    ("requirement", 43, "prose"),
    ("state", 29, "data"),
    ("answer", 31, "prose"),
    ("who", 27, "data"),
    ("measured", 40, "prose"),
    ("reason", 36, "prose"),
)
_GATES: Layout = (
    ("gate", 60, "prose"),
    ("state", 40, "data"),
    ("reason", 90, "prose"),
)
_ACTIONS: Layout = (
    ("number", 8, "number"),
    ("action", 52, "prose"),
    ("why", 54, "prose"),
    ("who", 30, "prose"),
    ("due", 26, "data"),
    ("requirements", 24, "data"),
)
_DIFFERENCES: Layout = (
    ("requirement", 38, "prose"),
    ("said", 42, "prose"),
    ("measured", 54, "prose"),
    ("when", 26, "data"),
    ("source", 32, "data"),
)
_CHANGES: Layout = (("direction", 30, "prose"), ("what", 140, "prose"))
_ASKED: Layout = (("what", 170, "prose"),)
_LONG, _SHORT = 400, 100


def requirements(result: Result, catalogue: Catalogue) -> Section:
    """Return the section with all requirements, one table a chapter, in the checklist's order."""
    chapters = [
        _chapter(code, tuple(found), result, catalogue)
        for code, found in groupby(result.judgements, key=lambda judgement: judgement.requirement.chapter)
    ]
    return Section(
        id="requirements",
        title=catalogue.say("requirements.title"),
        paragraphs=(catalogue.say("requirements.how"),),
        charts=(),
        tables=(_gates(result, catalogue), *chapters) if chapters else (_no_chapter(catalogue),),
    )


def decisions(result: Result, catalogue: Catalogue) -> Section:
    """Return the section with everything that is to be done, settled or decided, nothing shortened away."""
    language = catalogue.language
    changes = [
        (cell(catalogue.say(f"direction.{_way(c.direction)}"), "", direction(c.direction)), cell(c.what.say(language)))
        for c in result.changes
    ]
    asked = [(cell(text.say(language), "", DECISION),) for text in result.decisions]
    return Section(
        id="decisions",
        title=catalogue.say("decisions.title"),
        paragraphs=(),
        charts=(),
        tables=(
            table("actions", _ACTIONS, _action_rows(result, catalogue), catalogue),
            table("differences", _DIFFERENCES, _difference_rows(result, catalogue), catalogue),
            table("changes", _CHANGES, changes, catalogue),
            table("asked", _ASKED, asked, catalogue),
        ),
    )


def _way(name: str) -> str:
    return name if name in {"up", "down"} else "same"


def _no_chapter(catalogue: Catalogue) -> Table:
    return table("requirements", _REQUIREMENTS, [], catalogue)


def _chapter(code: str, judgements: tuple[Judgement, ...], result: Result, catalogue: Catalogue) -> Table:
    title, names = result.chapters.get(code), _names(result)
    name = shorten(title.say(catalogue.language) if title else code, _SHORT, catalogue)
    made = table("requirements", _REQUIREMENTS, [_row(j, names, catalogue) for j in judgements], catalogue, name)
    return Table(f"{made.id}-{_slug(code)}", made.title, made.columns, made.rows, made.empty, made.more)


def _slug(code: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in code)[:40]


def _names(result: Result) -> Mapping[str, str]:
    """Return what people call the machines that measurements name by their id."""
    return {asset.id: asset.called for asset in result.assets}


def _row(judgement: Judgement, names: Mapping[str, str], catalogue: Catalogue) -> Row:
    need, answer = judgement.requirement, judgement.answer
    gate = catalogue.say("gate.note", id=need.id) if need.gate else need.id
    return (
        cell(shorten(need.title.say(catalogue.language), _LONG, catalogue), gate),
        cell(
            catalogue.say(f"state.{judgement.state}"), _accepted(judgement.accepted, catalogue), STATES[judgement.state]
        ),
        _answer_cell(answer, catalogue),
        _who(answer, catalogue),
        _evidence(judgement.evidence, names, catalogue),
        cell(shorten(judgement.reason.say(catalogue.language), _LONG, catalogue)),
    )


def _accepted(accepted: Acceptance | None, catalogue: Catalogue) -> str:
    if accepted is None:
        return ""
    key = "accepted.ended" if accepted.ended else "accepted.until"
    return catalogue.say(key, day=day(accepted.until, catalogue.language))


def _answer_cell(answer: Answer | None, catalogue: Catalogue) -> Cell:
    if answer is None:
        return cell(catalogue.say("answer.none"))
    note = answer.note or answer.reason
    return cell(catalogue.say(f"answer.{answer.state}"), shorten(note, _LONG, catalogue))


def _who(answer: Answer | None, catalogue: Catalogue) -> Cell:
    if answer is None:
        return cell(catalogue.say("none"))
    given = day(answer.given, catalogue.language)
    notes = [given]
    if answer.approver:
        notes.append(catalogue.say("answer.approver", name=shorten(answer.approver, _SHORT, catalogue)))
    if answer.expires:
        notes.append(catalogue.say("answer.expires", day=day(answer.expires, catalogue.language)))
    return cell(shorten(answer.by, _SHORT, catalogue) or catalogue.say("none"), ", ".join(notes))


def _evidence(evidence: Iterable[Evidence], names: Mapping[str, str], catalogue: Catalogue) -> Cell:
    found = list(evidence)
    if not found:
        return cell(catalogue.say("evidence.none"))
    said = [
        catalogue.say(
            "evidence.line",
            role=catalogue.say(f"role.{e.role}"),
            what=e.signal.what.say(catalogue.language).rstrip("."),
        )
        for e in found
    ]
    sources = list(dict.fromkeys(_origin(e, names, catalogue) for e in found))
    return cell(joined(said, 4, catalogue, _LONG, "; "), joined(sources, 3, catalogue, _SHORT, "; "))


def _origin(evidence: Evidence, names: Mapping[str, str], catalogue: Catalogue) -> str:
    signal = evidence.signal
    known = sorted(d for d in (signal.first, signal.last) if d is not None)
    source = shorten(names.get(signal.source, signal.source), _SHORT, catalogue)
    return f"{source}, {days(known[0], known[-1], catalogue.language)}" if known else source


def _gates(result: Result, catalogue: Catalogue) -> Table:
    states = {judgement.requirement.id: judgement.state for judgement in result.judgements}
    rows = [
        _gate(gate, states.get(gate.requirement), catalogue) for gate in sorted(result.score.gates, key=lambda g: g.met)
    ]
    return table("gates", _GATES, rows, catalogue)


def _gate(gate: GateResult, state: EffectiveState | None, catalogue: Catalogue) -> Row:
    """Return a gate's row; one that is not met may be missing, disputed, or looked at by nobody."""
    shown: EffectiveState = state or ("met" if gate.met else "not_met")
    return (
        cell(shorten(gate.title.say(catalogue.language), _LONG, catalogue), gate.requirement),
        cell(catalogue.say(f"state.{shown}"), "", STATES[shown]),
        cell(shorten(gate.reason.say(catalogue.language), _LONG, catalogue)),
    )


def _action_rows(result: Result, catalogue: Catalogue) -> list[Row]:
    language = catalogue.language
    say = attrgetter(language)
    return [
        (
            cell(str(at)),
            cell(shorten(action.title.say(language), _LONG, catalogue)),
            cell(shorten(action.why.say(language), _LONG, catalogue)),
            cell(
                shorten(action.owner or action.who.say(language), _SHORT, catalogue),
                shorten(", ".join(filter(None, map(say, (action.effort, action.money)))), _SHORT, catalogue),
            ),
            cell(day(action.due, language), _became(action, catalogue)),
            cell(joined(action.requirements, 6, catalogue) or catalogue.say("none")),
        )
        for at, action in enumerate(result.actions, start=1)
    ]


def _became(action: Action, catalogue: Catalogue) -> str:
    """Say what became of an action; one that is said to be done and is still asked for is not called done."""
    if action.overdue:
        return catalogue.say("action.overdue")
    return "" if action.state == "proposed" else catalogue.say(f"action.{action.state}")


def _difference_rows(result: Result, catalogue: Catalogue) -> list[Row]:
    rows: list[Row] = []
    names = _names(result)
    for judgement, evidence in differing(result.judgements):
        title = shorten(judgement.requirement.title.say(catalogue.language), _LONG, catalogue)
        said = quoted(judgement, _LONG, catalogue)
        who = _who(judgement.answer, catalogue)
        for found in evidence:
            signal = found.signal
            known = sorted(d for d in (signal.first, signal.last) if d is not None)
            rows.append(
                (
                    cell(title, judgement.requirement.id),
                    cell(said, f"{who.text}, {who.note}"),
                    cell(
                        shorten(signal.what.say(catalogue.language), _LONG, catalogue),
                        shorten(found.because.say(catalogue.language), _LONG, catalogue),
                    ),
                    cell(days(known[0], known[-1], catalogue.language) if known else catalogue.say("time.unknown")),
                    cell(shorten(names.get(signal.source, signal.source), _SHORT, catalogue)),
                )
            )
        if not evidence:
            reason = shorten(judgement.reason.say(catalogue.language), _LONG, catalogue)
            none = cell(catalogue.say("none"))
            rows.append(
                (cell(title, judgement.requirement.id), cell(said, f"{who.text}, {who.note}"), cell(reason), none, none)
            )
    return rows
