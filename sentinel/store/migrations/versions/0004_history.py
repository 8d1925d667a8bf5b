"""History: assets keep their versions and when they were seen, findings their life, and each scan is noted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import sqlalchemy as sa
from alembic import op

from sentinel.store.rows import ASSET, FINDING, asset_row, finding_row

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

Kind: TypeAlias = type[Any]


def upgrade() -> None:
    """Make the tables anew and bring over what the newest scan of each site saw, as its first run."""
    op.rename_table("assets", "assets_before")
    op.rename_table("findings", "findings_before")
    tables = _tables()
    _bring_assets(tables)
    _bring_findings(tables["findings"])
    _bring_days()
    op.drop_table("assets_before")
    op.drop_table("findings_before")


def _tables() -> dict[str, sa.Table]:
    made = {
        "assets": _table(
            "assets",
            {"site": sa.String, "id": sa.String},
            dict.fromkeys(("place", "address", "name", "device_class", "product", "ports", "search"), sa.String)
            | {"first_run": sa.Integer, "last_run": sa.Integer, "first_day": sa.Date, "last_day": sa.Date}
            | {"current": sa.Boolean},
        ),
        "asset_versions": _table(
            "asset_versions", {"site": sa.String, "id": sa.String, "run": sa.Integer}, {"body": sa.Text}
        ),
        "asset_spans": _table(
            "asset_spans", {"site": sa.String, "id": sa.String, "first_run": sa.Integer}, {"last_run": sa.Integer}
        ),
        "scan_runs": _table(
            "scan_runs",
            {"site": sa.String, "number": sa.Integer},
            {"day": sa.Date, "sources": sa.Text, "asked": sa.Text, "silent": sa.Text, "assets": sa.Integer},
        ),
        "findings": _table(
            "findings",
            {"site": sa.String, "id": sa.String},
            {"asset": sa.String, "severity": sa.Integer, "first_day": sa.Date, "last_day": sa.Date, "fixed": sa.Date}
            | {"body": sa.Text},
        ),
        "decisions": _table(
            "decisions",
            {"site": sa.String, "finding": sa.String, "number": sa.Integer},
            {"kind": sa.String, "made": sa.DateTime, "by": sa.String, "text": sa.Text, "until": sa.Date},
        ),
    }
    op.create_index("ix_assets_place", "assets", ["site", "place"])
    op.create_index("ix_asset_versions_run", "asset_versions", ["site", "run"])
    op.create_index("ix_asset_spans_last", "asset_spans", ["site", "last_run"])
    return made


def _table(name: str, key: Mapping[str, Kind], rest: Mapping[str, Kind]) -> sa.Table:
    keys: list[sa.Column[Any]] = [sa.Column(column, kind, primary_key=True) for column, kind in key.items()]
    others: list[sa.Column[Any]] = [
        sa.Column(column, kind, nullable=column in {"fixed", "until"}) for column, kind in rest.items()
    ]
    return op.create_table(name, *keys, *others)


def _before(name: str) -> list[Any]:
    columns: list[Any] = [sa.column(column) for column in ("site", "id", "body")]
    days = sa.column("seen_in_run", sa.Date)
    return list(op.get_bind().execute(sa.select(*columns, days).select_from(sa.table(name))))


def _base(site: str) -> str:
    """Return a site's own name: what was saved of captures and of imports stood apart: `x/passive`, `x/import`."""
    return site.removesuffix("/passive").removesuffix("/import")


def _in_turn(name: str) -> dict[str, list[Any]]:
    """Return the rows by the site they were saved under, captures before imports, as the runs of its own name."""
    found: dict[str, list[Any]] = {}
    for row in sorted(_before(name), key=lambda row: (_base(row.site), not row.site.endswith("/passive"), row.id)):
        found.setdefault(row.site, []).append(row)
    return found


def _bring_assets(tables: Mapping[str, sa.Table]) -> None:
    bind, numbers = op.get_bind(), dict[str, int]()
    known: set[tuple[str, str]] = set()
    assets, versions, spans = tables["assets"], tables["asset_versions"], tables["asset_spans"]
    for saved, rows in _in_turn("assets_before").items():
        site, day = _base(saved), max(row.seen_in_run for row in rows)
        run = numbers[site] = numbers.get(site, 0) + 1
        for row in rows:
            seen = {"last_run": run, "last_day": row.seen_in_run, "current": True}
            said = {**asset_row(site, ASSET.validate_json(row.body)), **seen}
            if (site, row.id) in known:
                bind.execute(sa.update(assets).where(assets.c.site == site, assets.c.id == row.id).values(said))
            else:
                bind.execute(sa.insert(assets).values({**said, "first_run": run, "first_day": row.seen_in_run}))
            bind.execute(sa.insert(versions).values(site=site, id=row.id, run=run, body=row.body))
            bind.execute(sa.insert(spans).values(site=site, id=row.id, first_run=run, last_run=run))
            known.add((site, row.id))
        noted = {"site": site, "number": run, "day": day, "sources": "[]", "asked": "[]", "silent": "[]"}
        bind.execute(sa.insert(tables["scan_runs"]).values(**noted, assets=len(rows)))


def _bring_findings(table: sa.Table) -> None:
    known: set[tuple[str, str]] = set()
    for saved, rows in _in_turn("findings_before").items():
        site = _base(saved)
        for row in rows:
            if (site, row.id) not in known:
                found = finding_row(site, FINDING.validate_json(row.body))
                days = {"first_day": row.seen_in_run, "last_day": row.seen_in_run, "fixed": None}
                op.get_bind().execute(sa.insert(table).values({**found, **days}))
            known.add((site, row.id))


def _bring_days() -> None:
    """Note the newest day under each site's own name."""
    scans = sa.table("scans", sa.column("site", sa.String), sa.column("day", sa.Date))
    days: dict[str, Any] = {}
    rows = list(op.get_bind().execute(sa.select(scans.c.site, scans.c.day)))
    for row in rows:
        days[_base(row.site)] = max(row.day, days.get(_base(row.site), row.day))
    op.execute(sa.delete(scans))
    for site, day in sorted(days.items()):
        op.execute(sa.insert(scans).values(site=site, day=day))


def downgrade() -> None:
    """Nothing leads back: the older shape has no room for history."""
    raise NotImplementedError("history cannot be put into the older shape")
