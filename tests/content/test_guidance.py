"""Walks what helps to answer: evidence, help for a large organisation, example, who knows, question to the supplier."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.content.catalogue import BASE, GUIDANCE, Row, every_row, pack_rows, rows
from tests.content.test_requirements import ALLOWED_CAPITALS

# Names that a supplier or an IT department needs to hear as they are; the question itself stays plain.
TRADE = {"MDS2", "SBOM", "SPF", "DKIM", "DMARC", "ID", "CE"}
LAWS = {
    "GDPR", "pasientjournalloven", "pasientjournalforskriften", "helsepersonelloven",
    "pasient- og brukerrettighetsloven", "forskrift om ledelse og kvalitetsforbedring", "eForvaltningsforskriften",
    "digitalsikkerhetsloven", "digitalsikkerhetsforskriften", "helseberedskapsloven", "IKT-standardforskriften",
    "håndteringsforskriften", "MDR", "eIDAS", "helseregisterloven", "helseforskningsloven", "arkivlova",
    "arbeidsmiljøloven", "spesialisthelsetjenesteloven", "helse- og omsorgstjenesteloven", "ekomloven",
    "personopplysningsloven", "KI-forordningen",
}  # fmt: skip
NOT_LAW = {
    "normen-6.1", "normen-7.0", "normen-faktaark", "normen-veileder", "NSM", "ISO27001", "ISO27002", "NIS2",
    "Helsenettet", "Prop. 152 L", "Prop. 154 L",
}  # fmt: skip
# Imperatives that help for a large organisation begins with; a new one is added here when it is one.
ADVICE = """
Avklar Avtal Avvis Be Begrens Begrunn Beskriv Bruk Bygg Del Dokumenter Drøft Fastsett Fjern Forklar Følg Før Gi Gjør
Godkjenn Gå Ha Hent Hold Kartlegg Knytt Koble Kontroller Krev Krypter La Lag Legg Logg Mål Nevn Noter Oppdater Overvåk
Pek Prøv Publiser Registrer Regn Samle Sammenlign Se Send Sett Skill Skriv Slipp Stans Steng Styr Søk Sørg Ta Tilby
Tilpass Varsle Vedlegg Velg Vis Vurder Øv
"""


def told(keys: tuple[str, ...] = (*GUIDANCE, "supplier")) -> Iterator[tuple[str, str, str]]:
    """Yield place, language and words of every text of the guidance."""
    for row in every_row():
        for key in keys:
            if key in row.data:
                for language in ("nb", "en"):
                    yield f"{row.id}.{key}.{language}", language, row.said(key, language)


def test_every_text_is_there_in_both_languages_and_says_different_things() -> None:
    odd = [
        f"{row.id}.{key}"
        for row in every_row()
        for key in (*GUIDANCE, "supplier")
        if key in row.data
        if set(row.data[key]) != {"nb", "en"} or row.data[key]["nb"] == row.data[key]["en"]
    ]

    assert odd == []


@pytest.mark.parametrize("key", [*GUIDANCE, "supplier"])
def test_no_two_requirements_of_one_checklist_give_the_same_help(key: str) -> None:
    for language in ("nb", "en"):
        for own in (rows(), *pack_rows().values()):
            said = [row.said(key, language) for row in own if key in row.data]
            assert sorted(text for text in set(said) if said.count(text) > 1) == []


def test_help_is_one_or_two_short_sentences() -> None:
    odd = [place for place, _, words in told(GUIDANCE) if not words.endswith((".", ".»"))]
    odd += [f"{place}: {len(words.split())}" for place, _, words in told() if not 4 <= len(words.split()) <= 25]

    assert odd == []


def test_a_question_to_the_supplier_is_one_question() -> None:
    odd = [f"{place}: {words}" for place, _, words in told(("supplier",)) if words.count("?") != 1 or words[-1] != "?"]

    assert odd == []


def test_advice_to_a_large_organisation_begins_with_a_verb() -> None:
    verbs = set(ADVICE.split())
    odd = [f"{place}: {words.split()[0]}" for place, language, words in told(("large",)) if language == "nb"
           if words.split()[0] not in verbs]  # fmt: skip

    assert odd == []


def test_typography_of_the_guidance() -> None:
    odd = [
        f"{place}: {words}" for place, _, words in told() if re.search(r"  |\s[,.;:?!]|[,;:][^\s\d]|\.\.| - |\"", words)
    ]
    odd += [place for place, language, words in told() if language == "en" and re.search(r"[æøåÆØÅ«»]", words)]
    odd += [place for place, language, words in told() if language == "nb" and re.search(r"['’‘“”]", words)]
    odd += [place for place, _, words in told() if words.count("«") != words.count("»")]

    assert odd == []


def test_no_abbreviation_but_those_a_supplier_must_hear() -> None:
    found = {
        f"{place}: {word}"
        for place, _, words in told()
        for word in re.findall(r"\b[A-ZÆØÅ0-9]*[A-ZÆØÅ]{2,}[A-ZÆØÅ0-9]*\b", words)
        if word not in ALLOWED_CAPITALS | TRADE
    }

    assert found == set()


def test_nobody_is_promised_an_approval_and_nothing_looks_like_an_identity_number() -> None:
    odd = [
        place
        for place, _, words in told()
        if re.search(r"godkjent av normen|normen-godkjent|approved by normen", words, re.IGNORECASE)
    ]
    odd += [place for place, _, words in told() if re.search(r"\d{9}|\d{6}[ .]?\d{5}", words)]

    assert odd == []


def sources(row: Row) -> set[str]:
    return {source for source, _, _ in row.references()}


def test_every_source_is_law_or_not() -> None:
    assert {source for row in rows() for source in sources(row)} <= LAWS | NOT_LAW
    assert not LAWS & NOT_LAW


def test_what_a_law_asks_is_kept_apart_from_what_only_normen_asks() -> None:
    """A bill that is not in force, a framework and a contract are no law."""
    odd = [
        f"{row.id}: {row.data['basis']}" for row in rows() if bool(sources(row) & LAWS) != (row.data["basis"] == "law")
    ]

    assert odd == []
    assert {row.id for row in rows() if row.data["basis"] == "norm"} == {
        "LED-05", "LED-16", "MED-03", "MED-06", "TIL-15", "FYS-05", "DRF-15", "DRF-18", "KOM-11", "LEV-05", "HEN-06",
        "HEN-10",
    }  # fmt: skip


def test_bor_is_said_only_where_normen_was_seen_to_say_it() -> None:
    assert {row.id for row in rows() if row.data["duty"] == "should"} == {"LED-03", "LED-05"}
    for row in rows():
        if row.data["duty"] == "should":
            assert ("normen-6.1", "2.1", "confirmed") in set(row.references())


def test_a_supplier_that_usually_knows_is_asked_something() -> None:
    silent = [row.id for row in rows() if row.data["knows"][0] == "supplier" and "supplier" not in row.data]

    assert silent == []
    assert sum("supplier" in row.data for row in rows()) >= 90


def test_every_role_is_somebody_who_knows_something() -> None:
    cover = (BASE / "checklists" / "normen" / "normen.yml").read_text(encoding="utf-8")
    roles = set(re.findall(r"^  ([a-z_]+): \{nb:", cover, re.MULTILINE))

    assert {name for row in rows() for name in row.data["knows"]} == roles


def test_one_requirement_has_at_most_two_letters_of_nis2_and_every_letter_is_used() -> None:
    letters = {row.id: [place for source, place, _ in row.references() if source == "NIS2"] for row in rows()}

    assert {name: found for name, found in letters.items() if len(found) > 2} == {}
    assert {place for found in letters.values() for place in found} == {
        f"art. 21(2)({letter})" for letter in "abcdefghij"
    }
