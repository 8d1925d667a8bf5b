"""Which stretches of an index were watched over: planned, claimed by one runner at a time, and owed until done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from sentinel.errors import StoreError
from sentinel.model.windows import WatchWindow
from sentinel.store.tables import watch_windows as windows

LEASE = timedelta(minutes=15)
"""How long a window is one runner's; of one that died another takes it over then."""
SHORTEST = timedelta(seconds=1)
SPLIT_AFTER = 3
"""Tries after which a window is cut in two: what stands in the way may be in one half only."""
LONGEST_PAUSE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of one index of one site. Moments are in UTC; `transaction` opens one on the store's database."""

    transaction: Callable[[], AbstractContextManager[Connection]]
    site: str
    target: str

    def plan(self, first: datetime, until: datetime, length: timedelta) -> None:
        """Owe all windows from where they end so far (or from `first`) up to `until`; the last may be shorter."""
        with self.transaction() as connection:
            end = connection.execute(select(func.max(windows.c.end)).where(self._here)).scalar_one()
        start = first if end is None else _utc(end)
        while start < until:
            self._owe(start, min(start + length, until))
            start += length

    def claim(self, who: str, now: datetime) -> WatchWindow | None:
        """Return the oldest window that is owed and nobody works on, now this runner's; None where there is none."""
        free = or_(windows.c.leased.is_(None), windows.c.leased <= _plain(now))
        owed = and_(self._here, windows.c.state == "owed", free)
        while True:
            with self.transaction() as connection:
                row = connection.execute(select(windows).where(owed).order_by(windows.c.start).limit(1)).first()
                if row is None:
                    return None
                # Between the two another runner may have had it and cut it: then it is not the one that was read here.
                mine = and_(owed, windows.c.start == row.start, windows.c.end == row.end, windows.c.tries == row.tries)
                lease = {"leased": _plain(now + LEASE), "runner": who}
                if connection.execute(update(windows).where(mine).values(lease)).rowcount:
                    return _window(row)

    def renew(self, window: WatchWindow, who: str, now: datetime) -> None:
        """Keep a window that is being worked on, if it is this runner's still."""
        with self.transaction() as connection:
            mine = and_(self._mine(window, who), windows.c.state == "owed")
            connection.execute(update(windows).where(mine).values(leased=_plain(now + LEASE)))

    def settle(self, connection: Connection, window: WatchWindow, who: str, now: datetime) -> None:
        """Note a window as done, in the transaction that keeps its alerts; StoreError: another runner has it now."""
        found = {"records": window.records, "alerts": window.alerts}
        counts = {"rules": orjson.dumps(window.rules).decode(), "skipped": orjson.dumps(window.skipped).decode()}
        done = (
            {"state": "done", "reason": window.reason, "leased": None, "runner": None, "done": _plain(now)}
            | found
            | counts
        )
        if not connection.execute(update(windows).where(self._mine(window, who)).values(done)).rowcount:
            raise StoreError(
                f"{self.target}: another runner took over the window from {window.start:%Y-%m-%d %H:%M:%S}"
            )

    def fail(self, window: WatchWindow, who: str, reason: str, now: datetime) -> None:
        """Note why a window could not be read; it stays owed, and after some tries it is cut in two."""
        tries = window.tries + 1
        later = _plain(now + min(timedelta(seconds=2**tries), LONGEST_PAUSE))
        told = {"tries": tries, "reason": reason[:500], "leased": later, "runner": None}
        middle = window.start + (window.end - window.start) / 2
        cut = tries % SPLIT_AFTER == 0 and window.end - window.start >= 2 * SHORTEST
        with self.transaction() as connection:
            values = {**told, "end": _plain(middle), "records": None, "alerts": None} if cut else told
            changed = connection.execute(update(windows).where(self._mine(window, who)).values(values)).rowcount
            if changed and cut:
                row = {"start": _plain(middle), "end": _plain(window.end), "state": "owed", "rules": "{}", **told}
                connection.execute(insert(windows).values(site=self.site, target=self.target, **row))

    def owe_again(self, window: WatchWindow, reason: str) -> None:
        """Owe a window that was done, since more was found in it."""
        with self.transaction() as connection:
            done = and_(self._here, windows.c.start == _plain(window.start), windows.c.state == "done")
            again = {"state": "owed", "tries": 0, "reason": reason, "leased": None, "runner": None}
            connection.execute(update(windows).where(done).values(again))

    def listed(self, since: datetime | None = None) -> list[WatchWindow]:
        """Return the windows that end after a moment, or all, in order."""
        query = select(windows).where(self._here).order_by(windows.c.start)
        with self.transaction() as connection:
            rows = connection.execute(query if since is None else query.where(windows.c.end > _plain(since))).all()
        return list(map(_window, rows))

    @property
    def _here(self) -> Any:  # noqa: ANN401 -- a clause of SQL
        return and_(windows.c.site == self.site, windows.c.target == self.target)

    def _mine(self, window: WatchWindow, who: str) -> Any:  # noqa: ANN401 -- a clause of SQL
        span = and_(windows.c.start == _plain(window.start), windows.c.end == _plain(window.end))
        return and_(self._here, span, windows.c.runner == who)

    def _owe(self, start: datetime, end: datetime) -> None:
        row = {"site": self.site, "target": self.target, "start": _plain(start), "end": _plain(end)}
        try:
            with self.transaction() as connection:
                connection.execute(insert(windows).values(row | {"state": "owed", "tries": 0, "rules": "{}"}))
        except StoreError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
            # the other runner was first


def all_windows(transaction: Callable[[], AbstractContextManager[Connection]]) -> Iterator[WatchWindow]:
    """Yield the windows of all sites and indices."""
    with transaction() as connection:
        rows: Iterable[Any] = connection.execute(
            select(windows).order_by(windows.c.site, windows.c.target, windows.c.start)
        ).all()
    return map(_window, rows)


def _window(row: Any) -> WatchWindow:  # noqa: ANN401 -- a row of SQL
    return WatchWindow(
        site=row.site,
        target=row.target,
        start=_utc(row.start),
        end=_utc(row.end),
        state=row.state,
        tries=row.tries,
        reason=row.reason or "",
        records=row.records,
        alerts=row.alerts,
        rules=orjson.loads(row.rules),
        done=_utc(row.done) if row.done else None,
        skipped=orjson.loads(row.skipped),
    )


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
