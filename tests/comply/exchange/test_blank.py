from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import get_args

from sentinel.comply.exchange.columns import ANSWER_KEYS
from sentinel.model.compliance import Answer, Exhibit, State
from tests.comply import small
from tests.comply.exchange.sheet import blank


def test_rows_stand_in_the_order_of_the_checklist_with_what_was_answered() -> None:
    made = blank(small.answer("DRF-10", "partly", note="Se «loggen»"))

    rows = list(made.rows("DRF"))

    assert [row["id"] for row in rows] == ["DRF-07", "DRF-10", "DRF-21"]
    assert (rows[1]["state"], rows[1]["date"], rows[1]["note"]) == ("delvis oppfylt", date(2026, 11, 21), "Se «loggen»")
    assert "state" not in rows[0]


def test_the_language_decides_the_words() -> None:
    made = blank(small.answer("DRF-10", "partly"), language="en")

    assert next(row["state"] for row in made.rows("DRF") if row["id"] == "DRF-10") == "partly met"
    assert len(made.words()) == len(get_args(State))


def test_chapters_without_requirements_are_no_sheets() -> None:
    made = blank()

    assert made.used() == ["DRF", "LED", "UTS"]


def test_evidence_that_would_not_be_read_back_is_told() -> None:
    shown = (Exhibit("Ark 1 | ark 2", "document", small.TODAY),)
    made = blank(small.answer("DRF-07", "met", evidence=shown, document=0))

    assert made.left_out() == ["DRF-07: its evidence is not in the sheet, since it holds '|' or the end of a line"]
    row = next(made.rows("DRF"))
    assert "evidence" not in row
    assert row["document"] == 0


def test_every_part_of_an_answer_has_a_column() -> None:
    assert {field.name for field in fields(Answer)} - {"requirement", "given"} == set(ANSWER_KEYS) - {"date"}


def test_an_answer_that_has_no_row_is_told() -> None:
    made = blank(small.answer("XYZ-01", "met"))

    assert made.left_out() == ["XYZ-01: not asked, so its answer is not in the sheet"]
    assert blank(small.excepted("DRF-07")).left_out() == []
