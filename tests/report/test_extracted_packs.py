from __future__ import annotations

from dataclasses import replace

import pytest

from sentinel.content import root
from sentinel.model.extracts import Extract
from sentinel.model.text import LANGUAGES, Language
from sentinel.report.extracted_packs import open_packs, pack_sections, unsettled
from sentinel.report.extracts import extract, load_extracts
from sentinel.report.pages import Section
from sentinel.report.text import load_texts
from tests.report.sample import rich

KNOWN, NB = load_extracts(root()), load_texts("nb", root())


def made(kind: str) -> Extract:
    return extract(rich(), KNOWN[kind])


def section(kind: str, language: Language = "nb") -> Section:
    (found,) = pack_sections(made(kind), load_texts(language, root()))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answered_pack_says_what_binds_first_and_then_its_three_numbers(language: Language) -> None:
    found = section("datatilsynet", language)
    pack = made("datatilsynet").packs[0]

    assert found.paragraphs[0] == pack.pack.says.say(language)
    assert [row[0].text for row in found.tables[0].rows][:3] == {
        "nb": ["38 av 100", "3 av 5", "30 av 100"],
        "en": ["38 of 100", "3 of 5", "30 of 100"],
    }[language]
    assert [table.id for table in found.tables] == [
        f"table-{name}-gdpr" for name in ("packfigures", "open", "requirements", "away")
    ]


def test_every_row_of_the_pack_that_applies_stands_there_once() -> None:
    figures, unanswered, rows, away = section("datatilsynet").tables

    assert len(figures.rows) == 5
    assert [row[1].note for row in unanswered.rows] == ["XA-04", "XA-05"]
    assert [row[0].text for row in (*rows.rows, *away.rows)] == ["1", "2", "3", "4", "5", "6", "6"]


def test_a_pack_that_nobody_answered_says_so_and_has_numbers_that_do_not_flatter() -> None:
    found = section("supplier")

    assert found.paragraphs[0] == "Frivillig å følge."
    assert found.paragraphs[1] == "Ingen har svart på denne pakken. Ingen av de 6\u00a0kravene som gjelder, er vurdert."
    (figures,) = found.tables
    assert [row[0].text for row in figures.rows][:4] == ["–", "0 av 6", "0 av 100", "Nivå rødt"]


def test_a_pack_that_is_not_for_the_organisation_has_a_reason_and_no_number() -> None:
    found = section("nsm")

    assert found.tables == ()
    assert found.paragraphs[1] == "Gjelder ikke: virksomheten er liten. Pakken er derfor ikke vurdert."


def test_what_is_open_in_a_pack_is_told_and_what_is_settled_is_not() -> None:
    found = made("datatilsynet")
    (pack,) = found.packs
    settled = replace(pack, counts=replace(pack.counts, not_assessed=0, unknown=0, disputed=0))

    assert unsettled(pack.counts) == 2
    assert open_packs(found, NB) == ["I pakken «Loven gdpr» er 2\u00a0krav ikke avklart."]
    assert open_packs(replace(found, packs=(settled,)), NB) == []


def test_an_extract_without_packs_has_no_section_of_them() -> None:
    assert list(pack_sections(made("nhn"), NB)) == []
