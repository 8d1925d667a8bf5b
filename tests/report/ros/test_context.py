from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.model.text import LANGUAGES, Language
from sentinel.report.ros.context import context, placed
from tests.report.ros.sample import clinic, empty


def test_the_first_sentence_says_what_is_open() -> None:
    report = context(clinic(), "AMBER", "nb")

    assert report.level.word == "Ikke avklart"
    assert report.level.reason == (
        "11 av 17 risikoer står over det ledelsen godtar, er omstridt eller er ikke vurdert. "
        "4\u00a0av dem har ingen vurdert ferdig. Fristen er ute for 2\u00a0tiltak."
    ).replace("11 av", "11\u00a0av")
    assert [(f.value, f.unit) for f in report.figures] == [("13", "av 17"), ("6", "av 17"), ("høy", "")]
    assert report.tlp == "TLP:AMBER"


def test_nothing_assessed_is_neither_red_nor_green() -> None:
    level = context(empty(), "AMBER", "en").level

    assert (level.word, level.mark.shape, level.mark.tone) == ("Nothing is assessed", "open", "open")


def test_only_when_every_risk_is_settled_is_it_said() -> None:
    whole = clinic()
    settled = replace(whole.figures, settled=17, unsettled=0, not_assessed=0, assessed=17, overdue=0)

    level = context(replace(whole, figures=settled), "AMBER", "nb").level

    assert (level.word, level.mark.tone) == ("Avklart", "met")


def test_hoped_for_is_placed_after_and_never_now() -> None:
    now, after = placed(clinic(), after=False), placed(clinic(), after=True)

    assert now.hoped == frozenset()
    assert after.hoped == {1, 2}
    assert now.cells[3, 4] == [1]
    assert 1 in after.cells[2, 3]
    assert list(now.unseen) == list(after.unseen) == [14, 15, 16, 17]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_measurements_it_says_that_none_are_laid_beside(language: Language) -> None:
    measured = {section.id: section for section in context(empty(), "AMBER", language).sections}["measured"]

    assert measured.tables == ()
    assert len(measured.paragraphs) == 1
    assert measured.paragraphs[0] in context(empty(), "AMBER", language).grounds
