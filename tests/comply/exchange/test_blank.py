from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import get_args

from sentinel.model.compliance import State
from tests.comply import small
from tests.comply.exchange.sheet import blank


def test_rows_stand_in_the_order_of_the_checklist_with_what_was_answered(tmp_path: Path) -> None:
    made = blank(tmp_path, small.answer("DRF-10", "partly", note="Se «loggen»"))

    rows = list(made.rows("DRF"))

    assert [row["id"] for row in rows] == ["DRF-07", "DRF-10", "DRF-21"]
    assert (rows[1]["state"], rows[1]["date"], rows[1]["note"]) == ("delvis oppfylt", date(2026, 11, 21), "Se «loggen»")
    assert "state" not in rows[0]


def test_the_language_decides_the_words(tmp_path: Path) -> None:
    made = blank(tmp_path, small.answer("DRF-10", "partly"), language="en")

    assert next(row["state"] for row in made.rows("DRF") if row["id"] == "DRF-10") == "partly met"
    assert len(made.words()) == len(get_args(State))


def test_chapters_without_requirements_are_no_sheets(tmp_path: Path) -> None:
    made = blank(tmp_path)

    assert made.used() == ["DRF", "LED", "UTS"]


def test_an_answer_that_has_no_row_is_told(tmp_path: Path) -> None:
    made = blank(tmp_path, small.answer("XYZ-01", "met"))

    assert made.left_out() == ["XYZ-01: not asked, so its answer is not in the sheet"]
    assert blank(tmp_path, small.excepted("DRF-07")).left_out() == []
