from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from sentinel.model.result import Result
from sentinel.model.text import LANGUAGES, Language
from sentinel.report import html, pdf
from sentinel.report.selfcheck import selfcheck
from tests.report.extremes import overfull, poisoned
from tests.report.golden import assert_golden
from tests.report.sample import AS_OF, empty, rich


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "result", [rich(), empty(), overfull(), poisoned("W" * 500)], ids=["rich", "empty", "full", "w"]
)
def test_it_never_has_more_than_two_pages(result: Result, language: Language) -> None:
    made = pdf.render(selfcheck(result, language), AS_OF, b"{}")

    assert len(PdfReader(io.BytesIO(made)).pages) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_as_it_was_read_and_approved(language: Language) -> None:
    assert_golden(f"self-check-{language}.html", html.render(selfcheck(rich(), language)))


def test_it_says_that_it_is_not_an_approval() -> None:
    report = selfcheck(rich(), "nb")
    confirmation = report.sections[0]

    assert confirmation.paragraphs[0] == "Dette er en egenvurdering. Den er ikke en godkjenning."
    assert report.footer.disclaimer == "Egenvurdering mot Normen, ikke en godkjenning"
    assert confirmation.paragraphs[-1].startswith("2\u00a0krav i hele sjekklisten spørres ikke")


def test_it_tells_who_answered_how_much_and_when_and_on_which_version() -> None:
    people, rests = selfcheck(rich(), "nb").sections[0].tables

    assert [row[0].text for row in people.rows][:3] == ["Kåre Nygård", "Siv Ødegård", "Åse Lyngvik"]
    answers = [judgement.answer for judgement in rich().judgements if judgement.answer]
    assert sum(int(row[1].text) for row in people.rows) == len(answers)
    assert rich().versions.checklist_hash in [row[1].text for row in rests.rows]


def test_three_things_are_promised_only_where_there_are_three() -> None:
    two = replace(rich(), actions=rich().actions[:2])

    assert selfcheck(rich(), "nb").first.todo == "Gjør disse tre tingene nå"
    assert selfcheck(two, "nb").first.todo == "Gjør dette nå"


def test_the_three_numbers_and_what_nobody_looked_at_are_on_page_one() -> None:
    first = selfcheck(rich(), "nb").first

    assert len(first.figures) == 3
    assert [listing.id for listing in first.lists] == ["unseen", "differ"]
    assert any(box.style == "dashed" for box in first.bar.boxes)
    assert first.more_steps == "" or re.search("ledelsesrapporten", first.more_steps)
