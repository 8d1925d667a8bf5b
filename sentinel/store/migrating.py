"""Brings the schema of a database to the newest one, with Alembic."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection, to: str = "head") -> None:
    """Upgrade a database within a transaction of the caller; raise ValueError where its schema cannot be."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        what = str(error)
        if what.startswith("Can't locate revision"):
            what = "is of a newer version of Sentinel; use that one, or another database"
        raise ValueError(what) from error
