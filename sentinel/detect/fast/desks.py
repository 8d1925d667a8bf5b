"""Where the lines of one log go: lines whose deciding fields are equal go to the same desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sentinel.detect.fast.heads import UNSET, Heads, Key
from sentinel.detect.fast.matcher import Matcher
from sentinel.detect.fast.plans import Plan
from sentinel.detect.fast.second import SecondLook
from sentinel.detect.ledger import Account
from sentinel.detect.routes import Route
from sentinel.detect.times import TIME_FIELDS
from sentinel.model.events import Event, Fields

MOST_DESKS = 10_000
"""Desks with which all are closed before the next lines; those of one block are open together."""
SAMPLE = 40
"""Records that are looked at whole when a desk is opened."""
READ_WHOLE = 8
"""Records of each desk whose fields are noted in any case; after them, one each time their number has doubled."""


@dataclass(slots=True)
class Desk:
    """The log sources of some lines, what is done with them, and how many came."""

    routes: tuple[Route, ...]
    plan: Plan
    account: Account
    second: SecondLook
    count: int = 0

    def to_note(self, indices: Sequence[int]) -> Iterator[int]:
        """Yield those of the newly come lines whose fields are noted, and count all of them."""
        before, self.count = self.count, self.count + len(indices)
        yield from indices[: max(0, READ_WHOLE - before)]
        if before >= READ_WHOLE and self.count.bit_length() > before.bit_length():
            yield indices[-1]


class Desks:
    """The desks of one log of one engine, opened as lines come that need one."""

    def __init__(self, matcher: Matcher, source: str) -> None:
        self._matcher = matcher
        self._source = source
        self._deciding = matcher.routes.deciding
        self._generation = matcher.generation
        self.frequent: set[str] = set()
        self._known: dict[Key, Desk] = {}
        self.heads = Heads(self._deciding, TIME_FIELDS, (), matcher.routes.present_only)

    def seat(
        self, heads: Sequence[Any], indices: Sequence[int], whole: Callable[[int], Fields | None]
    ) -> list[tuple[Desk, list[int]]]:
        """Return the desks of lines with these heads; `whole` reads a line, so that a desk can be opened."""
        if self._generation != self._matcher.generation or len(self._known) >= MOST_DESKS:
            self._generation = self._matcher.generation
            self._known.clear()
        groups = self.heads.groups(heads, indices)
        return [(self._known.get(key) or self._open(key, members, whole), members) for key, members in groups.items()]

    def unseen(self) -> set[str]:
        """Return the names that rules read and that none of the lines they are for was seen to have yet."""
        accounts = {desk.routes: desk.account for desk in self._known.values()}
        names = {name for routes, account in accounts.items() for name in self._matcher.names(routes) - account.seen}
        return names - self.frequent

    def with_missing(self, desk: Desk, indices: Sequence[int], heads: Sequence[Any]) -> Iterator[int]:
        """Yield a line of the desk for each frequent name that rules read and that none of its lines had before."""
        for name in self.frequent & (self._matcher.names(desk.routes) - desk.account.seen):
            if self.heads.has((name,)):
                get = self.heads.getter(name)
                yield from islice((index for index in indices if get(heads[index]) is not UNSET), 1)

    def fits(self) -> bool:
        """Say whether the heads hold every field that a gate asks for, or that is frequent; from now on they do."""
        asked = {
            name for desk in self._known.values() for door in desk.plan.doors for each in door.names for name in each
        }
        names = asked | self.frequent
        if self.heads.has(names):
            return True
        self.heads = Heads(self._deciding, TIME_FIELDS, names, self._matcher.routes.present_only)
        return False

    def passed(self, plan: Plan, heads: Sequence[Any], indices: Sequence[int]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield the lines that a gate lets pass for some rules, with the numbers of these; `heads` are by line."""
        mine = [heads[index] for index in indices] if plan.doors else []
        for door in plan.doors:
            columns = [self.heads.column(names, mine) for names in door.names]
            values = list(columns[0] if len(columns) == 1 else zip(*columns, strict=True))
            opened = door.keeper.opened(set(values))
            for index, value in zip(indices, values, strict=True) if opened else ():
                if value in opened:
                    yield index, opened[value]

    def _open(self, key: Key, members: Sequence[int], whole: Callable[[int], Fields | None]) -> Desk:
        decided = {name: value for name, value in zip(self.heads.order, key, strict=True) if value is not UNSET}
        routes = self._matcher.routes.route(Event(self._source, "", None, decided))
        sample = [fields for index in members[:SAMPLE] if (fields := whole(index)) is not None]
        plan = self._matcher.plan(routes, decided, sample)
        desk = self._known[key] = Desk(routes, plan, self._matcher.account(self._source, routes), SecondLook(plan))
        return desk
