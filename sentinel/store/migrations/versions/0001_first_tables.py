"""Alerts, assets, findings and results."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "alerts",
        sa.Column("site", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("time", sa.DateTime(timezone=False), nullable=True),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_alerts_time", "alerts", ["time"])
    op.create_index("ix_alerts_rule", "alerts", ["rule"])
    for name, extra in (("assets", []), ("findings", [sa.Column("severity", sa.Integer, nullable=False)])):
        op.create_table(
            name,
            sa.Column("site", sa.String, primary_key=True),
            sa.Column("id", sa.String, primary_key=True),
            *extra,
            sa.Column("seen_in_run", sa.Date, nullable=False),
            sa.Column("body", sa.Text, nullable=False),
        )
    op.create_table(
        "results",
        sa.Column("site", sa.String, primary_key=True),
        sa.Column("as_of", sa.Date, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop them again."""
    for name in ("results", "findings", "assets", "alerts"):
        op.drop_table(name)
