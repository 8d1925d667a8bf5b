"""Walks every requirement: the expected table, both languages, plain words, and what a text claims of the law."""

from __future__ import annotations

import re

import pytest

from sentinel.content import yaml_files
from tests.content.catalogue import FOLDER, GUIDANCE, SPOKEN, chapters, every_row, pack_rows, rows, sentences, texts

PROSE = SPOKEN[1:]

# Class, weight and gate (g) of every requirement, written from our notes on Normen and not from the files.
EXPECTED = """
LED-01 ALL 3g | LED-02 ALL 3 | LED-03 ALL 1 | LED-04 ALL 2 | LED-05 LARGE 2 | LED-06 PUB 3g | LED-07 PRIV 2
LED-08 DPO 2 | LED-09 ALL 3g | LED-10 ALL 1 | LED-11 ALL 2 | LED-12 ALL 3 | LED-13 ALL 3g | LED-14 ALL 3
LED-15 LARGE 1 | LED-16 ALL 1 | LED-17 SHARE 3 | LED-18 LARGE 1 | LED-19 DP 3
RIS-01 ALL 3g | RIS-02 ALL 2 | RIS-03 ALL 3g | RIS-04 ALL 3g | RIS-05 ALL 3g | RIS-06 ALL 2 | RIS-07 ALL 3
RIS-08 SUP 2 | RIS-09 ALL 3g | RIS-10 ALL 3 | RIS-11 LARGE 1 | RIS-12 ALL 1 | RIS-13 DSL 3g
PRV-01 ALL 3g | PRV-02 ALL 2 | PRV-03 ALL 2 | PRV-04 CTRL 2 | PRV-05 ALL 2 | PRV-06 CTRL 3 | PRV-07 CTRL 3
PRV-08 EHR 3 | PRV-09 CTRL 2 | PRV-10 EHR 3 | PRV-11 CTRL 1 | PRV-12 CTRL 2 | PRV-13 CTRL 1 | PRV-14 CTRL 2
PRV-15 DEV 2 | PRV-16 AI 2 | PRV-17 CTRL 2 | PRV-18 SUP 3g | PRV-19 ALL 1
MED-01 ALL 3g | MED-02 ALL 3 | MED-03 LARGE 1 | MED-04 ALL 2 | MED-05 ALL 3 | MED-06 LARGE 1 | MED-07 EHR 3
TIL-01 ALL 3g | TIL-02 ALL 3 | TIL-03 EHR 3 | TIL-04 ALL 3 | TIL-05 ALL 3 | TIL-06 ALL 3g | TIL-07 ALL 3g
TIL-08 ALL 3g | TIL-09 LARGE 2 | TIL-10 EHR 3 | TIL-11 EHR 2 | TIL-12 SHARE 3 | TIL-13 ALL 2 | TIL-14 ALL 2
TIL-15 ALL 1 | TIL-16 PAT 3g | TIL-17 DEV 2 | TIL-18 EHR 2
FYS-01 ALL 2 | FYS-02 ALL 2 | FYS-03 ALL 1 | FYS-04 ALL 2 | FYS-05 ALL 1 | FYS-06 LARGE 1
UTS-01 ALL 3 | UTS-02 ALL 2 | UTS-03 ALL 2 | UTS-04 ALL 2 | UTS-05 MD 3g | UTS-06 MD 2 | UTS-07 MD 3 | UTS-08 WT 3
UTS-09 CTRL 2
DRF-01 ALL 3 | DRF-02 ALL 3 | DRF-03 ALL 3 | DRF-04 DEV 2 | DRF-05 ALL 3g | DRF-06 ALL 3 | DRF-07 ALL 3g
DRF-08 ALL 3g | DRF-09 ALL 3 | DRF-10 EHR 3g | DRF-11 ALL 3 | DRF-12 EHR 2 | DRF-13 ALL 3 | DRF-14 ALL 2
DRF-15 ALL 1 | DRF-16 ALL 3 | DRF-17 ALL 2 | DRF-18 ALL 1 | DRF-19 ALL 3 | DRF-20 LARGE 2 | DRF-21 ALL 3
DRF-22 DEV 2 | DRF-23 DEV 2
KOM-01 ALL 3 | KOM-02 ALL 3g | KOM-03 ALL 3g | KOM-04 ALL 2 | KOM-05 MSG 3 | KOM-06 ALL 3 | KOM-07 ALL 2
KOM-08 ALL 2 | KOM-09 SUP 3g | KOM-10 NHN 2 | KOM-11 NHN 1 | KOM-12 SHARE 2
PAS-01 PAT 3 | PAS-02 PAT 3 | PAS-03 PAT 2 | PAS-04 PAT 2 | PAS-05 PAT 2 | PAS-06 PAT 1
LEV-01 SUP 3 | LEV-02 SUP 3g | LEV-03 SUP 3 | LEV-04 SUP 3 | LEV-05 SUP 2 | LEV-06 SUP 3 | LEV-07 DP 3g | LEV-08 SUP 3
LEV-09 CLOUD 3 | LEV-10 SUP 2 | LEV-11 SUP 2 | LEV-12 SUP 2 | LEV-13 SUP 2 | LEV-14 DP 3 | LEV-15 LARGE 2
HEN-01 ALL 3g | HEN-02 CTRL 3g | HEN-03 CTRL 3 | HEN-04 CTRL 3 | HEN-05 DP 3g | HEN-06 NHN 2 | HEN-07 DSL 3g
HEN-08 CTRL 2 | HEN-09 CTRL 2 | HEN-10 LARGE 1 | HEN-11 ALL 3g | HEN-12 LARGE 2 | HEN-13 ALL 2 | HEN-14 ALL 2
FOR-01 RES 2 | FOR-02 RES 2 | FOR-03 RES 1
KI-01 AI 2 | KI-02 AI 3 | KI-03 AI 3
DSL-01 DSL 3g | DSL-02 DSL 3g | DSL-03 DSL 2
"""

