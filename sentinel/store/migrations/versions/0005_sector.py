"""Many organisations side by side: members, answers, standings, and what was published of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "sector_members",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("agreed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "sector_answers",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("checklist", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "sector_standings",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("ground", sa.String, nullable=False),
        sa.Column("score", sa.Float, nullable=True),
        sa.Column("coverage", sa.Float, nullable=True),
        sa.Column("worst_case", sa.Float, nullable=True),
        sa.Column("level", sa.String, nullable=False),
        sa.Column("states", sa.Text, nullable=False),
        sa.Column("unasked", sa.Integer, nullable=False),
    )
    op.create_table(
        "sector_releases",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("cell", sa.String, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "sector_release_members",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("cell", sa.String, primary_key=True),
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("print", sa.String, nullable=False),
    )
    op.create_index("ix_sector_members_kind", "sector_members", ["kind"])


def downgrade() -> None:
    """Drop them again."""
    op.drop_table("sector_release_members")
    op.drop_table("sector_releases")
    op.drop_table("sector_standings")
    op.drop_table("sector_answers")
    op.drop_table("sector_members")
