"""Walks the packs on welfare technology, suppliers, cloud, artificial intelligence and research."""

from __future__ import annotations

import re

import pytest

from sentinel.comply.checklist import Chapter
from tests.content.catalogue import BASE, GUIDANCE, SPOKEN, rows, sentences
from tests.content.pack_rows import CODES, PACKS, chapter, cover, pack_rows, rows_of, told
from tests.content.test_guidance import ADVICE, LAWS, NOT_LAW, TRADE
from tests.content.test_references import PLACES
from tests.content.test_requirements import ALLOWED_CAPITALS, INTENTIONS, SENTENCE, forbidden

PROSE = SPOKEN[1:]
VERBS = set(ADVICE.split())
BANNED = {
    language: re.compile(rf"(?<![\w-])({'|'.join(forbidden(language))})(?![\w-])", re.IGNORECASE)
    for language in ("nb", "en")
}

# Class, weight and gate (g) of every requirement, written from our notes and not from the files.
EXPECTED = """
VT-01 WT 3g | VT-02 WT 3g | VT-03 WT 3g | VT-04 WT 3g | VT-05 WT 3 | VT-06 WT 2 | VT-07 WT 3 | VT-08 WT 2 | VT-09 WT 3g
VT-10 WT 3g | VT-11 WT 3 | VT-12 WT 3g | VT-13 WT 3 | VT-14 WT 2 | VT-15 WT 2 | VT-16 WT 3 | VT-17 WT 2 | VT-18 WT 2
LS-01 ALL 3g | LS-02 ALL 3g | LS-03 ALL 3 | LS-04 ALL 3 | LS-05 ALL 2 | LS-06 ALL 3g | LS-07 ALL 3 | LS-08 ALL 3g
LS-09 ALL 3g | LS-10 ALL 3 | LS-11 ALL 2 | LS-12 ALL 3g | LS-13 ALL 2 | LS-14 DEV 3 | LS-15 ALL 2 | LS-16 DEV 3
LS-17 MD 2 | LS-18 ALL 3g | LS-19 ALL 3 | LS-20 ALL 2 | LS-21 ALL 3 | LS-22 ALL 2
SKY-01 CLOUD 3g | SKY-02 CLOUD 3g | SKY-03 CLOUD 3 | SKY-04 CLOUD 3 | SKY-05 CLOUD 3g | SKY-06 CLOUD 3
SKY-07 CLOUD 3 | SKY-08 CLOUD 3g | SKY-09 CLOUD 3 | SKY-10 CLOUD 2 | SKY-11 CLOUD 3 | SKY-12 CLOUD 3
SKY-13 CLOUD 3g | SKY-14 CLOUD 2 | SKY-15 CLOUD 2 | SKY-16 CLOUD 2
KIB-01 AI 3g | KIB-02 AI 3g | KIB-03 AI 3 | KIB-04 AI 3g | KIB-05 AI 2 | KIB-06 AI 3 | KIB-07 AI 3 | KIB-08 AI 3g
KIB-09 AI 2 | KIB-10 AI 2 | KIB-11 AI 2 | KIB-12 AI 2 | KIB-13 AI 2 | KIB-14 AI 3
FSK-01 RES 3g | FSK-02 RES 3g | FSK-03 RES 3 | FSK-04 RES 3 | FSK-05 RES 2 | FSK-06 RES 2 | FSK-07 RES 3g
FSK-08 RES 3 | FSK-09 RES 3 | FSK-10 RES 3 | FSK-11 RES 2 | FSK-12 RES 3
"""


def test_the_packs_hold_exactly_the_expected_requirements_in_order() -> None:
    cells = [cell.split() for line in EXPECTED.strip().splitlines() for cell in line.split("|")]
    found = [
        [row.id, row.data["applies"], f"{row.data['weight']}{'g' if row.data.get('gate') else ''}"]
        for row in pack_rows()
    ]

    assert found == cells
    assert len(found) == 82


@pytest.mark.parametrize("pack", CODES)
def test_a_pack_has_the_shape_of_a_chapter_and_a_cover_of_its_own(pack: str) -> None:
    assert Chapter.model_validate(chapter(pack)).chapter == CODES[pack]
    assert [path.name for path in sorted((PACKS / pack).rglob("*.yml"))] == [
        "pack.yml",
        f"{CODES[pack].lower()}.yml",
    ]
    assert cover(pack)["id"] == pack
    assert set(cover(pack)["roles"]) == {name for row in rows_of(pack) for name in row.data["knows"]}
    assert {row.data["applies"] for row in rows_of(pack)} <= {*cover(pack)["applies"], "ALL", "DEV", "MD"}


@pytest.mark.parametrize("pack", CODES)
def test_a_pack_that_is_no_law_says_so(pack: str) -> None:
    told = cover(pack)

    assert (told["status"], told["valid_from"], told["valid_to"]) == ("voluntary", None, None)
    assert "bind" in told["source"]


def test_both_languages_say_something_and_no_two_requirements_say_the_same() -> None:
    for key in (*SPOKEN, *GUIDANCE, "supplier"):
        for language in ("nb", "en"):
            said = [row.said(key, language) for row in (*rows(), *pack_rows()) if key in row.data]
            assert sorted({text for text in said if said.count(text) > 1}) == [], key
    odd = [
        f"{row.id}.{key}"
        for row in pack_rows()
        for key in (*SPOKEN, *GUIDANCE, "supplier")
        if key in row.data and (set(row.data[key]) != {"nb", "en"} or row.data[key]["nb"] == row.data[key]["en"])
    ]
    assert odd == []


def test_a_question_is_one_sentence_about_how_things_are() -> None:
    odd = [
        f"{place}: {words}"
        for place, _, words in told(("question",))
        if not words.endswith("?") or len(sentences(words)) != 1 or words.split()[0] in INTENTIONS
    ]

    assert odd == []


