from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from pydantic import TypeAdapter
from sqlalchemy import select, text

from sentinel.errors import StoreError
from sentinel.model.assets import Asset, Finding
from sentinel.model.history import Looked
from sentinel.store.database import _connect, open_database, schema_version, without_password
from sentinel.store.migrating import MIGRATIONS, upgrade
from sentinel.store.store import Store
from sentinel.store.tables import assets, metadata
from tests.store.test_store import ASSET, DAY, FINDING


def test_a_new_database_is_made_with_folders_wal_and_the_newest_schema(tmp_path: Path) -> None:
    engine = open_database(str(tmp_path / "deep" / "x.db"))

    here, newest = schema_version(engine)
    assert here == newest
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == newest
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_the_migrations_make_exactly_the_tables_of_the_program(tmp_path: Path) -> None:
    engine = open_database(str(tmp_path / "x.db"))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    where = str(tmp_path / "x.db")
    open_database(where).dispose()

    assert schema_version(open_database(where))[0] is not None


@pytest.mark.parametrize("where", ["/proc/nowhere/x.db", "nonsense://x"])
def test_what_cannot_be_opened_is_one_line(where: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_database(where)

    assert "\n" not in str(caught.value)
    assert where in str(caught.value)


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    path.write_text("not a database " * 100)

    with pytest.raises(StoreError, match="file is not a database"):
        open_database(str(path))


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    open_database(str(path)).dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(StoreError, match="is of a newer version of Sentinel"):
        open_database(str(path))


def test_a_password_in_a_url_is_never_shown() -> None:
    with pytest.raises(StoreError) as caught:
        open_database("nonsense://kåre:hemmelig@db.example/x")

    assert "hemmelig" not in str(caught.value)
    assert str(caught.value).startswith("nonsense://…@db.example/x: ")


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("postgresql://u:hem/lig@h/db", "postgresql://…@h/db"),
        ("postgresql://u:p@hemlig@h/db", "postgresql://…@h/db"),
        ("postgresql://h/db?password=hemlig", "postgresql://h/db"),
        ("postgresql://h/db?password=hem@lig", "postgresql://…"),
        ("postgresql://u:hem?lig@h/db", "postgresql://…"),
        ("postgresql://h/db", "postgresql://h/db"),
        ("folder/a@b?c.db", "folder/a@b?c.db"),
    ],
)
def test_a_place_is_shown_without_what_may_be_a_password(where: str, shown: str) -> None:
    assert without_password(where) == shown


@pytest.mark.parametrize(
    "where",
    [
        "postgresql+psycopg://u:hem/lig@h.invalid/db",
        "postgresql+psycopg://u:p@hemlig@h.invalid/db",
        "postgresql+psycopg://u:p%40hemlig@h.invalid:x/db",
        "postgresql+psycopg://h.invalid/db?password=hemlig&connect_timeout=hemlig",
        "postgresql+psycopg://u:p@h:hemlig@h.invalid/db",
    ],
)
def test_what_the_driver_says_does_not_repeat_the_password(where: str) -> None:
    with pytest.raises(StoreError) as caught:
        open_database(where)

    assert "hem" not in str(caught.value)
    assert "lig" not in str(caught.value)


def test_a_port_that_is_no_number_is_one_line() -> None:
    with pytest.raises(StoreError, match=r"^postgresql://h:abc/db: "):
        open_database("postgresql://h:abc/db")


@pytest.mark.parametrize("name", ["a?b.db", "a%20b.db", "a#b.db"])
def test_a_path_is_taken_as_it_stands(tmp_path: Path, name: str) -> None:
    open_database(str(tmp_path / name)).dispose()

    assert [path.name for path in tmp_path.iterdir()] == [name]


def _bound(site: str, key: str, day: str, noun: Asset | Finding) -> dict[str, object]:
    """Return the values of a row of 0001 whose body is as this version's first keys were."""
    kind: TypeAdapter[Asset | Finding] = TypeAdapter(type(noun))
    body = kind.dump_json(replace(noun, id=key), exclude={"closed", "cves", "sources"}).decode()
    return {"s": site, "k": key, "d": date.fromisoformat(day), "b": body}


