"""Looks for the rules that may be true for the rows of a table, and has the reference engine judge those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import NamedTuple, TypeAlias

import numpy as np

from sentinel.detect.days import Day
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.passing import through
from sentinel.detect.fast.plans import Plan
from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.second import SecondLook
from sentinel.detect.fast.sheet import NO_DAY, Sheet
from sentinel.detect.fast.tokens import Bytes
from sentinel.detect.ledger import Account
from sentinel.detect.routes import Route
from sentinel.model.alerts import Hit
from sentinel.model.events import Event

SAMPLE = 40
"""Records that are looked at whole when a desk is opened."""
_1970 = date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class Desk:
    """The log sources of the rows whose deciding fields are equal, what is done with them, and the shapes they had."""

    routes: tuple[Route, ...]
    plan: Plan
    second: SecondLook
    account: Account
    shapes: set[int] = field(default_factory=set)


Seats: TypeAlias = list[tuple[Desk, Bytes]]
"""Desks, and the rows that belong to each."""


class Found(NamedTuple):
    """What was found out of a sheet: its rows, the desks they belong to, and for each the rows that wake rules."""

    rows: Rows
    seats: Seats
    waking: Sequence[Mapping[int, list[int]]]


class Search:
    """The search of one log; `routes` are the log sources that its rows were of."""

    def __init__(self, matcher: Matcher, source: str) -> None:
        self.routes: set[Route] = set()
        self._matcher = matcher
        self._source = source
        self._desks: dict[int, Desk] = {}
        self._known = (0, 0)

    def read(self, sheet: Sheet) -> Found:
        """Return the rows of a sheet with every column that is asked for, the desks they belong to, and what wakes."""
        values = sheet.table.values
        while True:
            rows = sheet.table.read(sheet.block)
            text, ends = sheet.text(rows)
            sounds = self._matcher.alarm.scan(text)
            if self._known != (values.age, self._matcher.generation):
                self._known = (values.age, self._matcher.generation)
                self._desks.clear()
            seats = list(self._seat(sheet, rows))
            values.want(name for desk, _ in seats for name in desk.plan.asked)
            if rows.values.shape[1] != values.width:
                continue
            waking = _by_desk(rows, seats, self._matcher.alarm.by_line(sounds, ends))
            if not self._matcher.is_tired(
                sounds, sum(len(one) for each in waking for one in each.values()), text, ends
            ):
                return Found(rows, seats, waking)

    def hits(self, sheet: Sheet, found: Found, days: Bytes) -> list[tuple[int, Hit]]:
        """Account for the rows that have a shape, and return their hits with the numbers of the rows.

        `days` are days since 1970 by row, NO_DAY for a record without a time. To be asked before anything else is read.
        """
        rows, seats, _ = found
        self._account(sheet, found, days)
        wanted: dict[int, tuple[Desk, set[int]]] = {}
        for (desk, members), by_needles in zip(seats, found.waking, strict=True):
            woken = ((rule, np.array(sorted(waking))) for rule, waking in by_needles.items())
            for rule, some in chain(self._passed(desk.plan, rows, members), woken):
                for row in desk.second.left(rule, rows, some).tolist():
                    wanted.setdefault(row, (desk, set()))[1].add(rule)
        judge = self._matcher.reference.judge
        return [
            (row, hit)
            for row, (desk, rules) in sorted(wanted.items())
            for hit in judge(desk.plan.steps, sheet.event(rows, row), self._source, rules)
        ]

    def _seat(self, sheet: Sheet, rows: Rows) -> Iterator[tuple[Desk, Bytes]]:
        good = np.flatnonzero(rows.shapes >= 0)
        if not good.size:
            return
        keys = rows.keys[good]
        order = np.argsort(keys, kind="stable")
        sorted_keys = keys[order]
        starts = np.flatnonzero(np.diff(sorted_keys, prepend=-1))
        for key, members in zip(sorted_keys[starts].tolist(), np.split(good[order], starts[1:]), strict=True):
            yield self._desks.get(key) or self._open(key, sheet, rows, members), members

    def _open(self, key: int, sheet: Sheet, rows: Rows, members: Bytes) -> Desk:
        values = sheet.table.values
        numbers = rows.values[members[0]].tolist()
        decided = {
            name: "*" if name in values.present_only else values.value(number)
            for name, number in zip(values.deciding, numbers, strict=False)
            if number
        }
        routes = self._matcher.routes.route(Event(self._source, "", None, decided))
        plan, second = self._matcher.plan(
            routes, decided, lambda: [sheet.event(rows, row).fields for row in members[:SAMPLE].tolist()]
        )
        self.routes.update(routes)
        desk = self._desks[key] = Desk(routes, plan, second, self._matcher.account(self._source, routes))
        return desk

    def _account(self, sheet: Sheet, found: Found, days: Bytes) -> None:
        for desk, members in found.seats:
            for day, count in zip(*np.unique(days[members], return_counts=True), strict=True):
                desk.account.note(as_date(int(day)), int(count))
            for shape in set(np.unique(found.rows.shapes[members]).tolist()) - desk.shapes:
                desk.shapes.add(shape)
                desk.account.note_fields(sheet.table.names(shape))

    def _passed(self, plan: Plan, rows: Rows, members: Bytes) -> Iterator[tuple[int, Bytes]]:
        """Yield rules that gates let pass, or that nothing can hold back, with the rows."""
        values = self._matcher.values
        for rule in plan.always:
            yield rule, members
        for door in plan.doors:
            for entry, passing in through(door, rows, members, values):
                left = passing
                for other in self._matcher.porter.entries[entry].also:
                    left = next((some for _, some in through(other, rows, left, values)), left[:0])
                    if not left.size:
                        break
                if left.size:
                    yield self._matcher.porter.entries[entry].rule, left


def _by_desk(rows: Rows, seats: Seats, woken: Mapping[int, set[int]]) -> list[dict[int, list[int]]]:
    """Return for each desk the rules of its plan that needles wake, with the rows."""
    places = np.full(len(rows.ends), -1)
    for at, (_, members) in enumerate(seats):
        places[members] = at
    waking: list[dict[int, list[int]]] = [{} for _ in seats]
    for row, rules in woken.items():
        at = int(places[row])
        for rule in seats[at][0].plan.rules & rules if at >= 0 else ():
            waking[at].setdefault(rule, []).append(row)
    return waking


def as_date(day: int) -> Day:
    """Return a day that is counted from 1970."""
    return None if day == NO_DAY else date.fromordinal(day + _1970)


def as_day(day: Day) -> int:
    """Return a day counted from 1970."""
    return NO_DAY if day is None else day.toordinal() - _1970