CHAPTERS = ("LED", "RIS", "PRV", "MED", "TIL", "FYS", "UTS", "DRF", "KOM", "PAS", "LEV", "HEN", "FOR", "KI", "DSL")

LAWS = {
    "nb": {"personvernforordningen": "GDPR", "digitalsikkerhetsloven": "digitalsikkerhetsloven"},
    "en": {"General Data Protection Regulation": "GDPR", "Digital Security Act": "digitalsikkerhetsloven"},
}
DUTY = {
    "nb": r"\bkrever (?=\w*(loven|forordningen|forskriften))|(loven|forordningen|forskriften) krever\b",
    "en": r"\b(Act|Regulation|law) requires\b",
}

ALLOWED_CAPITALS = {"IT", "SMS", "EØS", "EEA"}
FORBIDDEN = {
    "nb": """
        godkjent av normen|normen-godkjent|normengodkjent|sertifisert etter normen|juridisk råd|lovlig drift
        epj|dpia|ros|mfa|2fa|vpn|gdpr|nhn|nsm|edr|siem|rdp|pacs|dicom|edi|pvo|dpa|sla|api|usb|nas
        backup\\w*|backuper|policy|compliance|update|password|login|the|and|with|remote|risk
        fjernaksess|pasientdata|helsedata|personellet|databehandler-avtale|legevaktjournal|kontinuitet|autentisering
        autorisasjon|segmentering|herding|privilegert|hendelseshåndtering|sårbarhet|sårbarheter|endepunkt|klienter
        ikkje|ein|eit|frå|kva|korleis|berre|dykk|vere|noko|nokon|verksemd|sjukehus|framleis|høve|òg
        af|hvad|blive|jeres|oplysninger|adgangskode|virksomhed|patient|patienter|sikkerhed|uden|efter|hvordan man
        pasient opplysninger\\w*|journal system\\w*|sikkerhets kopi\\w*|it leverandør\\w*|it-leverandøren sin
        data behandleravtale|to trinns|to trinn|risiko vurdering\\w*|personvern ombud\\w*|fjern hjelp\\w*|medisinskt
        tilgangs styring\\w*|avviks liste\\w*
        i forhold til|i fht|ihht|iht|mtp|evt|ift|ang|m\\.m|bl\\.a|dvs|osv|f\\.eks|selv om at|ennå ikke enda
        perfekt|fantastisk|utmerket|gratulerer|supert|flott
    """,
    "en": """
        normen-approved|approved by normen|certified against normen|legal advice
        epj|ehr|emr|dpia|dpo|mfa|2fa|vpn|gdpr|edr|siem|rdp|pacs|dicom|sla|api|usb|nas|pii|phi
        organization|organizations|color|center|behavior|authorize|recognize|judgment|catalog|favor
        deviation|deviations|data processor agreement|og|ikke|eller|pasient|avvik|journal
        tilgang|virksomhet|sikkerhet|ledelse|utstyr|leverandører
        perfect|fantastic|excellent|congratulations|great
    """,
}
SENTENCE = {"nb": (8, 22), "en": (8, 25)}
INTENTIONS = ("Vil", "Skal", "Bør", "Planlegger", "Ønsker", "Kommer", "Tenker", "Mener", "Will", "Should", "Plan")


