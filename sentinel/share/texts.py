"""Text of logs as it may be shown: nothing in it steers a screen, turns its reading direction, or is computed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

from sentinel.model.alerts import Match
from sentinel.model.events import Value

MOST_LETTERS = 2_000
_COMMON = {"\r\n": "⏎", "\n": "⏎", "\t": "⇥"}
_UNSEEN = re.compile(
    "\r\n|[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_FORMULA = re.compile(r"^\s*(?=[=+\-@＝＋－＠])")
_FORMULA_BEHIND = re.compile(r';[\s"]*(?=[=+\-@＝＋－＠])')


def shown(text: str, most: int | None = None) -> str:
    """Return text in which each character that nobody would see stands as its number: `⟨U+202E⟩`.

    Ends of lines stand as ⏎ and tabs as ⇥.
    Longer than `most` it is cut, and says by how much.
    """
    visible = _UNSEEN.sub(_sign, text if most is None else text[:most])
    return f"{visible} … ({len(text) - most:,} more)" if most is not None and len(text) > most else visible


def _sign(found: re.Match[str]) -> str:
    return _COMMON.get(found[0]) or f"⟨U+{ord(found[0]):04X}⟩"


def cell(text: str) -> str:
    """Return text that a spreadsheet shows and does not compute.

    Where the comma is the decimal sign, as in Norway, Excel takes `;` for the end of a cell: what stands behind one
    must be no formula either.
    """
    visible = _FORMULA_BEHIND.sub(r"\g<0>'", shown(text))
    return f"'{visible}" if _FORMULA.match(visible) else visible


def csv_line(texts: Iterable[str]) -> str:
    """Return one line of CSV of safe cells, with its end."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow(map(cell, texts))
    return buffer.getvalue()


def plain(value: Value) -> str:
    """Return a value of an event as text: lists by their elements, null as nothing."""
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def reason(matched: Iterable[Match]) -> str:
    """Return what matched in one line; what matched by absence says so."""
    return "; ".join(f"{one.field} {one.by}" + (f" [{one.value}]" if one.value else "") for one in matched) or (
        "matched by what is absent"
    )
