from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sentinel.comply.dpia.entries import EXITS
from sentinel.comply.dpia.pack import asked_of, load_pack
from sentinel.content import root
from sentinel.errors import ContentError
from sentinel.model.text import LANGUAGES
from tests.comply.dpia.parts import PACK

TEXT = "text 'decision.law-assessed' has not the same places in both languages"
MARKED = {
    "third-party-data": ("confirmed", "yes", "confirmed"),
    "biometric": ("confirmed", "yes", "unverified"),
    "genetic": ("unverified", "yes", "unverified"),
    "new-technology": ("confirmed", "yes", "unverified"),
    "employees-watched": ("confirmed", "no", "confirmed"),
    "research-without-consent": ("confirmed", "yes", "confirmed"),
    "location": ("confirmed", "yes", "confirmed"),
    "training-algorithms": ("unverified", "no", "unverified"),
    "learning-and-well-being": ("confirmed", "no", "confirmed"),
    "connected-devices": ("confirmed", "unsaid", "unverified"),
    "public-space": ("unverified", "unsaid", "unverified"),
    "welfare-technology": ("unverified", "unsaid", "unverified"),
}
"""The twelve rows with how sure each is, as our notes mark them: nothing became surer on the way."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(root() / "checklists" / "dpia", tmp_path / "checklists" / "dpia")
    return tmp_path


def broken(base: Path, name: str, old: str, new: str) -> list[str]:
    path = base / "checklists" / "dpia" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_pack(base)
    return [fault.what for fault in caught.value.faults]


def test_the_list_holds_what_is_known_of_it_and_how_sure() -> None:
    rows = {row.id: (row.confidence, row.other.needed, row.other.confidence) for row in PACK.listed.rows}

    assert rows == MARKED


def test_there_are_nine_criteria_three_cases_and_four_ways_out() -> None:
    screening = PACK.screening

    assert [len(part) for part in (screening.criteria, screening.article, screening.exits)] == [9, 3, 4]
    assert len(asked_of(PACK.listed, screening)) == len(PACK.tests) + 1


def test_every_sentence_that_a_rule_or_state_needs_is_there() -> None:
    for row in PACK.screening.decisions:
        sentence = PACK.wording.texts[f"decision.{row.id}"]
        assert all(sentence.say(language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        ("list.yml", "criterion: matching", "criterion: matched", "unknown criterion 'matched'"),
        ("list.yml", "id: genetic", "id: biometric", "id 'biometric' is used twice"),
        ("screening.yml", "criteria: [three]", "criteria: [four]", "'criteria' is never 'four'"),
        ("screening.yml", "[none, one]", "[none, open]", "what is not known makes no assessment unnecessary"),
        ("screening.yml", "open, then: unknown", "open, then: needed", "the last row does not fit always, as 'unknown'"),
        ("screening.yml", 'when: {listed: ["yes"]}, ', "", "fits always, so that no row after it is reached"),
        ("screening.yml", "id: one-practitioner\n", "id: lone\n", f"does not hold each of {', '.join(EXITS)} once"),
        ("screening.yml", "id: large-scale\n", "id: large\n", "has no criterion 'large-scale'"),
        ("screening.yml", "- id: volume", "- id: persons", "asks about the same matter twice"),
        ("scale.yml", "[low, low, medium, high]", "[low, low, medium]", "is not a table of 4 rows with 4 bands each"),
        ("scale.yml", "- [low, low, medium, m", "- [high, low, medium, m", "falls where likelihood or severity grows"),
        ("questions.yml", "field: rights.access", "field: rights.acces", "unknown field 'rights.acces'"),
        ("questions.yml", "field: rights.access", "field: rights.consent", "'rights.consent' is asked twice"),
        ("completeness.yml", "check: data}", "fields: []}", "data-and-recipients needs either 'fields' or 'check'"),
        ("completeness.yml", "[description.lifecycle]", "[description.life]", "unknown field 'description.life'"),
        ("completeness.yml", "id: lifecycle", "id: systems", "id 'systems' is used twice"),
        ("texts.yml", '{reason}.", en: "No a', '{why}.", en: "No a', TEXT),
    ],
)  # fmt: skip
def test_content_that_cannot_be_is_told(copy: Path, name: str, old: str, new: str, what: str) -> None:
    assert what in broken(copy, name, old, new)


def test_every_file_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        load_pack(tmp_path)

    assert len(caught.value.faults) == 6
