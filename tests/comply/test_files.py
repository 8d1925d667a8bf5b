from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from sentinel.comply.files import Asked, Spoken, meant, one
from sentinel.content import Schema
from sentinel.errors import Fault


class Note(Schema):
    said: Spoken
    asked: Asked


def note(said: str, asked: str) -> dict[str, dict[str, str]]:
    return {"said": {"nb": said, "en": "x"}, "asked": {"nb": asked, "en": "x?"}}


def test_a_text_is_said_in_both_languages() -> None:
    with pytest.raises(ValidationError, match="nothing is said in nb"):
        Note.model_validate(note("  ", "Hva?"))


def test_a_question_ends_as_one() -> None:
    with pytest.raises(ValidationError, match="ends in '\\?'"):
        Note.model_validate(note("ja", "Hva."))


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("drf-07", ", did you mean DRF-07?"),
        ("DFR-07", ", did you mean DRF-07?"),
        ("ÆØÅ", ""),
        ("", ""),
        ("x" * 100_000, ""),
    ],
)
def test_a_hint_is_given_only_where_something_is_close(word: str, hint: str) -> None:
    assert meant(word, {"DRF-07", "LED-14"}) == hint


def test_a_file_that_is_not_there_and_one_with_two_documents_are_told(tmp_path: Path) -> None:
    faults: list[Fault] = []
    text = "said: {nb: a, en: a}\nasked: {nb: 'a?', en: 'a?'}\n"
    (tmp_path / "two.yml").write_text(f"{text}---\n{text}")

    assert one(tmp_path / "none.yml", Note, tmp_path, faults) is None
    assert one(tmp_path / "two.yml", Note, tmp_path, faults) is None
    assert [str(fault) for fault in faults] == ["none.yml: is not there", "two.yml: holds 2 documents, not one"]
