"""A timeline as one HTML page: no script, nothing fetched, safe whatever the logs say, sorted by time."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sentinel.model.alerts import Alert
from sentinel.model.explained import Called
from sentinel.model.severity import Severity
from sentinel.share.about import About
from sentinel.share.texts import MOST_LETTERS, plain, shown
from sentinel.share.timeline import computer, title

MOST_ROWS = 5_000
MOST_FIELDS = 200
GRAVEST_FIRST = tuple(reversed(Severity))
MARKS = {
    Severity.CRITICAL: "■",
    Severity.HIGH: "▲",
    Severity.MEDIUM: "◆",
    Severity.LOW: "●",
    Severity.INFORMATIONAL: "–",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One alert as the page shows it; every text is safe to look at."""

    level: Severity
    mark: str
    day: str
    time: str
    title: str
    author: str
    computer: str
    place: str
    matched: tuple[tuple[str, str, str], ...]
    facts: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True, slots=True)
class Level:
    """How many alerts there are of a level, and how many of them the page has room for."""

    name: Severity
    mark: str
    count: int
    kept: int


def write_page(alerts: Collection[Alert], about: About) -> Iterator[str]:
    """Yield the page. It holds at most MOST_ROWS alerts, the gravest, and says at its top how many it leaves out."""
    folder = Path(__file__).parent
    style = (folder / "timeline.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    levels = _levels(alerts)
    yield from (
        _environment(folder)
        .get_template("timeline.html.j2")
        .generate(
            levels=levels,
            total=len(alerts),
            left_out=sum(level.count - level.kept for level in levels),
            rows=_rows(alerts, levels, about.called),
            span=_span(alerts),
            made=_moment(about.made),
            engine=about.engine,
            sources=[shown(line) for line in about.sources],
            unseen=[shown(line) for line in about.unseen],
            style=Markup(style),  # noqa: S704 -- our own file, and the policy holds it by its hash
            style_hash=f"sha256-{digest}",
        )
    )


def _environment(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _levels(alerts: Collection[Alert]) -> list[Level]:
    counts = Counter(alert.rule.level for alert in alerts)
    room, made = MOST_ROWS, []
    for level in GRAVEST_FIRST:
        kept = min(room, counts[level])
        room -= kept
        made.append(Level(level, MARKS[level], counts[level], kept))
    return made


def _rows(alerts: Iterable[Alert], levels: Iterable[Level], called: Called) -> Iterator[Row]:
    room = {level.name: level.kept for level in levels}
    for alert in alerts:
        if room[alert.rule.level]:
            room[alert.rule.level] -= 1
            yield _row(alert, called)


def _row(alert: Alert, called: Called) -> Row:
    rule = alert.rule
    held = list(alert.fields.items())
    return Row(
        level=rule.level,
        mark=MARKS[rule.level],
        day=alert.time.strftime("%Y-%m-%d") if alert.time else "no time",
        time=alert.time.strftime("%H:%M:%S") if alert.time else "",
        title=_short(title(alert)),
        author=_short(rule.author),
        computer=_short(computer(alert)),
        place=_short(f"{alert.source}:{alert.record}"),
        matched=tuple((_short(one.field), _short(one.by), _short(one.value)) for one in called.matched(alert)),
        facts=(
            ("alert", _short(alert.id)),
            ("event", _short(alert.event_id)),
            ("hits", _hits(alert)),
            ("revision", str(alert.revision) if alert.revision > 1 else ""),
            ("went up in", _short(alert.superseded_by)),
            ("rule", _short(rule.id)),
            ("rule hash", _short(rule.hash)),
            ("tags", _short(" ".join(rule.tags))),
            ("raised by", _short(f"Sentinel {alert.engine}".strip())),
        ),
        fields=tuple((_short(name), _short(plain(value))) for name, value in held[:MOST_FIELDS]),
        more=max(0, len(held) - MOST_FIELDS),
    )


def _hits(alert: Alert) -> str:
    told = alert.correlation
    return f"{told.total:,}, {told.start:%Y-%m-%d %H:%M:%S} to {told.end:%Y-%m-%d %H:%M:%S}" if told else ""


def _short(text: str) -> str:
    return shown(text, MOST_LETTERS)


def _span(alerts: Iterable[Alert]) -> str:
    first = last = None
    for time in (alert.time for alert in alerts if alert.time):
        first, last = first or time, time
    return f"{_moment(first)} to {_moment(last)}" if first and last else ""


def _moment(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC")
