"""Opens the database: SQLite with WAL and foreign keys by default, PostgreSQL by URL, brought to the newest schema."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

from sqlalchemy import URL, Engine, create_engine, event, inspect, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from sentinel.errors import StoreError

BUSY_SECONDS = 10
VERSIONS = Path(__file__).parent / "migrations" / "versions"


def open_database(where: str) -> Engine:
    """Open `where` (a path or a URL) and bring its schema up to date; raise StoreError where that cannot be."""
    try:
        engine = _connect(where)
        _migrate(engine)
    except ModuleNotFoundError as error:
        raise StoreError(f"{without_password(where)}: needs the driver '{error.name}' (extra: postgres)") from error
    except (SQLAlchemyError, OSError, ValueError) as error:
        raise StoreError(f"{without_password(where)}: {_told(error, where)}") from error
    return engine


def schema_version(engine: Engine) -> tuple[str | None, str]:
    """Return the database's schema version and the newest this program knows."""
    newest = max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*.py"))
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None, newest
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar(), newest


def _connect(where: str) -> Engine:
    if "://" in where:
        return create_engine(where)
    path = Path(where).expanduser()
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _migrate(engine: Engine) -> None:
    here, newest = schema_version(engine)
    if here == newest:  # nobody who only reads waits for somebody who writes
        return
    from sentinel.store.migrating import upgrade  # noqa: PLC0415 -- Alembic takes long to import, and is seldom needed

    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":  # its driver begins nothing before a table is made: killed, half would stay
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        upgrade(connection)


def without_password(where: str) -> str:
    """Return a place as it may be shown: a URL's query, and what stands before its last `@`, may hold a password."""
    return _shown_and_hidden(where)[0]


def _shown_and_hidden(where: str) -> tuple[str, str]:
    scheme, mark, rest = where.partition("://")
    if not mark:
        return where, ""
    before, at, after = rest.rpartition("@")
    if "?" in before:  # the `@` or the `?` may be a password's own: nothing can be told apart
        return f"{scheme}://…", rest
    after, _, query = after.partition("?")
    return f"{scheme}://{'…@' if at else ''}{after}", f"{before}?{query}"


def _told(error: Exception, where: str) -> str:
    """Return the first line of what the error says, or only its kind where that repeats what is not to be shown."""
    kind = type(error).__name__
    said = str(error).splitlines()[0] if str(error) else kind
    hidden = _shown_and_hidden(where)[1]
    _user, *secrets = (part for form in (hidden, unquote(hidden)) for part in re.split(r"[:/@?&=]", form))
    return kind if any(secret and secret in said for secret in secrets) else said
