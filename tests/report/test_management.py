from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from sentinel.model.result import Result
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.clean import MAX_LENGTH, visible
from sentinel.report.management import context
from tests.report.extremes import overfull, poisoned
from tests.report.sample import empty, rich


def texts(noun: object) -> Iterator[str]:
    if isinstance(noun, str):
        yield noun
    elif isinstance(noun, tuple):
        for item in noun:
            yield from texts(item)
    elif dataclasses.is_dataclass(noun) and not isinstance(noun, type):
        for field in dataclasses.fields(noun):
            yield from texts(getattr(noun, field.name))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "result",
    [rich(), empty(), overfull(), poisoned("\u202e<b>\x00" * 99)],
    ids=["rich", "empty", "overfull", "hostile"],
)
def test_every_text_is_visible_and_bounded(result: Result, language: Language) -> None:
    found = list(texts(context(result, language)))

    assert all(visible(text) == text for text in found)
    assert max(map(len, found)) <= MAX_LENGTH + 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_ids_are_unique(language: Language) -> None:
    report = context(rich(), language)
    ids = [
        *(found.id for found in report.first.lists),
        report.first.bar.id,
        *(section.id for section in report.sections),
        *(table.id for section in report.sections for table in section.tables),
        *(chart.id for section in report.sections for chart in section.charts),
        "top",
        "todo",
        "contents",
    ]

    assert len(ids) == len(set(ids))


def test_every_row_has_as_many_cells_as_columns() -> None:
    for section in context(rich(), "nb").sections:
        for table in section.tables:
            assert {len(row) for row in table.rows} <= {len(table.columns)}


def test_no_norwegian_is_left_in_the_english_report_but_what_people_wrote() -> None:
    english = " ".join(texts(context(rich(), "en")))

    assert "krav " not in english
    assert "loggen" not in english
    assert "oktober" not in english


def test_the_footer_says_what_it_is_and_what_it_stands_on() -> None:
    footer = context(rich(), "nb").footer

    assert footer.disclaimer == "Vurdering mot Normen, ikke en godkjenning"
    short = rich().versions.checklist_hash[:8]
    assert footer.grounds == f"sjekkliste 2026.1 ({short}…) · kunnskap fra 14.\u00a0november 2026"


@pytest.mark.parametrize("tlp", ["AMBER", "TLP:AMBER"])
def test_the_marking_is_written_once(tlp: str) -> None:
    assert context(dataclasses.replace(rich(), tlp=tlp), "nb").tlp == "TLP:AMBER"
