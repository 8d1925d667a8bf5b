"""Writes an answer sheet as comma-separated values as Norwegian Excel reads them: semicolons, a mark for UTF-8."""

from __future__ import annotations

import csv
import io
from datetime import date

from sentinel.comply.exchange.blank import Blank, Value
from sentinel.comply.exchange.columns import COLUMNS
from sentinel.comply.exchange.marks import for_table


def table(blank: Blank) -> bytes:
    """Return all chapters as one table."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.title.say(blank.language) for column in COLUMNS])
    for chapter in blank.used():
        for row in blank.rows(chapter):
            writer.writerow([_written(row.get(column.key, "")) for column in COLUMNS])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _written(value: Value) -> str:
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return for_table(value) if isinstance(value, str) else str(value)
