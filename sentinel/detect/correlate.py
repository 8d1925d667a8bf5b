"""Runs correlations over hits by the time of their events: in any order, in any batches, over any restart.

What comes out is a function of the set of hits. A hit is one rule that matched one event, known by its fingerprint;
the same hit again is no other hit. `docs/correlations.md` says what is decided where the specification is open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sentinel.detect.accounts import Accounted, Outcome, gravest
from sentinel.detect.alerts import fingerprint, hash_of
from sentinel.detect.amend import micros
from sentinel.detect.correlation import Correlation
from sentinel.detect.group import Group, Told
from sentinel.detect.grouping import Placed, place
from sentinel.detect.later import Aside, Later
from sentinel.detect.rule import RuleSet
from sentinel.detect.windows import width
from sentinel.model.alerts import Alert, Hit
from sentinel.model.correlations import Held, Learnt, Point
from sentinel.model.events import Event, Fields


class State(Protocol):
    """What earlier runs left; the store is one."""

    def held(self, rule: str, meaning: str, group: tuple[str, ...]) -> Held | None:
        """Return what is held of a group."""
        ...

    def waiting(self, rule: str, meaning: str) -> Iterable[Held]:
        """Return the groups with windows that could not be judged yet."""
        ...

    def line(self) -> int | None:
        """Return the moment (µs since 1970) up to which everything is settled for good."""
        ...


@dataclass(frozen=True, slots=True)
class Room:
    """How much is kept at most in memory: hits of one group, hits in all, groups in all.

    From half of any of these on, hits are put aside, and taken in later in order of time.
    """

    in_group: int = 50_000
    points: int = 500_000
    groups: int = 100_000


ROOM = Room()


@dataclass(slots=True)
class _Running:
    """One correlation under way; `meaning` is a hash of it and of all rules below it."""

    correlation: Correlation
    meaning: str
    groups: dict[tuple[str, ...], Group] = field(default_factory=dict)
    touched: dict[tuple[str, ...], None] = field(default_factory=dict)
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    alerts: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Taken:
    """What became of a hit for one correlation, before it meets others: its point and groups, or why it has none."""

    rule: str
    outcome: Outcome
    groups: tuple[tuple[str, ...], ...] = ()
    point: Point | None = None


class Correlator:
    """Takes hits in, gives alerts out when it is asked to settle, and what must be kept once they are told.

    `state` is what earlier runs left, None where there is nothing. `view` gives the fields of an event as rules see
    them, with the other names that its log sources have. With `keeps` all that was taken in can be taken in again.
    """

    def __init__(
        self,
        ruleset: RuleSet,
        state: State | None = None,
        view: Callable[[Event], Fields] | None = None,
        room: Room = ROOM,
        *,
        keeps: bool = False,
    ) -> None:
        self._ruleset = ruleset
        self._kept: list[_Taken] | None = [] if keeps else None
        self._state, self._view, self._room, self._silent = state, view, room, ruleset.silent
        self._running = _started(ruleset)
        self._feeds: dict[str, list[_Running]] = {}
        for running in self._running.values():
            for rule in running.correlation.rules:
                self._feeds.setdefault(rule, []).append(running)
        self._line = state.line() if state else None
        self._points = self._groups = 0
        self._later, self._tight = Later(), False
        self._out: dict[str, Alert] = {}
        self._awake = False

    def add(self, hit: Hit, event_id: str = "") -> None:
        """Take in a hit; `event_id` is the fingerprint of its event, where it is already known."""
        feeds = self._feeds.get(hit.rule.id, ())
        if not feeds:
            return
        fields = self._view(hit.event) if self._view else hit.event.fields
        event_id = event_id or fingerprint(hit.event)
        for running in feeds:
            self._hand(running, self._taken(running, hit, event_id, fields))

    def over(self, state: State) -> Correlator:
        """Return one that has taken in the same hits over what others left meanwhile; only where they are kept."""
        other = Correlator(self._ruleset, state, self._view, self._room, keeps=True)
        for taken in self._kept or ():
            other._hand(other._running[taken.rule], taken)
        return other

    def settle(self, until: datetime | None = None) -> tuple[Alert, ...]:
        """Return every alert that is news, or whose hits came again, since this was last asked.

        Conditions that a late hit could unmake are judged only in windows that end at `until` or before it; None
        judges them all.
        """
        limit = None if until is None else micros(until)
        self._wake()
        self._catch_up(limit)
        for running in self._running.values():
            touched, running.touched = running.touched, {}
            for key in touched:
                self._tell(running, running.groups[key], limit)
                if running.groups[key].waiting:
                    running.touched[key] = None
        out, self._out = self._out, {}
        return tuple(out.values())

    def freeze(self, line: datetime) -> None:
        """Forget what no window after `line` needs; hits up to `line` come too late from now on. Settle first."""
        self._line = micros(line) if self._line is None else max(self._line, micros(line))
        for running in self._running.values():
            for group in running.groups.values():
                self._settle(group, self._line)

    def learnt(self) -> Learnt:
        """Return what must be remembered since this was last asked: save it with the alerts, or neither."""
        return Learnt(tuple(self._changed()), self._line)

    def account(self) -> tuple[Accounted, ...]:
        """Return what each correlation did with its hits so far."""
        return tuple(Accounted(one.correlation, dict(one.outcomes), len(one.alerts)) for one in self._running.values())

    def _changed(self) -> Iterator[Held]:
        """Yield the groups that changed, also those of which nothing is left."""
        for running in self._running.values():
            for key, group in list(running.groups.items()):
                if group.changed:
                    group.changed = False
                    held = group.held()
                    yield held
                    if held.empty and key not in running.touched:
                        del running.groups[key]
                        self._groups -= 1

    def _taken(self, running: _Running, hit: Hit, event_id: str, fields: Fields) -> _Taken:
        event, rule = hit.event, running.correlation.ref.id
        if event.time is None:
            return _Taken(rule, "without_time")
        placed = place(running.correlation, hit.rule.id, fields)
        if not isinstance(placed, Placed):
            return _Taken(rule, placed)
        time = micros(event.time)
        point = Point(time, event_id, hit.rule.id, placed.values, event.source, event.record, hit.matched)
        return _Taken(rule, "new", placed.groups, point)

    def _hand(self, running: _Running, taken: _Taken) -> None:
        """Let a correlation take a hit in, or put it aside where room may run out."""
        if self._kept is not None:
            self._kept.append(taken)
        point = taken.point
        if point is None:
            running.outcomes[taken.outcome] += 1
        elif not (self._is_tight() and self._later.add(Aside(taken.rule, taken.groups, point))):
            self._meet(running, taken.groups, point)

    def _is_tight(self) -> bool:
        room = self._room
        self._tight = self._tight or self._points * 2 >= room.points or self._groups * 2 >= room.groups
        return self._tight

    def _catch_up(self, limit: int | None) -> None:
        """Take in what was put aside, in order of time: windows that end before a hit can be closed then.

        What a store remembers may come again in another run, so there nothing is closed before all room is taken.
        """
        room, since, part = self._room, self._room.points, 2 if self._state is None else 1
        points, groups = least = room.points // part, room.groups // part
        for one in self._later.take():
            since += 1
            is_full = self._points >= room.points or self._groups >= room.groups
            if (self._points >= points or self._groups >= groups) and (not is_full or since > room.points // 8):
                floor = one.point.time - 1
                self._advance(floor if limit is None else min(floor, limit))
                since, points = 0, max(least[0], min(room.points, self._points + room.points // 8))
                groups = max(least[1], min(room.groups, self._groups + room.groups // 8))
            self._meet(self._running[one.rule], one.groups, one.point)
        self._tight = False

    def _advance(self, floor: int) -> None:
        """Tell and close all windows up to `floor`; what nothing needs any more is forgotten, but for a store."""
        for running in self._running.values():
            for group in list(running.groups.values()):
                self._tell(running, group, floor)
        for running in self._running.values():
            for key, group in list(running.groups.items()):
                self._settle(group, floor)
                if self._state is None and group.empty:
                    del running.groups[key]
                    running.touched.pop(key, None)
                    self._groups -= 1

    def _meet(self, running: _Running, keys: tuple[tuple[str, ...], ...], point: Point) -> None:
        running.outcomes[gravest(self._take(running, key, point) for key in keys)] += 1

    def _take(self, running: _Running, key: tuple[str, ...], point: Point) -> Outcome:
        group = self._group(running, key)
        if group is None:
            return "overflow"
        running.touched[key] = None
        if point.key not in group.points and not self._has_room(running, group, point):
            return "overflow"
        taken = group.add(point)
        self._points += taken == "new"
        self._tight = self._tight or len(group.points) * 2 >= self._room.in_group
        return taken

    def _group(self, running: _Running, key: tuple[str, ...]) -> Group | None:
        """Return a group: the one at work, the one that was held, a new one, or None where there is no room for it."""
        if key in running.groups:
            return running.groups[key]
        if self._groups >= self._room.groups:
            return None
        held = self._state.held(running.correlation.ref.id, running.meaning, key) if self._state else None
        if held is not None:
            return self._load(running, held)
        self._groups += 1
        group = Group(running.correlation, running.meaning, key, self._running.keys(), self._line)
        running.groups[key] = group
        return group

    def _load(self, running: _Running, held: Held) -> Group:
        group = running.groups[held.group] = Group.of(held, running.correlation, self._running.keys())
        self._groups += 1
        self._points += len(group.points)
        if self._line is not None:
            if group.waiting:
                self._tell(running, group, self._line)
            self._settle(group, self._line)
        return group

    def _wake(self) -> None:
        """Take up the groups that wait to be judged, once."""
        if self._awake or self._state is None:
            return
        self._awake = True
        for running in self._running.values():
            for held in self._state.waiting(running.correlation.ref.id, running.meaning):
                if held.group not in running.groups:
                    self._load(running, held)
                running.touched[held.group] = None

    def _has_room(self, running: _Running, group: Group, point: Point) -> bool:
        """Say whether a hit finds room. A full group is told and its older half settled, which mostly makes some."""
        if self._points >= self._room.points:
            return False
        if len(group.points) < self._room.in_group:
            return True
        if group.full_until is not None and point.time <= group.full_until:
            return False
        self._tell(running, group, None)
        times = sorted(time for time, _, _ in group.points)
        for floor in (times[len(times) // 2], times[-1], point.time - 1):
            self._settle(group, floor)
            if len(group.points) <= self._room.in_group * 3 // 4:
                return True
        group.full_until = times[-1] + width(running.correlation)
        return len(group.points) < self._room.in_group

    def _settle(self, group: Group, floor: int) -> None:
        before = len(group.points)
        group.settle(floor)
        self._points += len(group.points) - before

    def _tell(self, running: _Running, group: Group, until: int | None) -> None:
        """Tell a group's alerts, and hand them to the correlations that build on this one."""
        before = list(group.told)
        told = group.tell(until)
        for one in told:
            if one.alert.status == "current":
                running.alerts.add(one.alert.id)
            if (one.news or one.again) and running.correlation.ref.id not in self._silent:
                self._out[one.alert.id] = one.alert
        for upper in self._feeds.get(running.correlation.ref.id, ()):
            self._feed(upper, group, before, told)

    def _feed(self, upper: _Running, group: Group, before: list[str], told: list[Told]) -> None:
        """Hand on the alerts of a group as hits, one for each moment at which they were met."""
        correlation = group.correlation
        fields = dict(zip(correlation.group_by, group.key, strict=True))
        placed = place(upper.correlation, correlation.ref.id, fields)
        if not isinstance(placed, Placed):
            upper.outcomes[placed] += sum(one.news for one in told)
            return
        points = [
            (_chained(correlation.ref.id, time, one.alert, placed), one.news or one.again)
            for one in told
            for time in one.met
        ]
        for key in placed.groups:
            above = self._group(upper, key)
            if above is None:
                upper.outcomes["overflow"] += len(points)
                continue
            upper.touched[key] = None
            size = len(above.points)
            upper.outcomes.update(above.feed(before, points, group.floor))
            self._points += len(above.points) - size


def _started(ruleset: RuleSet) -> dict[str, _Running]:
    meanings = {rule.ref.id: rule.ref.hash for rule in ruleset.rules}
    started = {}
    for one in ruleset.correlations:
        meanings[one.ref.id] = hash_of([one.ref.hash, [meanings.get(rule, "") for rule in one.rules]])
        started[one.ref.id] = _Running(one, meanings[one.ref.id])
    return started


def _chained(rule: str, time: int, alert: Alert, placed: Placed) -> Point:
    return Point(time, alert.id, rule, placed.values, alert.source, alert.record, ())
