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


def _bring_assets(tables: dict[str, sa.Table]) -> None:
    days: dict[str, object] = {}
    counts: dict[str, int] = {}
    for row in _before("assets_before"):
        site, asset, body, day = row
        days[site], counts[site] = day, counts.get(site, 0) + 1
        known = {"first_run": 1, "last_run": 1, "first_day": day, "last_day": day, "current": True}
        bind = op.get_bind()
        bind.execute(sa.insert(tables["assets"]).values(**asset_row(site, ASSET.validate_json(body)), **known))
        bind.execute(sa.insert(tables["asset_versions"]).values(site=site, id=asset, run=1, body=body))
        bind.execute(sa.insert(tables["asset_spans"]).values(site=site, id=asset, first_run=1, last_run=1))
    for site, day in days.items():
        run = {"site": site, "number": 1, "day": day, "sources": "[]", "asked": "[]", "silent": "[]"}
        op.get_bind().execute(sa.insert(tables["scan_runs"]).values(**run, assets=counts[site]))


def _bring_findings(table: sa.Table) -> None:
    for row in _before("findings_before"):
        site, _, body, day = row
        found = finding_row(site, FINDING.validate_json(body))
        op.get_bind().execute(sa.insert(table).values(**found, first_day=day, last_day=day, fixed=None))


def downgrade() -> None:
    """Nothing leads back: the older shape has no room for history."""
    raise NotImplementedError("history cannot be put into the older shape")