def expected() -> dict[str, tuple[str, int, bool]]:
    cells = (cell.split() for line in EXPECTED.strip().splitlines() for cell in line.split("|"))
    return {name: (applies, int(weight[0]), weight.endswith("g")) for name, applies, weight in cells}


def forbidden(language: str) -> list[str]:
    return [word for line in FORBIDDEN[language].split("\n") for word in line.strip().split("|") if word]


def test_the_catalogue_holds_exactly_the_expected_requirements_in_order() -> None:
    assert [row.id for row in rows()] == list(expected())
    assert len(expected()) == 170


def test_classes_weights_and_gates_are_those_of_the_table() -> None:
    found = {row.id: (row.data["applies"], row.data["weight"], row.data.get("gate", False)) for row in rows()}
    assert found == expected()
    assert sum(gate for _, _, gate in found.values()) == 35


def test_one_file_holds_one_chapter_and_files_sort_as_the_chapters_do() -> None:
    assert tuple(chapter["chapter"] for chapter in chapters()) == CHAPTERS
    names = [path.name for path in yaml_files(FOLDER)]
    assert names == [f"{number:02}-{code.lower()}.yml" for number, code in enumerate(CHAPTERS, start=1)]
    for chapter in chapters():
        assert set(chapter) == {"chapter", "title", "requirements"}
        assert all(row["id"].startswith(f"{chapter['chapter']}-") for row in chapter["requirements"])


def test_every_requirement_has_exactly_the_keys_of_the_schema() -> None:
    for row in every_row():
        keys = {"id", *SPOKEN, *GUIDANCE, "applies", "weight", "duty", "basis", "knows", "references"}
        assert set(row.data) - {"gate", "supplier"} == keys, row.place
        assert row.data.get("gate", True) is True, f"{row.place}: `gate` is written only where it is true"


@pytest.mark.parametrize("key", SPOKEN)
def test_both_languages_say_something_and_not_the_same(key: str) -> None:
    for row in every_row():
        assert set(row.data[key]) == {"nb", "en"}, row.place
        nb, en = row.said(key, "nb"), row.said(key, "en")
        assert nb.strip(), row.place
        assert en.strip(), row.place
        assert nb != en, row.place


@pytest.mark.parametrize("key", SPOKEN)
@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_two_requirements_of_one_checklist_say_the_same(key: str, language: str) -> None:
    for own in (rows(), *pack_rows().values()):
        said = [row.said(key, language) for row in own]
        assert sorted(text for text in set(said) if said.count(text) > 1) == []


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_question_is_one_sentence_about_how_things_are(language: str) -> None:
    for place, text in texts(language, ("question",)):
        assert text.endswith("?"), place
        assert len(sentences(text)) == 1, place
        assert text.split()[0] not in INTENTIONS, f"{place} asks for an intention"


