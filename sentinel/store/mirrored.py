"""Which alerts stand elsewhere as they stand here, and which are owed: the store is the truth, a mirror follows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, and_, delete, func, insert, literal, or_, select
from sqlalchemy.exc import IntegrityError

from sentinel.errors import StoreError
from sentinel.model.alerts import Alert
from sentinel.store.tables import alerts
from sentinel.store.tables import mirrored_alerts as mirrored

_ALERT: TypeAdapter[Alert] = TypeAdapter(Alert)
MOST = 200
"""Alerts that are taken out at once."""


@dataclass(frozen=True, slots=True)
class Owed:
    """An alert that a target does not hold as it stands here; `body` is how it stands."""

    site: str
    alert: Alert
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What one target holds of the alerts of all sites, or of one. `transaction` opens one on the store's database."""

    transaction: Callable[[], AbstractContextManager[Connection]]
    target: str

    def owed(self, site: str | None = None) -> Iterator[list[Owed]]:
        """Yield what is owed, some at a time; what is owed on, since it could not be mirrored, is not given again."""
        last: tuple[str, str] | None = None
        while True:
            query = select(alerts.c.site, alerts.c.id, alerts.c.body).where(self._missing(site))
            if last is not None:
                further = and_(alerts.c.site == last[0], alerts.c.id > last[1])
                query = query.where(or_(alerts.c.site > last[0], further))
            with self.transaction() as connection:
                rows = connection.execute(query.order_by(alerts.c.site, alerts.c.id).limit(MOST)).all()
            if not rows:
                return
            last = rows[-1].site, rows[-1].id
            yield [Owed(row.site, _ALERT.validate_json(row.body), row.body) for row in rows]

    def count(self, site: str | None = None) -> int:
        """Return how many are owed."""
        query = select(func.count()).select_from(alerts).where(self._missing(site))
        with self.transaction() as connection:
            return int(connection.execute(query).scalar_one())

    def note(self, held: Iterable[Owed]) -> None:
        """Note that the target holds these; one that was changed meanwhile is owed as before."""
        noted = list(held)
        try:
            self._note(noted)
        except StoreError as error:
            if not isinstance(error.__cause__, IntegrityError):
                raise
            self._note(noted)  # another runner noted some of them meanwhile, and they are left out now

    def _note(self, held: Iterable[Owed]) -> None:
        with self.transaction() as connection:
            for one in held:
                same = and_(alerts.c.site == one.site, alerts.c.id == one.alert.id, alerts.c.body == one.body)
                row = select(alerts.c.site, alerts.c.id, literal(self.target)).where(same, self._missing(one.site))
                # Who changes it now waits until this is noted, and takes the note away then.
                row = row.with_for_update(of=alerts)
                connection.execute(insert(mirrored).from_select(["site", "id", "target"], row))

    def _missing(self, site: str | None) -> Any:  # noqa: ANN401 -- a clause of SQL
        here = and_(mirrored.c.site == alerts.c.site, mirrored.c.id == alerts.c.id, mirrored.c.target == self.target)
        missing = ~select(mirrored.c.id).where(here).correlate(alerts).exists()
        return missing if site is None else and_(missing, alerts.c.site == site)


def forget(connection: Connection, site: str, alert: str) -> None:
    """Owe an alert again to every target, in the transaction that changes it."""
    connection.execute(delete(mirrored).where(mirrored.c.site == site, mirrored.c.id == alert))
