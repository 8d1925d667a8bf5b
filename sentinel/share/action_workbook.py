"""Writes actions as a workbook for Excel: dates are dates, and what people wrote is text and never computed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from sentinel.model.compliance import Action, ActionState
from sentinel.model.text import Language, Text
from sentinel.share.texts import shown
from sentinel.workbooks import height, printable, settled

Value: TypeAlias = "str | int | float | date | None"
_LONGEST = 32_000
"""Excel holds 32,767 characters in a cell; what is longer is cut, and says so."""

STATES: Mapping[ActionState, Text] = {
    "proposed": Text("foreslått", "proposed"),
    "started": Text("påbegynt", "started"),
    "done": Text("gjort", "done"),
    "dropped": Text("droppet", "dropped"),
}
_UNDER_NORMEN = Text("står under Normen", "stands under Normen")
_STILL_OPEN = Text("sagt gjort, men ikke på plass", "said to be done, but not in place")
_OVERDUE = Text("forfalt", "overdue")

# Heading, width in characters, and what stands in the cell.
Column: TypeAlias = tuple[Text, int, Callable[[int, Action, Language], Value]]
COLUMNS: Sequence[Column] = (
    (Text("Nr.", "No."), 5, lambda number, _, __: number),
    (Text("Tiltak", "Action"), 48, lambda _, action, language: action.title.say(language)),
    (Text("Hvorfor", "Why"), 60, lambda _, action, language: action.why.say(language)),
    (Text("Tilstand", "State"), 18, lambda _, action, language: state(action).say(language)),
    (Text("Eier", "Owner"), 22, lambda _, action, __: action.owner),
    (Text("Vanligvis gjort av", "Usually done by"), 26, lambda _, action, language: action.who.say(language)),
    (Text("Frist", "Due"), 12, lambda _, action, __: action.due),
    (Text("Forfalt", "Overdue"), 10, lambda _, action, language: _OVERDUE.say(language) if action.overdue else ""),
    (Text("Arbeid", "Work"), 18, lambda _, action, language: action.hours.say(language)),
    (Text("Penger", "Money"), 22, lambda _, action, language: action.money.say(language)),
    (Text("Vekt som mangler", "Weight not in place"), 12, lambda _, action, __: action.reduces),
    (Text("Krav", "Requirements"), 30, lambda _, action, __: ", ".join(action.requirements)),
    (Text("Merknad", "Note"), 40, lambda _, action, __: action.note),
    (Text("Siden", "Since"), 12, lambda _, action, __: action.since),
    (Text("Id", "Id"), 24, lambda _, action, __: action.id),
    (Text("Pakke", "Pack"), 24, lambda _, action, language: action.of.say(language)),
    (Text("Samme tiltak som", "Same action as"), 24, lambda _, action, __: action.same_as),
)
_TITLE = Text("Tiltak", "Actions")


def state(action: Action) -> Text:
    """Return what became of an action; one that is said to be done and mended nothing is not called done."""
    if action.same_as:
        return _UNDER_NORMEN
    return _STILL_OPEN if action.state == "done" and action.open else STATES[action.state]


def workbook(actions: Iterable[Action], as_of: date, language: Language) -> bytes:
    """Return an .xlsx file with one sheet; the same actions give the same bytes."""
    book = Workbook()
    book.properties.creator = "Sentinel"
    sheet = book.worksheets[0]
    sheet.title = _TITLE.say(language)
    for place, (heading, width, _) in enumerate(COLUMNS, start=1):
        _put(sheet.cell(1, place), heading.say(language)).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, action in enumerate(actions, start=1):
        for place, (_, _, value) in enumerate(COLUMNS, start=1):
            _put(sheet.cell(number + 1, place), value(number, action, language))
        texts = ((sheet.cell(number + 1, place).value, width) for place, (_, width, _) in enumerate(COLUMNS, start=1))
        sheet.row_dimensions[number + 1].height = height(texts)
    sheet.row_dimensions[1].height = height((heading.say(language), width - 2) for heading, width, _ in COLUMNS)
    printable(sheet, wide=2, first="A:B", rows="1:1")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    saved = io.BytesIO()
    book.save(saved)
    return settled(saved.getvalue(), as_of)


def _put(cell: Any, value: Value) -> Any:  # noqa: ANN401 -- openpyxl is untyped
    """Fill one cell: text stays text, also where it begins with `=`, and nothing in it steers a screen."""
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if isinstance(value, str):
        cell.value = shown(value, _LONGEST)
        cell.data_type = "s"
        cell.quotePrefix = True
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    return cell
