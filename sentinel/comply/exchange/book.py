"""Writes an answer sheet as a workbook: how it is filled in, a sheet for each chapter, and the lists it takes from."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time
from typing import Any

import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from sentinel.comply.exchange.blank import Blank, Value
from sentinel.comply.exchange.columns import CHECKLIST, COLUMNS, NAME
from sentinel.comply.exchange.marks import for_workbook
from sentinel.errors import ContentError, Fault, Location
from sentinel.model.text import Text
from sentinel.workbooks import LINE, height, printable, settled

HOW = Text("Veiledning", "How to fill in")
LISTS = Text("Lister", "Lists")
TITLE = Text("Vurdering mot Normen: svarark", "Assessment against Normen: answer sheet")
PACK_TITLE = Text("{title}: svarark", "{title}: answer sheet")
ABOUT = (
    Text(
        "Svar på ett krav i hver rad. Velg svaret fra listen i kolonnen «Svar». Skriv hvem som svarte, og datoen.",
        "Answer one requirement in each row. Choose the answer from the list. Write who answered, and when.",
    ),
    Text(
        "«Vet ikke» er et ærlig svar. La raden stå tom hvis ingen har sett på kravet ennå.",
        "“Do not know” is an honest answer. Leave the row empty if nobody has looked at the requirement yet.",
    ),
    Text(
        "«Ikke relevant» og en akseptert risiko trenger begrunnelse, hvem som godkjente, og hvor lenge det gjelder.",
        "“Not relevant” and an accepted risk need a reason, who approved, and until when it is valid.",
    ),
    Text(
        "Bevis skrives på en linje hver: hva | slag | dato | hvor. Slag er dokument, oversikt, stikkprøve eller test.",
        "Evidence is written on a line each: what | kind | day | where. Kinds are document, record, sample and test.",
    ),
    Text(
        "De to siste kolonnene er modenhet, fra 0 til 5, og kan stå tomme. De endrer ikke svaret.",
        "The last two columns are maturity, from 0 to 5, and may be left empty. They do not change the answer.",
    ),
    Text(
        "«Planlagt» betyr at noen har bestemt det og at det ikke er betalt for. Skriv i merknaden hva som er planlagt.",
        "“Planned” means that somebody decided it and nobody has paid for it. Write in the note what is planned.",
    ),
    Text(
        "Skriv aldri navn, fødselsnummer eller annet om pasienter. Skriv datoer som 12.11.2026.",
        "Never write names, numbers or anything else about patients. Write days as 12.11.2026.",
    ),
    Text(
        "Ikke slå sammen celler, og ikke bruk formler. Kolonnen «ID» er låst; den kobler svaret til kravet.",
        "Do not merge cells, and use no formulas. The column “ID” is locked; it ties the answer to the requirement.",
    ),
)
WORTH = Text(
    "Dette er en vurdering mot Normen. Det er ikke en godkjenning, og ikke juridisk rådgivning.",
    "This is an assessment against Normen. It is not an approval, and not legal advice.",
)
PACK_WORTH = Text(
    "Dette er en egenvurdering. Det er ikke en godkjenning, og ikke juridisk rådgivning.",
    "This is a self-assessment. It is not an approval, and not legal advice.",
)
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_LONGEST_TITLE = 31
_FIRST, _SECOND = 24, 60
"""The widths of the first sheet."""
_HEAD = PatternFill("solid", fgColor="1F3A5F")
_SHOWN = PatternFill("solid", fgColor="F2F4F7")
_WRAP = Alignment(wrap_text=True, vertical="top")
DAY = "[$-414]dd.mm.yyyy"
"""Days as Norwegians write them, wherever the program runs: without its code, LibreOffice saves CSV with 11/12/2026."""
_AFTER = "36526"
"""The number of 1 January 2000 as workbooks count days."""


def book(blank: Blank) -> bytes:
    """Return the workbook; ContentError with every text that no workbook can hold."""
    _check(blank)
    made = openpyxl.Workbook()
    first: Any = made.active
    first.title = HOW.say(blank.language)
    _instructions(first, blank)
    for chapter in blank.used():
        title = f"{chapter} {blank.chapters[chapter].say(blank.language)}"
        sheet = made.create_sheet(_FORBIDDEN.sub(" ", title)[:_LONGEST_TITLE].rstrip())
        _chapter(sheet, list(blank.rows(chapter)), blank)
    _lists(made.create_sheet(LISTS.say(blank.language)), blank)
    packed = io.BytesIO()
    made.save(packed)
    return settled(packed.getvalue(), blank.as_of)


def _check(blank: Blank) -> None:
    faults = [
        Fault(Location("answers"), f"{row['id']}: {key} holds a control character, which no workbook takes")
        for chapter in blank.used()
        for row in blank.rows(chapter)
        for key, value in row.items()
        if isinstance(value, str) and ILLEGAL_CHARACTERS_RE.search(value)
    ]
    if faults:
        raise ContentError(faults)


def _instructions(sheet: Any, blank: Blank) -> None:  # noqa: ANN401 -- openpyxl's sheets are untyped
    sheet.column_dimensions["A"].width = _FIRST
    sheet.column_dimensions["B"].width = _SECOND
    title, *lines = _told(blank)
    _put(sheet.cell(1, 1), title).font = Font(bold=True, size=14)
    checklist = f"{blank.checklist.whole} {blank.checklist.version}"
    for number, (name, value) in enumerate(((NAME, blank.organisation), (CHECKLIST, checklist)), 2):
        _put(sheet.cell(number, 1), name.say(blank.language)).font = Font(bold=True)
        _put(sheet.cell(number, 2), value)
    for number, line in enumerate(lines, 5):
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=2)
        _put(sheet.cell(number, 1), line).alignment = _WRAP
        sheet.row_dimensions[number].height = height([(line, _FIRST + _SECOND)]) + LINE / 2
    printable(sheet)


def _told(blank: Blank) -> list[str]:
    """Return the title and the lines of the first sheet; of a pack also whether it is for them, and binds."""
    language, pack = blank.language, blank.pack
    if pack is None:
        return [text.say(language) for text in (TITLE, *ABOUT, WORTH)]
    title = PACK_TITLE.say(language).format(title=pack.title.say(language))
    because = [pack.because.say(language)] if pack.because and not pack.applies else []
    return [title, *because, pack.says.say(language), *(text.say(language) for text in (*ABOUT, PACK_WORTH))]


def _chapter(sheet: Any, rows: list[dict[str, Value]], blank: Blank) -> None:  # noqa: ANN401 -- as above
    for at, column in enumerate(COLUMNS, 1):
        cell = _put(sheet.cell(1, at), column.title.say(blank.language))
        cell.font, cell.fill, cell.alignment = Font(bold=True, color="FFFFFF"), _HEAD, _WRAP
        sheet.column_dimensions[get_column_letter(at)].width = column.width
    for number, row in enumerate(rows, 2):
        for at, column in enumerate(COLUMNS, 1):
            cell = _put(sheet.cell(number, at), row.get(column.key))
            cell.alignment, cell.protection = _WRAP, Protection(locked=column.kind == "shown")
            if column.kind == "shown":
                cell.fill = _SHOWN
            if column.kind == "day":
                cell.number_format = DAY
        sheet.row_dimensions[number].height = height((row.get(column.key), column.width) for column in COLUMNS)
    sheet.row_dimensions[1].height = height((column.title.say(blank.language), column.width - 2) for column in COLUMNS)
    last = len(rows) + 1
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{last}"
    _validate(sheet, last, blank)
    printable(sheet, wide=2, first="A:B", rows="1:1")
    _protect(sheet)


def _validate(sheet: Any, last: int, blank: Blank) -> None:  # noqa: ANN401 -- as above
    words, lists = len(blank.words()), LISTS.say(blank.language)
    nb = blank.language == "nb"
    state = DataValidation("list", formula1=f"'{lists}'!$A$2:$A${words + 1}", allow_blank=True, showErrorMessage=True)
    state.error = "Velg et svar fra listen." if nb else "Choose an answer from the list."
    day = DataValidation(type="date", operator="greaterThan", formula1=_AFTER, allow_blank=True, showErrorMessage=True)
    day.error = "Skriv en dato som 12.11.2026." if nb else "Write a day as 12.11.2026."
    level = DataValidation(
        type="whole", operator="between", formula1="0", formula2="5", allow_blank=True, showErrorMessage=True
    )
    level.error = "Skriv et tall fra 0 til 5." if nb else "Write a number from 0 to 5."
    for rule, kind in ((state, "state"), (day, "day"), (level, "level")):
        for at, column in enumerate(COLUMNS, 1):
            if column.kind == kind:
                rule.add(f"{get_column_letter(at)}2:{get_column_letter(at)}{last}")
        sheet.add_data_validation(rule)


def _protect(sheet: Any) -> None:  # noqa: ANN401 -- as above
    """Lock what is shown, without a password: it keeps from mistakes, and nobody out."""
    sheet.protection.sheet = True
    for allowed in ("formatColumns", "formatRows", "autoFilter", "sort"):
        setattr(sheet.protection, allowed, False)  # False is «not locked» here


def _lists(sheet: Any, blank: Blank) -> None:  # noqa: ANN401 -- as above
    sheet.column_dimensions["A"].width = 24
    answer = next(column.title for column in COLUMNS if column.key == "state")
    _put(sheet.cell(1, 1), answer.say(blank.language)).font = Font(bold=True)
    for number, word in enumerate(blank.words(), 2):
        _put(sheet.cell(number, 1), word)


def _put(cell: Any, value: Value | None) -> Any:  # noqa: ANN401 -- as above
    """Write a value; a text stays a text, also where it begins as a formula does."""
    if isinstance(value, str):
        cell.value, cell.data_type = for_workbook(value), "s"
    else:
        cell.value = datetime.combine(value, time()) if isinstance(value, date) else value
    return cell
