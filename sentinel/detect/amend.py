"""Turns the episodes of a correlation into alerts, and says what changed since they were last told."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sentinel import __version__
from sentinel.detect.alerts import hash_of
from sentinel.detect.correlation import Correlation
from sentinel.detect.windows import described
from sentinel.model.alerts import Alert, Amendment, Correlated, Match, Member
from sentinel.model.correlations import Episode, Point

MOST_NAMED = 20
"""So many of the events that were added are named."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(time: datetime) -> int:
    """Return a time as µs since 1970."""
    return (time - _EPOCH) // _MICROSECOND


def moment(time: int) -> datetime:
    """Return µs since 1970 as a time."""
    return _EPOCH + time * _MICROSECOND


@dataclass(frozen=True, slots=True)
class Fresh:
    """The hits of a group, sorted, and which of them came since its alerts were last told."""

    points: Sequence[Point]
    fresh: Callable[[Point], bool]


def raise_correlated(correlation: Correlation, meaning: str, group: Sequence[str], episode: Episode) -> Alert:
    """Return the alert of an episode.

    Its id is a hash of rule, meaning, group and the moment of its earliest hit: the same in whatever order hits came.
    """
    values = dict(zip(correlation.group_by, group, strict=True))
    counted = Match(correlation.type, episode.measure, described(correlation))
    return Alert(
        id=hash_of([correlation.ref.id, meaning, list(group), episode.start]),
        rule=correlation.ref,
        event_id=episode.at.event,
        time=moment(episode.first),
        source=episode.at.source,
        record=episode.at.record,
        matched=(*(Match(name, value, "group-by") for name, value in values.items()), counted),
        fields=dict(values),
        engine=__version__,
        correlation=Correlated(
            type=correlation.type,
            timespan_seconds=correlation.timespan.total_seconds(),
            group=values,
            start=moment(episode.start),
            end=moment(episode.last),
            members=tuple(map(_member, episode.kept)),
            total=episode.total,
        ),
    )


def amend(told: Mapping[str, Alert], now: Iterable[Alert], fresh: Fresh) -> Iterator[tuple[Alert, bool]]:
    """Yield every alert of a group as it is to be told now, and whether that is news.

    `told` are the alerts as last told, by id. One that is the same is not news. One that grew is the same alert in a
    new revision. One whose episode now begins earlier, or went up in another, is superseded by the alert of that
    episode; one whose episode is gone (a late event unmade it) is withdrawn. Both stay, and say so.
    """
    current = {alert.id: alert for alert in now}
    for alert in current.values():
        before = told.get(alert.id)
        if before is not None and _content(before) == _content(alert):
            yield replace(alert, revision=before.revision, change=before.change), False
        else:
            yield _revised(alert, before, _replaced(alert, told, current), fresh), True
    for alert in told.values():
        if alert.id not in current:
            yield _ended(alert, current.values())


def _revised(alert: Alert, before: Alert | None, replaced: list[Alert], fresh: Fresh) -> Alert:
    """Return a new alert, or the new revision of one, with what changed since."""
    known = [one.correlation for one in ([before] if before else replaced) if one.correlation]
    if alert.correlation is None or not known:
        return alert
    spans = [(micros(one.start), micros(one.end)) for one in known]
    begin = bisect_left(fresh.points, micros(alert.correlation.start), key=_time)
    inside = fresh.points[begin : bisect_right(fresh.points, micros(alert.correlation.end), key=_time)]
    added = [p for p in inside if fresh.fresh(p) or not any(start <= p.time <= end for start, end in spans)]
    change = Amendment(
        added=len(added),
        removed=max(0, sum(one.total for one in known) + len(added) - alert.correlation.total),
        events=tuple(dict.fromkeys(point.event for point in added))[:MOST_NAMED],
        replaces=tuple(one.id for one in replaced),
    )
    return replace(alert, revision=before.revision + 1 if before else 1, change=change)


def _replaced(alert: Alert, told: Mapping[str, Alert], current: Mapping[str, Alert]) -> list[Alert]:
    gone = (one for one in told.values() if one.id not in current and one.status == "current")
    return [one for one in gone if _overlap(one, alert)]


def _ended(alert: Alert, current: Iterable[Alert]) -> tuple[Alert, bool]:
    if alert.status != "current":
        return alert, False
    heir = next((one for one in current if _overlap(one, alert)), None)
    if heir is None:
        return replace(alert, revision=alert.revision + 1, change=None, status="withdrawn"), True
    ended = replace(alert, revision=alert.revision + 1, change=None, status="superseded", superseded_by=heir.id)
    return ended, True


def _overlap(one: Alert, other: Alert) -> bool:
    if one.correlation is None or other.correlation is None:
        return False
    return one.correlation.start <= other.correlation.end and other.correlation.start <= one.correlation.end


def _content(alert: Alert) -> object:
    """Return what makes an alert another one to read; from which copy of a log an event came does not."""
    told = alert.correlation
    members = [(one.rule, one.event_id, one.time) for one in told.members] if told else []
    return alert.status, alert.matched, alert.event_id, alert.time, told and (told.start, told.end, told.total), members


def _time(point: Point) -> int:
    return point.time


def _member(point: Point) -> Member:
    return Member(point.rule, point.event, moment(point.time), point.source, point.record, point.matched)
