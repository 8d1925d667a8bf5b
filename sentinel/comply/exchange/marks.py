"""An apostrophe before what a spreadsheet would take for something else than a text: a formula, or a number.

It is put there as a table is written, and taken away as a sheet is read, also where a table was saved as a workbook in
between. A text that has such an apostrophe of its own gets one more, so that each comes back as it was.
"""

from __future__ import annotations

import re

_TAKEN = r"(?:[=+\-@\t\r]|(?:0\d+|\d{12,})$)"
"""How a formula begins, or a number that loses its zeros or its last digits."""
_TAKEN_WRONG = re.compile(f"'*{_TAKEN}", re.ASCII)
_MARKED = re.compile(f"'+{_TAKEN}", re.ASCII)


def for_table(text: str) -> str:
    """Return a text as a cell of comma-separated values, whose type a spreadsheet guesses."""
    return f"'{text}" if _TAKEN_WRONG.match(text) else text


def for_workbook(text: str) -> str:
    """Return a text as a cell of a workbook, which says itself that it is text."""
    return f"'{text}" if _MARKED.match(text) else text


def read_from(text: str) -> str:
    """Return what somebody meant by a cell."""
    return text[1:] if _MARKED.match(text) else text
