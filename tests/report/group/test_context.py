from __future__ import annotations

import pytest

from sentinel.model.text import LANGUAGES, Language
from sentinel.report.group.context import context
from tests.report.group.sample import overfull, silent, solvaer


@pytest.mark.parametrize(
    ("language", "shares", "figures"),
    [
        ("nb", "12\u00a0enheter: 4\u00a0røde, 8\u00a0gule og 0\u00a0grønne.", ["ingen til 89", "0–98", "0–89"]),
        ("en", "12\u00a0units: 4\u00a0red, 8\u00a0yellow and 0\u00a0green.", ["none to 89", "0–98", "0–89"]),
    ],
)
def test_the_three_numbers_go_from_the_lowest_unit_to_the_highest(
    language: Language, shares: str, figures: list[str]
) -> None:
    report = context(solvaer(), "AMBER", language)

    assert report.scope == shares
    assert [figure.value for figure in report.figures] == figures


def test_the_first_sentence_is_that_of_the_worst_unit() -> None:
    report = context(solvaer(), "AMBER", "nb")

    assert report.level.word == "Nivå rødt"
    assert report.level.reason.startswith(
        "Den dårligste enheten bestemmer: nivå rødt i fire av 12 (Avlastningsboligen Lia"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unseen_group_has_no_numbers_to_be_proud_of(language: Language) -> None:
    report = context(silent(), "AMBER", language)

    assert report.level.mark.tone == "unmet"
    assert [section.id for section in report.sections] == ["each", "gates", "handed", "lacking", "requirements"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_foreign_text_is_visible_and_bounded(language: Language) -> None:
    report = context(overfull(), "AMBER", language)

    assert "\u202e" not in report.author
    assert "[U+202E]" in report.author
    assert len(report.author) < 300
