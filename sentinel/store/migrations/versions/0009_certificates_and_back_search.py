"""Certificates of rules, sets of rules that are enabled, and what of the past was searched for changed ones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision: str | None = "0008"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "certificates",
        sa.Column("rule", sa.String, primary_key=True),
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("data", sa.String, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "rule_sets",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "enabled_sets",
        *_keys("site", "target"),
        sa.Column("set", sa.String, nullable=False),
        sa.Column("at", sa.DateTime(timezone=False), nullable=False),
        sa.Column("started", sa.DateTime(timezone=False), nullable=True),
    )
    op.create_table(
        "back_plans",
        *_keys("site", "target", "old", "new"),
        sa.Column("since", sa.DateTime(timezone=False), nullable=False),
        sa.Column("enabled", sa.DateTime(timezone=False), nullable=True),
        sa.Column("upto", sa.DateTime(timezone=False), nullable=True),
    )
    op.create_table(
        "back_stretches",
        *_keys("site", "target", "old", "new", "name"),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "back_found",
        *_keys("site", "target", "old", "new", "side", "rule", "event"),
        sa.Column("body", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop them again."""
    for table in ("back_found", "back_stretches", "back_plans", "enabled_sets", "rule_sets", "certificates"):
        op.drop_table(table)


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, primary_key=True) for name in names]
