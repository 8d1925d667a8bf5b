"""How far files were read that a watch follows, what of them is in an archive, and what was looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, Table, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from sentinel.errors import StoreError
from sentinel.model.archived import ArchivedFile
from sentinel.model.followed import Followed
from sentinel.model.windows import WatchWindow
from sentinel.store.tables import watch_archive, watch_files, watch_turns, watch_windows
from sentinel.store.windows import Windows

_OVERTAKEN = "another watch has read the same files: this one looks again where that one is"
_FOLLOWED: TypeAdapter[Followed] = TypeAdapter(Followed)
_ARCHIVED: TypeAdapter[ArchivedFile] = TypeAdapter(ArchivedFile)


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be kept together: files as they are known now, files that are forgotten, and windows."""

    files: Sequence[Followed] = ()
    forgotten: Sequence[str] = ()
    archived: Sequence[ArchivedFile] = ()
    removed: Sequence[str] = ()
    windows: Sequence[WatchWindow] = ()


@dataclass(slots=True)
class Tails:
    """The files of one site. `transaction` opens one on the store's database."""

    transaction: Callable[[], AbstractContextManager[Connection]]
    site: str
    _number: int | None = None
    _rows: dict[str, Followed] | None = None

    def files(self) -> list[Followed]:
        """Return what is known of files, and take one's turn: what another watch keeps from now on is noticed."""
        here = watch_turns.c.site == self.site
        with self.transaction() as connection:
            number = connection.execute(select(watch_turns.c.number).where(here)).scalar_one_or_none()
            if self._rows is None or number != self._number:
                rows = connection.execute(select(watch_files).where(watch_files.c.site == self.site)).all()
                self._rows = {row.id: replace(_FOLLOWED.validate_json(row.body), seen=row.seen) for row in rows}
        self._number = number
        return list(self._rows.values())

    def seen(self) -> list[Followed]:
        """Return the same as it was when it was last asked for, with what was kept here since."""
        return list((self._rows or {}).values())

    def archived(self) -> list[ArchivedFile]:
        """Return what an archive holds, in order."""
        query = select(watch_archive.c.body).where(watch_archive.c.site == self.site).order_by(watch_archive.c.name)
        with self.transaction() as connection:
            return list(map(_ARCHIVED.validate_json, connection.execute(query).scalars().all()))

    def last_window(self, target: str) -> WatchWindow | None:
        """Return the newest window of a log."""
        return next(reversed(Windows(self.transaction, self.site, target).listed()), None)

    def keep(self, step: Step) -> None:
        """Keep a step by itself; StoreError: another watch was quicker."""
        with self.transaction() as connection:
            self.save(connection, step)
        self.saved(step)

    def save(self, connection: Connection, step: Step) -> tuple[()]:
        """Keep a step in a transaction; StoreError: another watch was quicker, so all of it is undone.

        It brings no alerts of its own.
        """
        self._take_turn(connection)
        for one in step.files:
            body = _FOLLOWED.dump_json(replace(one, seen=b"")).decode()
            self._put(connection, watch_files, {"id": one.id}, {"body": body, "seen": one.seen})
        for archived in step.archived:
            body = _ARCHIVED.dump_json(archived).decode()
            self._put(connection, watch_archive, {"name": archived.key}, {"body": body})
        for window in step.windows:
            self._put(connection, watch_windows, *_row(window))
        for table, column, keys in (
            (watch_files, watch_files.c.id, step.forgotten),
            (watch_archive, watch_archive.c.name, step.removed),
        ):
            for key in keys:
                connection.execute(delete(table).where(table.c.site == self.site, column == key))
        return ()

    def saved(self, step: Step) -> None:
        """Note that the transaction of a step is done."""
        self._number = (self._number or 0) + 1
        rows = self._rows or {}
        self._rows = {key: one for key, one in rows.items() if key not in set(step.forgotten)}
        self._rows |= {one.id: one for one in step.files}

    def _take_turn(self, connection: Connection) -> None:
        if self._number is not None:
            mine = and_(watch_turns.c.site == self.site, watch_turns.c.number == self._number)
            if not connection.execute(update(watch_turns).where(mine).values(number=self._number + 1)).rowcount:
                raise StoreError(_OVERTAKEN)
            return
        try:
            connection.execute(insert(watch_turns).values(site=self.site, number=1))
        except IntegrityError as error:
            raise StoreError(_OVERTAKEN) from error

    def _put(self, connection: Connection, table: Table, key: dict[str, object], values: dict[str, object]) -> None:
        here = {"site": self.site, **key}
        connection.execute(delete(table).where(*(table.c[name] == value for name, value in here.items())))
        connection.execute(insert(table).values({**here, **values}))


def _row(window: WatchWindow) -> tuple[dict[str, object], dict[str, object]]:
    key: dict[str, object] = {"target": window.target, "start": _plain(window.start)}
    return key, {
        "end": _plain(window.end),
        "state": window.state,
        "tries": window.tries,
        "reason": window.reason,
        "records": window.records,
        "alerts": window.alerts,
        "rules": orjson.dumps(window.rules).decode(),
        "skipped": orjson.dumps(window.skipped).decode(),
        "done": _plain(window.done) if window.done else None,
    }


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
