"""Holds the packs on welfare technology, suppliers, cloud, artificial intelligence and research.

That their texts are plain and whole in both languages is walked with Normen's, in test_requirements and test_guidance.
"""

from __future__ import annotations

import re
from functools import cache

import pytest

from sentinel.comply.packs import Pack, load_packs
from tests.content.catalogue import BASE, GUIDANCE, SPOKEN, Row, every_row, pack_rows, rows
from tests.content.test_guidance import LAWS, NOT_LAW
from tests.content.test_references import PLACES

CODES = {"welfare-technology": "VT", "supplier": "LS", "cloud": "SKY", "ai-use": "KIB", "research": "FSK"}
"""The packs that no law is the name of, and the code that begins their requirements."""

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
# What requirements of these packs alone stand on. The paragraph on alerts and tracking was read in the bill that made
# it (Prop. 90 L, 2012–2013), and not in the act.
ONLY_HERE = {
    ("pasient- og brukerrettighetsloven", "§ 4-6 a"): "known",
    ("pasient- og brukerrettighetsloven", "§ 3-3"): "unverified",
    ("normen-veileder", "velferdsteknologi"): "unverified",
    ("normen-veileder", "forskning"): "unverified",
}
SETTLED = {"GDPR", "NSM", "NIS2", "ISO27002"}
NOT_LAW_HERE = {"KI-forordningen"}


@cache
def pack(name: str) -> Pack:
    return load_packs(BASE)[name]


def ours() -> tuple[Row, ...]:
    return tuple(row for name in CODES for row in pack_rows()[name])


def test_the_packs_hold_exactly_the_expected_requirements_in_order() -> None:
    cells = [cell.split() for line in EXPECTED.strip().splitlines() for cell in line.split("|")]
    found = [
        [row.id, row.data["applies"], f"{row.data['weight']}{'g' if row.data.get('gate') else ''}"] for row in ours()
    ]

    assert found == cells
    assert [len(pack_rows()[name]) for name in CODES] == [18, 22, 16, 14, 12]


@pytest.mark.parametrize("name", CODES)
def test_every_requirement_can_be_asked_and_every_role_knows_something(name: str) -> None:
    found = pack(name)
    cover = (BASE / "checklists" / "packs" / name / "pack.yml").read_text(encoding="utf-8")

    assert {row.data["applies"] for row in pack_rows()[name]} <= {*found.applies, "ALL", "DEV", "MD"}
    assert set(re.findall(r"^  ([a-z_]+): \{nb:", cover, re.MULTILINE)) == {
        role for row in pack_rows()[name] for role in row.data["knows"]
    }
    assert list(found.checklist.chapters) == [CODES[name]]


@pytest.mark.parametrize("name", CODES)
def test_a_pack_that_is_no_law_says_so_and_names_the_laws_behind_it(name: str) -> None:
    validity = pack(name).validity

    assert (validity.status, validity.valid_from, validity.valid_to) == ("voluntary", None, None)
    assert "the laws behind each requirement bind" in validity.source


def test_no_text_of_a_pack_is_one_that_stands_elsewhere() -> None:
    """An example or a question that fits two places was thought through in neither."""
    mine = {row.id for row in ours()}
    for key in (*SPOKEN[1:], *GUIDANCE, "supplier"):
        for language in ("nb", "en"):
            said: dict[str, list[str]] = {}
            for row in every_row():
                if key in row.data:
                    said.setdefault(row.said(key, language), []).append(row.id)
            assert {text: ids for text, ids in said.items() if len(ids) > 1 and set(ids) & mine} == {}, key


def test_a_supplier_is_asked_where_one_can_know_and_does_not_ask_itself() -> None:
    silent = [row.id for row in ours() if "supplier" in row.data["knows"] and "supplier" not in row.data]

    assert silent == []
    assert not any("supplier" in row.data for row in pack_rows()["supplier"])
    assert sum("supplier" in row.data for row in ours()) == 15 + 14 + 11 + 3


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
        for row in ours()
        for source, place, mark in row.references()
        if mark != ("known" if source in SETTLED else marks.get((source, place), "not in the catalogue"))
    ]
    odd += [
        f"{row.id}: {source} has no place «{place}»"
        for row in ours()
        for source, place, _ in row.references()
        if not re.fullmatch(PLACES[source], place)
    ]

    assert odd == []


def test_law_and_good_practice_are_kept_apart() -> None:
    """What no law and no contract asks is advice («bør»), and a regulation that may not hold here is no law."""
    odd = []
    for row in ours():
        sources = {source for source, _, _ in row.references()}
        law = bool(sources & (LAWS - NOT_LAW_HERE))
        bound = law or "Helsenettet" in sources
        if (row.data["basis"], row.data["duty"]) != ("law" if law else "norm", "must" if bound else "should"):
            odd.append(row.id)

    assert odd == []
    assert {source for row in ours() for source, _, _ in row.references()} <= LAWS | NOT_LAW
    assert {row.id for row in ours() if row.data["basis"] == "norm"} == {"LS-05", "LS-13", "LS-15"}
