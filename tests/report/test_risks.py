from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.content import root
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.risks import risks
from sentinel.report.ros.context import figures
from sentinel.report.text import load_texts
from tests.report.ros.sample import clinic, empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_are_those_of_the_document_of_risk_and_stand_together(language: Language) -> None:
    catalogue = load_texts(language, root())
    numbers, worst = risks(clinic(), catalogue).tables

    said = [f"{figure.value} {figure.unit}".strip() for figure in figures(clinic(), catalogue)]
    assert [row[0].text for row in numbers.rows] == [*said, "2"]
    assert said[0].startswith("13 ")
    assert len(worst.rows) == 5


def test_what_nobody_assessed_is_never_shown_as_mild() -> None:
    _, worst = risks(empty(), load_texts("nb", root())).tables

    assert {row[2].text for row in worst.rows} == {"ikke vurdert"}
    assert {row[2].mark.tone for row in worst.rows if row[2].mark} == {"open"}
    assert worst.more


def test_only_when_everything_is_settled_is_it_said() -> None:
    settled = tuple(replace(risk, state="acceptable") for risk in clinic().risks)
    _, worst = risks(replace(clinic(), risks=settled), load_texts("nb", root())).tables

    assert worst.rows == ()
    assert worst.empty == "Hver risiko er vurdert, og kan stå eller er godtatt av ledelsen."
