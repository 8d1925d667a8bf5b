from __future__ import annotations

from pathlib import Path

import pytest

from sentinel.comply.ros.read import read_risks
from sentinel.comply.ros.writing import as_yaml, entries_yaml, fresh_file
from sentinel.content import parse_documents
from sentinel.errors import ContentError
from sentinel.model.text import LANGUAGES, Language
from tests.comply.ros.small import ABOUT, TODAY, against, library


def fresh(language: Language) -> str:
    fitting = library().fitting(ABOUT.facts)
    return "".join(fresh_file("Fjæra: «A» & B", against().matrices["4x4"], fitting, library(), language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fresh_file_has_what_fits_and_assesses_nothing(language: Language) -> None:
    (document,), faults = parse_documents(fresh(language), "ros.yml")

    assert faults == []
    assert document.data["organisation"] == "Fjæra: «A» & B"
    assert document.data["risks"] == {scenario.id: {} for scenario in library().fitting(ABOUT.facts)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fresh_file_says_what_is_meant_in_the_language_asked_for(language: Language) -> None:
    text = fresh(language).replace("\n  #   ", " ").replace("\n  # ", " ")

    for scenario in library().fitting(ABOUT.facts):
        assert scenario.title.say(language) in text
        assert scenario.text.say(language).split(".")[0][:60] in text


def test_a_fresh_file_is_not_taken_for_an_assessment(tmp_path: Path) -> None:
    path = tmp_path / "ros.yml"
    path.write_text(fresh("nb"), encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        read_risks(path, against(), TODAY)

    told = {fault.what.split(":")[0] for fault in caught.value.faults}
    assert {"scope", "criteria.by", "criteria.date", "criteria.accept.person"} <= told


def test_letters_and_order_are_kept() -> None:
    assert as_yaml({"b": "æøå", "a": [1]}) == "b: æøå\na:\n- 1\n"
    assert entries_yaml({"a": {"b": 1}}) == "  a:\n    b: 1\n"
    assert entries_yaml({}) == ""
