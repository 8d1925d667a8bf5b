"""The store on a real PostgreSQL, which the test starts for itself on a socket in its own folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from sentinel.model.history import Decision
from sentinel.model.severity import Severity
from sentinel.store.database import open_database
from sentinel.store.store import Store
from sentinel.store.tables import metadata
from tests.store.test_database import check_migration, check_moments
from tests.store.test_memory import check_memory, check_turns
from tests.store.test_mirrored import check_mirrored
from tests.store.test_releases import check_releases
from tests.store.test_sector import check_sector
from tests.store.test_store import ALERT, ASSET, DAY, FINDING, TIME
from tests.store.test_watch_rules import check_release

NOBODY = "nobody"  # PostgreSQL refuses to run as root


def programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found or os.geteuid() != 0 or not shutil.which("runuser"):
        if os.environ.get("CI"):
            pytest.fail("CI runs as root and has PostgreSQL")
        pytest.skip("needs root, and PostgreSQL: apt-get install postgresql")
    return found[-1].parent


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    binaries = programs()
    folder = Path(tempfile.mkdtemp(prefix="pg."))  # not tmp_path: the path of a socket must be short
    shutil.chown(folder, NOBODY)

    def command(name: str, *words: str) -> None:
        full = ["runuser", "-u", NOBODY, "--", str(binaries / name), *words]
        subprocess.run(full, check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=120)

    command("initdb", "-D", f"{folder}/data", "-U", "sentinel", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    command("pg_ctl", "-D", f"{folder}/data", "-l", f"{folder}/log", "-w", "-o", settings, "start")
    try:
        yield f"postgresql+psycopg://sentinel@/postgres?host={folder}"
    finally:
        command("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


def test_the_schema_is_made_and_is_the_programs_own(server: str) -> None:
    engine = open_database(server)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_what_is_saved_comes_back_and_nothing_doubles(server: str) -> None:
    store = Store.open(server)
    older = replace(ALERT, id="a2", time=TIME - timedelta(days=1))
    timeless = replace(ALERT, id="a3", time=None)

    assert store.save_alerts("s", [timeless, older, ALERT]) == 3
    assert store.save_alerts("s", [ALERT, older]) == 0
    store.save_scan("s", DAY, [ASSET], [FINDING])
    store.save_scan("s", DAY, [ASSET], [FINDING])
    store.save_result("s", DAY, "{}")
    store.save_result("s", DAY, '{"å": 1}')

    assert {alert.id for alert in store.alerts(Severity.HIGH)} == {"a1", "a2", "a3"}
    assert store.alert("a1") == [ALERT]
    assert list(store.assets()) == [ASSET]
    assert list(store.findings()) == [FINDING]
    assert store.results("s") == [(DAY, '{"å": 1}')]
    store.close()


def test_only_what_the_newest_scan_saw_is_current(server: str) -> None:
    store = Store.open(server)
    store.save_scan("scanned", DAY, [replace(ASSET, id="n1")], [replace(FINDING, id="n1")])
    store.save_scan("scanned", DAY + timedelta(days=1), [replace(ASSET, id="n2")], [])
    store.save_scan("scanned", DAY, [replace(ASSET, id="n1")], [replace(FINDING, id="n1")])

    assert [asset.id for asset in store.assets() if asset.id.startswith("n")] == ["n2"]
    assert [finding.id for finding in store.findings() if finding.id.startswith("n")] == ["n1"]
    assert [(one.kind, one.id) for one in store.asset_changes("scanned", 1, 2)] == [("came", "n2"), ("not-seen", "n1")]
    store.decide("scanned", "n1", Decision("accept", TIME, "Kari", "å", DAY))
    assert {one.finding.id: one.state for one in store.tracked(DAY, site="scanned")} == {"n1": "accepted"}
    store.close()


def test_the_migration_keeps_only_the_newest_scan(server: str) -> None:
    check_migration(server.replace("/postgres?", "/template1?"))


def test_scans_that_were_kept_without_moments_go_by_their_order(server: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE moments TEMPLATE template0")
    engine.dispose()
    check_moments(server.replace("/postgres?", "/moments?"))


def test_what_correlations_remember(server: str) -> None:
    store = Store.open(server)
    check_memory(store, "remembering")
    check_turns(store, "beginning")
    store.close()


def test_windows_of_a_watch_and_what_rules_take(server: str) -> None:
    store = Store.open(server)
    check_release(store)
    store.close()


def test_the_order_is_that_of_sqlite(server: str, tmp_path: Path) -> None:
    alerts = [
        replace(ALERT, id=f"o{number}", time=time) for number, time in enumerate([TIME, None, TIME - timedelta(1)])
    ]
    stores = [Store.open(server), Store.open(str(tmp_path / "x.db"))]
    for store in stores:
        store.save_alerts("order", alerts)

    first, second = ([alert.id for alert in store.alerts() if alert.id.startswith("o")] for store in stores)
    for store in stores:
        store.close()
    assert first == second


def test_many_organisations_are_kept_as_in_sqlite(server: str) -> None:
    store = Store.open(server)
    check_sector(store.sector())
    check_releases(store.sector())
    store.close()


def test_what_is_mirrored_is_noted_while_another_changes_it(server: str) -> None:
    store = Store.open(server)
    check_mirrored(store, "mirroring")
    store.close()
