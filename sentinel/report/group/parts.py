"""The tables of a group's overview; the most urgent row first, and numbers of units in place of averages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sentinel.model.compliance import EffectiveState
from sentinel.model.groups import Group, GroupUnit, Handed, Spread
from sentinel.report.clean import in_threes
from sentinel.report.marks import LEVELS, STATES, UNSEEN
from sentinel.report.pages import Cell, Table
from sentinel.report.tables import MAX_ROWS, Layout, Room, cell, table
from sentinel.report.text import Catalogue, day, whole

COUNTED: tuple[EffectiveState, ...] = ("met", "partly", "planned", "not_met", "disputed", "unknown", "not_assessed")
_SIX: Layout = (
    ("met", 11, "number"),
    ("partly", 11, "number"),
    ("not_met", 11, "number"),
    ("disputed", 11, "number"),
    ("unknown", 11, "number"),
    ("not_assessed", 11, "number"),
)
_ROOM = Room(MAX_ROWS, "group.more")
_CODES = 60
"""Of a row; a text of a report is bounded, and no requirement may be cut away."""


def units(group: Group, catalogue: Catalogue) -> Table:
    """Return each unit with its level and three numbers, the worst first."""
    rows = [
        (
            cell(unit.name, catalogue.say("group.unit", number=in_threes(unit.number, catalogue), asked=unit.asked)),
            _level(unit, catalogue),
            *(cell(_number(value, catalogue)) for value in (unit.score, unit.coverage, unit.worst_case)),
            cell(catalogue.say("part.of", n=len(unit.open_gates), total=unit.gates)),
            cell(str(unit.inherited)),
        )
        for unit in group.units
    ]
    layout: Layout = (
        ("unit", 30, "prose"),
        ("level", 18, "prose"),
        ("score", 10, "number"),
        ("coverage", 11, "number"),
        ("worst", 10, "number"),
        ("gates", 10, "number"),
        ("inherited", 11, "number"),
    )
    return table("groupunits", layout, rows, catalogue, room=_ROOM)


def counts(group: Group, catalogue: Catalogue) -> Table:
    """Return the numbers of the drawing: how many requirements stand how in each unit."""
    rows = [(cell(unit.name, _relevant(unit, catalogue)), *_counted(unit.counts)) for unit in group.units]
    return table("groupcounts", (("unit", 34, "prose"), *_SIX), rows, catalogue, room=_ROOM)


def _relevant(unit: GroupUnit, catalogue: Catalogue) -> str:
    left_out = unit.counts.get("not_applicable", 0)
    return catalogue.count("group.left_out", left_out) if left_out else ""


def gates(group: Group, catalogue: Catalogue) -> Table:
    """Return which gates hold which unit down: what is known to be missing by name, what nobody looked at by id."""
    titles = {spread.requirement: spread.title.say(catalogue.language) for spread in group.requirements}
    rows = [
        (cell(unit.name), cell(catalogue.say(f"state.{state}"), "", STATES[state]), cell(_gates(names, state, titles)))
        for unit in group.units
        for state in reversed(COUNTED)
        if (names := [gate.requirement for gate in unit.open_gates if gate.state == state])
    ]
    layout: Layout = (("unit", 26, "prose"), ("state", 22, "prose"), ("gates", 52, "prose"))
    return table("groupgates", layout, rows, catalogue, room=_ROOM)


def _gates(names: Sequence[str], state: EffectiveState, titles: Mapping[str, str]) -> str:
    if state == "not_assessed":
        return ", ".join(names)
    return "; ".join(f"{name} {titles[name]}" for name in names)


def requirements(group: Group, catalogue: Catalogue) -> Table:
    """Return in how many units each requirement stands how; what is in place everywhere is left out."""
    rows = [_spread(spread, catalogue) for spread in group.requirements if spread.open_in]
    return table("grouprequirements", (("requirement", 34, "prose"), *_SIX), rows, catalogue, room=_ROOM)


def handed(group: Group, catalogue: Catalogue) -> Table:
    """Return what owner and operators answered for others, what hits most units first, and what stays with each."""
    rows = [_handed(one, catalogue) for one in group.handed]
    layout: Layout = (
        ("requirement", 44, "prose"),
        ("giver", 16, "prose"),
        ("state", 18, "prose"),
        ("stands", 10, "number"),
        ("until", 12, "prose"),
    )
    return table("grouphanded", layout, rows, catalogue, room=_ROOM)


def lacking(group: Group, catalogue: Catalogue) -> Table:
    """Return what is answered once for all and does not stand in a unit, and why: nobody has looked at it there."""
    rows = [
        (cell(unit.name, "", UNSEEN), cell(catalogue.say(f"group.lacking.{state}")), cell(", ".join(some)))
        for unit in group.units
        for state, names in _by_state(unit).items()
        for some in (names[at : at + _CODES] for at in range(0, len(names), _CODES))
    ]
    layout: Layout = (("unit", 24, "prose"), ("why", 20, "prose"), ("requirements", 56, "prose"))
    return table("grouplacking", layout, rows, catalogue, room=_ROOM)


def _by_state(unit: GroupUnit) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in unit.lacking:
        found.setdefault(one.state, []).append(one.requirement)
    return found


def _counted(counts: Mapping[EffectiveState, int]) -> list[Cell]:
    """Return the counts in six columns; what is planned and what is not met are not in place, and stand together."""
    six: list[tuple[EffectiveState, ...]] = [
        ("met",),
        ("partly",),
        ("planned", "not_met"),
        ("disputed",),
        ("unknown",),
        ("not_assessed",),
    ]
    return [cell(str(sum(counts.get(state, 0) for state in states))) for states in six]


def _level(unit: GroupUnit, catalogue: Catalogue) -> Cell:
    if not unit.assessed:
        return cell(catalogue.say(f"level.{unit.level}"), catalogue.say("group.nobody"), UNSEEN)
    return cell(catalogue.say(f"level.{unit.level}"), "", LEVELS[unit.level])


def _spread(spread: Spread, catalogue: Catalogue) -> tuple[Cell, ...]:
    notes = [catalogue.say("group.gate")] if spread.gate else []
    if spread.inherited:
        notes.append(catalogue.count("group.inherited", spread.inherited))
    return (
        cell(f"{spread.requirement} {spread.title.say(catalogue.language)}", " · ".join(notes)),
        *_counted(spread.counts),
    )


def _handed(one: Handed, catalogue: Catalogue) -> tuple[Cell, ...]:
    parts = catalogue.say("group.parts", does=one.does, stays=one.stays)
    hits = catalogue.count("group.hits", len(one.hits)) if one.hits else ""
    return (
        cell(f"{one.requirement} {one.title.say(catalogue.language)}", parts),
        cell(one.name, catalogue.say(f"group.giver.{one.giver}")),
        cell(catalogue.say(f"state.{one.state}"), hits, STATES[one.state]),
        cell(catalogue.say("part.of", n=one.stands_in, total=one.stands_in + one.not_in)),
        cell(day(one.until, catalogue.language)),
    )


def _number(value: float | None, catalogue: Catalogue) -> str:
    return catalogue.say("none") if value is None else str(whole(value))