def test_prose_has_the_length_that_can_be_read_at_once() -> None:
    wanted = {"text": (1, 2), "why": (1, 1), "how": (2, 3)}
    odd = [
        f"{place}: {len(sentences(words))} sentences"
        for place, _, words in told(("text", "why", "how"))
        if not words.endswith(".") or not (low := wanted[place.split(".")[1]])[0] <= len(sentences(words)) <= low[1]
    ]
    odd += [
        f"{place}: {len(sentence.split())} words: {sentence}"
        for place, language, words in told(PROSE)
        for sentence in sentences(words)
        if not SENTENCE[language][0] <= len(sentence.split()) <= SENTENCE[language][1]
    ]
    odd += [f"{place}: {words}" for place, _, words in told(("title",)) if len(words) > 60 or not words[-1].isalnum()]

    assert odd == []


def test_help_is_short_and_advice_begins_with_a_verb() -> None:
    odd = [f"{place}: {words}" for place, _, words in told(GUIDANCE) if not words.endswith(".")]
    odd += [
        f"{place}: {len(words.split())} words"
        for place, _, words in told((*GUIDANCE, "supplier"))
        if not 4 <= len(words.split()) <= 25
    ]
    odd += [
        f"{place}: {words.split()[0]}"
        for place, language, words in told(("large",))
        if language == "nb" and words.split()[0] not in VERBS
    ]
    odd += [f"{place}: {words}" for place, _, words in told(("supplier",)) if words.count("?") != 1 or words[-1] != "?"]

    assert odd == []


def test_no_jargon_no_abbreviation_and_no_other_language() -> None:
    odd = [
        f"{place}: «{found.group()}»"
        for place, language, words in told(SPOKEN)
        if (found := BANNED[language].search(words))
    ]
    odd += [
        f"{place}: {word}"
        for place, _, words in told()
        for word in re.findall(r"\b[A-ZÆØÅ0-9]*[A-ZÆØÅ]{2,}[A-ZÆØÅ0-9]*\b", words)
        if word not in ALLOWED_CAPITALS | (set() if place.split(".")[1] in SPOKEN else TRADE)
    ]

    assert odd == []


def test_typography() -> None:
    odd = [
        f"{place}: {words}"
        for place, _, words in told()
        if re.search(r"  |\s[,.;:?!]|[,;:][^\s\d]|\.\.|\.[A-ZÆØÅ]| - |\"", words) or words != words.strip()
    ]
    odd += [place for place, language, words in told() if language == "en" and re.search(r"[æøåÆØÅ«»]", words)]
    odd += [place for place, language, words in told() if language == "nb" and re.search(r"['’‘“”]", words)]
    odd += [place for place, _, words in told() if words.count("«") != words.count("»") or not words.isprintable()]
    odd += [place for place, _, words in told() if re.search(r"\d{9}|\d{6}[ .]?\d{5}", words)]

    assert odd == []


def test_a_supplier_is_asked_where_one_can_know_and_does_not_ask_itself() -> None:
    silent = [row.id for row in pack_rows() if "supplier" in row.data["knows"] and "supplier" not in row.data]

    assert silent == []
    assert not any("supplier" in row.data for row in rows_of("supplier"))


# What a requirement of the packs stands on. The marks are those of the catalogue; what is only here is named with
# its reason: the paragraph on alerts and tracking was read in the bill that made it (Prop. 90 L, 2012–2013).
ONLY_HERE = {
    ("pasient- og brukerrettighetsloven", "§ 4-6 a"): "known",
    ("pasient- og brukerrettighetsloven", "§ 3-3"): "unverified",
    ("normen-veileder", "velferdsteknologi"): "unverified",
    ("normen-veileder", "forskning"): "unverified",
}
SETTLED = {"GDPR", "NSM", "NIS2", "ISO27002"}
BILL_OR_FOREIGN = {"KI-forordningen"}


def test_a_reference_is_no_surer_than_in_the_catalogue() -> None:
    marks = {
        (source, place): mark
        for row in rows()
        for source, place, mark in row.references()
        if (source, mark) != ("normen-6.1", "confirmed") or place == "5.7.4.2"
    }
    marks |= ONLY_HERE
    odd = [
        f"{row.id}: {source} {place} is {mark}"
        for row in pack_rows()
        for source, place, mark in row.references()
        if mark != ("known" if source in SETTLED else marks.get((source, place), "not in the catalogue"))
    ]
    odd += [
        f"{row.id}: {source} has no place «{place}»"
        for row in pack_rows()
        for source, place, _ in row.references()
        if not re.fullmatch(PLACES[source], place)
    ]

    assert odd == []


def test_law_and_good_practice_are_kept_apart() -> None:
    """What no law and no contract asks is advice («bør»), and a regulation that may not hold here is no law."""
    odd = []
    for row in pack_rows():
        sources = {source for source, _, _ in row.references()}
        law = bool(sources & (LAWS - BILL_OR_FOREIGN))
        bound = law or "Helsenettet" in sources
        if (row.data["basis"], row.data["duty"]) != ("law" if law else "norm", "must" if bound else "should"):
            odd.append(row.id)

    assert odd == []
    assert {source for row in pack_rows() for source, _, _ in row.references()} <= LAWS | NOT_LAW
    assert {row.id for row in pack_rows() if row.data["basis"] == "norm"} == {"LS-05", "LS-13", "LS-15"}


def test_no_requirement_of_a_pack_has_the_id_of_another() -> None:
    codes = [
        code
        for path in (BASE / "checklists").rglob("requirements/*.yml")
        for code in re.findall(r"^chapter: ([A-Z]+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]

    assert sorted(codes) == sorted(set(codes))
