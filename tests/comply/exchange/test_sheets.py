from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any, get_args

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from sentinel.comply.answers import ELEVEN_DIGITS
from sentinel.comply.exchange import sheets
from sentinel.comply.exchange.blank import Blank
from sentinel.comply.exchange.book import book
from sentinel.comply.exchange.table import table
from sentinel.errors import ContentError, InputError
from sentinel.model.compliance import Answer, Exhibit, ExhibitKind, State
from sentinel.model.text import Language
from tests.comply import small
from tests.comply.exchange.sheet import HEAD, blank, comma, read, workbook

GOOD = ("DRF-07", "Oppfylt", "Åse Lyngvik", "21.11.2026")
MET = small.answer("DRF-07", "met")


def changed(path: Path, change: Any) -> Path:  # noqa: ANN401 -- a function over openpyxl's sheets
    made = openpyxl.load_workbook(path)
    change(made.active)
    made.save(path)
    return path


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_tables_of_any_dialect_are_read(tmp_path: Path, mark: str, code: str) -> None:
    taken, _ = read(comma(tmp_path / "a.csv", [HEAD, (*GOOD, "æøå")], mark, code))

    assert taken.answers == (small.answer("DRF-07", "met", note="æøå"),)


def test_a_cell_of_several_lines_does_not_move_the_lines_that_faults_name(tmp_path: Path) -> None:
    path = comma(tmp_path / "a.csv", [HEAD, (*GOOD, '"en\nto\ntre"'), ("DRF-10", "kanskje", "Å", "21.11.2026")])

    with pytest.raises(ContentError, match=r"^a\.csv:5: column 2: unknown answer 'kanskje'"):
        read(path)


