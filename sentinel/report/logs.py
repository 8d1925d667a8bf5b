"""Writes what the logs show: alerts grouped by rule, and what each log held and lacked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sentinel.model.alerts import Alert, LogSource, Match, RuleRef
from sentinel.model.result import Result
from sentinel.model.text import Text
from sentinel.report.charts import Lane, timeline
from sentinel.report.clean import brief, shorten, visible
from sentinel.report.marks import SEVERITIES, UNSEEN
from sentinel.report.network import severity_chart, skipped
from sentinel.report.notlooked import hours
from sentinel.report.pages import Chart, Section
from sentinel.report.tables import WHOLE, Layout, Row, cell, joined, table
from sentinel.report.text import Catalogue, day, local, number, span

MAX_LANES = 20
TICKS = 3
_ALERTS: Layout = (
    ("severity", 19, "prose"),
    ("what", 58, "prose"),
    ("count", 13, "number"),
    ("times", 26, "data"),
    ("source", 27, "data"),
    ("matched", 40, "data"),
)
_LOGS: Layout = (
    ("source", 36, "data"),
    ("kind", 31, "data"),
    ("handled", 18, "number"),
    ("skipped", 18, "prose"),
    ("times", 38, "data"),
    ("gaps", 31, "data"),
)
_LONG, _SHORT, _MATCHED, _WIDE_LANE, _ID = 240, 60, 90, 80, 12


@dataclass(frozen=True, slots=True)
class Group:
    """All alerts of one rule; `first` and `last` are None where no record had a readable time."""

    rule: RuleRef
    alerts: tuple[Alert, ...]
    first: datetime | None
    last: datetime | None


def logs(result: Result, catalogue: Catalogue) -> Section:
    """Return the section on the logs."""
    groups = grouped(result.alerts)
    charts: list[Chart] = []
    if groups:
        charts.append(severity_chart("alerts", Counter(a.rule.level for a in result.alerts), catalogue))
    if result.logs:
        charts.append(_timeline(result, catalogue))
    return Section(
        id="logs",
        title=catalogue.say("logs.title"),
        paragraphs=(_summary(result, groups, catalogue),),
        charts=tuple(charts),
        tables=(
            table("alerts", _ALERTS, [_alert_row(g, result, catalogue) for g in groups], catalogue, room=WHOLE),
            table("logs", _LOGS, [_log_row(log, result, catalogue) for log in result.logs], catalogue, room=WHOLE),
        ),
    )


def grouped(alerts: Iterable[Alert]) -> list[Group]:
    """Group alerts by rule: most severe first, then earliest."""
    ordered = sorted(alerts, key=lambda alert: (alert.rule.id, alert.rule.hash))
    groups = [_group(tuple(found)) for _, found in groupby(ordered, key=lambda alert: (alert.rule.id, alert.rule.hash))]
    return sorted(groups, key=lambda g: (-g.rule.level.rank, g.first is None, g.first and local(g.first), g.rule.id))


def _group(alerts: tuple[Alert, ...]) -> Group:
    times = sorted(local(alert.time) for alert in alerts if alert.time is not None)
    return Group(alerts[0].rule, alerts, times[0] if times else None, times[-1] if times else None)


def _summary(result: Result, groups: Sequence[Group], catalogue: Catalogue) -> str:
    lines = sum(log.handled for log in result.logs)
    if not result.logs:
        return catalogue.say("logs.none_read")
    return catalogue.say(
        "logs.summary",
        lines=catalogue.count("grounds.lines", lines),
        alerts=catalogue.count("logs.alerts", len(result.alerts)),
        rules=catalogue.count("logs.rules", len(groups)),
    )


def _alert_row(group: Group, result: Result, catalogue: Catalogue) -> Row:
    title = titled(group.rule, result, catalogue)
    meaning = _meaning(group.rule, result.meanings, catalogue)
    sources = sorted({called(alert.source, result, catalogue) for alert in group.alerts})
    first = group.alerts[0]
    matched = [met(match, first, result, catalogue) for match in first.matched]
    return (
        cell(catalogue.say(f"severity.{group.rule.level}"), "", SEVERITIES[group.rule.level]),
        cell(meaning or title, title if meaning and meaning != title else ""),
        cell(number(len(group.alerts), catalogue.language)),
        cell(span(group.first, group.last, catalogue)),
        cell(joined(sources, 3, catalogue)),
        cell(joined(matched, 3, catalogue, _MATCHED, "; ") or catalogue.say("none")),
    )


def titled(rule: RuleRef, result: Result, catalogue: Catalogue) -> str:
    """Return what people call a rule, or its own title."""
    named = result.rule_titles.get(rule.id)
    return shorten(named.say(catalogue.language) if named else rule.title, _LONG, catalogue)


def met(match: Match, alert: Alert, result: Result, catalogue: Catalogue) -> str:
    """Return what matched; of a correlation in words, with what people call its rules."""
    words = catalogue.find(f"met.{match.field}") if alert.correlation else None
    if not words:
        return f"{match.field} = {match.value}"
    titles = {rule: title.say(catalogue.language) for rule, title in result.rule_titles.items()}
    parts = match.value.split(", ")
    what = [catalogue.say("quote", text=titles[part]) if part in titles else brief(part, _ID) for part in parts]
    return words.format(what=", ".join(what))


def _meaning(rule: RuleRef, meanings: Mapping[str, Text], catalogue: Catalogue) -> str:
    """Return what an alert means: in the rule's own words where they are known, else by its ATT&CK tactic."""
    text = meanings.get(rule.id)
    if text is not None:
        return shorten(text.say(catalogue.language), _LONG, catalogue)
    tactics = [
        found
        for tag in rule.tags
        if (found := catalogue.find(f"tactic.{tag.removeprefix('attack.').replace('_', '-')}"))
    ]
    return tactics[0] if tactics else ""


