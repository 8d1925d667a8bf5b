"""Saves and loads nouns. Saving the same thing twice changes nothing, so a run that was cut off is simply run again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date
from functools import partial
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Table, and_, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from sentinel.errors import StoreError
from sentinel.model.alerts import Alert
from sentinel.model.assets import Asset, Finding
from sentinel.model.correlations import Learnt
from sentinel.model.history import AssetChange, AssetRow, Decision, Looked, ScanRun, Tracked
from sentinel.model.severity import Severity
from sentinel.model.windows import WatchRule, WatchWindow
from sentinel.store import history, rows, tracking
from sentinel.store.back import Back
from sentinel.store.certificates import Certificates
from sentinel.store.database import open_database
from sentinel.store.memory import Memory
from sentinel.store.mirrored import Mirrored, forget
from sentinel.store.sector import SectorStore
from sentinel.store.tables import alerts, findings, results, scans
from sentinel.store.tails import Tails
from sentinel.store.watch_rules import WatchRules, all_rules, release
from sentinel.store.windows import Windows, all_windows

N = TypeVar("N")

_ALERT: TypeAdapter[Alert] = TypeAdapter(Alert)
_WHOLE = Looked()


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
            return sum(_save_alert(connection, alert, site) for alert in found)

    def sector(self) -> SectorStore:
        """Return the part that holds many organisations side by side."""
        return SectorStore(self._transaction)

    def mirrored(self, target: str) -> Mirrored:
        """Return which alerts a target holds."""
        return Mirrored(self._transaction, target)

    def windows(self, site: str, target: str) -> Windows:
        """Return which stretches of an index were watched over for a site."""
        return Windows(self._transaction, site, target)

    def tails(self, site: str) -> Tails:
        """Return how far the files of a site were read that a watch follows."""
        return Tails(self._transaction, site)

    def all_windows(self) -> Iterator[WatchWindow]:
        """Yield the windows of all sites and indices."""
        return all_windows(self._transaction)

    def watch_rules(self, site: str, target: str) -> WatchRules:
        """Return what rules take and give in the watch over an index for a site."""
        return WatchRules(self._transaction, site, target)

    def all_watch_rules(self) -> Iterator[WatchRule]:
        """Yield the rules of all watches, those that are set aside first, then what took longest."""
        return all_rules(self._transaction)

    def release(self, rule: str) -> tuple[int, int]:
        """Put a rule back that was set aside; return in how many watches, and how many windows are owed for it."""
        return release(self._transaction, rule)

    def back(self, site: str, target: str) -> Back:
        """Return which rules a site's watch over a target uses, and what was searched back for changes of them."""
        return Back(self._transaction, site, target, partial(_save_alert, site=site))

    def certificates(self) -> Certificates:
        """Return the part that holds what two engines said of rules."""
        return Certificates(self._transaction)

    def memory(self, site: str) -> Memory:
        """Return what the correlations of a site remember."""
        return Memory(self._transaction, site)

    def save_watch(self, site: str, found: Iterable[Alert], memory: Memory, learnt: Learnt) -> int:
        """Save alerts, and what correlations remember beside them; return how many alerts were new.

        All of it is there afterwards, or nothing. Raise OvertakenError where another run changed that memory since it
        was read: run again, then nothing that it brought is lost.
        """
        return len(self.save_window(site, found, memory, learnt, lambda _connection: ()))

    def save_window(
        self,
        site: str,
        found: Iterable[Alert],
        memory: Memory,
        learnt: Learnt,
        beside: Callable[[Connection], Iterable[Alert]],
    ) -> tuple[Alert, ...]:
        """Do the same with what `beside` writes and the alerts that it returns; return the alerts that were new."""
        with self._transaction() as connection:
            memory.save(connection, learnt)
            every = (*found, *beside(connection))
            return tuple(alert for alert in every if _save_alert(connection, alert, site))

    def save_scan(
        self, site: str, as_of: date, assets_found: Iterable[Asset], wrong: Iterable[Finding], looked: Looked = _WHOLE
    ) -> None:
        """Add a scan to what is known of a site; a whole scan older than the newest one changes nothing.

        What a whole scan did not see is not current any more, and stays. A finding that it does not repeat stays open,
        unless `looked` says that it was looked for.
        """
        with self._transaction() as connection:
            if not _is_newest(connection, site, as_of) and looked.whole:
                return
            history.save_assets(connection, site, as_of, assets_found, looked)
            tracking.save_findings(connection, site, as_of, wrong, looked)

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

    def assets(
        self, words: str = "", device_class: str = "", site: str = "", *, current: bool = True
    ) -> Iterator[Asset]:
        """Yield whole assets: of the newest whole scan of each site, and of others since; all, if not `current`."""
        query = history.listed(words=words, device_class=device_class, site=site, current=current)
        return self._load(history.bodies(query), rows.ASSET)

    def known_assets(self, site: str, keys: Iterable[str]) -> dict[str, Asset]:
        """Return what is known of some assets, by id."""
        with self._transaction() as connection:
            return history.known(connection, site, keys)

    def asset_rows(
        self, words: str = "", device_class: str = "", site: str = "", *, current: bool = True, most: int | None = None
    ) -> Iterator[AssetRow]:
        """Yield assets in one line each; every one of `words` must be in their addresses, names or kinds."""
        query = history.listed(words=words, device_class=device_class, site=site, current=current)
        with self._transaction() as connection:
            yield from history.rows(connection, query.limit(most))

    def asset_like(self, wanted: str, site: str = "") -> list[AssetRow]:
        """Return the assets with this address, or an id that begins so."""
        with self._transaction() as connection:
            return list(history.rows(connection, history.like(wanted, site)))

    def count_assets(self, words: str = "", device_class: str = "", site: str = "", *, current: bool = True) -> int:
        """Return how many such assets there are."""
        query = history.listed(words=words, device_class=device_class, site=site, current=current)
        with self._transaction() as connection:
            return int(
                connection.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
            )

    def asset_history(self, site: str, key: str) -> list[tuple[ScanRun, Asset]]:
        """Return what an asset was, and from which scan on, the oldest first."""
        with self._transaction() as connection:
            return history.versions(connection, site, key)

    def scan_runs(self, site: str = "") -> list[ScanRun]:
        """Return the scans that were kept, the oldest first."""
        with self._transaction() as connection:
            return history.runs(connection, site)

    def asset_changes(self, site: str, before: int, after: int) -> Iterator[AssetChange]:
        """Yield what came, changed, is gone and was not seen in the scans after one up to another."""
        with self._transaction() as connection:
            yield from history.changes(connection, site, before, after)

    def findings(self, at_least: Severity = Severity.INFORMATIONAL) -> Iterator[Finding]:
        """Yield the findings that no scan has seen mended, the gravest first."""
        found = tracking.query(at_least).where(findings.c.fixed.is_(None))
        return self._load(found.with_only_columns(findings.c.body), rows.FINDING)

    def open_findings(self, site: str) -> list[Finding]:
        """Return those of one site."""
        with self._transaction() as connection:
            return tracking.open_findings(connection, site)

    def tracked(self, today: date, at_least: Severity = Severity.INFORMATIONAL, site: str = "") -> Iterator[Tracked]:
        """Yield findings with their lives, as they stand on a day, the gravest first."""
        with self._transaction() as connection:
            yield from tracking.tracked(connection, tracking.query(at_least, site), today)

    def decide(self, site: str, finding: str, decision: Decision) -> None:
        """Keep what a person decided about a finding, beside all that was decided before."""
        with self._transaction() as connection:
            tracking.decide(connection, site, finding, decision)

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


def _save_alert(connection: Connection, alert: Alert, site: str) -> bool:
    """Save an alert, and say whether it was new; one that says something else than before is owed again."""
    row, here = _alert_row(site, alert), and_(alerts.c.site == site, alerts.c.id == alert.id)
    known = connection.execute(select(alerts.c.body).where(here)).scalar_one_or_none()
    if known is None:
        connection.execute(insert(alerts).values(row))
    elif known != row["body"]:
        connection.execute(update(alerts).where(here).values(row))
        forget(connection, site, alert.id)
    return known is None


def _alert_row(site: str, alert: Alert) -> dict[str, object]:
    return {
        "site": site,
        "id": alert.id,
        "time": alert.time.astimezone(UTC).replace(tzinfo=None) if alert.time else None,
        "level": alert.rule.level.rank,
        "rule": alert.rule.id,
        "body": _ALERT.dump_json(alert).decode(),
    }


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
