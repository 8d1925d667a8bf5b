"""Cuts the moments at which a correlation is met into episodes: the one thing that an alert of a correlation tells."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from sentinel.detect.correlation import Correlation
from sentinel.detect.windows import Met, met, width
from sentinel.model.correlations import Episode, Point

MOST_KEPT = 20
"""So many of the first hits of an episode are kept with it, and as many of the last."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The hits of one group, sorted by key, as far as they are still open.

    Moments up to `floor` are settled; `past` is the episode they left that may go on. `chained` are the ids of rules
    that are correlations themselves.
    """

    points: Sequence[Point]
    floor: int | None = None
    past: Episode | None = None
    chained: Collection[str] = frozenset()


def episodes(correlation: Correlation, stretch: Stretch, until: int | None = None) -> Iterator[Episode]:
    """Yield the episodes of one group in order of time; no moment after `until` is judged.

    A moment belongs to the episode of the moment before it, if it is at most one timespan later. So episodes depend
    on nothing but the hits: not on their order of arrival, nor on how they were cut into batches.
    """
    span, before, run = width(correlation), stretch.past, list[Met]()
    last = before.last if before else None
    for moment in met(correlation, stretch.points, stretch.floor, until):
        if last is not None and moment.time - last > span:
            yield _episode(span, before, run, stretch)
            before, run = None, []
        run.append(moment)
        last = moment.time
    if run or before:
        yield _episode(span, before, run, stretch)


def settle(correlation: Correlation, stretch: Stretch, floor: int) -> Stretch:
    """Close the windows up to `floor`: keep the episode that may still go on, and the hits that later windows need."""
    if stretch.floor is not None and floor <= stretch.floor:
        return stretch
    span, past = width(correlation), None
    for past in episodes(correlation, stretch, until=floor):  # noqa: B007 -- the last one is wanted
        pass
    if past is not None:
        past = replace(past, met=()) if past.last + span > floor else None
    first = bisect_right(stretch.points, floor - span, key=_time)
    return replace(stretch, points=stretch.points[first:], floor=floor, past=past)


def _episode(span: int, before: Episode | None, run: Sequence[Met], stretch: Stretch) -> Episode:
    """Put together a new episode, or one that goes on, of the moments that were met."""
    if before is not None and not run:
        return before
    first, last = run[0], run[-1].time
    begin = bisect_right(stretch.points, before.last, key=_time) if before else None
    if begin is None:
        begin = bisect_left(stretch.points, first.time - span, key=_time)
    inside = stretch.points[begin : bisect_right(stretch.points, last, key=_time)]
    members = _once(inside, before.fed if before else ())
    fed = tuple(point.event for point in members if point.rule in stretch.chained)
    moments = tuple(moment.time for moment in run)
    if before is None:
        at = stretch.points[bisect_left(stretch.points, first.time, key=_time)]
        kept = _ends(members)
        return Episode(first.time, last, members[0].time, first.measure, at, kept, len(members), moments, fed)
    return replace(
        before,
        last=last,
        kept=_ends((*before.kept, *members)),
        total=before.total + len(members),
        met=moments,
        fed=before.fed + fed,
    )


def _once(points: Sequence[Point], known: Collection[str]) -> list[Point]:
    """Return the first point of each event and rule; only alerts of correlations come back with another time."""
    first: dict[tuple[str, str], Point] = {}
    for point in points:
        if point.event not in known:
            first.setdefault((point.event, point.rule), point)
    return list(first.values())


def _ends(members: Sequence[Point]) -> tuple[Point, ...]:
    return tuple(members) if len(members) <= 2 * MOST_KEPT else (*members[:MOST_KEPT], *members[-MOST_KEPT:])


def _time(point: Point) -> int:
    return point.time
