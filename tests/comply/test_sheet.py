from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.comply.answers import read_answers
from sentinel.comply.packs import load_packs
from sentinel.comply.profile import profile
from sentinel.comply.sheet import fresh_answers
from sentinel.content import read_documents
from sentinel.errors import ContentError
from sentinel.model.text import LANGUAGES, Language, Text
from tests.comply.small import TODAY, types
from tests.comply.small_packs import write_pack

NAME = "Fjæra: «legekontor» & co"
OPENING = (Text("Loven", "The act"),)


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_pack(tmp_path)


def sheet(base: Path, facts: dict[str, bool], language: Language = "nb", *, large: bool = False) -> str:
    known, pack = types(base), load_packs(base)["law"]
    who = known.organisation(NAME, "000000002", "general_practice", facts)
    return "".join(fresh_answers(NAME, OPENING, profile(known, pack.checklist, who, facts), language, large=large))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fresh_file_is_read_as_it_is_and_answers_nothing(base: Path, language: Language) -> None:
    path = base / "answers.yml"
    path.write_text(sheet(base, {}, language), encoding="utf-8")

    assert read_answers(path, load_packs(base)["law"].checklist, TODAY) == ()
    assert read_documents(path, base)[0][0].data["organisation"] == NAME


def test_filling_in_behind_the_colons_answers(base: Path) -> None:
    text = sheet(base, {}).replace("state:\n    by:\n    date:\n", "state: met\n    by: Åse\n    date: 2026-11-21\n", 1)
    path = base / "answers.yml"
    path.write_text(text, encoding="utf-8")

    (answer,) = read_answers(path, load_packs(base)["law"].checklist, TODAY)
    assert (answer.requirement, answer.state, answer.note) == ("XA-01", "met", "")


def test_what_is_half_filled_in_is_a_fault_with_its_line(base: Path) -> None:
    path = base / "answers.yml"
    path.write_text(sheet(base, {}).replace("state:\n    by:\n", "state: met\n    by:\n", 1), encoding="utf-8")

    with pytest.raises(ContentError, match=r"answers.yml:\d+: key 'answers.XA-01.by' is missing"):
        read_answers(path, load_packs(base)["law"].checklist, TODAY)


def test_an_unknown_requirement_is_a_fault_also_where_it_is_left_blank(base: Path) -> None:
    path = base / "answers.yml"
    path.write_text(sheet(base, {}).replace("  XA-02:", "  XA-20:"), encoding="utf-8")

    with pytest.raises(ContentError, match=r"unknown requirement 'XA-20', did you mean XA-02"):
        read_answers(path, load_packs(base)["law"].checklist, TODAY)


def test_every_question_has_its_help_beside_it(base: Path) -> None:
    text = sheet(base, {})

    assert "  # title XA-01 (sperre)\n  # Er XA-01 på plass?\n  # Slik finner dere det ut: how XA-01\n" in text
    assert "  # Bevis: evidence XA-01\n  # Spør: Lederen\n  XA-01:\n    state:\n" in text
    assert "Stor virksomhet: large XA-01" in sheet(base, {}, large=True)
    assert text.startswith("# Loven\n")
    assert "met (oppfylt), partly (delvis oppfylt), " in text


def test_what_is_not_asked_stands_below_with_its_reason(base: Path) -> None:
    text = sheet(base, {"MD": False})

    assert "XA-01:" not in text
    assert text.endswith(
        "# Dette spørres ikke virksomheten om, og hvorfor:\n# XA-01 title XA-01. Gjelder ikke: ikke noe utstyr her.\n"
    )
