from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sentinel.cli.output import Column, clean, emit, emit_as_found

RECORDS = [{"schema": "x/1", "name": "blåbær", "n": 2}, {"schema": "x/1", "name": "=cmd()", "n": 3}]
COLUMNS = (Column("name", lambda record: record["name"], grow=True), Column("n", lambda record: str(record["n"])))

Printed = Callable[[str], str]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    def run(form: str) -> str:
        emit(RECORDS, COLUMNS, form)
        return capsys.readouterr().out

    return run


def test_json_is_a_list_of_whole_records(printed: Printed) -> None:
    assert json.loads(printed("json")) == RECORDS


def test_json_lines_are_one_record_each(printed: Printed) -> None:
    assert [json.loads(line) for line in printed("jsonl").splitlines()] == RECORDS


def test_json_lines_come_out_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    seen = []

    def slow() -> Iterator[dict[str, Any]]:
        for record in RECORDS:
            seen.append(capsys.readouterr().out.count("\n"))
            yield record

    emit(slow(), COLUMNS, "jsonl")

    assert seen == [0, 1]


def test_rows_of_a_table_come_out_one_by_one_where_that_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    seen = []
    columns = (Column("name", lambda record: record["name"], width=8), Column("level", lambda record: record["n"]))

    def slow() -> Iterator[dict[str, Any]]:
        for name, level in (("blå\x1b[31m", "high"), ("bær", "low")):
            seen.append(capsys.readouterr().out)
            yield {"name": name, "n": level}

    emit_as_found(slow(), columns, "table", lambda record: [f"    {record['name']}"])

    assert seen == ["", "name      level\nblå�[31m  high\n    blå�[31m\n"]
    assert capsys.readouterr().out == "bær       low\n    bær\n"


def test_of_other_forms_they_come_as_always(capsys: pytest.CaptureFixture[str]) -> None:
    emit_as_found(RECORDS, COLUMNS, "jsonl", lambda _: ["never"])

    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == RECORDS


@pytest.mark.parametrize("form", ["json", "jsonl"])
@given(text=st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\x7f\x9b\u202e\u2066")))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_json_steers_no_terminal_and_is_the_same_text(form: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    emit([{"name": text}], COLUMNS, form)
    out = capsys.readouterr().out

    assert clean(out.replace("\n", "")) == out.replace("\n", "")
    assert json.loads(out) in ({"name": text}, [{"name": text}])


def test_csv_has_a_heading_and_no_formulas(printed: Printed) -> None:
    assert list(csv.reader(io.StringIO(printed("csv")))) == [["name", "n"], ["blåbær", "2"], ["'=cmd()", "3"]]


def test_a_table_fits_a_hundred_columns(capsys: pytest.CaptureFixture[str]) -> None:
    emit([{"name": "x" * 400, "n": 1}], COLUMNS, "table")

    assert max(map(len, capsys.readouterr().out.splitlines())) <= 100


def test_nothing_is_said_to_be_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    emit([], COLUMNS, "table")

    assert capsys.readouterr().out == "Nothing found.\n"


@given(st.text())
def test_no_text_can_steer_a_terminal(text: str) -> None:
    shown = clean(text)

    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in shown)
    assert len(shown) == len(text)
