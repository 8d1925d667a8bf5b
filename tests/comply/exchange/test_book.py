from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from sentinel.comply.exchange.book import book
from sentinel.comply.exchange.columns import COLUMNS
from sentinel.errors import ContentError
from tests.comply import small
from tests.comply.exchange.sheet import blank


def opened(raw: bytes) -> Any:  # noqa: ANN401 -- openpyxl is untyped
    return openpyxl.load_workbook(io.BytesIO(raw))


def test_there_is_a_sheet_for_each_chapter_between_instructions_and_lists() -> None:
    assert opened(book(blank())).sheetnames == ["Veiledning", "DRF DRF", "LED LED", "UTS UTS", "Lister"]
    assert opened(book(blank(language="en"))).sheetnames[0] == "How to fill in"


def test_answers_are_chosen_from_the_list_and_days_are_days() -> None:
    made = opened(book(blank(small.answer("DRF-07", "met"))))
    sheet = made["DRF DRF"]
    rules = {str(rule.sqref): (rule.type, rule.formula1) for rule in sheet.data_validations.dataValidation}
    words = [cell.value for cell in made["Lister"]["A"][1:]]

    assert rules["E2:E4"] == ("list", f"'Lister'!$A$2:$A${len(words) + 1}")
    assert rules["G2:G4 K2:K4"][0] == "date"
    assert "vet ikke" in words
    assert (sheet["G2"].value, sheet["G2"].number_format) == (datetime(2026, 11, 21), "[$-414]dd.mm.yyyy")  # noqa: DTZ001 -- workbooks know no zones


def test_what_is_shown_is_locked_and_what_is_answered_is_not() -> None:
    sheet = opened(book(blank()))["DRF DRF"]
    locked = {COLUMNS[at].key: cell.protection.locked for at, cell in enumerate(sheet[2])}

    assert sheet.protection.sheet
    assert {key for key, value in locked.items() if value} == {"id", "title", "question", "help"}
    assert sheet.freeze_panes == "C2"


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    note = '=HYPERLINK("http://x.example")'
    sheet = opened(book(blank(small.answer("DRF-07", "met", note=note))))["DRF DRF"]

    assert (sheet["H2"].value, sheet["H2"].data_type) == (note, "s")


def test_a_sign_that_no_workbook_takes_is_told_with_its_place() -> None:
    with pytest.raises(ContentError, match="DRF-07: note holds a control character"):
        book(blank(small.answer("DRF-07", "met", note="a\x07b")))


def test_the_same_answers_give_the_same_bytes() -> None:
    made = book(blank(small.answer("DRF-07", "met")))
    told = opened(made).properties

    assert (told.created, told.modified) == (datetime(2026, 11, 21), datetime(2026, 11, 21))  # noqa: DTZ001 -- as above
    assert made == book(blank(small.answer("DRF-07", "met")))
