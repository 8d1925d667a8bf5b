from __future__ import annotations

from dataclasses import fields
from datetime import date

from sentinel.model.compliance import Answer
from sentinel.model.interchange import entry_of


def test_an_entry_has_the_keys_of_a_file_of_answers_and_leaves_out_what_says_nothing() -> None:
    answer = Answer("LED-01", "not_applicable", "Åse", date(2026, 11, 9), reason="Nei", expires=date(2027, 1, 1))

    assert entry_of(answer) == {
        "state": "not_applicable",
        "by": "Åse",
        "date": "2026-11-09",
        "reason": "Nei",
        "expires": "2027-01-01",
    }


def test_every_part_of_an_answer_that_says_something_is_told() -> None:
    told = {field.name: "x" for field in fields(Answer) if field.type == "str"}
    days = {field.name: date(2026, 1, 1) for field in fields(Answer) if "date" in str(field.type)}
    entry = entry_of(Answer(**{**told, **days, "requirement": "LED-01", "state": "met"}))  # type: ignore[arg-type]  # by name

    assert set(entry) >= (set(told) | set(days) | {"date"}) - {"requirement", "given"}
