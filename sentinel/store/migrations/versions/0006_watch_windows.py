"""Windows that are watched over in an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "watch_windows",
        sa.Column("site", sa.String, primary_key=True),
        sa.Column("target", sa.String, primary_key=True),
        sa.Column("start", sa.DateTime(timezone=False), primary_key=True),
        sa.Column("end", sa.DateTime(timezone=False), nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=True),
        sa.Column("records", sa.BigInteger, nullable=True),
        sa.Column("alerts", sa.BigInteger, nullable=True),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("done", sa.DateTime(timezone=False), nullable=True),
        sa.Column("leased", sa.DateTime(timezone=False), nullable=True),
        sa.Column("runner", sa.String, nullable=True),
    )
    op.create_index("ix_watch_windows_state", "watch_windows", ["site", "target", "state"])


def downgrade() -> None:
    """Drop it again."""
    op.drop_table("watch_windows")
