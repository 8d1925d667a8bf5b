"""Prints records: tables for people, JSON, JSON lines and CSV for programs, with the same keys."""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sentinel.model.records import Record

WIDTH = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "", "informational": "dim"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table and of CSV: its heading and how it is read from a record."""

    heading: str
    value: Callable[[Record], str]
    grow: bool = False


def emit(records: Iterable[Record], columns: Sequence[Column], form: str) -> None:
    """Print records on stdout; JSON lines come out one by one as they are found."""
    if form == "jsonl":
        for record in records:
            click.echo(orjson.dumps(record).decode())
    elif form == "json":
        click.echo(orjson.dumps(list(records), option=orjson.OPT_INDENT_2).decode())
    elif form == "csv":
        _emit_csv(records, columns)
    else:
        _emit_table(list(records), columns)


def clean(text: str) -> str:
    """Return text that cannot steer a terminal or turn its reading direction."""
    return _CONTROL.sub("�", text)


def _emit_csv(records: Iterable[Record], columns: Sequence[Column]) -> None:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.heading for column in columns])
    for record in records:
        writer.writerow([_cell(column.value(record)) for column in columns])
        click.echo(buffer.getvalue(), nl=False)
        buffer.seek(0)
        buffer.truncate()
    click.echo(buffer.getvalue(), nl=False)


def _cell(text: str) -> str:
    """Return text that a spreadsheet shows and does not compute."""
    shown = clean(text)
    return f"'{shown}" if _FORMULA.match(shown) else shown


def _emit_table(records: list[Record], columns: Sequence[Column]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column.heading, overflow="fold" if column.grow else "ellipsis", no_wrap=not column.grow)
    for record in records:
        table.add_row(*_row(record, columns))
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    console.print(table if records else "Nothing found.")


def _row(record: Record, columns: Sequence[Column]) -> list[Text]:
    return [_styled(column.value(record)) for column in columns]


def _styled(text: str) -> Text:
    return Text(clean(text), style=_STYLES.get(text, ""))
