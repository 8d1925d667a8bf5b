"""Prints records: tables for people, JSON, JSON lines and CSV for programs, with the same keys."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sentinel.model.records import Record
from sentinel.share.texts import csv_line

WIDTH = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_CONTROL_IN_JSON = re.compile(r"[\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "", "informational": "dim"}
_PAINT: Mapping[str, Mapping[str, Any]] = {
    "critical": {"fg": "red", "bold": True},
    "high": {"fg": "red"},
    "medium": {"fg": "yellow"},
    "informational": {"dim": True},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table and of CSV: its heading and how it is read from a record.

    `width` is that of a table that is printed while its rows are still being found.
    """

    heading: str
    value: Callable[[Record], str]
    grow: bool = False
    width: int = 0


def emit(records: Iterable[Record], columns: Sequence[Column], form: str) -> None:
    """Print records on stdout; JSON lines come out one by one as they are found."""
    if form == "jsonl":
        out = sys.stdout
        for record in records:
            out.write(_json(record) + "\n")  # as `echo` does, which would look for colours in each line
            out.flush()
    elif form == "json":
        click.echo(_json(list(records), orjson.OPT_INDENT_2))
    elif form == "csv":
        _emit_csv(records, columns)
    else:
        _emit_table(list(records), columns)


def emit_as_found(
    records: Iterable[Record], columns: Sequence[Column], form: str, below: Callable[[Record], Iterable[str]]
) -> None:
    """Do as `emit`, but print each row of a table as soon as it is there, and the lines that stand `below` it."""
    if form != "table":
        return emit(records, columns, form)
    found = False
    for record in records:
        if not found:
            click.echo("  ".join(column.heading.ljust(column.width) for column in columns))
        found = True
        click.echo("  ".join(_painted(column.value(record), column.width) for column in columns))
        for line in below(record):
            click.echo(clean(line))
    if not found:
        click.echo("Nothing found.")
    return None


def clean(text: str) -> str:
    """Return text that cannot steer a terminal or turn its reading direction."""
    return _CONTROL.sub("�", text)


def _json(value: object, option: int = 0) -> str:
    """Return JSON in which a character that could steer a terminal is escaped: the same text, but harmless."""
    text = orjson.dumps(value, option=option).decode()
    if text.isascii() and "\x7f" not in text:
        return text
    return _CONTROL_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _painted(text: str, width: int) -> str:
    return click.style(clean(text).ljust(width), **_PAINT[text]) if text in _PAINT else clean(text).ljust(width)


def _emit_csv(records: Iterable[Record], columns: Sequence[Column]) -> None:
    click.echo(csv_line(column.heading for column in columns), nl=False)
    for record in records:
        click.echo(csv_line(column.value(record) for column in columns), nl=False)


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
