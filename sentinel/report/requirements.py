"""Writes how the requirements stand, chapter by chapter, and all that the first page had to shorten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from sentinel.model.compliance import Acceptance, Action, Answer, EffectiveState, GateResult
from sentinel.model.result import Result
from sentinel.model.trend import Change
from sentinel.report.clean import shorten
from sentinel.report.firstpage import changed, differing, quoted, to_do
from sentinel.report.marks import DECISION, STATES, direction
from sentinel.report.packs import pack_table
from sentinel.report.pages import Cell, Section, Table
from sentinel.report.tables import WHOLE, Layout, Row, cell, joined, table
from sentinel.report.text import Catalogue, day, days, number

_STATES: Mapping[str, tuple[EffectiveState, ...]] = {
    "met": ("met",),
    "partly": ("partly",),
    "not_met": ("not_met", "planned"),
    "disputed": ("disputed",),
    "not_assessed": ("not_assessed", "unknown"),
    "not_applicable": ("not_applicable",),
}
"""Paper holds seven columns: what is only planned is not met, and what nobody knows nobody has assessed."""
_CHAPTERS: Layout = (("chapter", 60, "prose"), *((state, 18, "number") for state in _STATES))
_GATES: Layout = (
    ("gate", 64, "prose"),
    ("state", 34, "data"),
    ("reason", 80, "prose"),
)
_ACTIONS: Layout = (
    ("number", 8, "number"),
    ("action", 43, "prose"),
    ("why", 48, "prose"),
    ("who", 33, "prose"),
    ("due", 22, "data"),
    ("requirements", 22, "data"),
)
_DIFFERENCES: Layout = (
    ("requirement", 28, "prose"),
    ("said", 44, "prose"),
    ("measured", 52, "prose"),
    ("when", 24, "data"),
    ("source", 30, "data"),
)
_CHANGES: Layout = (("direction", 30, "prose"), ("what", 140, "prose"))
_ASKED: Layout = (("what", 170, "prose"),)
_LONG, _SHORT = 400, 100


def standing(result: Result, catalogue: Catalogue) -> Section:
    """Return the section that counts each chapter's requirements by state, below the gates; never a chapter's score.

    Packs that the site answers stand last, each with its own numbers.
    """
    packs = (pack_table(result.packs, catalogue),) if any(one.named for one in result.packs) else ()
    return Section(
        id="requirements",
        title=catalogue.say("requirements.title"),
        paragraphs=(catalogue.say("requirements.how"),),
        charts=(),
        tables=(_gates(result, catalogue), _chapters(result, catalogue), *packs),
    )


def decisions(result: Result, catalogue: Catalogue) -> Section:
    """Return the section with everything that is to be done, settled or decided, nothing shortened away."""
    language = catalogue.language
    changes = [_change_row(change, name, catalogue) for change, name in changed(result, catalogue)]
    actions, packs = (_action_rows(found, catalogue) for found in to_do(result))
    asked = [(cell(text.say(language), "", DECISION),) for text in result.decisions]
    return Section(
        id="decisions",
        title=catalogue.say("decisions.title"),
        paragraphs=(),
        charts=(),
        tables=(
            table("actions", _ACTIONS, actions, catalogue, room=WHOLE),
            *((table("packactions", _ACTIONS, packs, catalogue, room=WHOLE),) if packs else ()),
            _differences(result, catalogue),
            table("changes", _CHANGES, changes, catalogue, room=WHOLE),
            table("asked", _ASKED, asked, catalogue, room=WHOLE),
        ),
    )


def _change_row(change: Change, of: str, catalogue: Catalogue) -> Row:
    """Return one change; `of` is the pack it is told of, as its trend is its own."""
    what, way = change.what.say(catalogue.language), _way(change.direction)
    return (cell(catalogue.say(f"direction.{way}"), "", direction(change.direction)), cell(what, of))


def _way(name: str) -> str:
    return name if name in {"up", "down"} else "same"


def _chapters(result: Result, catalogue: Catalogue) -> Table:
    rows = [
        _chapter(code, Counter(judgement.state for judgement in found), result, catalogue)
        for code, found in groupby(result.judgements, key=lambda judgement: judgement.requirement.chapter)
    ]
    return table("chapters", _CHAPTERS, rows, catalogue, room=WHOLE)


def _chapter(code: str, counts: Counter[EffectiveState], result: Result, catalogue: Catalogue) -> Row:
    title = result.chapters.get(code)
    name = shorten(title.say(catalogue.language) if title else code, _SHORT, catalogue)
    return (
        cell(name),
        *(cell(number(sum(map(counts.__getitem__, of)), catalogue.language)) for of in _STATES.values()),
    )


def _names(result: Result) -> Mapping[str, str]:
    """Return what people call the machines that measurements name by their id."""
    return {asset.id: asset.called for asset in result.assets}


def accepted(found: Acceptance | None, catalogue: Catalogue) -> str:
    """Say until when somebody accepts that a requirement is not met, or that the acceptance has ended."""
    if found is None:
        return ""
    key = "accepted.ended" if found.ended else "accepted.until"
    return catalogue.say(key, day=day(found.until, catalogue.language))


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


def _gates(result: Result, catalogue: Catalogue) -> Table:
    states = {judgement.requirement.id: judgement.state for judgement in result.judgements}
    rows = [
        _gate(gate, states.get(gate.requirement), catalogue) for gate in sorted(result.score.gates, key=lambda g: g.met)
    ]
    return table("gates", _GATES, rows, catalogue, room=WHOLE)


def _gate(gate: GateResult, state: EffectiveState | None, catalogue: Catalogue) -> Row:
    """Return a gate's row; one that is not met may be missing, disputed, or looked at by nobody."""
    shown: EffectiveState = state or ("met" if gate.met else "not_met")
    return (
        cell(shorten(gate.title.say(catalogue.language), _LONG, catalogue), gate.requirement),
        cell(catalogue.say(f"state.{shown}"), "", STATES[shown]),
        cell(shorten(gate.reason.say(catalogue.language), _LONG, catalogue)),
    )