@pytest.mark.parametrize("language", ["nb", "en"])
def test_prose_ends_in_a_full_stop_and_why_is_one_sentence(language: str) -> None:
    for place, text in texts(language, ("text", "why", "how")):
        assert text.endswith("."), place
    for place, text in texts(language, ("why",)):
        assert len(sentences(text)) == 1, place
    for place, text in texts(language, ("text",)):
        assert 1 <= len(sentences(text)) <= 2, place
    for place, text in texts(language, ("how",)):
        assert 2 <= len(sentences(text)) <= 3, place
    for place, text in texts(language, ("title",)):
        assert text[-1].isalpha() or text[-1].isdigit(), place
        assert len(text) <= 60, place


@pytest.mark.parametrize("language", ["nb", "en"])
def test_sentences_are_short_enough_to_understand_at_first_reading(language: str) -> None:
    shortest, longest = SENTENCE[language]
    for place, text in texts(language, PROSE):
        for sentence in sentences(text):
            assert shortest <= len(sentence.split()) <= longest, f"{place}: {sentence}"


@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_abbreviation_stands_unexplained(language: str) -> None:
    for place, text in texts(language):
        capitals = set(re.findall(r"\b[A-ZÆØÅ0-9]*[A-ZÆØÅ]{2,}[A-ZÆØÅ0-9]*\b", text))
        assert capitals <= ALLOWED_CAPITALS, f"{place}: {capitals - ALLOWED_CAPITALS}"


@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_word_of_another_language_no_jargon_and_no_promise_of_approval(language: str) -> None:
    banned = re.compile(rf"(?<![\w-])({'|'.join(forbidden(language))})(?![\w-])", re.IGNORECASE)
    for place, text in texts(language):
        found = banned.search(text)
        assert found is None, f"{place}: «{found.group() if found else ''}»"


@pytest.mark.parametrize("language", ["nb", "en"])
def test_typography(language: str) -> None:
    for place, text in texts(language):
        assert "  " not in text, place
        assert text == text.strip(), place
        assert not re.search(r"\s[,.;:?!]|[,;:][^\s\d]|\.\.|\.[A-ZÆØÅ]", text), place
        assert '"' not in text, f"{place}: straight quotation marks"
        assert " - " not in text, f"{place}: a hyphen for a dash"
        assert text.isprintable(), f"{place}: invisible characters"


def test_bokmaal_uses_its_own_letters_and_quotation_marks() -> None:
    for place, text in texts("nb"):
        assert not re.search(r"['’‘“”]", text), place
        assert text.count("«") == text.count("»"), place
        other = re.search(r"(?<!dat)aa|ae(?!ne\b|[rt]\b)", text, re.IGNORECASE)
        assert other is None, f"{place}: æ, ø or å written in other letters"
    whole = " ".join(text for _, text in texts("nb")).lower()
    assert all(whole.count(letter) > 20 for letter in "æøå")


def test_english_has_no_norwegian_left_in_it() -> None:
    for place, text in texts("en"):
        assert not re.search(r"[æøåÆØÅ«»]", text), place


def test_nothing_looks_like_an_identity_number() -> None:
    for language in ("nb", "en"):
        for place, text in texts(language):
            assert not re.search(r"\d{6}[ .]?\d{5}", text), place
            assert not re.search(r"\d{9}", text), place


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_law_is_said_to_require_only_what_a_reference_stands_behind(language: str) -> None:
    claims = 0
    for row in every_row():
        behind = {source for source, _, confidence in row.references() if confidence != "unverified"}
        for key in SPOKEN:
            for sentence in sentences(row.said(key, language)):
                if not re.search(DUTY[language], sentence, re.IGNORECASE):
                    continue
                named = {source for law, source in LAWS[language].items() if law.lower() in sentence.lower()}
                assert named, f"{row.place}.{key}: which law? {sentence}"
                assert named <= behind, f"{row.place}.{key}: no sure reference to {named - behind}"
                claims += 1
    assert claims >= 8
