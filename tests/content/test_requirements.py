"""Walks every requirement: the expected table, both languages, plain words, and what each reference claims."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sentinel.content import read_documents, yaml_files

BASE = Path(__file__).resolve().parents[2]
FOLDER = BASE / "checklists" / "normen" / "requirements"
SPOKEN = ("title", "text", "question", "why", "how")
PROSE = SPOKEN[1:]

# Every gate of every class, and every requirement of weight 3 with class ALL, CTRL, EHR, SUP, MSG or PAT.
EXPECTED = """
LED-01 ALL 3g | LED-02 ALL 3 | LED-06 PUB 3g | LED-09 ALL 3g | LED-12 ALL 3 | LED-13 ALL 3g | LED-14 ALL 3
RIS-01 ALL 3g | RIS-03 ALL 3g | RIS-04 ALL 3g | RIS-05 ALL 3g | RIS-07 ALL 3 | RIS-09 ALL 3g | RIS-10 ALL 3
RIS-13 DSL 3g
PRV-01 ALL 3g | PRV-06 CTRL 3 | PRV-07 CTRL 3 | PRV-08 EHR 3 | PRV-10 EHR 3 | PRV-18 SUP 3g
MED-01 ALL 3g | MED-02 ALL 3 | MED-05 ALL 3 | MED-07 EHR 3
TIL-01 ALL 3g | TIL-02 ALL 3 | TIL-03 EHR 3 | TIL-04 ALL 3 | TIL-05 ALL 3 | TIL-06 ALL 3g | TIL-07 ALL 3g
TIL-08 ALL 3g | TIL-10 EHR 3 | TIL-16 PAT 3g
UTS-01 ALL 3 | UTS-05 MD 3g
DRF-01 ALL 3 | DRF-02 ALL 3 | DRF-03 ALL 3 | DRF-05 ALL 3g | DRF-06 ALL 3 | DRF-07 ALL 3g | DRF-08 ALL 3g
DRF-09 ALL 3 | DRF-10 EHR 3g | DRF-11 ALL 3 | DRF-13 ALL 3 | DRF-16 ALL 3 | DRF-19 ALL 3 | DRF-21 ALL 3
KOM-01 ALL 3 | KOM-02 ALL 3g | KOM-03 ALL 3g | KOM-05 MSG 3 | KOM-06 ALL 3 | KOM-09 SUP 3g
PAS-01 PAT 3 | PAS-02 PAT 3
LEV-01 SUP 3 | LEV-02 SUP 3g | LEV-03 SUP 3 | LEV-04 SUP 3 | LEV-06 SUP 3 | LEV-07 DP 3g | LEV-08 SUP 3
HEN-01 ALL 3g | HEN-02 CTRL 3g | HEN-03 CTRL 3 | HEN-04 CTRL 3 | HEN-05 DP 3g | HEN-07 DSL 3g | HEN-11 ALL 3g
DSL-01 DSL 3g | DSL-02 DSL 3g
"""

CHAPTERS = ("LED", "RIS", "PRV", "MED", "TIL", "UTS", "DRF", "KOM", "PAS", "LEV", "HEN", "DSL")

# Normen places that somebody read. «2.1» and «5.7.4.2» were read themselves; a chapter alone means its subject was.
READ_IN_NORMEN = {
    "2": {"LED-09", "LED-14"},
    "2.1": {"LED-02", "LED-06"},
    "3": {"RIS-01", "RIS-04", "RIS-05", "RIS-07", "RIS-09"},
    "4": {"PRV-06", "PRV-07", "PRV-10"},
    "5.7": {"LEV-01", "LEV-03"},
    "5.7.4.2": {"LEV-02"},
}
READ_IN_LAW = {
    ("pasientjournalloven", "§ 22"),
    ("pasientjournalforskriften", "§ 14"),
    ("helsepersonelloven", "§ 21 a"),
    ("helsepersonelloven", "§ 25"),
    ("helsepersonelloven", "§ 45"),
    ("eForvaltningsforskriften", "§ 15"),
    ("digitalsikkerhetsloven", "§ 7"),
    ("digitalsikkerhetsloven", "§ 8"),
    ("digitalsikkerhetsloven", "LOV-2023-12-20-108"),
    ("digitalsikkerhetsforskriften", "§ 1"),
    ("MDR", "Annex I, 17"),
}
SECOND_HAND = {("normen-faktaark", "24")}

LAW = r"§§? [0-9]+( [a-z])?((–|-)[0-9]+)?|(LOV|FOR)-\d{4}-\d\d-\d\d-\d+"
PLACES = {
    "normen-6.1": r"[1-5](\.\d+){0,3}",
    "normen-7.0": r"[1-9](\.\d+){0,3}",
    "normen-faktaark": r"\d\d[a-c]?",
    "normen-veileder": r"[a-zæøå ]+( \d\.\d)?",
    "GDPR": r"art\. \d+(–\d+)?(\(\d\))?(\([a-h]\)(–\([a-h]\))?)?",
    "NSM": r"1\.[1-3]|2\.([1-9]|10)|3\.[1-4]|4\.[1-4]",
    "ISO27002": r"5\.([1-9]|[12]\d|3[0-7])|6\.[1-8]|7\.([1-9]|1[0-4])|8\.([1-9]|[12]\d|3[0-4])",
    "ISO27001": r"([4-9]|10)(\.\d){0,2}",
    "eIDAS": r"910/2014",
    "MDR": r"Annex [IVX]+, \d+(\.\d+)?",
    "pasientjournalloven": LAW,
    "pasientjournalforskriften": LAW,
    "helsepersonelloven": LAW,
    "pasient- og brukerrettighetsloven": LAW,
    "forskrift om ledelse og kvalitetsforbedring": LAW,
    "eForvaltningsforskriften": LAW,
    "digitalsikkerhetsloven": LAW,
    "digitalsikkerhetsforskriften": LAW,
    "helseberedskapsloven": LAW,
    "IKT-standardforskriften": LAW,
    "håndteringsforskriften": LAW,
}
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


@dataclass(frozen=True)
class Row:
    """One requirement as plain data, and the place to name in a failure."""

    place: str
    data: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.data["id"])

    def said(self, key: str, language: str) -> str:
        return str(self.data[key][language])

    def references(self) -> Iterator[tuple[str, str, str]]:
        for reference in self.data["references"]:
            assert set(reference) == {"source", "place", "confidence"}, self.place
            yield reference["source"], reference["place"], reference["confidence"]


@cache
def chapters() -> tuple[dict[str, Any], ...]:
    found = []
    for path in yaml_files(FOLDER):
        documents, faults = read_documents(path, BASE)
        assert not faults
        assert len(documents) == 1, path.name
        found.append(documents[0].data)
    return tuple(found)


@cache
def rows() -> tuple[Row, ...]:
    return tuple(
        Row(f"{chapter['chapter']} {row.get('id')}", row) for chapter in chapters() for row in chapter["requirements"]
    )


def texts(language: str, keys: tuple[str, ...] = SPOKEN) -> Iterator[tuple[str, str]]:
    """Yield every text of one language with a name for failures, chapter titles included."""
    for row in rows():
        for key in keys:
            yield f"{row.id}.{key}.{language}", row.said(key, language)
    if "title" in keys:
        for chapter in chapters():
            yield f"{chapter['chapter']}.title.{language}", chapter["title"][language]


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!])\s+", text.strip())


def expected() -> dict[str, tuple[str, int, bool]]:
    cells = (cell.split() for line in EXPECTED.strip().splitlines() for cell in line.split("|"))
    return {name: (applies, int(weight[0]), weight.endswith("g")) for name, applies, weight in cells}


def forbidden(language: str) -> list[str]:
    return [word for line in FORBIDDEN[language].split("\n") for word in line.strip().split("|") if word]


def test_the_catalogue_holds_exactly_the_expected_requirements_in_order() -> None:
    assert [row.id for row in rows()] == list(expected())
    assert len(expected()) == 75


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
    for row in rows():
        keys = {"id", *SPOKEN, "applies", "weight", "references"}
        assert set(row.data) - {"gate"} == keys, row.place
        assert row.data.get("gate", True) is True, f"{row.place}: `gate` is written only where it is true"


@pytest.mark.parametrize("key", SPOKEN)
def test_both_languages_say_something_and_not_the_same(key: str) -> None:
    for row in rows():
        assert set(row.data[key]) == {"nb", "en"}, row.place
        nb, en = row.said(key, "nb"), row.said(key, "en")
        assert nb.strip(), row.place
        assert en.strip(), row.place
        assert nb != en, row.place


@pytest.mark.parametrize("key", SPOKEN)
@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_two_requirements_say_the_same(key: str, language: str) -> None:
    said = [row.said(key, language) for row in rows()]
    assert len(set(said)) == len(said)


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
        other = re.search(r"(?<!dat)aa|ae(?![rt]\b)", text, re.IGNORECASE)
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
    for row in rows():
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


def test_every_requirement_names_where_it_comes_from() -> None:
    for row in rows():
        references = list(row.references())
        assert references, row.place
        assert len({(source, place) for source, place, _ in references}) == len(references), f"{row.place}: twice"
        for source, place, confidence in references:
            assert source in PLACES, f"{row.place}: unknown source {source}"
            assert re.fullmatch(PLACES[source], place), f"{row.place}: {source} has no place «{place}»"
            assert confidence in {"confirmed", "known", "unverified"}, row.place


def test_what_was_read_in_normen_is_marked_so_and_nothing_else() -> None:
    confirmed: dict[str, set[str]] = {}
    for row in rows():
        for source, place, confidence in row.references():
            assert source != "normen-6.1" or confidence in {"confirmed", "unverified"}, row.place
            if source == "normen-6.1" and confidence == "confirmed":
                confirmed.setdefault(place, set()).add(row.id)
    assert confirmed == READ_IN_NORMEN


def test_a_place_in_the_newest_normen_is_written_only_by_one_who_read_it() -> None:
    for row in rows():
        for source, _, confidence in row.references():
            assert source != "normen-7.0" or confidence == "confirmed", row.place


def test_guidance_is_confirmed_but_for_what_was_seen_second_hand() -> None:
    for row in rows():
        for source, place, confidence in row.references():
            if source in {"normen-faktaark", "normen-veileder"}:
                wanted = "unverified" if (source, place) in SECOND_HAND else "confirmed"
                assert confidence == wanted, f"{row.place}: {source} {place}"


def test_settled_law_and_published_standards_are_known_and_not_more() -> None:
    for row in rows():
        for source, _, confidence in row.references():
            if source in {"GDPR", "NSM", "ISO27001", "ISO27002"}:
                assert confidence == "known", f"{row.place}: {source}"


def test_paragraphs_are_confirmed_only_where_they_were_read() -> None:
    silent = {"normen-6.1", "normen-7.0", "normen-faktaark", "normen-veileder"}
    whole = ("digitalsikkerhetsforskriften", "FOR-2025-06-20-1131")
    found = {
        (source, place)
        for row in rows()
        for source, place, confidence in row.references()
        if confidence == "confirmed" and source not in silent and (row.id, (source, place)) != ("DSL-02", whole)
    }
    assert found == READ_IN_LAW
    marks: dict[tuple[str, str], set[str]] = {}
    for row in rows():
        for source, place, confidence in row.references():
            if source not in silent and (source, place) != whole:
                marks.setdefault((source, place), set()).add(confidence)
    assert all(len(confidences) == 1 for confidences in marks.values()), "one paragraph, two opinions"
