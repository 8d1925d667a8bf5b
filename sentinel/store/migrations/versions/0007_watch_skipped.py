"""Records of a window that no rule could look at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("watch_windows", sa.Column("skipped", sa.Text, nullable=False, server_default="{}"))


def downgrade() -> None:
    """Drop it again."""
    op.drop_column("watch_windows", "skipped")
