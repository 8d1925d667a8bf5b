"""What the correlations of one site remember: read group by group, saved together with the alerts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from sentinel.errors import StoreError
from sentinel.model.correlations import Held, Learnt
from sentinel.store.tables import correlation_groups as groups
from sentinel.store.tables import correlation_runs as runs

_OVERTAKEN = "another run has changed what correlations remember: run this one again"
_HELD: TypeAdapter[Held] = TypeAdapter(Held)


class OvertakenError(StoreError):
    """Another run changed the memory since it was read: what was found over it must be found anew."""


class Memory:
    """The memory as one run finds it; a group is read when it is asked for.

    `transaction` opens one on the store's database.
    """

    def __init__(self, transaction: Callable[[], AbstractContextManager[Connection]], site: str) -> None:
        self._transaction = transaction
        self._site = site
        with transaction() as connection:
            row = connection.execute(select(runs.c.number, runs.c.line).where(runs.c.site == site)).first()
        self._number: int = row.number if row else 0
        self._line: int | None = row.line if row else None

    def held(self, rule: str, meaning: str, group: tuple[str, ...]) -> Held | None:
        """Return what is held of a group; what another meaning of the rule left is not."""
        found = list(self._load(rule, meaning, groups.c.key == _key(group)))
        return found[0] if found else None

    def waiting(self, rule: str, meaning: str) -> Iterator[Held]:
        """Yield the groups with windows that could not be judged yet."""
        return self._load(rule, meaning, groups.c.waiting)

    def line(self) -> int | None:
        """Return the moment (µs) up to which everything is settled for good."""
        return self._line

    def save(self, connection: Connection, learnt: Learnt) -> None:
        """Save what a run learnt, if anything; raise OvertakenError where another run was quicker."""
        if not learnt.groups and learnt.line == self._line:
            return
        self._take_turn(connection, learnt.line)
        for held in learnt.groups:
            self._put(connection, held)
        if learnt.line is not None:
            here = and_(groups.c.site == self._site, groups.c.useless_after <= learnt.line, ~groups.c.waiting)
            connection.execute(delete(groups).where(here))

    def _load(self, rule: str, meaning: str, which: Any) -> Iterator[Held]:  # noqa: ANN401 -- a clause of SQL
        query = select(groups.c.body).where(groups.c.site == self._site, groups.c.rule == rule, which)
        with self._transaction() as connection:
            bodies = connection.execute(query.where(groups.c.meaning == meaning)).scalars().all()
        return map(_HELD.validate_json, bodies)

    def _take_turn(self, connection: Connection, line: int | None) -> None:
        """Count the run, unless another one was counted since the memory was read."""
        number = self._number + 1
        if self._number:
            mine = and_(runs.c.site == self._site, runs.c.number == self._number)
            if not connection.execute(update(runs).where(mine).values(number=number, line=line)).rowcount:
                raise OvertakenError(_OVERTAKEN)
        else:
            try:
                connection.execute(insert(runs).values(site=self._site, number=number, line=line))
            except IntegrityError as error:
                raise OvertakenError(_OVERTAKEN) from error
        self._number, self._line = number, line

    def _put(self, connection: Connection, held: Held) -> None:
        key = {"site": self._site, "rule": held.rule, "key": _key(held.group)}
        connection.execute(delete(groups).where(*(groups.c[name] == value for name, value in key.items())))
        if held.empty:
            return
        row = {
            **key,
            "meaning": held.meaning,
            "waiting": held.waiting,
            "useless_after": held.useless_after,
            "body": _HELD.dump_json(held).decode(),
        }
        connection.execute(insert(groups).values(row))


def _key(group: Sequence[str]) -> str:
    """Return a short key: the values themselves may be long."""
    return hashlib.sha256(orjson.dumps(list(group))).hexdigest()