def _action_rows(actions: Iterable[Action], catalogue: Catalogue) -> list[Row]:
    language = catalogue.language
    say = attrgetter(language)
    return [
        (
            cell(str(at)),
            cell(shorten(action.title.say(language), _LONG, catalogue), shorten(say(action.of), _SHORT, catalogue)),
            cell(shorten(action.why.say(language), _LONG, catalogue)),
            cell(
                shorten(action.owner or action.who.say(language), _SHORT, catalogue),
                shorten(", ".join(filter(None, map(say, (action.effort, action.money)))), _SHORT, catalogue),
            ),
            cell(day(action.due, language), _became(action, catalogue)),
            cell(joined(action.requirements, 6, catalogue) or catalogue.say("none")),
        )
        for at, action in enumerate(actions, start=1)
    ]


def _became(action: Action, catalogue: Catalogue) -> str:
    """Say what became of an action; one that is said to be done and is still asked for is not called done."""
    same = catalogue.say("action.same") if action.same_as else ""
    state = "overdue" if action.overdue else action.state
    return ", ".join(filter(None, ("" if state == "proposed" else catalogue.say(f"action.{state}"), same)))


def _differences(result: Result, catalogue: Catalogue) -> Table:
    made = table("differences", _DIFFERENCES, _difference_rows(result, catalogue), catalogue, room=WHOLE)
    if any(judgement.evidence for judgement in result.judgements):
        return made
    return replace(made, empty=catalogue.say("differ.not_measured"))


def _difference_rows(result: Result, catalogue: Catalogue) -> list[Row]:
    rows: list[Row] = []
    names = _names(result)
    every = [*result.judgements, *(judgement for pack in result.packs if pack.named for judgement in pack.judgements)]
    for judgement, evidence in differing(every):
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
