"""Keeps which rules a watch uses, and what of the past was searched for a change of them."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from pydantic import TypeAdapter
from sqlalchemy import Connection, Table, and_, delete, func, insert, select, update

from sentinel.errors import StoreError
from sentinel.model.alerts import Alert
from sentinel.model.enabled import MOST_KEPT, BackFound, BackStretch, Enabled, KeptSet, Plan
from sentinel.store.tables import back_found, back_plans, back_stretches, enabled_sets, rule_sets

_SET: TypeAdapter[KeptSet] = TypeAdapter(KeptSet)
_STRETCH: TypeAdapter[BackStretch] = TypeAdapter(BackStretch)
_ALERT: TypeAdapter[Alert] = TypeAdapter(Alert)


class Keeps(Protocol):
    """Saves an alert in a transaction that is under way; says whether it was new."""

    def __call__(self, connection: Connection, alert: Alert) -> bool:
        """Save it."""
        ...


@dataclass(frozen=True, slots=True)
class Back:
    """What a site's watch over a target uses and was searched for; moments are in UTC."""

    transaction: Callable[[], AbstractContextManager[Connection]]
    site: str
    target: str
    keep_alert: Keeps

    def keep(self, kept: KeptSet) -> None:
        """Keep a set with the text of its files, if it is not there yet."""
        with self.transaction() as connection:
            if connection.execute(select(rule_sets.c.id).where(rule_sets.c.id == kept.id)).first() is None:
                body = zlib.compress(_SET.dump_json(kept))
                connection.execute(insert(rule_sets).values(id=kept.id, body=body))

    def kept(self, id_: str) -> KeptSet | None:
        """Return a set that was kept; StoreError where what is kept cannot be read."""
        with self.transaction() as connection:
            row = connection.execute(select(rule_sets.c.body).where(rule_sets.c.id == id_)).first()
        try:
            return _SET.validate_json(zlib.decompress(row.body)) if row else None
        except (ValueError, zlib.error) as error:
            raise StoreError(f"the set of rules {id_} that is kept cannot be read") from error

    def enabled(self) -> Enabled | None:
        """Return which set is used; None where none was ever enabled."""
        with self.transaction() as connection:
            row = connection.execute(select(enabled_sets).where(self._here(enabled_sets))).first()
        return Enabled(row.set, _utc(row.at), _utc(row.started) if row.started else None) if row else None

    def plan(self, old: str, new: str, since: datetime) -> Plan:
        """Return the plan of a change that is not enabled, made where it is not there; it reaches back the farthest."""
        plan = Plan(old, new, since)
        with self.transaction() as connection:
            row = connection.execute(select(back_plans).where(self._of(back_plans, plan))).first()
            if row is None:
                values = {**self._names(plan), "since": _plain(since)}
                connection.execute(insert(back_plans).values(values))
                return plan
            since = min(since, _utc(row.since))
            values = {"since": _plain(since), "enabled": None, "upto": None}
            connection.execute(update(back_plans).where(self._of(back_plans, plan)).values(values))
        return replace(plan, since=since)

    def owed_plans(self) -> list[Plan]:
        """Return the plans of changes that are enabled, the newest first: what they did not search yet is owed."""
        here = and_(self._here(back_plans), back_plans.c.enabled.is_not(None))
        with self.transaction() as connection:
            rows = connection.execute(select(back_plans).where(here).order_by(back_plans.c.enabled.desc())).all()
        return [
            Plan(row.old, row.new, _utc(row.since), _utc(row.enabled), _utc(row.upto) if row.upto else None)
            for row in rows
        ]

    def stretches(self, plan: Plan) -> list[BackStretch]:
        """Return what was searched for a plan, and what is named as owed."""
        query = select(back_stretches.c.body).where(self._of(back_stretches, plan)).order_by(back_stretches.c.name)
        with self.transaction() as connection:
            return [_STRETCH.validate_json(row.body) for row in connection.execute(query)]

    def owe(self, plan: Plan, named: Iterable[BackStretch]) -> None:
        """Name stretches that are owed, where nothing is known of them yet."""
        with self.transaction() as connection:
            query = select(back_stretches.c.name).where(self._of(back_stretches, plan))
            known = set(connection.execute(query).scalars())
            for one in named:
                if one.name not in known:
                    self._put(connection, plan, one)

    def forget(self, plan: Plan, names: Iterable[str]) -> None:
        """Owe stretches no longer, since others hold what they held."""
        with self.transaction() as connection:
            for name in names:
                here = and_(self._of(back_stretches, plan), back_stretches.c.name == name)
                connection.execute(delete(back_stretches).where(here, back_stretches.c.state == "owed"))

    def settle(self, plan: Plan, stretch: BackStretch, found: Iterable[BackFound] = ()) -> None:
        """Note what became of a stretch together with what was found in it: both or neither.

        Where the change is enabled already, alerts that it adds are kept as alerts at once. Of correlations the whole
        is searched each time, so that the newest search takes the place of those before.
        """
        with self.transaction() as connection:
            if stretch.correlations:
                earlier = back_stretches.c.name.startswith(stretch.name.partition(" ")[0] + " ", autoescape=True)
                connection.execute(delete(back_stretches).where(self._of(back_stretches, plan), earlier))
            beyond = Counter(stretch.beyond)
            room: dict[str, int] = {}
            for one in found:
                name = f"{one.side} {one.rule}"
                if name not in room:
                    room[name] = MOST_KEPT - self._count(connection, plan, one)
                if room[name] <= 0:
                    beyond[name] += 1
                    continue
                room[name] -= self._put_found(connection, plan, one)
                if plan.enabled is not None and one.side == "added":
                    self.keep_alert(connection, one.alert)
            self._put(connection, plan, replace(stretch, beyond=dict(beyond)))

    def found(self, plan: Plan) -> Iterator[BackFound]:
        """Yield the alerts that only one side raises, rule by rule."""
        order = (back_found.c.rule, back_found.c.side, back_found.c.event)
        query = select(back_found).where(self._of(back_found, plan)).order_by(*order)
        with self.transaction() as connection:
            for row in connection.execute(query):
                yield BackFound(row.side, row.rule, _ALERT.validate_json(row.body))

    def enable(self, plan: Plan, at: datetime) -> int:
        """Use the new set from now on, and keep the alerts that it adds; return how many of them were not known.

        StoreError: another set was enabled meanwhile, so that the difference was one to a set that is no longer used.
        """
        with self.transaction() as connection:
            here = self._here(enabled_sets)
            row = connection.execute(select(enabled_sets.c.set).where(here)).first()
            used = {"set": plan.new, "at": _plain(at), "started": None}
            if row is None:
                connection.execute(insert(enabled_sets).values(site=self.site, target=self.target, **used))
            elif not connection.execute(
                update(enabled_sets).where(here, enabled_sets.c.set == plan.old).values(used)
            ).rowcount:
                raise StoreError(f"{self.target}: another set of rules was enabled meanwhile; search back again")
            values = {"enabled": _plain(at), "upto": None}
            connection.execute(update(back_plans).where(self._of(back_plans, plan)).values(values))
            added = and_(self._of(back_found, plan), back_found.c.side == "added")
            rows = connection.execute(select(back_found.c.body).where(added)).all()
            return sum(self.keep_alert(connection, _ALERT.validate_json(row.body)) for row in rows)

    def begun(self, at: datetime) -> None:
        """Note that a runner began with the set that is enabled: from now on nothing more of it is to be searched."""
        with self.transaction() as connection:
            fresh = and_(self._here(enabled_sets), enabled_sets.c.started.is_(None))
            connection.execute(update(enabled_sets).where(fresh).values(started=_plain(at)))
            open_ = and_(self._here(back_plans), back_plans.c.enabled.is_not(None), back_plans.c.upto.is_(None))
            connection.execute(update(back_plans).where(open_).values(upto=_plain(at)))

    def _put(self, connection: Connection, plan: Plan, stretch: BackStretch) -> None:
        here = and_(self._of(back_stretches, plan), back_stretches.c.name == stretch.name)
        connection.execute(delete(back_stretches).where(here))
        values = {"name": stretch.name, "state": stretch.state, "body": _STRETCH.dump_json(stretch).decode()}
        connection.execute(insert(back_stretches).values(**self._names(plan), **values))

    def _put_found(self, connection: Connection, plan: Plan, one: BackFound) -> bool:
        """Keep one alert; say whether it was new."""
        values = {**self._names(plan), "side": one.side, "rule": one.rule, "event": one.alert.event_id}
        key = and_(*(column == values[column.name] for column in back_found.primary_key))
        new = not connection.execute(delete(back_found).where(key)).rowcount
        connection.execute(insert(back_found).values(**values, body=_ALERT.dump_json(one.alert).decode()))
        return new

    def _count(self, connection: Connection, plan: Plan, one: BackFound) -> int:
        same = and_(self._of(back_found, plan), back_found.c.side == one.side, back_found.c.rule == one.rule)
        return int(connection.execute(select(func.count()).select_from(back_found).where(same)).scalar_one())

    def _here(self, table: Table) -> Any:  # noqa: ANN401 -- a clause of SQL
        return and_(table.c.site == self.site, table.c.target == self.target)

    def _of(self, table: Table, plan: Plan) -> Any:  # noqa: ANN401 -- a clause of SQL
        return and_(self._here(table), table.c.old == plan.old, table.c.new == plan.new)

    def _names(self, plan: Plan) -> dict[str, Any]:
        return {"site": self.site, "target": self.target, "old": plan.old, "new": plan.new}


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
