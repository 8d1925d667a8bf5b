from __future__ import annotations

from typing import Any

import pytest

from sentinel.comply.dpia.assess import assess
from sentinel.comply.dpia.case import DpiaFile
from sentinel.comply.dpia.letter import letter
from sentinel.comply.dpia.reading import read_dpia
from sentinel.model.text import LANGUAGES, Language
from tests.comply.dpia.parts import AS_OF, EXAMPLE, PACK, estimate, file

HIGH = {
    "access": {
        "before": estimate(4, 4),
        "measures": ["two-factor"],
        "after": estimate(3, 3, "Bilder kan ikke hentes tilbake."),
        "impacts": ["Skam", "Uro"],
    }
}


def said(made: DpiaFile, language: Language = "nb") -> str:
    return letter(made, assess(made, PACK, AS_OF), PACK.wording, language)


def example(**changed: Any) -> DpiaFile:  # noqa: ANN401 -- what a file may hold
    read, _ = read_dpia(EXAMPLE, PACK, AS_OF)
    return type(read).model_validate({**read.model_dump(mode="json", by_alias=True), **changed})


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_an_empty_file_everything_that_is_asked_for_stands_in_brackets(language: Language) -> None:
    text = said(file(), language)

    marks = text.count("[Skriv: ") if language == "nb" else text.count("[Write: ")
    assert marks >= 15
    assert "[Ingen har vurdert" in text or "[Nobody has judged" in text


def test_the_six_letters_of_article_36_3_are_there_in_their_order() -> None:
    text = said(example(events=HIGH))
    letters = ["nr. 3 bokstav a)", "(bokstav b)", "(bokstav c)", "(bokstav d)", "(bokstav e)"]

    assert [text.index(one) for one in letters] == sorted(text.index(one) for one in letters)
    assert "står det igjen en høy risiko" in text
    assert "ingen har vurdert" in text.casefold()


def test_a_high_risk_is_told_with_why_and_what_it_does_to_people() -> None:
    low = {"before": estimate(1, 1)}
    text = said(example(events={**HIGH, "change": low, "loss": low}))

    assert "står det igjen en høy risiko" in text
    assert "Uvedkommende får vite: sannsynlighet 3 av 4, alvor 3 av 4. Bilder kan ikke hentes tilbake." in text
    assert "Følger for dem det gjelder: Skam og Uro" in text
    assert "Innlogging i to trinn for ansatte: Gjelder klinikken og leverandøren. Ansvarlig: Fjordnett Drift." in text


def test_where_no_high_risk_is_left_the_letter_says_that_it_is_not_to_be_sent() -> None:
    text = said(example())

    assert "Da skal dette brevet vanligvis ikke sendes" in text
    assert "Ingen høy risiko står igjen" in text


@pytest.mark.parametrize(("language", "weeks"), [("nb", "åtte uker"), ("en", "eight weeks")])
def test_it_is_a_draft_and_says_the_time_for_an_answer(language: Language, weeks: str) -> None:
    text = said(example(), language)

    assert text.startswith(("UTKAST. Ikke sendt.", "DRAFT. Not sent."))
    assert weeks in text
    assert "Vi har ikke personvernombud" in text or "We have no data protection officer" in text


def test_what_remains_of_the_assessment_is_told_to_whoever_reads_it() -> None:
    assert "- Beslutning av ledelsen: Ingen har skrevet noe om dette." in said(example())
