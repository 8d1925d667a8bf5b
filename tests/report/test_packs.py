from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.content import root
from sentinel.model.compliance import Score
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.packs import not_for, pack_figures, pack_name, pack_table
from sentinel.report.text import load_texts
from tests.report.sample import packs

NB = load_texts("nb", root())


def law() -> Score:
    (found,) = [one.score for one in packs() if one.pack.id == "gdpr"]
    assert found is not None
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_has_three_numbers_and_the_level_and_says_what_binds(language: Language) -> None:
    (row,) = pack_table(packs(), load_texts(language, root())).rows

    assert [cell.text for cell in row] == {
        "nb": ["Loven gdpr", "38 av 100", "3 av 5", "30 av 100", "Nivå gult"],
        "en": ["The act gdpr", "38 of 100", "3 of 5", "30 of 100", "Level yellow"],
    }[language]
    assert row[0].note == packs()[1].pack.says.say(language)
    assert row[4].mark is not None


def test_only_packs_that_the_site_answers_are_rows() -> None:
    assert pack_table((one for one in packs() if not one.named), NB).rows == ()


def test_one_that_is_not_for_the_organisation_has_no_number_and_its_reason() -> None:
    away = replace(packs()[0], named=True)
    (row,) = pack_table([away], NB).rows

    assert [cell.text for cell in row] == ["Loven digitalsikkerhetsloven", "–", "–", "–", "gjelder ikke"]
    assert row[0].note == not_for(away.pack, NB) == "Gjelder ikke: virksomheten er liten."


def test_nobody_having_answered_gives_a_dash_and_never_a_hundred() -> None:
    nobody = packs()[2].score
    assert nobody is not None

    assert [figure.value for figure in pack_figures(nobody, NB)] == ["–", "0 av 6", "0"]


def test_of_many_requirements_the_coverage_is_a_share() -> None:
    many = replace(law(), counts={"met": 37, "not_assessed": 23}, coverage=100 * 37 / 60)

    assert pack_figures(many, NB)[1].value == "62\u202f%"


def test_a_long_name_is_cut() -> None:
    pack = packs()[1].pack

    assert len(pack_name(replace(pack, title=replace(pack.title, nb="å" * 500)), NB)) < 200
