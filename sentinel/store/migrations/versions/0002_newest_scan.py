"""The day of each site's newest scan; what older scans saw is dropped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the table, fill it from what was seen, and keep only the newest day's rows."""
    scans = op.create_table(
        "scans",
        sa.Column("site", sa.String, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
    )
    seen = [
        sa.table(name, sa.column("site", sa.String), sa.column("seen_in_run", sa.Date))
        for name in ("assets", "findings")
    ]
    every = sa.union_all(*(sa.select(table.c.site, table.c.seen_in_run) for table in seen)).subquery()
    newest = sa.select(every.c.site, sa.func.max(every.c.seen_in_run)).group_by(every.c.site)
    op.execute(sa.insert(scans).from_select(["site", "day"], newest))
    for table in seen:
        day = sa.select(scans.c.day).where(scans.c.site == table.c.site).scalar_subquery()
        op.execute(sa.delete(table).where(table.c.seen_in_run < day))


def downgrade() -> None:
    """Drop the table; the older rows are gone."""
    op.drop_table("scans")
