from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.model.compliance import Action
from sentinel.model.text import LANGUAGES, Language, Text
from sentinel.share.action_workbook import COLUMNS, workbook
from tests.share.test_action_calendar import TODAY, action


def sheet(*actions: Action, language: Language = "nb") -> Any:  # noqa: ANN401 -- openpyxl's sheets
    return openpyxl.load_workbook(io.BytesIO(workbook(actions, TODAY, language))).worksheets[0]


def row(*actions: Action, at: int = 2) -> dict[str, Any]:
    found = sheet(*actions)
    return {found.cell(1, place).value: found.cell(at, place).value for place in range(1, len(COLUMNS) + 1)}


def test_an_action_is_a_row_with_real_dates_and_numbers() -> None:
    found = row(action(reduces=2.5, since=date(2026, 10, 1), state="started", overdue=True, owner="Åse Lyngvik"))

    assert found["Nr."] == 1
    assert found["Tiltak"] == "Ta sikkerhetskopi"
    assert found["Frist"] == datetime(2026, 12, 31)  # noqa: DTZ001 -- Excel knows no zones
    assert found["Siden"] == datetime(2026, 10, 1)  # noqa: DTZ001 -- Excel knows no zones
    assert (found["Tilstand"], found["Forfalt"], found["Eier"]) == ("påbegynt", "forfalt", "Åse Lyngvik")
    assert found["Vekt som mangler"] == 2.5
    assert found["Krav"] == "DRF-07, DRF-08"


def test_what_is_said_to_be_done_and_mended_nothing_is_not_called_done() -> None:
    assert row(action(state="done"))["Tilstand"] == "sagt gjort, men ikke på plass"
    assert row(action(state="done", open=False))["Tilstand"] == "gjort"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_heading_stays_in_sight_and_columns_are_wide_enough(language: Language) -> None:
    found = sheet(action(), language=language)

    assert found.freeze_panes == "A2"
    assert [found.cell(1, place).value for place in range(1, len(COLUMNS) + 1)] == [
        heading.say(language) for heading, _, _ in COLUMNS
    ]
    assert found.column_dimensions["B"].width > 40


@pytest.mark.parametrize("text", ["=1+1", "+47 22", "-1", "@SUM(A1)", '=HYPERLINK("http://x.example","x")', "\t=1"])
def test_what_people_wrote_is_text_and_never_computed(text: str) -> None:
    found = sheet(action(title=text, note=text, owner=text))
    cells = [cell for cells in found.iter_rows(min_row=2) for cell in cells if cell.value]

    assert "f" not in {cell.data_type for cell in cells}
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
    assert [cell.value for cell in cells if cell.column == 13] == [text.replace("\t", "⇥")]
    assert b"<f>" not in ZipFile(io.BytesIO(workbook([action(title=text)], TODAY, "nb"))).read(
        "xl/worksheets/sheet1.xml"
    )


@given(st.text(max_size=200), st.dates())
def test_any_text_and_any_day_give_a_workbook_that_opens(text: str, day: date) -> None:
    found = openpyxl.load_workbook(io.BytesIO(workbook([action(text)], day, "nb"))).worksheets[0]

    assert found.cell(2, 2).value is not None or not text
    if text.isprintable() and text:
        assert found.cell(2, 2).value == text


def test_the_same_actions_give_the_same_bytes() -> None:
    assert workbook([action()], TODAY, "nb") == workbook([action()], TODAY, "nb")
    assert {entry.date_time for entry in ZipFile(io.BytesIO(workbook([action()], TODAY, "nb"))).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }


def test_what_is_told_under_normen_is_a_row_that_says_so() -> None:
    found = row(action(pack="law", of=Text("Loven", "The act"), same_as="back-up"))

    assert (found["Tilstand"], found["Pakke"], found["Samme tiltak som"]) == ("står under Normen", "Loven", "back-up")
    assert (row(action())["Pakke"], row(action())["Samme tiltak som"]) == (None, None)
