"""How far files are read that a watch follows, and what of them is in an archive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision: str | None = "0010"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "watch_files",
        sa.Column("site", sa.String, primary_key=True),
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("seen", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "watch_archive",
        sa.Column("site", sa.String, primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "watch_turns",
        sa.Column("site", sa.String, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    """Drop them again."""
    for name in ("watch_turns", "watch_archive", "watch_files"):
        op.drop_table(name)
