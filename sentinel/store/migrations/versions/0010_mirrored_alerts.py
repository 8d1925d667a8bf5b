"""Alerts that an index holds too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision: str | None = "0009"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "mirrored_alerts",
        sa.Column("site", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("target", sa.String, primary_key=True),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("mirrored_alerts")
