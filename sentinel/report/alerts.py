"""Writes every alert: those of a rule that fired often in a table of its own, with what all of them share said once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sentinel.model.alerts import Alert, Match
from sentinel.model.result import Result
from sentinel.report.clean import shorten
from sentinel.report.cutting import FULL
from sentinel.report.logs import called, grouped, met, titled
from sentinel.report.marks import SEVERITIES
from sentinel.report.pages import Cell, Table
from sentinel.report.tables import WHOLE, Kind, Layout, Row, cell, joined, table
from sentinel.report.text import Catalogue, clock, local, moment

OFTEN = 4
"""A rule with so many alerts has a table of its own."""
_EVERY: Layout = (
    ("severity", 19, "prose"),
    ("when", 24, "data"),
    ("rule", 36, "prose"),
    ("source", 32, "data"),
    ("matched", 50, "data"),
    ("id", 24, "data"),
)
_WHEN: tuple[str, int, Kind] = ("when", 46, "data")
_LINE: tuple[str, int, Kind] = ("line", 18, "data")
_SOURCE: tuple[str, int, Kind] = ("source", 42, "data")
_OWN: tuple[str, int, Kind] = ("own", 80, "data")
_ID: tuple[str, int, Kind] = ("id", 26, "data")
_LETTERS, _SHORT, _MATCHED = 12, 80, 160


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all alerts of a rule have in common: matches, those that are the alert's own time, and the one log."""

    matched: frozenset[Match]
    timed: tuple[str, ...]
    source: str  # empty where they are of several


def alert_tables(result: Result, catalogue: Catalogue) -> tuple[Table, ...]:
    """Return every alert, the gravest first: rules that fired seldom in one table, then each that fired often.

    No more rows are built than there is room for; the last table counts the others.
    """
    ordered = sorted(result.alerts, key=_gravest)
    groups = grouped(ordered[: FULL.most])
    often = [tuple(sorted(group.alerts, key=_gravest)) for group in groups if len(group.alerts) >= OFTEN]
    counted = {alert.id for alerts in often for alert in alerts}
    seldom = [alert for alert in ordered[: FULL.most] if alert.id not in counted]
    made = [_often(alerts, place, result, catalogue) for place, alerts in enumerate(often, 1)]
    if seldom or not often:
        first = table("every", _EVERY, [_alert(alert, result, catalogue) for alert in seldom], catalogue, room=WHOLE)
        about = catalogue.count("technical.often", len(often)) if often else ""
        made.insert(0, replace(first, about=about))
    left = len(ordered) - sum(len(each.rows) for each in made)
    return (*made[:-1], replace(made[-1], more=catalogue.count(FULL.rest, left))) if left else tuple(made)


def _gravest(alert: Alert) -> tuple[int, bool, str, str]:
    return -alert.rule.level.rank, alert.time is None, str(alert.time and local(alert.time)), alert.id


def _alert(alert: Alert, result: Result, catalogue: Catalogue) -> Row:
    return (
        cell(catalogue.say(f"severity.{alert.rule.level}"), "", SEVERITIES[alert.rule.level]),
        cell(moment(alert.time, catalogue.language) if alert.time else catalogue.say("time.unknown")),
        cell(titled(alert.rule, result, catalogue)),
        cell(called(alert.source, result, catalogue), shorten(alert.record, _SHORT, catalogue)),
        cell(_written(alert, alert.matched, result, catalogue)),
        cell(alert.id[:_LETTERS]),
    )


def _often(alerts: Sequence[Alert], place: int, result: Result, catalogue: Catalogue) -> Table:
    shared = _shared(alerts)
    own = [tuple(match for match in alert.matched if not _told(match, shared)) for alert in alerts]
    where = _LINE if shared.source else _SOURCE
    layout = (_WHEN, where, _OWN, _ID) if any(own) else (_WHEN, where, _ID)
    rows = [
        (_when(alert, catalogue), _place(alert, shared, result, catalogue), *found, cell(alert.id[:_LETTERS]))
        for alert, matched in zip(alerts, own, strict=True)
        for found in [(cell(_written(alert, matched, result, catalogue)),) if any(own) else ()]
    ]
    rule = alerts[0].rule
    many = catalogue.count("logs.alerts", len(alerts))
    title = catalogue.say("technical.often_title", rule=titled(rule, result, catalogue), alerts=many)
    made = table("every", layout, rows, catalogue, title, room=WHOLE)
    return replace(made, id=f"{made.id}-{place}", about=_about(alerts[0], shared, result, catalogue))


def _when(alert: Alert, catalogue: Catalogue) -> Cell:
    return cell(clock(alert.time, catalogue.language) if alert.time else catalogue.say("time.unknown"))


def _place(alert: Alert, shared: _Shared, result: Result, catalogue: Catalogue) -> Cell:
    """Return the line, and the log where the alerts of a rule are of several."""
    line = shorten(alert.record, _SHORT, catalogue)
    if shared.source:
        return cell(line or catalogue.say("none"))
    return cell(called(alert.source, result, catalogue), line)


def _shared(alerts: Sequence[Alert]) -> _Shared:
    seen = Counter(match for alert in alerts for match in set(alert.matched))
    same = frozenset(match for match, count in seen.items() if count == len(alerts))
    timed = Counter(
        match.field
        for alert in alerts
        for match in set(alert.matched)
        if match not in same and _is_time(match.value, alert.time)
    )
    sources = {alert.source for alert in alerts}
    always = tuple(sorted(name for name, count in timed.items() if count == len(alerts)))
    return _Shared(same, always, alerts[0].source if len(sources) == 1 else "")


def _told(match: Match, shared: _Shared) -> bool:
    return match in shared.matched or match.field in shared.timed


def _is_time(value: str, time: datetime | None) -> bool:
    try:
        return time is not None and local(datetime.fromisoformat(value)) == local(time)
    except ValueError:
        return False


def _about(alert: Alert, shared: _Shared, result: Result, catalogue: Catalogue) -> str:
    level = catalogue.say(f"severity.{alert.rule.level}").lower()
    said = [catalogue.say("technical.often_level", level=level)]
    if shared.source:
        said.append(catalogue.say("technical.often_log", log=called(shared.source, result, catalogue)))
    same = [met(match, alert, result, catalogue) for match in alert.matched if match in shared.matched]
    same += [catalogue.say("technical.often_time", field=field) for field in shared.timed]
    if same:
        said.append(catalogue.say("technical.often_same", matched=joined(same, 8, catalogue, _MATCHED, "; ")))
    return " ".join(said)


def _written(alert: Alert, matched: Sequence[Match], result: Result, catalogue: Catalogue) -> str:
    written = [met(match, alert, result, catalogue) for match in matched]
    return joined(written, 4, catalogue, _MATCHED, "; ") or catalogue.say("none")
