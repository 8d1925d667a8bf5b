from __future__ import annotations

from collections.abc import Callable

import pytest

from sentinel.model.dpia import Dpia
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.dpia.context import context, placed
from tests.report.dpia.sample import clinic, empty, overfull


def test_the_first_sentence_says_how_it_stands_and_the_figures_belong_together() -> None:
    report = context(clinic(), "AMBER", "nb")

    assert (report.level.word, report.level.mark.shape) == ("Ikke ferdig", "square")
    assert [figure.value for figure in report.figures] == ["23", "1", "middels"]
    line = "Lyngvik tannklinikk · org.nr. 000 000 001 · 21. november 2026"
    assert report.line.split() == line.split()


def test_what_nobody_judged_counts_as_the_worst() -> None:
    report = context(empty(), "AMBER", "en")

    assert [figure.value for figure in report.figures] == ["0", "27", "high"]
    assert report.author == "no name of the organisation"
    assert all(
        "not assessed: risk 1, 2, 3" in section.charts[0].description.casefold()
        for section in report.sections
        if section.charts
    )


def test_events_stand_where_they_stand_today_and_where_they_are_meant_to() -> None:
    now, after = placed(clinic(), after=False), placed(clinic(), after=True)

    assert now.cells == {(3, 3): [1], (2, 3): [2], (3, 1): [3]}
    assert after.cells == {(2, 3): [1], (1, 3): [2], (3, 1): [3]}
    assert after.hoped == {1, 2}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("made", [clinic, empty, overfull])
def test_every_section_has_its_title_and_ids_are_used_once(made: Callable[[], Dpia], language: Language) -> None:
    report = context(made(), "AMBER", language)
    ids = [section.id for section in report.sections]
    ids += [chart.id for section in report.sections for chart in section.charts]
    ids += [table.id for section in report.sections for table in section.tables]

    assert len(ids) == len(set(ids))
    assert all(section.title for section in report.sections)
