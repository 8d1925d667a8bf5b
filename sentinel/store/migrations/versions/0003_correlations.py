"""What correlations remember from one run to the next."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "correlation_groups",
        sa.Column("site", sa.String, primary_key=True),
        sa.Column("rule", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("meaning", sa.String, nullable=False),
        sa.Column("waiting", sa.Boolean, nullable=False),
        sa.Column("useless_after", sa.BigInteger, nullable=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_correlation_groups_waiting", "correlation_groups", ["site", "rule", "waiting"])
    op.create_table(
        "correlation_runs",
        sa.Column("site", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("line", sa.BigInteger, nullable=True),
    )


def downgrade() -> None:
    """Drop them again; what was held is gone, the alerts stay."""
    op.drop_table("correlation_runs")
    op.drop_table("correlation_groups")
