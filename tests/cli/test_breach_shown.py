from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from sentinel.cli.breach_shown import after, before, behind, columns
from sentinel.comply.breach.assess import assess
from sentinel.comply.breach.case import CaseFile
from sentinel.model.records import record_of
from sentinel.model.text import LANGUAGES
from tests.comply.breach.parts import NOW, PACK, a_case, cases


def test_hours_that_are_over_are_told_as_such() -> None:
    found = assess(a_case(unlikely_risk=""), PACK, NOW + timedelta(hours=80))

    assert next(behind(found, "nb")) == "Datatilsynet: frist 2026-11-23 14:05, gikk ut for 9,9 timer siden"
    assert next(behind(found, "en")).endswith("due 2026-11-23 14:05, passed 9.9 hours ago")


def test_a_type_that_does_not_count_says_so() -> None:
    found = assess(a_case(data=[{"type": "simple"}, {"type": "sensitive"}]), PACK, NOW)

    assert next(line for line in before(found, "en") if "another one counts" in line).startswith("  - DPC 1 ")


def test_only_what_applies_or_may_is_explained() -> None:
    found = assess(a_case(helsenett="unknown"), PACK, NOW)

    assert [line.partition(":")[0] for line in after(found, "nb") if line] == [
        "Eget bruddregister",
        "Norsk helsenett (HelseCERT)",
    ]


@given(cases())
def test_every_assessment_can_be_shown_in_both_languages(case: CaseFile) -> None:
    found = assess(case, PACK, NOW)
    for language in LANGUAGES:
        lines = [*before(found, language), *after(found, language), *behind(found, language)]
        cells = [column.value(duty) for duty in record_of(found)["duties"] for column in columns(language)]

        assert len(lines) > 5
        assert all(isinstance(text, str) for text in (*lines, *cells))