def called(source: str, result: Result, catalogue: Catalogue) -> str:
    """Return what people call a log, or its name."""
    title = result.log_titles.get(source)
    return shorten(title.say(catalogue.language) if title else source, _SHORT, catalogue)


def _log_row(log: LogSource, result: Result, catalogue: Catalogue) -> Row:
    name, title = shorten(log.source, _SHORT, catalogue), called(log.source, result, catalogue)
    kind = catalogue.find(f"format.{log.format}") or log.format
    gaps = [
        catalogue.count("logs.gap", hours(first, last), times=span(first, last, catalogue)) for first, last in log.gaps
    ]
    return (
        cell(title, name if name != title else ""),
        cell(shorten(kind, _SHORT, catalogue), joined(log.datasets, 3, catalogue)),
        cell(number(log.handled, catalogue.language)),
        cell(skipped(log.skipped, catalogue)),
        cell(span(log.first, log.last, catalogue)),
        cell(joined(gaps, 3, catalogue, _LONG) or catalogue.say("none"), "", UNSEEN if gaps else None),
    )


def _timeline(result: Result, catalogue: Catalogue) -> Chart:
    shown = [log for log in result.logs if log.handled][:MAX_LANES]
    lanes = [Lane(visible(called(log.source, result, catalogue)), log.first, log.last, log.gaps) for log in shown]
    absent = [item.what.say(catalogue.language) for item in result.not_looked if item.kind == "log"]
    lanes += [Lane(brief(what, _WIDE_LANE), None, None) for what in absent[: MAX_LANES - len(lanes)]]
    gaps = sum(len(log.gaps) for log in shown)
    described = catalogue.say(
        "chart.timeline.description",
        logs=catalogue.count("chart.timeline.logs", len(shown)),
        gaps=catalogue.count("chart.timeline.gaps", gaps),
        absent=catalogue.count("chart.timeline.absent", len(absent)),
    )
    return timeline("timeline", catalogue.say("chart.timeline"), described, lanes, _ticks(lanes, catalogue))


def _ticks(lanes: Iterable[Lane], catalogue: Catalogue) -> list[tuple[datetime, str]]:
    times = [t for lane in lanes for t in (lane.first, lane.last) if t is not None]
    if not times:
        return []
    start, length = min(times), max(times) - min(times)
    if length < timedelta(days=TICKS):
        return [(t, span(t, t, catalogue)) for t in dict.fromkeys((start, start + length))]
    moments = [start + length * step / (TICKS - 1) for step in range(TICKS)]
    return [(t, day(local(t).date(), catalogue.language)) for t in moments]
