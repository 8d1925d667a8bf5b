"""Saves and loads nouns. Saving the same thing twice changes nothing, so a run that was cut off is simply run again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Table, and_, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from sentinel.errors import StoreError
from sentinel.model.alerts import Alert
from sentinel.model.assets import Asset, Finding
from sentinel.model.correlations import Learnt
from sentinel.model.severity import Severity
from sentinel.store.database import open_database
from sentinel.store.memory import Memory
from sentinel.store.tables import alerts, assets, findings, results, scans

N = TypeVar("N")

_ALERT: TypeAdapter[Alert] = TypeAdapter(Alert)
_ASSET: TypeAdapter[Asset] = TypeAdapter(Asset)
_FINDING: TypeAdapter[Finding] = TypeAdapter(Finding)


class Store:
    """One database. Every save is one transaction: all of it is there afterwards, or nothing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, where: str) -> Store:
        """Open a path or URL; raise StoreError where that cannot be."""
        return cls(open_database(where))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def save_alerts(self, site: str, found: Iterable[Alert]) -> int:
        """Save alerts by id; return how many were new."""
        with self._transaction() as connection:
            return sum(_save(connection, alerts, _alert_row(site, alert)) for alert in found)

    def memory(self, site: str) -> Memory:
        """Return what the correlations of a site remember."""
        return Memory(self._transaction, site)

    def save_watch(self, site: str, found: Iterable[Alert], memory: Memory, learnt: Learnt) -> int:
        """Save alerts, and what correlations remember beside them; return how many alerts were new.

        Both are there afterwards, or neither. Raise StoreError where another run changed that memory since it was read:
        run again, then nothing that it brought is lost.
        """
        with self._transaction() as connection:
            memory.save(connection, learnt)
            return sum(_save(connection, alerts, _alert_row(site, alert)) for alert in found)

    def save_scan(self, site: str, as_of: date, assets_found: Iterable[Asset], wrong: Iterable[Finding]) -> None:
        """Save a scan in the place of the site's earlier one; a scan older than the one kept changes nothing."""
        with self._transaction() as connection:
            if not _is_newest(connection, site, as_of):
                return
            for table in (assets, findings):
                connection.execute(delete(table).where(table.c.site == site))
            for asset in assets_found:
                _save(connection, assets, _row(site, asset.id, as_of, _ASSET.dump_json(asset)))
            for finding in wrong:
                row = _row(site, finding.id, as_of, _FINDING.dump_json(finding))
                _save(connection, findings, {**row, "severity": finding.severity.rank})

    def save_result(self, site: str, as_of: date, body: str) -> None:
        """Save the outcome of a run; a later run of the same day takes its place."""
        with self._transaction() as connection:
            _save(connection, results, {"site": site, "as_of": as_of, "body": body})

    def alerts(self, at_least: Severity = Severity.INFORMATIONAL, rule: str | None = None) -> Iterator[Alert]:
        """Yield alerts, the gravest first, then the newest."""
        query = select(alerts.c.body).where(alerts.c.level >= at_least.rank)
        if rule is not None:
            query = query.where(alerts.c.rule == rule)
        query = query.order_by(alerts.c.level.desc(), alerts.c.time.desc().nulls_last(), alerts.c.id)
        return self._load(query, _ALERT)

    def alert(self, start: str) -> list[Alert]:
        """Return the alerts whose id begins with `start`."""
        query = select(alerts.c.body).where(alerts.c.id.startswith(start, autoescape=True)).order_by(alerts.c.id)
        return list(self._load(query, _ALERT))

    def assets(self) -> Iterator[Asset]:
        """Yield the assets of each site's newest scan."""
        return self._load(select(assets.c.body).order_by(assets.c.site, assets.c.id), _ASSET)

    def findings(self, at_least: Severity = Severity.INFORMATIONAL) -> Iterator[Finding]:
        """Yield the findings of each site's newest scan, the gravest first."""
        query = select(findings.c.body).where(findings.c.severity >= at_least.rank)
        return self._load(query.order_by(findings.c.severity.desc(), findings.c.id), _FINDING)

    def results(self, site: str) -> list[tuple[date, str]]:
        """Return the outcomes of a site's runs, the newest first."""
        query = select(results.c.as_of, results.c.body).where(results.c.site == site)
        with self._transaction() as connection:
            return [(row.as_of, row.body) for row in connection.execute(query.order_by(results.c.as_of.desc()))]

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreError(str(error).splitlines()[0]) from error

    def _load(self, query: Any, adapter: TypeAdapter[N]) -> Iterator[N]:  # noqa: ANN401 -- Select's type parameters say nothing here
        with self._transaction() as connection:
            for (body,) in connection.execute(query):
                yield adapter.validate_json(body)


def _alert_row(site: str, alert: Alert) -> dict[str, object]:
    return {
        "site": site,
        "id": alert.id,
        "time": alert.time.astimezone(UTC).replace(tzinfo=None) if alert.time else None,
        "level": alert.rule.level.rank,
        "rule": alert.rule.id,
        "body": _ALERT.dump_json(alert).decode(),
    }


def _row(site: str, key: str, as_of: date, body: bytes) -> dict[str, object]:
    return {"site": site, "id": key, "seen_in_run": as_of, "body": body.decode()}


def _save(connection: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Insert the row, or replace the one with its key; say whether it was new."""
    key = and_(*(column == row[column.name] for column in table.primary_key))
    if connection.execute(select(table.c.body).where(key)).first() is None:
        connection.execute(insert(table).values(row))
        return True
    connection.execute(update(table).where(key).values(row))
    return False


def _is_newest(connection: Connection, site: str, as_of: date) -> bool:
    """Note the day as that of the site's newest scan, unless a later one is known; say whether it was noted."""
    here = scans.c.site == site  # the write comes first: it locks the row against another run
    if connection.execute(update(scans).where(here, scans.c.day <= as_of).values(day=as_of)).rowcount:
        return True
    if connection.execute(select(scans.c.day).where(here)).first() is not None:
        return False
    connection.execute(insert(scans).values(site=site, day=as_of))
    return True
