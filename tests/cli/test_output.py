from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.cli.output import Column, clean, emit

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