def test_several_sheets_real_days_and_hidden_rows_are_read(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", HEAD, (*GOOD[:3], date(2026, 11, 21)), ("DRF-10", "nei", "Kåre", "2026-11-20"))

    def more(sheet: Any) -> None:  # noqa: ANN401 -- openpyxl's sheets are untyped
        sheet.row_dimensions[3].hidden = True
        second = sheet.parent.create_sheet("Flere")
        second.append(list(HEAD))
        second.append(["LED-14", "Delvis", "Kåre", "20.11.2026"])
        second.sheet_state = "hidden"

    taken, found = read(changed(path, more))

    assert [answer.requirement for answer in taken.answers] == ["DRF-07", "DRF-10", "LED-14"]
    assert found.tables == 2


def test_merged_cells_are_refused_since_only_the_first_holds_anything(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", HEAD, GOOD, ("DRF-10",))

    with pytest.raises(ContentError, match=r"a\.xlsx: Svar!B2:B3: merged cells; split them"):
        read(changed(path, lambda sheet: sheet.merge_cells("B2:B3")))


def test_formulas_are_never_run(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", HEAD, ("DRF-07", '=IF(1=1,"met","nei")', "Åse", "=TODAY()"))

    with pytest.raises(ContentError) as caught:
        read(path)

    assert [str(fault) for fault in caught.value.faults] == [
        "a.xlsx: Svar!B2: holds a formula; write what it says instead",
        "a.xlsx: Svar!D2: holds a formula; write what it says instead",
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (date(2026, 1, 2), "holds a day or a time"),
        (time(0, 30), "holds a day or a time"),
        (True, "holds a truth"),
        (0.1, "holds a number with a fraction"),
    ],
)
def test_what_a_spreadsheet_may_have_made_of_a_text_is_not_taken_for_what_was_written(
    tmp_path: Path, value: object, told: str
) -> None:
    path = workbook(tmp_path / "a.xlsx", HEAD, (*GOOD, value))

    with pytest.raises(ContentError, match=rf"^a\.xlsx: Svar!E2: {told}"):
        read(path)


def test_what_a_formula_came_to_is_no_answer_either(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", HEAD, (*GOOD, "#REF!"))

    with pytest.raises(ContentError, match=r"^a\.xlsx: Svar!E2: holds a formula"):
        read(path)


def test_days_of_workbooks_that_count_from_1904_are_the_same_days(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.epoch = CALENDAR_MAC_1904
    sheet: Any = made.active
    for row in (HEAD, (*GOOD[:3], date(2026, 11, 21))):
        sheet.append(list(row))
    made.save(tmp_path / "a.xlsx")

    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert b'date1904="1"' in archive.read("xl/workbook.xml")
    assert read(tmp_path / "a.xlsx")[0].answers == (MET,)


def test_one_text_in_very_many_cells_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", HEAD, *[("x" * 30_000, *GOOD[1:]) for _ in range(300)])

    with pytest.raises(InputError, match=r"a\.xlsx: Svar: its cells hold more than 8,000,000 letters"):
        read(path)


def test_a_whole_number_is_a_text_too_and_a_table_saved_as_a_workbook_says_the_same(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", HEAD, (*GOOD, 47.0), ("DRF-10", *GOOD[1:], "'000000001", "'=1+1"))

    told = {answer.requirement: (answer.note, answer.reason) for answer in read(path)[0].answers}
    assert told == {"DRF-07": ("47", ""), "DRF-10": ("000000001", "=1+1")}


def test_unknown_requirements_and_days_to_come_are_told_with_their_cells(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", HEAD, ("DRF-70", *GOOD[1:]), ("DRF-10", "ja", "Åse", "01.01.2027"), GOOD, GOOD)

    with pytest.raises(ContentError) as caught:
        read(path)

    told = sorted(str(fault) for fault in caught.value.faults)
    assert told[0] == "a.xlsx: Svar row 2: unknown requirement 'DRF-70', did you mean DRF-10 or DRF-07?"
    assert told[1] == "a.xlsx: Svar row 5: DRF-07 is answered already (Svar row 4)"
    assert told[2] == "a.xlsx: Svar!D3: 2027-01-01 is after 2026-11-21, the day of the assessment"


def test_a_sheet_of_another_organisation_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(book(blank(MET)))

    assert read(path, "")[0].organisation == "Fjæra legekontor"
    assert read(path, "FJÆRA legekontor")[0].answers == (MET,)
    with pytest.raises(InputError, match=r"a\.xlsx: is of «Fjæra legekontor», not of «Lyngvik»"):
        read(path, "Lyngvik")


def test_a_table_does_not_know_whose_it_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not say whose answers these are"):
        read(comma(tmp_path / "a.csv", [HEAD, GOOD]), "")


def test_what_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    far = changed(workbook(tmp_path / "far.xlsx", HEAD), lambda sheet: sheet.cell(1_048_576, 16_384, "x"))
    (tmp_path / "big.csv").write_bytes(b"x" * (sheets.MAX_FILE + 1))
    (tmp_path / "empty.csv").write_bytes(b"\r\n")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<?xml version='1.0'?>" + b" " * (sheets.MAX_UNPACKED + 1))
    (tmp_path / "bomb.xlsx").write_bytes(packed.getvalue())
    long = comma(tmp_path / "long.csv", [HEAD, *[("", "x")] * (sheets.MAX_ROWS + 2)])

    for path, told in (
        (far, "reaches to row 1,048,576 and column 16,384"),
        (tmp_path / "big.csv", "is larger than 4 MiB"),
        (tmp_path / "empty.csv", "is empty"),
        (tmp_path / "bomb.xlsx", "unpacks to more than 24 MiB"),
        (long, "holds more than 5,000 rows"),
        (tmp_path / "none.csv", "cannot be read: No such file"),
    ):
        with pytest.raises(InputError, match=told):
            read(path)


def test_a_workbook_that_declares_entities_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>')
    (tmp_path / "a.xlsx").write_bytes(packed.getvalue())

    with pytest.raises(InputError, match="declares a document type inside"):
        read(tmp_path / "a.xlsx")


@given(st.binary(max_size=400).map(lambda raw: raw or b"x"), st.sampled_from([b"", b"PK\x03\x04", b"ID;Svar\r\n"]))
def test_any_bytes_are_answers_or_faults_and_never_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, before: bytes
) -> None:
    folder = tmp_path_factory.mktemp("sheet")
    (folder / "a.x").write_bytes(before + raw)

    with pytest.raises((InputError, ContentError)):
        read(folder / "a.x")


@pytest.mark.fuzz
@settings(max_examples=40)
@given(st.data())
def test_a_broken_workbook_is_told_in_one_line(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("sheet")
    raw = bytearray(book(blank(MET)))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    (folder / "a.xlsx").write_bytes(raw)

    try:
        taken, _ = read(folder / "a.xlsx")
    except (InputError, ContentError):
        return
    assert {answer.requirement for answer in taken.answers} <= {"DRF-07"}


def _plain(text: str) -> bool:
    """Whether a text can stand in a sheet: no sign that none takes, no end of line but one kind, no eleven digits."""
    whole = text == text.strip() and not ILLEGAL_CHARACTERS_RE.search(text) and not ELEVEN_DIGITS.search(text)
    return whole and not set("\r\ufffe\uffff") & set(text)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=40).filter(_plain)
SHOWN = TEXTS.filter(lambda text: text and len(text.splitlines()) == 1 and "|" not in text)
LEVELS = st.none() | st.integers(0, 5)
DAYS = st.dates(date(2000, 1, 2), small.TODAY)


@st.composite
def answers(draw: st.DrawFn) -> list[Answer]:
    given_ = []
    for name in draw(st.sets(st.sampled_from(["DRF-07", "DRF-10", "DRF-21", "LED-14", "UTS-07"]))):
        state = draw(st.sampled_from(get_args(State)))
        told: dict[str, Any] = {"note": draw(TEXTS), "reason": draw(TEXTS)}
        if state == "not_applicable":
            told |= {"reason": "fordi", "approver": draw(TEXTS) or "Åse", "expires": date(2027, 6, 1)}
        if draw(st.booleans()):
            shown = st.builds(Exhibit, SHOWN, st.sampled_from(get_args(ExhibitKind)), DAYS, st.just("") | SHOWN)
            told |= {"evidence": tuple(draw(st.lists(shown, max_size=3))), "document": draw(LEVELS)}
        if state == "planned":
            told["note"] = "Bestilt"
        given_.append(Answer(name, state, draw(TEXTS) or "Åse", draw(DAYS), **told))
    return given_


@settings(max_examples=40)
@given(answers(), st.sampled_from([book, table]), st.sampled_from(["nb", "en"]))
def test_what_is_written_is_read_back_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    given_: list[Answer],
    writer: Callable[[Blank], bytes],
    language: Language,
) -> None:
    folder = tmp_path_factory.mktemp("sheet")
    (folder / "a.x").write_bytes(writer(blank(*given_, language=language)))

    taken, found = read(folder / "a.x")

    assert set(taken.answers) == set(given_)
    assert (found.told, found.blank) == ([], 0)
