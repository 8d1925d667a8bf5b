from __future__ import annotations

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from sentinel.store.database import _connect, open_database, schema_version
from sentinel.store.migrating import MIGRATIONS, upgrade


def test_the_newest_schema_is_what_alembic_says(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    _, newest = schema_version(open_database(str(tmp_path / "x.db")))

    assert newest == ScriptDirectory.from_config(config).get_current_head()


def test_a_schema_is_brought_to_where_it_was_asked_for(tmp_path: Path) -> None:
    engine = _connect(str(tmp_path / "x.db"))
    assert schema_version(engine)[0] is None
    for wanted in ("0002", "0004"):
        with engine.begin() as connection:
            upgrade(connection, wanted)
        assert schema_version(engine)[0] == wanted


def test_what_is_unknown_is_of_a_newer_version(tmp_path: Path) -> None:
    engine = _connect(str(tmp_path / "x.db"))
    with pytest.raises(ValueError, match="is of a newer version of Sentinel"), engine.begin() as connection:
        upgrade(connection, "9999")
