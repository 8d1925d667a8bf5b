from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.exchange.columns import COLUMNS, HEADINGS, WORDS, day_of, normal, state_of
from sentinel.comply.wording import STATES
from sentinel.model.compliance import State


def test_every_answer_can_be_written_in_both_languages_and_as_its_key() -> None:
    wrong = [
        (state, word)
        for state in get_args(State)
        for word in (state, STATES[state].nb, STATES[state].en, STATES[state].nb.upper())
        if state_of(word) != state
    ]

    assert wrong == []


def test_no_word_means_two_answers_and_no_heading_two_columns() -> None:
    states = [STATES[state].say(language) for state in get_args(State) for language in ("nb", "en")]

    assert len(states) == len(set(states))
    assert len(COLUMNS) == len(set(HEADINGS.values()))
    assert [column.key for column in COLUMNS if HEADINGS[normal(column.title.nb)] != column.key] == []


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("Ja", "met"),
        ("NEI", "not_met"),
        (" Delvis ", "partly"),
        ("vet  ikke", "unknown"),
        ("N/A", "not_applicable"),
        ("Don't know", "unknown"),
        ("kanskje", None),
        ("", None),
        ("nei, ja", None),
    ],
)
def test_what_people_write(word: str, state: State | None) -> None:
    assert state_of(word) == state


@pytest.mark.parametrize("text", ["2026-11-12", "12.11.2026", "12. 11. 2026", " 2026-11-12 ", "2026-11-12T00:00:00"])
def test_days_as_people_write_them(text: str) -> None:
    assert day_of(text) == date(2026, 11, 12)


@pytest.mark.parametrize(
    "text", ["12/11/2026", "12.11.26", "46338", "31.02.2026", "2026-13-01", "i går", "", "1.1.0000"]
)
def test_what_is_no_day_or_could_be_two(text: str) -> None:
    assert day_of(text) is None


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_is_read_back_in_both_spellings(day: date) -> None:
    assert day_of(day.isoformat()) == day_of(f"{day:%d.%m.}{day.year:04}") == day


@given(st.text())
def test_any_text_is_a_word_or_none(text: str) -> None:
    assert state_of(text) in {*WORDS.values(), None}
    assert day_of(text) is None or text.strip()
