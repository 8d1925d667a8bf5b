"""One group of one correlation while a run is under way: its hits, and what was told of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Literal, TypeAlias

from sentinel.detect.amend import Fresh, amend, micros, raise_correlated
from sentinel.detect.correlation import Correlation
from sentinel.detect.episodes import Stretch, episodes, settle
from sentinel.detect.windows import grows, width
from sentinel.model.alerts import Alert
from sentinel.model.correlations import Episode, Held, Point

Taken = Literal["new", "known", "too_late"]
_Key: TypeAlias = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as it is to be told.

    `news`: it is not as it was told last. `again`: hits of it were delivered since then. `met` are the moments at
    which it was met, if it is a current one.
    """

    alert: Alert
    news: bool
    again: bool
    met: tuple[int, ...] = ()


@dataclass(slots=True)
class Group:
    """The hits of one group. `chained` are the ids of correlations, whose hits may be taken back.

    `waiting`: there are hits whose windows may still change and are not judged. `full_until`: no hit up to this moment
    finds room.
    """

    correlation: Correlation
    meaning: str
    key: tuple[str, ...]
    chained: Collection[str] = frozenset()
    floor: int | None = None
    points: dict[_Key, Point] = field(default_factory=dict)
    past: Episode | None = None
    told: dict[str, Alert] = field(default_factory=dict)
    waiting: bool = False
    changed: bool = False
    full_until: int | None = None
    _fresh: set[_Key] = field(default_factory=set)
    _delivered: set[int] = field(default_factory=set)
    _fed: dict[str, set[_Key]] = field(default_factory=dict)

    @classmethod
    def of(cls, held: Held, correlation: Correlation, chained: Collection[str]) -> Group:
        """Take up what was held of a group."""
        group = cls(correlation, held.meaning, held.group, chained, held.floor, past=held.past, waiting=held.waiting)
        group.told = {alert.id: alert for alert in held.told}
        for point in held.points:
            group._put(point)
        return group

    @property
    def empty(self) -> bool:
        """Whether nothing would be lost without it."""
        return not (self.points or self.past or self.told)

    def held(self) -> Held:
        """Return what must be kept of it."""
        ends = [time for time, _, _ in self.points] + ([self.past.last] if self.past else [])
        return Held(
            rule=self.correlation.ref.id,
            meaning=self.meaning,
            group=self.key,
            points=tuple(self._sorted()),
            floor=self.floor,
            past=self.past,
            told=tuple(self.told.values()),
            waiting=self.waiting,
            useless_after=max(ends) + width(self.correlation) if ends else None,
        )

    def add(self, point: Point) -> Taken:
        """Take in a hit; one that is already there changes nothing, one that is too old is not taken."""
        self._delivered.add(point.time)
        if point.key in self.points:
            return "known"
        if self.floor is not None and point.time <= self.floor:
            return "too_late"
        self._put(point)
        self._fresh.add(point.key)
        self.changed = True
        return "new"

    def feed(self, before: Iterable[str], points: Iterable[tuple[Point, bool]], above: int | None) -> Iterator[Taken]:
        """Put the hits of a correlation's alerts in the place of those that its alerts `before` gave after `above`.

        Beside each hit stands whether it was delivered again.
        """
        new = {point.key: (point, again) for point, again in points}
        for alert in before:
            for key in self._fed.get(alert, set()) - new.keys():
                if all(floor is None or key[0] > floor for floor in (above, self.floor)):
                    del self.points[key]
                    self._fed[alert].remove(key)
                    self._fresh.discard(key)
                    self.changed = True
        for point, again in new.values():
            if again or point.key not in self.points:
                yield self.add(point)

    def tell(self, until: int | None) -> list[Told]:
        """Judge the windows up to `until` and return every alert that is within reach.

        A correlation that more hits can only help is judged at once, and what was told once is always judged again.
        """
        stretch = Stretch(self._sorted(), self.floor, self.past, self.chained)
        judged = list(episodes(self.correlation, stretch, self._limit(until)))
        now = [raise_correlated(self.correlation, self.meaning, self.key, episode) for episode in judged]
        met = {alert.id: episode for alert, episode in zip(now, judged, strict=True)}
        delivered, told = sorted(self._delivered), list[Told]()
        for alert, news in amend(self.told, now, Fresh(stretch.points, self._is_fresh)):
            episode = met.get(alert.id)
            again = episode is not None and _has(delivered, episode)
            told.append(Told(alert, news, again, episode.met if episode else ()))
            self.changed |= news
        self.told = {one.alert.id: one.alert for one in told}
        self._fresh.clear()
        self._delivered.clear()
        return told

    def settle(self, floor: int) -> None:
        """Close the windows up to `floor`, which must have been told, and forget what no later window needs."""
        if self.floor is not None and floor <= self.floor:
            return
        stretch = settle(self.correlation, Stretch(self._sorted(), self.floor, self.past, self.chained), floor)
        self.points, self._fed = {}, {}
        for point in stretch.points:
            self._put(point)
        self.floor, self.past, self.changed, self.full_until = floor, stretch.past, True, None
        reach = floor - width(self.correlation)
        self.told = {alert.id: alert for alert in self.told.values() if _end(alert) > reach}

    def _limit(self, until: int | None) -> int | None:
        if until is None or grows(self.correlation):
            self.waiting = False
            return None
        until = max([until, *(_end(alert) for alert in self.told.values() if alert.status == "current")])
        self.waiting = any(time > until for time, _, _ in self.points)
        return until

    def _put(self, point: Point) -> None:
        self.points[point.key] = point
        if point.rule in self.chained:
            self._fed.setdefault(point.event, set()).add(point.key)

    def _sorted(self) -> list[Point]:
        return sorted(self.points.values(), key=attrgetter("key"))

    def _is_fresh(self, point: Point) -> bool:
        return point.key in self._fresh


def _has(delivered: list[int], episode: Episode) -> bool:
    place = bisect_left(delivered, episode.start)
    return place < len(delivered) and delivered[place] <= episode.last


def _end(alert: Alert) -> int:
    return micros(alert.correlation.end) if alert.correlation else 0
