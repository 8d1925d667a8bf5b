"""Assets through time in the database: a version where something changed, and spans of runs that saw them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import orjson
from sqlalchemy import Connection, Select, and_, bindparam, func, insert, select, update

from sentinel.model.assets import Asset
from sentinel.model.history import AssetChange, AssetRow, Looked, ScanRun
from sentinel.store.compare import details, said
from sentinel.store.rows import ASSET, asset_row
from sentinel.store.tables import asset_spans, asset_versions, assets, scan_runs

AT_ONCE = 400
"""Rows at a time: SQLite takes at most 999 values in a statement where it is old."""
PAGE = 500
_ROW = ("site", "id", "address", "name", "device_class", "product", "ports", "first_day", "last_day", "current")


def save_assets(connection: Connection, site: str, day: date, found: Iterable[Asset], looked: Looked) -> None:
    """Note a run, and add its assets to what is known; what is the same as before makes no new version."""
    last = connection.execute(select(func.max(scan_runs.c.number)).where(scan_runs.c.site == site)).scalar() or 0
    run = last + 1
    if looked.whole:
        connection.execute(update(assets).where(assets.c.site == site).values(current=False))
    count = 0
    waiting = iter(found)
    while some := {asset.id: asset for asset in islice(waiting, AT_ONCE)}:
        _save(connection, site, run, day, some)
        count += len(some)
    row = {"site": site, "number": run, "day": day, "assets": count}
    told = {key: orjson.dumps(value).decode() for key, value in _said(looked).items()}
    connection.execute(insert(scan_runs).values({**row, **told}))


def _said(looked: Looked) -> dict[str, object]:
    return {"sources": looked.sources, "asked": dict(looked.asked), "silent": dict(looked.silent)}


def _save(connection: Connection, site: str, run: int, day: date, some: Mapping[str, Asset]) -> None:
    known = {row.id: row for row in connection.execute(_known(site, list(some)))}
    before = {key: ASSET.validate_json(body) for key, body in _bodies(connection, site, list(known)).items()}
    seen = {"last_run": run, "last_day": day, "current": True}
    first = {"first_run": run, "first_day": day}
    now = {key: {**asset_row(site, asset), **seen, "last_seen": _utc(asset.last_seen)} for key, asset in some.items()}
    _many(connection, insert(assets), [{**row, **first} for key, row in now.items() if key not in known])
    old = [_named(row) for key, row in now.items() if key in known]
    _many(connection, _update_by_id(list(next(iter(now.values())))), old)
    changed = [asset for key, asset in some.items() if key not in before or said(before[key]) != said(asset)]
    versions = [{"site": site, "id": one.id, "run": run, "body": ASSET.dump_json(one).decode()} for one in changed]
    _many(connection, insert(asset_versions), versions)
    _refresh(connection, site, [asset for key, asset in some.items() if asset not in changed], known)
    _span(connection, site, run, some, known)


def _known(site: str, keys: Sequence[str]) -> Select[Any]:
    return select(assets.c.id, assets.c.last_run).where(assets.c.site == site, assets.c.id.in_(keys))


def _newest(site: str) -> Select[Any]:
    newest = select(asset_versions.c.id, func.max(asset_versions.c.run).label("run"))
    return newest.where(asset_versions.c.site == site).group_by(asset_versions.c.id)


def _bodies(connection: Connection, site: str, keys: Sequence[str], until: int | None = None) -> dict[str, str]:
    """Return the newest body of each asset, or that of a run."""
    newest = _newest(site).where(asset_versions.c.id.in_(keys))
    if until is not None:
        newest = newest.where(asset_versions.c.run <= until)
    below = newest.subquery()
    here = and_(asset_versions.c.site == site, asset_versions.c.id == below.c.id, asset_versions.c.run == below.c.run)
    return {
        row.id: row.body
        for row in connection.execute(select(asset_versions.c.id, asset_versions.c.body).join(below, here))
    }


def _refresh(connection: Connection, site: str, same: list[Asset], known: Mapping[str, Any]) -> None:
    """Bring the times of claims up to date in the newest version, where nothing else is new."""
    if not same:
        return
    latest = {row.id: row.run for row in connection.execute(_newest(site).where(asset_versions.c.id.in_(list(known))))}
    statement = (
        update(asset_versions)
        .where(
            asset_versions.c.site == bindparam("in_site"),
            asset_versions.c.id == bindparam("in_id"),
            asset_versions.c.run == bindparam("in_run"),
        )
        .values(body=bindparam("new_body"))
    )
    rows = [
        {"in_site": site, "in_id": one.id, "in_run": latest[one.id], "new_body": ASSET.dump_json(one).decode()}
        for one in same
    ]
    _many(connection, statement, rows)


def _span(connection: Connection, site: str, run: int, some: Mapping[str, Asset], known: Mapping[str, Any]) -> None:
    on = [key for key, row in known.items() if row.last_run == run - 1]
    here = and_(asset_spans.c.site == site, asset_spans.c.last_run == run - 1, asset_spans.c.id.in_(on))
    if on:
        connection.execute(update(asset_spans).where(here).values(last_run=run))
    begun = [{"site": site, "id": key, "first_run": run, "last_run": run} for key in some if key not in on]
    _many(connection, insert(asset_spans), begun)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {f"new_{key}": value for key, value in row.items()}


def _update_by_id(columns: Sequence[str]) -> Any:  # noqa: ANN401 -- an update's type parameters say nothing here
    here = and_(assets.c.site == bindparam("new_site"), assets.c.id == bindparam("new_id"))
    values: dict[str, Any] = {key: bindparam(f"new_{key}") for key in columns if key not in {"site", "id"}}
    return update(assets).where(here).values(values)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


def _many(connection: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401 -- as above
    if rows:
        connection.execute(statement, rows)


def known(connection: Connection, site: str, keys: Iterable[str]) -> dict[str, Asset]:
    """Return the newest version of some assets, by id."""
    found: dict[str, Asset] = {}
    waiting = iter(keys)
    while some := list(islice(waiting, AT_ONCE)):
        found |= {key: ASSET.validate_json(body) for key, body in _bodies(connection, site, some).items()}
    return found


def rows(connection: Connection, query: Select[Any]) -> Iterator[AssetRow]:
    """Yield assets in one line each."""
    for some in connection.execution_options(yield_per=PAGE).execute(query).partitions():
        yield from map(AssetRow._make, some)


def listed(*, words: str = "", device_class: str = "", site: str = "", current: bool = True) -> Select[Any]:
    """Return the query of a list: all words must be in what is searched, which is folded as Unicode says."""
    query = select(*(assets.c[name] for name in _ROW))
    for word in words.casefold().split():
        query = query.where(assets.c.search.contains(word, autoescape=True))
    if device_class:
        query = query.where(assets.c.device_class == device_class)
    if site:
        query = query.where(assets.c.site == site)
    if current:
        query = query.where(assets.c.current)
    return query.order_by(assets.c.site, assets.c.place, assets.c.id)


def like(wanted: str, site: str) -> Select[Any]:
    """Return the query of the assets with this address, or an id that begins so."""
    return listed(site=site, current=False).where(
        (assets.c.address == wanted) | assets.c.id.startswith(wanted, autoescape=True)
    )


def bodies(rows_of: Select[Any]) -> Select[Any]:
    """Return the query of the newest bodies of the assets of a list, in its order."""
    wanted = rows_of.order_by(None).with_only_columns(assets.c.site, assets.c.id, assets.c.place).subquery()
    newest = (
        select(asset_versions.c.site, asset_versions.c.id, func.max(asset_versions.c.run).label("run"))
        .group_by(asset_versions.c.site, asset_versions.c.id)
        .subquery()
    )
    same = and_(wanted.c.site == newest.c.site, wanted.c.id == newest.c.id)
    body = and_(
        asset_versions.c.site == newest.c.site,
        asset_versions.c.id == newest.c.id,
        asset_versions.c.run == newest.c.run,
    )
    query = select(asset_versions.c.body).select_from(wanted).join(newest, same).join(asset_versions, body)
    return query.order_by(wanted.c.site, wanted.c.place, wanted.c.id)


def runs(connection: Connection, site: str = "") -> list[ScanRun]:
    """Return the scans that were kept, the oldest first."""
    query = select(scan_runs).order_by(scan_runs.c.site, scan_runs.c.number)
    found = connection.execute(query.where(scan_runs.c.site == site) if site else query)
    return [ScanRun(row.site, row.number, row.day, tuple(orjson.loads(row.sources)), row.assets) for row in found]


def versions(connection: Connection, site: str, key: str) -> list[tuple[ScanRun, Asset]]:
    """Return what an asset was, from which run on, the oldest first."""
    known = {run.number: run for run in runs(connection, site)}
    here = and_(asset_versions.c.site == site, asset_versions.c.id == key)
    query = select(asset_versions.c.run, asset_versions.c.body).where(here).order_by(asset_versions.c.run)
    return [(known[row.run], ASSET.validate_json(row.body)) for row in connection.execute(query)]


def changes(connection: Connection, site: str, before: int, after: int) -> Iterator[AssetChange]:
    """Yield what came, changed, is gone and was not seen in the runs after `before` up to `after`."""
    here = assets.c.site == site
    columns = [assets.c[name] for name in ("site", "id", "address", "name", "device_class", "last_day")]
    ordered = select(*columns).where(here).order_by(assets.c.place, assets.c.id)
    for row in connection.execute(ordered.where(assets.c.first_run > before, assets.c.first_run <= after)):
        yield AssetChange("came", *row)
    yield from _changed(connection, site, before, after)
    seen = select(asset_spans.c.id).where(
        asset_spans.c.site == site, asset_spans.c.first_run <= after, asset_spans.c.last_run > before
    )
    asked = _Asked(connection, site, before, after)
    unseen = ordered.add_columns(assets.c.last_seen).where(assets.c.first_run <= before, assets.c.id.not_in(seen))
    for row in connection.execute(unseen):
        *told, last_seen = row
        yield AssetChange("gone" if asked.since(row.address.split(), last_seen) else "not-seen", *told)


def _changed(connection: Connection, site: str, before: int, after: int) -> Iterator[AssetChange]:
    new = asset_versions.c
    here = and_(new.site == site, new.run > before, new.run <= after)
    query = select(assets.c.id, assets.c.last_day).where(
        assets.c.site == site, assets.c.first_run <= before, assets.c.id.in_(select(new.id).where(here))
    )
    waiting = iter([(row.id, row.last_day) for row in connection.execute(query.order_by(assets.c.place, assets.c.id))])
    while some := dict(islice(waiting, AT_ONCE)):
        old, now = (_bodies(connection, site, list(some), until) for until in (before, after))
        for key, day in some.items():
            first, last = ASSET.validate_json(old[key]), ASSET.validate_json(now[key])
            if found := details(first, last):
                name, address = " ".join(last.names), " ".join(last.addresses)
                yield AssetChange("changed", site, key, address, name, last.device_class, day, found)


class _Asked:
    """The networks that scans asked and the addresses that did not answer, each with the moments that it was asked."""

    def __init__(self, connection: Connection, site: str, before: int, after: int) -> None:
        here = and_(scan_runs.c.site == site, scan_runs.c.number > before, scan_runs.c.number <= after)
        self.silent: dict[str, list[datetime | None]] = {}
        self.networks: dict[ipaddress.IPv4Network | ipaddress.IPv6Network, list[datetime | None]] = {}
        for row in connection.execute(select(scan_runs.c.silent, scan_runs.c.asked).where(here)):
            for address, moment in orjson.loads(row.silent).items():
                self.silent.setdefault(address, []).append(_moment(moment))
            for network, moment in orjson.loads(row.asked).items():
                self.networks.setdefault(ipaddress.ip_network(network), []).append(_moment(moment))

    def since(self, addresses: Sequence[str], last_seen: datetime | None) -> bool:
        """Say whether each was asked after they were seen; of unknown moments the order of runs counts."""
        return bool(addresses) and all(
            any(not (moment and last_seen) or moment > last_seen for moment in self._moments(address))
            for address in addresses
        )

    def _moments(self, address: str) -> Iterator[datetime | None]:
        yield from self.silent.get(address, ())
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return
        for network, moments in self.networks.items():
            if found in network:
                yield from moments


def _moment(text: str | None) -> datetime | None:
    return _utc(datetime.fromisoformat(text)) if text else None
