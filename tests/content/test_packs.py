"""Walks the packs: what each claims of the law, where its places stand, and that nothing is surer than it may be."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import pytest

from sentinel.comply.packs import Pack, load_packs
from sentinel.model.compliance import Requirement
from tests.content.catalogue import every_row, pack_rows, rows
from tests.content.test_guidance import LAWS
from tests.content.test_references import PLACES, READ_IN_LAW
from tests.shared import ROOT

FOREIGN = {"NIS2", "EHDS", "KI-forordningen", "Prop. 152 L"}
"""What is no Norwegian law today, as far as we know."""

BINDS = {"in_force", "not_yet"}
TODAY = date(2026, 11, 22)
THREAT = re.compile(
    r"\b(bot|bøter|gebyr|straffes|milliard\w*|million\w*|fine|fines|penalty|penalties)\b", re.IGNORECASE
)
MACHINE = re.compile(
    r"(skann\w*|målingen|maskinen) (viser|beviser|påviser)|(scan|measurement) (proves|shows)", re.IGNORECASE
)
OURS = {"gdpr", "digitalsikkerhetsloven", "nis2", "ehds", "ai-act", "prop-152-l"}

# What each of our packs asks: requirements and gates, counted by hand in the drafts.
EXPECTED = {
    "gdpr": (72, 12),
    "digitalsikkerhetsloven": (14, 5),
    "nis2": (17, 3),
    "ehds": (13, 3),
    "ai-act": (13, 3),
    "prop-152-l": (4, 1),
}


@cache
def packs() -> dict[str, Pack]:
    return load_packs(ROOT)


def requirements() -> list[tuple[Pack, Requirement]]:
    return [(pack, requirement) for pack in packs().values() for requirement in pack.checklist.requirements]


def test_each_pack_asks_what_its_draft_did() -> None:
    found = {
        name: (len(pack.checklist.requirements), sum(one.gate for one in pack.checklist.requirements))
        for name, pack in packs().items()
        if name in EXPECTED
    }

    assert found == EXPECTED


def test_every_place_is_one_that_its_source_has() -> None:
    odd = [
        f"{row.place}: {source} {place}"
        for own in pack_rows().values()
        for row in own
        for source, place, _ in row.references()
        if source not in PLACES or not re.fullmatch(PLACES[source], place)
    ]

    assert odd == []


def test_one_place_has_one_confidence_in_normen_and_in_all_packs() -> None:
    """But for the regulation as a whole: that it asks for a management system is read, its other content is not."""
    marks: dict[tuple[str, str], set[str]] = {}
    for row in every_row():
        for source, place, confidence in row.references():
            if (source, place) != ("digitalsikkerhetsforskriften", "FOR-2025-06-20-1131") and source != "normen-6.1":
                marks.setdefault((source, place), set()).add(confidence)

    assert {where: found for where, found in marks.items() if len(found) > 1} == {}


def test_what_is_confirmed_in_a_law_is_what_somebody_read() -> None:
    whole = ("digitalsikkerhetsforskriften", "FOR-2025-06-20-1131")
    claimed = {
        (source, place)
        for own in pack_rows().values()
        for row in own
        for source, place, confidence in row.references()
        if confidence == "confirmed" and not source.startswith("normen-")
    }

    assert claimed - READ_IN_LAW == {whole}


def test_every_requirement_says_where_it_stands_in_the_law_that_its_pack_is_about() -> None:
    about = {
        "gdpr": {"GDPR"},
        "digitalsikkerhetsloven": {"digitalsikkerhetsloven", "digitalsikkerhetsforskriften"},
        "nis2": {"NIS2"},
        "ehds": {"EHDS"},
        "ai-act": {"KI-forordningen"},
        "prop-152-l": {"Prop. 152 L"},
    }
    odd = [
        requirement.id
        for pack, requirement in requirements()
        if pack.id in about and not about[pack.id] & {reference.source for reference in requirement.references}
    ]

    assert odd == []


def test_only_a_law_that_binds_is_the_reason_why_something_is_asked() -> None:
    """What is only proposed is asked by no law, whatever law stands near it."""
    odd = [
        f"{pack.id} {requirement.id}: {requirement.basis}"
        for pack, requirement in requirements()
        if (pack.validity.status == "proposed" and requirement.basis == "law")
        or (pack.validity.status == "in_force" and requirement.basis != "law")
        or (requirement.basis == "law" and not {one.source for one in requirement.references} & (LAWS - FOREIGN))
    ]

    assert odd == []


def test_what_is_not_norwegian_law_is_proposed_without_a_day() -> None:
    proposed = {pack.id for pack in packs().values() if pack.validity.status == "proposed"}

    assert proposed <= OURS
    assert all(packs()[name].validity.valid_from is None for name in proposed)
    assert all("ikke" in packs()[name].about.nb.lower() for name in proposed)


def test_every_pack_that_binds_has_its_day() -> None:
    for pack in packs().values():
        if pack.validity.status == "in_force":
            assert pack.validity.on(TODAY) in BINDS, pack.id


def test_nobody_is_threatened_and_no_machine_is_said_to_prove() -> None:
    texts = [(r.id, text) for _, r in requirements() for text in (r.text, r.why, r.how, r.guidance.evidence)]

    assert [name for name, text in texts for words in (text.nb, text.en) if THREAT.search(words)] == []
    assert [name for name, text in texts for words in (text.nb, text.en) if MACHINE.search(words)] == []


@pytest.mark.parametrize("letter", "abcdefgh")
def test_each_letter_of_what_a_contract_with_a_processor_must_say_is_asked(letter: str) -> None:
    places = {reference.place for _, r in requirements() for reference in r.references if r.id.startswith("GD-")}

    assert f"art. 28(3)({letter})" in places


def test_every_article_of_the_regulation_that_asks_something_is_there() -> None:
    """Articles 5–49, but for those that ask nothing of our readers, each with its reason."""
    elsewhere = {
        11: "identification that is not needed: the request is not met, which GD-14 covers",
        23: "lets the law restrict rights",
        27: "for those who are not in the EEA",
        40: "codes of conduct: for associations",
        41: "their monitoring",
        42: "certification is voluntary",
        43: "bodies that certify",
    }
    asked = {
        int(number)
        for _, r in requirements()
        for reference in r.references
        if r.id.startswith("GD-") and reference.source == "GDPR"
        for number in re.findall(r"art\. (\d+)", reference.place)
    }

    assert set(range(5, 50)) - asked - set(elsewhere) == set()


def test_a_large_share_of_what_suppliers_know_can_be_asked_of_them() -> None:
    suppliers = [r for pack, r in requirements() if pack.id == "gdpr" and r.applies == "SUP"]

    assert [r.id for r in suppliers if r.guidance.supplier is None] == []
    assert len(rows()) == 170
