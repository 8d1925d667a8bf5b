"""From which moment on a scan asked, and when an asset was last seen: older files may be kept after newer ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None

_RUNS = sa.table("scan_runs", *map(sa.column, ("site", "number", "asked", "silent")))
_ASSETS = sa.table("assets", *map(sa.column, ("site", "id")), sa.column("last_seen", sa.DateTime))
_VERSIONS = sa.table("asset_versions", *map(sa.column, ("site", "id", "run", "body")))
_AT_ONCE = 1000


def upgrade() -> None:
    """Give what was asked a moment, unknown for all runs so far, and assets the moment that their sources tell."""
    _rewrite(lambda text: dict.fromkeys(orjson.loads(text)))
    op.add_column("assets", sa.Column("last_seen", sa.DateTime(timezone=False), nullable=True))
    connection = op.get_bind()
    here = sa.and_(_ASSETS.c.site == sa.bindparam("of"), _ASSETS.c.id == sa.bindparam("key"))
    statement = sa.update(_ASSETS).where(here).values(last_seen=sa.bindparam("moment"))
    newest = iter(_newest_times(connection))
    while some := list(islice(newest, _AT_ONCE)):
        connection.execute(statement, some)


def downgrade() -> None:
    """Forget the moments again."""
    op.drop_column("assets", "last_seen")
    _rewrite(lambda text: list(orjson.loads(text)))


def _rewrite(change: Callable[[str], object]) -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(_RUNS)).all():
        here = sa.and_(_RUNS.c.site == row.site, _RUNS.c.number == row.number)
        told = {name: orjson.dumps(change(getattr(row, name))).decode() for name in ("asked", "silent")}
        connection.execute(sa.update(_RUNS).where(here).values(told))


def _newest_times(connection: sa.Connection) -> list[dict[str, Any]]:
    query = sa.select(_VERSIONS).order_by(_VERSIONS.c.run).execution_options(yield_per=_AT_ONCE)
    rows = connection.execute(query)
    times = {(row.site, row.id): orjson.loads(row.body).get("last_seen") for row in rows}
    return [{"of": site, "key": key, "moment": _utc(text)} for (site, key), text in times.items() if text]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
