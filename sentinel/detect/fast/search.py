"""Looks for the rules that may be true for the rows of a table, and has the reference engine judge those."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import accumulate, chain
from typing import NamedTuple, TypeAlias

import numpy as np

from sentinel.detect.days import Day
from sentinel.detect.engine import Known
from sentinel.detect.fast.alarm import Alarm
from sentinel.detect.fast.canonical import fingerprints
from sentinel.detect.fast.gates import Doorkeeper
from sentinel.detect.fast.loud import by_number
from sentinel.detect.fast.matcher import Matcher, spread
from sentinel.detect.fast.passing import through
from sentinel.detect.fast.plans import Plan
from sentinel.detect.fast.rows import Rows
from sentinel.detect.fast.runs import starts_of
from sentinel.detect.fast.second import SecondLook
from sentinel.detect.fast.sheet import NO_DAY, SearchText, Sheet
from sentinel.detect.fast.tokens import Bytes
from sentinel.detect.ledger import Account
from sentinel.detect.routes import Route
from sentinel.model.alerts import Hit
from sentinel.model.events import Event

SAMPLE = 40
"""Records that are looked at whole when a desk is opened."""
PAYS = 2
"""Lines for one that asks for keywords, from which taking these out is quicker than searching all."""
_1970 = date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class Desk:
    """The log sources of the rows whose deciding fields are equal, what is done with them, and the shapes they had.

    `heard` is what values do here, `keepers` are those that look at a field.
    """

    routes: tuple[Route, ...]
    plan: Plan
    second: SecondLook
    account: Account
    shapes: set[int] = field(default_factory=set)
    heard: dict[int, Heard] = field(default_factory=dict)
    keepers: dict[str, tuple[Doorkeeper, ...]] = field(default_factory=dict)


class Heard(NamedTuple):
    """The rules that a value wakes, and the entries that it opens."""

    rules: tuple[int, ...]
    entries: tuple[int, ...]


class Waking(NamedTuple):
    """The rows of a desk by the rules that they wake, and by the entries that they open."""

    rules: Mapping[int, Bytes]
    entries: Mapping[int, Bytes]


Seats: TypeAlias = list[tuple[Desk, Bytes]]
"""Desks, and the rows that belong to each."""


class Found(NamedTuple):
    """What was found out of a sheet: its rows, the desks they belong to, and what wakes rules there."""

    rows: Rows
    seats: Seats
    waking: Sequence[Waking]


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
            rows = sheet.table.read(sheet.block, sheet.count)
            self._matcher.porter.tidy()
            if self._known != (values.age, self._matcher.generation):
                self._known = (values.age, self._matcher.generation)
                self._desks.clear()
            seats = list(self._seat(sheet, rows))
            values.want(name for desk, _ in seats for name in desk.plan.asked)
            if rows.values.shape[1] != values.width:
                continue
            self._matcher.calls.search()
            waking = [self._waking(desk, rows, members) for desk, members in seats]
            self._hear_lines(sheet, rows, seats, waking)
            woken = Counter[int]()
            for one in waking:
                woken.update({rule: len(some) for rule, some in one.rules.items()})
            if not self._matcher.is_tired(woken, len(rows.ends), partial(_sample, sheet, rows)):
                return Found(rows, seats, waking)

    def hits(self, sheet: Sheet, found: Found, days: Bytes) -> list[tuple[int, Hit]]:
        """Account for the rows that have a shape, and return their hits with the numbers of the rows.

        `days` are days since 1970 by row, NO_DAY for a record without a time. To be asked before anything else is read.
        """
        rows, seats, _ = found
        self._account(sheet, found, days)
        wanted: dict[int, tuple[Desk, dict[int, Known]]] = {}
        for (desk, members), waking in zip(seats, found.waking, strict=True):
            every = [*self._passed(desk.plan, rows, members, waking), *waking.rules.items()]
            for rule, some in desk.second.sift(every, rows):
                for row, matched in desk.second.left(rule, rows, some):
                    if row in wanted:
                        wanted[row][1][rule] = matched
                    else:
                        wanted[row] = desk, {rule: matched}
        judge, event_ids = self._matcher.reference.judge, fingerprints(sheet.table, sheet.block, rows, list(wanted))
        return [
            (row, hit)
            for row, (desk, rules) in sorted(wanted.items())
            for hit in judge(desk.plan.steps, sheet.event(rows, row), self._source, rules, event_ids.get(row, ""))
        ]

    def _seat(self, sheet: Sheet, rows: Rows) -> Iterator[tuple[Desk, Bytes]]:
        good = np.flatnonzero(rows.shapes >= 0)
        if not good.size:
            return
        keys = rows.keys[good]
        order = np.argsort(keys, kind="stable")
        sorted_keys = keys[order]
        starts = starts_of(sorted_keys)
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
            for day, count in sorted(Counter(days[members].tolist()).items()):
                desk.account.note(as_date(day), count)
            for shape in set(found.rows.shapes[members].tolist()) - desk.shapes:
                desk.shapes.add(shape)
                desk.account.note_fields(sheet.table.names(shape))

    def _waking(self, desk: Desk, rows: Rows, members: Bytes) -> Waking:
        """Return what the values of a desk's rows wake; each value is looked up once."""
        values, calls = self._matcher.values, self._matcher.calls
        places = [values.places[name] for name in desk.plan.heard]
        rules: dict[int, list[Bytes]] = {}
        entries: dict[int, list[Bytes]] = {}
        for number, some in by_number(rows, members, places, calls.loud).items():
            if number not in desk.heard:
                desk.heard[number] = self._heard(desk, number)
            heard = desk.heard[number]
            for rule in heard.rules:
                rules.setdefault(rule, []).append(some)
            for entry in heard.entries:
                entries.setdefault(entry, []).append(some)
        return Waking(_joined(rules), _joined(entries))

    def _heard(self, desk: Desk, number: int) -> Heard:
        calls, name = self._matcher.calls, self._matcher.values.name(number)
        if name not in desk.keepers:
            desk.keepers[name] = tuple(door.keeper for door in desk.plan.openers if name in door.names[0])
        entries = [entry for keeper in desk.keepers[name] for entry in calls.opened(keeper, number)]
        return Heard(tuple(desk.plan.rules & calls.called(number)), tuple(entries))

    def _hear_lines(self, sheet: Sheet, rows: Rows, seats: Seats, waking: list[Waking]) -> None:
        """Look for keywords in whole lines, where there are rules that ask for any."""
        keywords = self._matcher.alarms.lines.keys()
        asking = [(members, rules) for desk, members in seats if (rules := keywords & desk.plan.rules)]
        if not asking:
            return
        alarm = self._matcher.listening(frozenset().union(*(rules for _, rules in asking)))
        woken = _woken(alarm, sheet.text(rows), np.concatenate([members for members, _ in asking]))
        by_desk = _by_desk(rows, seats, woken)
        for at, words in enumerate(by_desk):
            arrays = {rule: np.array(sorted(found)) for rule, found in words.items()}
            waking[at] = Waking({**waking[at].rules, **arrays}, waking[at].entries)

    def _passed(self, plan: Plan, rows: Rows, members: Bytes, waking: Waking) -> Iterator[tuple[int, Bytes]]:
        """Yield rules that gates let pass, or that nothing can hold back, with the rows."""
        values, entries = self._matcher.values, self._matcher.porter.entries
        for rule in plan.always:
            yield rule, members
        through_doors = chain.from_iterable(through(door, rows, members, values) for door in plan.doors)
        for entry, passing in chain(through_doors, waking.entries.items()):
            left = passing
            for other in entries[entry].also:
                left = next((some for _, some in through(other, rows, left, values)), left[:0])
                if not left.size:
                    break
            if left.size:
                yield entries[entry].rule, left


def _woken(alarm: Alarm, text: SearchText, members: Bytes) -> Mapping[int, set[int]]:
    """Return the rules that some lines wake, by row; the others are left out where that pays."""
    whole, ends = text
    if len(members) * PAYS > len(ends):
        return alarm.woken(whole, ends)
    lines = [whole[ends[row - 1] if row else 0 : ends[row]] for row in members.tolist()]
    woken = alarm.woken(b"".join(lines), list(accumulate(map(len, lines))))
    return {int(members[at]): rules for at, rules in woken.items()}


def _joined(parts: Mapping[int, Sequence[Bytes]]) -> dict[int, Bytes]:
    """Put rows together that were found one after another."""
    return {one: each[0] if len(each) == 1 else np.unique(np.concatenate(each)) for one, each in parts.items()}


def _sample(sheet: Sheet, rows: Rows) -> bytes:
    return spread(*sheet.text(rows))


def _by_desk(rows: Rows, seats: Seats, woken: Mapping[int, set[int]]) -> list[dict[int, list[int]]]:
    """Return for each desk the rules of its plan that lines wake, with the rows."""
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