def check_migration(where: str) -> None:
    """Make the tables of 0001 with rows of several days, open the database, and look at what is left."""
    old = _connect(where)
    with old.begin() as connection:
        upgrade(connection, "0001")
        for site, key, day in (("s", "a", "2026-11-21"), ("s", "b", "2026-11-22"), ("t", "a", "2026-11-20")):
            connection.execute(text("INSERT INTO assets VALUES (:s, :k, :d, :b)"), _bound(site, key, day, ASSET))
        for site, key, day in (("s", "f", "2026-11-21"), ("u", "f", "2026-11-19")):
            connection.execute(text("INSERT INTO findings VALUES (:s, :k, 1, :d, :b)"), _bound(site, key, day, FINDING))
    old.dispose()

    engine = open_database(where)
    with engine.connect() as connection:
        rows = {
            table: [(row[0], str(row[1])) for row in connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2")]  # noqa: S608 -- names of this test
            for table in ("scans", "assets", "findings")
        }
    engine.dispose()
    store = Store.open(where)
    assert [(row.site, row.id, str(row.last_day)) for row in store.asset_rows()] == [
        ("s", "b", "2026-11-22"),
        ("t", "a", "2026-11-20"),
    ]
    assert [(asset.id, asset.addresses) for asset in store.assets()] == [("b", ("10.0.0.1",)), ("a", ("10.0.0.1",))]
    assert [finding.id for finding in store.findings()] == ["f"]
    assert [(run.site, run.number, run.assets) for run in store.scan_runs()] == [("s", 1, 1), ("t", 1, 1)]
    store.close()
    assert rows == {
        "scans": [("s", "2026-11-22"), ("t", "2026-11-20"), ("u", "2026-11-19")],
        "assets": [("s", "b"), ("t", "a")],
        "findings": [("u", "f")],
    }


def test_the_migration_keeps_only_the_newest_scan(tmp_path: Path) -> None:
    check_migration(str(tmp_path / "x.db"))


def check_moments(where: str) -> None:
    """Keep a scan as of 0011, open the database, and see that its order counts and its asset has its moment."""
    old = _connect(where)
    seen = replace(ASSET, last_seen=datetime(2026, 11, 21, 10, 0, tzinfo=timezone(timedelta(hours=1))))
    row = {"s": "s", "k": "a", "d": date(2026, 11, 21), "b": _bound("s", "a", "2026-11-21", seen)["b"]}
    with old.begin() as connection:
        upgrade(connection, "0011")
        columns = "(:s, :k, '', '10.0.0.1', '', '', '', '', '', 1, 1, :d, :d, true)"
        connection.execute(text(f"INSERT INTO assets VALUES {columns}"), row)  # noqa: S608 -- words of this test
        connection.execute(text("INSERT INTO asset_versions VALUES (:s, :k, 1, :b)"), row)
        connection.execute(text("INSERT INTO asset_spans VALUES (:s, :k, 1, 1)"), row)
        for number, asked in ((1, "[]"), (2, '["10.0.0.0/24"]')):
            told = {**row, "n": number, "a": asked}
            connection.execute(text("INSERT INTO scan_runs VALUES (:s, :n, :d, '[]', :a, '[]', 0)"), told)
    old.dispose()
    store = Store.open(where)
    engine = open_database(where)
    with engine.connect() as connection:
        kept = connection.execute(select(assets.c.last_seen)).scalar()
    engine.dispose()
    assert kept == datetime(2026, 11, 21, 9, 0, tzinfo=UTC).replace(tzinfo=None)
    assert [one.kind for one in store.asset_changes("s", 1, 2)] == ["gone"]
    store.save_scan("s", DAY, [], [], Looked(whole=False, asked={"10.0.0.0/24": seen.last_seen}))
    assert [one.kind for one in store.asset_changes("s", 2, 3)] == ["not-seen"]
    store.close()


def test_scans_that_were_kept_without_moments_go_by_their_order(tmp_path: Path) -> None:
    check_moments(str(tmp_path / "x.db"))


def test_moments_can_be_forgotten_again(tmp_path: Path) -> None:
    where = str(tmp_path / "x.db")
    store = Store.open(where)
    store.save_scan("s", DAY, [ASSET], [], Looked(asked={"10.0.0.0/24": None}))
    store.close()
    engine, config = open_database(where), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0011")
        assert connection.execute(text("SELECT asked, silent FROM scan_runs")).one() == ('["10.0.0.0/24"]', "[]")
    engine.dispose()


def test_killed_while_tables_are_made_it_is_opened_again_as_if_nothing_had_been(tmp_path: Path) -> None:
    script = f"""
import os
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sentinel.store.database import open_database
def stop(connection, cursor, statement, *rest):
    if "CREATE TABLE alerts" in statement:
        os.kill(os.getpid(), 9)
event.listen(Engine, "after_cursor_execute", stop)
open_database({str(tmp_path / "x.db")!r})
"""
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (killed.returncode, (tmp_path / "x.db").exists()) == (-9, True)
    here, newest = schema_version(open_database(str(tmp_path / "x.db")))
    assert here == newest


def test_what_captures_and_imports_had_apart_is_one_site_with_two_scans(tmp_path: Path) -> None:
    where = str(tmp_path / "x.db")
    old = _connect(where)
    with old.begin() as connection:
        upgrade(connection, "0003")
        for site, key in (("s/passive", "a"), ("s/passive", "b"), ("s/import", "b"), ("s/import", "c")):
            row = _bound(site, key, "2026-11-21", ASSET)
            connection.execute(text("INSERT INTO assets VALUES (:s, :k, :d, :b)"), row)
            row = _bound(site, key, "2026-11-21", FINDING)
            connection.execute(text("INSERT INTO findings VALUES (:s, :k, 1, :d, :b)"), row)
        for site, day in (("s/passive", "2026-11-20"), ("s/import", "2026-11-21")):
            connection.execute(text("INSERT INTO scans VALUES (:s, :d)"), {"s": site, "d": date.fromisoformat(day)})
    old.dispose()
    store = Store.open(where)

    assert [(row.site, row.id) for row in store.asset_rows()] == [("s", "a"), ("s", "b"), ("s", "c")]
    assert [(run.site, run.number, run.assets) for run in store.scan_runs()] == [("s", 1, 2), ("s", 2, 2)]
    assert [run.number for run, _ in store.asset_history("s", "b")] == [1, 2]
    assert [finding.id for finding in store.findings()] == ["a", "b", "c"]
    store.close()
