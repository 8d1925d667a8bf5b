"""Judges the feared events on the scale of the persons concerned: what was, what is left, and what has been done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sentinel.comply.dpia.case import DpiaFile, EstimateEntry, EventEntry, MeasureEntry
from sentinel.comply.dpia.entries import EventKind
from sentinel.comply.dpia.pack import Pack
from sentinel.model.dpia import Accepted, DpiaMeasure, Estimate, FearedEvent, RosOrigin
from sentinel.model.risks import Matrix
from sentinel.model.text import Text

NOBODY = EventEntry()


def measures_of(file: DpiaFile, as_of: date) -> tuple[DpiaMeasure, ...]:
    """Return the measures in the order of the file."""
    return tuple(_measure(name, entry, as_of) for name, entry in file.measures.items())


def _measure(name: str, entry: MeasureEntry, as_of: date) -> DpiaMeasure:
    late = entry.state != "done" and entry.due is not None and entry.due < as_of
    title = entry.title or name
    return DpiaMeasure(name, title, entry.text, entry.owner, entry.due, entry.state, entry.done, late, entry.ros)


def events_of(file: DpiaFile, pack: Pack) -> tuple[FearedEvent, ...]:
    """Return the events that every assessment looks at, also where nobody did, then the file's own."""
    matrix = pack.scale.matrix()
    always = {kind.id: kind for kind in pack.scale.events}
    own = [name for name in file.events if name not in always]
    return tuple(_event(name, file, always, matrix) for name in (*always, *own))


def _event(name: str, file: DpiaFile, always: Mapping[str, EventKind], matrix: Matrix) -> FearedEvent:
    entry = file.events.get(name, NOBODY)
    before, after = _estimate(entry.before, matrix), _estimate(entry.after, matrix)
    done = [one in file.measures and file.measures[one].state == "done" for one in entry.measures]
    return FearedEvent(
        id=name,
        title=always[name].title.text() if name in always else Text(entry.title, entry.title),
        own=name not in always,
        sources=entry.sources,
        threats=entry.threats,
        impacts=entry.impacts,
        before=before,
        measures=entry.measures,
        after=after,
        reached=after is not None and all(done),
        residual=after or before,
        accepted=_accepted(entry),
        origin=_origin(entry),
    )


def _origin(entry: EventEntry) -> RosOrigin | None:
    given = entry.ros
    if given is None:
        return None
    return RosOrigin(given.risk, given.date, given.matrix, given.assessed, given.likelihood, given.consequence)


def _estimate(entry: EstimateEntry | None, matrix: Matrix) -> Estimate | None:
    if entry is None:
        return None
    return Estimate(entry.likelihood, entry.severity, matrix.band(entry.likelihood, entry.severity), entry.because)


def _accepted(entry: EventEntry) -> Accepted | None:
    given = entry.accepted
    return Accepted(given.by, given.role, given.date, given.because) if given else None


def grave(events: tuple[FearedEvent, ...]) -> bool:
    """Say whether any event was judged to be a high risk, before measures or after them."""
    return any(one.band == "high" for event in events for one in (event.before, event.after) if one)


def high(events: tuple[FearedEvent, ...]) -> tuple[FearedEvent, ...]:
    """Return the events of which a high risk is left."""
    return tuple(event for event in events if event.residual and event.residual.band == "high")
