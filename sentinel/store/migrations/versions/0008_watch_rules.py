"""What rules take and give in a watch, and which are set aside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "watch_rules",
        sa.Column("site", sa.String, primary_key=True),
        sa.Column("target", sa.String, primary_key=True),
        sa.Column("rule", sa.String, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("meaning", sa.String, nullable=False),
        sa.Column("windows", sa.BigInteger, nullable=False),
        sa.Column("asked", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("hits", sa.BigInteger, nullable=False),
        sa.Column("strikes", sa.Integer, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", sa.DateTime(timezone=False), nullable=True),
        sa.Column("aside", sa.DateTime(timezone=False), nullable=True),
    )


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("watch_rules")
