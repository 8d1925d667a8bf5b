"""The tables of the document of risk; each row says its risk by the number it has in the matrices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sentinel.model.compliance import Role
from sentinel.model.risks import BANDS, DIMENSIONS, Acceptance, Assessment, Band, Fact, Measure, Risk, RiskState, Ros
from sentinel.report.marks import UNSEEN
from sentinel.report.pages import Cell, Mark, Table
from sentinel.report.tables import Layout, cell, table
from sentinel.report.text import Catalogue, day

STATES: Mapping[RiskState, Mark] = {
    "open": Mark("square", "unmet"),
    "disputed": Mark("diamond", "open"),
    "not_assessed": UNSEEN,
    "accepted": Mark("triangle", "partly"),
    "acceptable": Mark("circle", "met"),
    "not_relevant": Mark("dash", "quiet"),
}
BAND_MARKS: Mapping[Band, Mark] = {
    "low": Mark("circle", "met"),
    "medium": Mark("triangle", "partly"),
    "high": Mark("square", "unmet"),
}
_ROLES: tuple[Role, ...] = ("contradicts", "caps", "supports", "informs")
Numbers = Mapping[str, int]


def numbered(ros: Ros) -> dict[str, int]:
    """Return the number of each risk that is one here, gravest first."""
    there = [risk.id for risk in ros.risks if risk.state != "not_relevant"]
    return {name: number for number, name in enumerate(there, 1)}


def risks(ros: Ros, numbers: Numbers, catalogue: Catalogue) -> Table:
    """Return every risk with where it stood before measures and is meant to stand after, how it stands, and why."""
    rows = [
        (
            cell(str(numbers[risk.id])),
            cell(risk.title.say(catalogue.language), risk.text.say(catalogue.language)),
            _place(None if risk.stale else risk.before, catalogue),
            _after(risk, catalogue),
            cell(catalogue.say(f"ros.state.{risk.state}"), risk.reason.say(catalogue.language), STATES[risk.state]),
        )
        for risk in ros.risks
        if risk.id in numbers
    ]
    layout: Layout = (
        ("number", 4, "number"),
        ("risk", 32, "prose"),
        ("before", 14, "prose"),
        ("after", 16, "prose"),
        ("state", 28, "prose"),
    )
    return table("risks", layout, rows, catalogue)


def dimensions(ros: Ros, catalogue: Catalogue) -> Table:
    """Return how many risks stand where in each dimension, and how much may be left of it."""
    rows = [
        (
            cell(catalogue.say(f"ros.dimension.{name}")),
            cell(catalogue.say(f"ros.band.{ros.criteria.accept[name]}"), "", BAND_MARKS[ros.criteria.accept[name]]),
            *(cell(str(counts[key])) for key in (*reversed(BANDS), "none", "not_assessed")),
        )
        for name, counts in ((name, ros.figures.by_dimension[name]) for name in DIMENSIONS)
    ]
    layout: Layout = (
        ("dimension", 26, "prose"),
        ("accept", 18, "prose"),
        ("high", 10, "number"),
        ("medium", 10, "number"),
        ("low", 10, "number"),
        ("none", 10, "number"),
        ("not_assessed", 14, "number"),
    )
    return table("dimensions", layout, rows, catalogue)


def measures(ros: Ros, numbers: Numbers, catalogue: Catalogue) -> Table:
    """Return what is to be done: what is past its day first, then by day."""
    found = [(risk, measure) for risk in ros.risks for measure in risk.measures if risk.id in numbers]
    found.sort(
        key=lambda pair: (not pair[1].overdue, pair[1].state in {"done", "dropped"}, pair[1].due, numbers[pair[0].id])
    )
    rows = [
        (
            cell(str(numbers[risk.id])),
            cell(measure.title.say(catalogue.language)),
            cell(measure.owner),
            cell(day(measure.due, catalogue.language)),
            _measure_state(measure, catalogue),
        )
        for risk, measure in found
    ]
    layout: Layout = (
        ("number", 5, "number"),
        ("measure", 40, "prose"),
        ("owner", 18, "prose"),
        ("due", 18, "prose"),
        ("state", 19, "prose"),
    )
    return table("riskmeasures", layout, rows, catalogue)


def acceptances(ros: Ros, numbers: Numbers, catalogue: Catalogue) -> Table:
    """Return who accepted which risk until when, and what management decided."""
    given = [(risk, risk.acceptance) for risk in ros.risks if risk.acceptance and risk.id in numbers]
    rows = [
        (
            cell(str(numbers[risk.id])),
            cell(catalogue.say("ros.who", by=accepted.by, role=accepted.role), day(accepted.given, catalogue.language)),
            _until(accepted, catalogue),
            cell(accepted.reason),
            cell(_decision(accepted, catalogue)),
        )
        for risk, accepted in given
    ]
    layout: Layout = (
        ("number", 5, "number"),
        ("who", 22, "prose"),
        ("until", 18, "prose"),
        ("reason", 25, "prose"),
        ("decision", 30, "prose"),
    )
    return table("acceptances", layout, rows, catalogue)


def exemptions(ros: Ros, catalogue: Catalogue) -> Table:
    """Return what is said not to be a risk here, by whom and until when."""
    rows = [
        (
            cell(risk.title.say(catalogue.language)),
            cell(risk.exemption.reason),
            cell(risk.exemption.by, day(risk.exemption.given, catalogue.language)),
            cell(day(risk.exemption.expires, catalogue.language)),
        )
        for risk in ros.risks
        if risk.exemption
    ]
    layout: Layout = (("risk", 30, "prose"), ("reason", 34, "prose"), ("who", 18, "prose"), ("until", 18, "prose"))
    return table("exemptions", layout, rows, catalogue)


def facts(ros: Ros, numbers: Numbers, catalogue: Catalogue) -> Table:
    """Return what was measured, what speaks against first, with the risks that it bears on."""
    found: dict[Fact, list[tuple[int, str]]] = {}
    for risk in ros.risks:
        for fact in risk.facts if risk.id in numbers else ():
            same = replace(fact, requirement="", considered=False)
            mark = f"{numbers[risk.id]}*" if fact.considered else str(numbers[risk.id])
            found.setdefault(same, []).append((numbers[risk.id], mark))
    rows = [
        (
            cell(catalogue.say(f"ros.role.{fact.role}")),
            cell(fact.what.say(catalogue.language), fact.because.say(catalogue.language)),
            cell(", ".join(dict.fromkeys(mark for _, mark in sorted(where)))),
        )
        for fact, where in sorted(found.items(), key=lambda pair: (_ROLES.index(pair[0].role), min(pair[1])))
    ]
    layout: Layout = (("role", 14, "prose"), ("what", 62, "prose"), ("numbers", 24, "prose"))
    return table("riskfacts", layout, rows, catalogue)


def left_out(ros: Ros, catalogue: Catalogue) -> Table:
    """Return the scenarios that fit and that nobody took in: dashed, since nobody looked."""
    rows = [(cell(one.title.say(catalogue.language), "", UNSEEN), cell(one.id)) for one in ros.left_out]
    return table("leftout", (("scenario", 65, "prose"), ("id", 35, "data")), rows, catalogue)


def origins(ros: Ros, numbers: Numbers, catalogue: Catalogue) -> Table:
    """Return where each scenario comes from."""
    rows = [
        (cell(str(numbers[risk.id])), cell(risk.id), *_origin(risk, catalogue))
        for risk in ros.risks
        if risk.id in numbers
    ]
    layout: Layout = (("number", 5, "number"), ("scenario", 29, "data"), ("library", 28, "prose"), ("hash", 38, "data"))
    return table("origins", layout, rows, catalogue)


def _origin(risk: Risk, catalogue: Catalogue) -> tuple[Cell, Cell]:
    origin, taken = risk.provenance, risk.origin
    if origin is None and taken is not None:
        when = day(taken.taken, catalogue.language)
        return cell(catalogue.say("ros.taken", case=taken.case, event=taken.event, day=when)), cell(
            catalogue.say("none")
        )
    if origin is None:
        return cell(catalogue.say("ros.own")), cell(catalogue.say("none"))
    source = catalogue.say(
        "ros.library.from",
        library=origin.library,
        version=origin.version,
        author=origin.author,
        licence=origin.licence,
    )
    return cell(source), cell(origin.hash)


def _place(judged: Assessment | None, catalogue: Catalogue) -> Cell:
    if judged is None or judged.missing:
        return cell(catalogue.say("ros.state.not_assessed"), "", UNSEEN)
    words = catalogue.say(
        "ros.place",
        band=catalogue.say(f"ros.band.{judged.worst}"),
        likelihood=judged.likelihood,
        consequence=judged.consequence,
    )
    return cell(words, "", BAND_MARKS[judged.worst])


def _after(risk: Risk, catalogue: Catalogue) -> Cell:
    if risk.after is None or risk.stale:
        return cell(catalogue.say("ros.no_after"))
    place = _place(risk.after, catalogue)
    if risk.reached is None:
        return cell(place.text, catalogue.say("ros.hoped"), UNSEEN)
    return cell(place.text, catalogue.say("ros.reached", day=day(risk.reached, catalogue.language)), place.mark)


def _pressing(measure: Measure) -> tuple[bool, bool, date]:
    return not measure.overdue, measure.state in {"done", "dropped"}, measure.due


def _measure_state(measure: Measure, catalogue: Catalogue) -> Cell:
    words = catalogue.say(f"ros.measure.{measure.state}")
    if measure.overdue:
        return cell(words, catalogue.say("ros.measure.overdue"), Mark("square", "unmet"))
    if measure.done:
        return cell(words, day(measure.done, catalogue.language), Mark("circle", "met"))
    return cell(words, "", Mark("dash", "quiet") if measure.state == "dropped" else UNSEEN)


def _until(accepted: Acceptance, catalogue: Catalogue) -> Cell:
    until = day(accepted.expires, catalogue.language)
    if accepted.valid:
        return cell(until, catalogue.say("ros.acceptance.valid"), STATES["accepted"])
    return cell(until, catalogue.say("ros.acceptance.ended"), STATES["open"])


def _decision(accepted: Acceptance, catalogue: Catalogue) -> str:
    decided = accepted.management
    if decided is None:
        return catalogue.say("none")
    when = day(decided.given, catalogue.language)
    return catalogue.say("ros.management", by=decided.by, role=decided.role, day=when, where=decided.where)
