from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given

from sentinel.comply.breach.assess import assess
from sentinel.comply.breach.case import CaseFile
from sentinel.comply.breach.drafts import Receiver, draft
from sentinel.comply.breach.reading import read_case
from sentinel.model.text import LANGUAGES, Language
from tests.comply.breach.parts import NOW, PACK, a_case, cases
from tests.shared import ROOT

EXAMPLE = ROOT / "examples" / "breach" / "lyngvik.yml"
GOLDEN = Path(__file__).parent / "drafts"
BOTH = [(to, language) for to in get_args(Receiver) for language in LANGUAGES]


def written(case: CaseFile, to: Receiver, language: Language = "nb", hours: float = 0) -> str:
    return draft(to, case, assess(case, PACK, NOW + timedelta(hours=hours)), PACK.wording, language)


@pytest.mark.parametrize(("to", "language"), BOTH)
def test_the_drafts_of_the_example_are_as_they_were_read_aloud(to: Receiver, language: Language) -> None:
    case, _ = read_case(EXAMPLE, NOW, PACK.table, PACK.names)

    assert written(case, to, language) == (GOLDEN / f"{to}-{language}.txt").read_text(encoding="utf-8")


def test_what_is_not_known_and_not_written_stands_in_the_text() -> None:
    case = a_case(what="", persons={"number": "unknown", "groups": []}, measures={}, organisation={})
    told = written(case, "datatilsynet")

    assert "[skriv: hva som skjedde]" in told
    assert "Antall personer: [ikke kjent ennå]" in told
    assert "[skriv: navnet og nummeret til virksomheten]" in told
    assert told.partition("8. Dette vet vi ikke ennå\n-------------------------\n")[2].splitlines() == [
        "- hvor mange personer som er berørt",
        "- navnet og nummeret til virksomheten",
        "- hvor man kan få vite mer",
        "- hva som skjedde",
        "- hva som er gjort og skal gjøres",
    ]
    assert "Dette er en første melding." in told


def test_nothing_missing_is_not_called_a_first_notification() -> None:
    told = written(a_case(), "datatilsynet")

    assert "er fylt ut." in told
    assert "første melding" not in told
    assert "ikke kjent ennå" not in told


def test_a_follow_up_names_the_notification_before_it() -> None:
    sent = a_case(done={"datatilsynet": "2026-11-20T15:00"}, records={"number": "unknown"})

    assert "oppfølging av meldingen vi sendte 20. november 2026 kl. 15:00." in written(sent, "datatilsynet")
    assert "follows up the notification that we sent on 20 November 2026 at 15:00." in written(
        sent, "datatilsynet", "en"
    )


def test_a_late_notification_says_why_or_asks_for_it() -> None:
    late = a_case(unlikely_risk="")

    assert "Hvorfor meldingen kommer senere" not in written(late, "datatilsynet", hours=70)
    assert "8. Hvorfor meldingen kommer senere enn 72 timer" in written(late, "datatilsynet", hours=71)
    assert "[skriv: hvorfor meldingen kommer senere enn 72 timer]" in written(late, "datatilsynet", hours=71)
    assert "Vi var uten strøm." in written(
        a_case(unlikely_risk="", why_late="Vi var uten strøm."), "datatilsynet", hours=71
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"no_telling": {"ground": "later-measures", "reason": "Alt er slettet."}}, "planlegger ikke å gi beskjed"),
        ({}, "planlegger ikke å gi beskjed til hver enkelt."),
        ({"patient_safety": "harmed"}, "De registrerte skal få beskjed uten ugrunnet opphold."),
        ({"done": {"persons": "2026-11-20T15:10"}}, "De registrerte fikk beskjed 20. november 2026 kl. 15:10."),
        (
            {"patient_safety": "harmed", "no_telling": {"ground": "disproportionate", "reason": "Ingen adresser."}},
            "Begrunnelse: Ingen adresser.\nDet kunngjøres i stedet offentlig.",
        ),
    ],
)
def test_the_authority_learns_whether_the_persons_are_told(changes: dict[str, object], told: str) -> None:
    assert told in written(a_case(**changes), "datatilsynet")


def test_a_letter_gives_no_advice_that_nobody_wrote() -> None:
    told = written(a_case(measures={"taken": ["Rettet."]}), "persons")

    assert "[skriv: hva de det gjelder, kan gjøre selv]" in told


def test_numbers_are_grouped_as_each_language_does() -> None:
    many = a_case(persons={"number": 12000})

    assert "omtrent 12\u00a0000" in written(many, "datatilsynet")
    assert "about 12,000" in written(many, "datatilsynet", "en")


@given(cases())
def test_every_case_has_every_draft_in_both_languages(case: CaseFile) -> None:
    for to, language in BOTH:
        told = written(case, to, language)

        assert told.startswith(("UTKAST. ", "DRAFT. "))
        assert "{" not in told
        assert told.endswith("\n")
        assert not told.endswith("\n\n")
