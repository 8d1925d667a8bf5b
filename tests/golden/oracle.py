"""A second engine to be judged by: pySigma's SQL for SQLite, run over tables of our flattened events.

The rules are read, parsed and converted by another process with another pySigma (requirements/oracle.txt, `make
.cache/oracle/ready`); only the flat fields of the events are ours. A column holds one text: of a list, its items on
lines of their own; of null, nothing, as of a field that is absent.
"""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from sentinel.model.events import Fields, Value
from tests.shared import ROOT

PYTHON = ROOT / ".cache" / "oracle" / "bin" / "python"
SCRIPT = ROOT / "tests" / "golden" / "oracle_convert.py"
ALL_TEXT = "all_text"
BETWEEN_VALUES = "\x1e"  # in no value of the material, so that no keyword is found across two values


@dataclass(frozen=True, slots=True)
class Conversion:
    """What the other pySigma made of the rules: SQL by rule id, the column of each field, and refusals."""

    versions: dict[str, str]
    columns: dict[str, str]
    queries: dict[str, list[str]]
    refused: dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """An event; with an owner it is only for that rule, else for all."""

    owner: str
    fields: Fields


def convert(paths: Iterable[Path]) -> Conversion:
    """Convert rules in the oracle's own environment; its absence is a failure, never a skip."""
    if not PYTHON.exists():
        pytest.fail("the oracle's environment is missing: make .cache/oracle/ready")
    names = "".join(f"{path}\n" for path in paths)
    done = subprocess.run([PYTHON, SCRIPT], input=names, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Conversion(**json.loads(done.stdout))


def hits(conversion: Conversion, rows: Iterable[Row]) -> set[tuple[str, int]]:
    """Return the pairs of rule id and number of row that the SQL selects."""
    database = fill(conversion.columns, rows)
    found: set[tuple[str, int]] = set()
    for rule, queries in conversion.queries.items():
        for query in queries:
            found.update((rule, number) for number in _select(database, rule, query))
    return found


def _select(database: sqlite3.Connection, rule: str, query: str) -> Iterator[int]:
    """Run a query of the back end as it is, over a table of its name that holds the rows meant for the rule."""
    narrowed = "WITH logs AS (SELECT * FROM events WHERE owner IN (?, ''))"
    assert query.startswith("SELECT * FROM logs WHERE ")
    for (number,) in database.execute(f"{narrowed} {query.replace('*', 'number', 1)}", (rule,)):
        yield number


def fill(columns: Mapping[str, str], rows: Iterable[Row]) -> sqlite3.Connection:
    """Return a database with one table `events`, a column for each field that rules read."""
    fields = [field for field in columns if field != ALL_TEXT]
    database = sqlite3.connect(":memory:")
    database.create_function("regexp", 2, _finds, deterministic=True)
    named = "".join(f", {_quoted(columns[field])} TEXT COLLATE NOCASE" for field in fields)
    database.execute(f"CREATE TABLE events (number INTEGER PRIMARY KEY, owner TEXT, {ALL_TEXT} TEXT{named})")
    places = ", ".join("?" * (len(fields) + 3))
    database.executemany(
        f"INSERT INTO events VALUES ({places})",  # noqa: S608 -- question marks alone
        (
            (number, row.owner, _all_text(row.fields), *(_cell(row.fields.get(field)) for field in fields))
            for number, row in enumerate(rows)
        ),
    )
    database.execute("CREATE INDEX owners ON events (owner)")
    return database


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _finds(expression: str, text: str | None) -> bool:
    return text is not None and re.search(expression, text) is not None


def _all_text(fields: Fields) -> str:
    return BETWEEN_VALUES.join(_cell(value) or "" for value in fields.values())


def _cell(value: Value) -> str | None:
    if isinstance(value, list):
        return "\n".join(_cell(item) or "" for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
