from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.comply.exchange.drafts import Draft, Place, _scalar, quoted, take
from sentinel.content import parse_documents
from sentinel.errors import ContentError
from tests.comply import small

SIGNS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
ENTRY = {"state": "met", "by": "Åse Lyngvik", "date": "2026-11-12"}


def draft(requirement: str = "DRF-07", line: int = 7, **entry: object) -> Draft:
    place = Place("Ark1 row 7", line)
    return Draft(requirement, place, ENTRY | entry, {key: Place(f"Ark1!{key}", line) for key in ENTRY | entry})


@given(st.text(SIGNS))
def test_any_text_stands_in_one_line_and_is_read_back(text: str) -> None:
    line = quoted(text)
    (document,), faults = parse_documents(f"a: {line}\n", "x.yml")

    assert (document.data, faults) == ({"a": text}, [])
    assert len(line.splitlines()) == 1


def test_answers_are_taken_with_the_text_of_a_file_that_says_the_same(tmp_path: Path) -> None:
    taken = take([draft(note="Linje én\nlinje «to»")], "Fjæra", "a.xlsx", small.checklist(tmp_path), small.TODAY)

    assert taken.answers == (small.answer("DRF-07", "met", date(2026, 11, 12), note="Linje én\nlinje «to»"),)
    assert taken.text.splitlines()[:4] == [
        "schema: sentinel.answers/1",
        'organisation: "Fjæra"',
        "answers:",
        "  DRF-07:",
    ]


def test_no_answers_are_a_file_too(tmp_path: Path) -> None:
    taken = take([], "Fjæra", "a.xlsx", small.checklist(tmp_path), small.TODAY)

    assert (taken.answers, taken.text.splitlines()[-1]) == ((), "  {}")


def test_every_fault_is_told_at_its_foreign_place(tmp_path: Path) -> None:
    drafts = [
        draft("DRF-70"),
        draft("DRF-07", 8, date="2027-01-01"),
        draft("LED-14", 9, state="not_applicable"),
        draft("DRF-21", 10, note="12345678901"),
        draft("DRF-07", 11),
    ]

    with pytest.raises(ContentError) as caught:
        take(drafts, "Fjæra", "a.csv", small.checklist(tmp_path), small.TODAY)

    told = [str(fault) for fault in caught.value.faults]
    assert len(told) == 7
    assert told[0].startswith("a.csv:7: Ark1 row 7: unknown requirement 'DRF-70', did you mean")
    assert told[1] == "a.csv:8: Ark1!date: 2027-01-01 is after 2026-11-21, the day of the assessment"
    assert sum(line.startswith("a.csv:9: Ark1!state: 'not_applicable' needs") for line in told) == 3
    assert any(line.startswith("a.csv:10: Ark1!note: holds eleven digits") for line in told)
    assert "a.csv:11: Ark1 row 7: DRF-07 is answered already (Ark1 row 7)" in told
    assert "12345678901" not in "".join(told)


@pytest.mark.parametrize("key", ["x: 1\n  LED-14", "state\n", "&a", "*a", "- b", "{", "12345678901"])
def test_a_hostile_key_is_a_fault_and_never_another_answer(tmp_path: Path, key: str) -> None:
    with pytest.raises(ContentError) as caught:
        take(
            [Draft("DRF-07", Place(line=7), ENTRY | {key: "met"})],
            "Fjæra",
            "a.json",
            small.checklist(tmp_path),
            small.TODAY,
        )

    assert "12345678901" not in str(caught.value)


@given(st.text(SIGNS, max_size=30), st.text(SIGNS, max_size=30), st.text(SIGNS, max_size=30))
def test_nothing_that_is_drafted_can_break_out_of_its_entry(
    tmp_path_factory: pytest.TempPathFactory, requirement: str, note: str, state: str
) -> None:
    checklist = small.checklist(tmp_path_factory.mktemp("small"))
    try:
        taken = take([draft(requirement, note=note, state=state)], "F", "x", checklist, small.TODAY)
    except ContentError:
        return
    (answer,) = taken.answers
    assert answer.note == note.strip()


MEANING = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "NO-01", "On", "1e3", "0x1f", "=", "<<"]
WORDS = st.text(SIGNS, min_size=1, max_size=9) | st.sampled_from(MEANING)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


@given(JSON)
def test_what_is_nested_stands_in_one_line_too(value: object) -> None:
    (document,), faults = parse_documents(f"a: {_scalar(value)}\n", "x.yml")

    assert (document.data, faults) == ({"a": value}, [])
