"""Each type of organisation gets exactly its requirements: counted by hand from the classes, not by the product."""

from __future__ import annotations

from functools import cache

import pytest

from sentinel.comply.checklist import Checklist, load_checklist
from sentinel.comply.organisation import Types, load_types
from sentinel.comply.profile import profile
from sentinel.model.compliance import Organisation
from tests.shared import ROOT

# Requirements a class switches on, as counted in our notes on Normen: 170 in all.
PER_CLASS = {
    "ALL": 77, "CTRL": 15, "EHR": 9, "SUP": 14, "CLOUD": 1, "DP": 4, "SHARE": 3, "MSG": 1, "NHN": 3, "PAT": 7, "MD": 3,
    "WT": 1, "DEV": 5, "RES": 3, "AI": 4, "DSL": 5, "LARGE": 12, "PUB": 1, "PRIV": 1, "DPO": 1,
}  # fmt: skip

GATES = {
    "ALL": "LED-01 LED-09 LED-13 RIS-01 RIS-03 RIS-04 RIS-05 RIS-09 PRV-01 MED-01 TIL-01 TIL-06 TIL-07 TIL-08 DRF-05 "
    "DRF-07 DRF-08 KOM-02 KOM-03 HEN-01 HEN-11",
    "PUB": "LED-06",
    "DSL": "RIS-13 HEN-07 DSL-01 DSL-02",
    "SUP": "PRV-18 KOM-09 LEV-02",
    "PAT": "TIL-16",
    "MD": "UTS-05",
    "EHR": "DRF-10",
    "DP": "LEV-07 HEN-05",
    "CTRL": "HEN-02",
}

# Requirements and gates, first where every question is answered no, then where nothing is answered.
EXPECTED = {
    "dental_solo": ((66, 27), (70, 28)),
    "dental_clinic": ((67, 28), (151, 28)),
    "public_dental_service": ((144, 29), (164, 33)),
    "general_practice": ((67, 27), (72, 28)),
    "therapist": ((66, 27), (70, 28)),
    "contract_specialist": ((68, 28), (72, 28)),
    "emergency_clinic": ((128, 28), (156, 33)),
    "municipality": ((153, 29), (169, 35)),
    "pharmacy": ((63, 26), (71, 27)),
    "pharmacy_chain": ((140, 26), (165, 33)),
    "private_hospital": ((147, 28), (168, 34)),
    "health_trust": ((161, 33), (169, 35)),
    "regional_health_authority": ((137, 30), (161, 32)),
    "ict_provider": ((127, 31), (149, 33)),
    "system_supplier": ((102, 26), (135, 31)),
    "device_supplier": ((106, 27), (126, 27)),
    "research_body": ((124, 25), (144, 28)),
    "foot_therapist": ((66, 27), (69, 27)),
    "medical_supplier": ((63, 26), (151, 28)),
    "care_unit": ((129, 27), (153, 29)),
    "online_provider": ((149, 27), (156, 27)),
    "nonprofit_hospital": ((155, 28), (169, 34)),
    "inter_municipal_ict": ((122, 27), (150, 33)),
    "national_service": ((124, 26), (165, 35)),
    "register_owner": ((142, 27), (156, 33)),
    "health_authority": ((136, 27), (156, 33)),
    "unspecified": ((144, 27), (170, 35)),
}


@cache
def catalogue() -> Checklist:
    return load_checklist(ROOT)


@cache
def types() -> Types:
    return load_types(ROOT)


def organisation(kind: str, *, silent: bool) -> Organisation:
    said = {} if silent else dict.fromkeys(types().kind(kind).asked, False)
    return types().organisation("Lyngvik", "000000001", kind, said)


def asked(who: Organisation) -> list[str]:
    part = types().part(who, catalogue())
    return [requirement.id for requirement in part.requirements if requirement.applies in who.facts]


def gates(facts: frozenset[str]) -> set[str]:
    return {name for fact, names in GATES.items() if fact in facts for name in names.split()}


def test_the_classes_switch_on_as_many_requirements_as_we_counted() -> None:
    found = {name: sum(r.applies == name for r in catalogue().requirements) for name in catalogue().classes}

    assert found == PER_CLASS
    assert sum(PER_CLASS.values()) == 170
    assert sum(len(names.split()) for names in GATES.values()) == 35


def test_every_type_is_expected() -> None:
    assert list(types().by_id) == list(EXPECTED)


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_type_gets_its_count_and_exactly_its_gates(kind: str) -> None:
    for silent in (False, True):
        who = organisation(kind, silent=silent)
        names = asked(who)
        holds = {requirement.id for requirement in catalogue().requirements if requirement.gate}

        assert (len(names), len(gates(who.facts))) == EXPECTED[kind][silent], silent
        assert set(names) & holds == gates(who.facts), silent


@pytest.mark.parametrize("kind", EXPECTED)
def test_a_whole_organisation_is_asked_the_sum_of_its_classes(kind: str) -> None:
    who = organisation(kind, silent=True)
    small = types().kind(kind).small and "LARGE" not in who.facts
    whole = sum(PER_CLASS[fact] for fact in who.facts)

    assert (len(asked(who)) < whole) if small else (len(asked(who)) == whole)


@pytest.mark.parametrize("kind", EXPECTED)
def test_saying_less_never_makes_the_checklist_shorter(kind: str) -> None:
    own = types().kind(kind).asked
    everything = set(asked(organisation(kind, silent=True)))
    for fact in own:
        said = {other: False for other in own if other != fact}
        less = set(asked(types().organisation("x", "0", kind, said)))
        every = set(asked(types().organisation("x", "0", kind, {**said, fact: False})))
        assert every - {"LED-07"} <= less, f"{kind}: silence on {fact}"
        assert less <= everything, f"{kind}: {fact}"


def test_whoever_does_not_say_what_it_is_is_asked_everything() -> None:
    assert len(asked(organisation("unspecified", silent=True))) == 170


def test_public_and_private_are_both_asked_only_where_nobody_said_which() -> None:
    open_kinds = {kind for kind in EXPECTED if {"PUB", "PRIV"} <= organisation(kind, silent=True).facts}

    assert open_kinds == {kind for kind, own in types().by_id.items() if "PUB" in own.asked}
    assert all(len(organisation(kind, silent=False).facts & {"PUB", "PRIV"}) == 1 for kind in EXPECTED)


def test_only_types_that_are_small_practices_get_the_small_part() -> None:
    small = {kind for kind, own in types().by_id.items() if own.small}

    assert small == {
        "dental_solo", "dental_clinic", "general_practice", "therapist", "contract_specialist", "pharmacy",
        "foot_therapist", "medical_supplier",
    }  # fmt: skip


@pytest.mark.parametrize("kind", EXPECTED)
def test_every_requirement_has_a_reason_in_both_languages(kind: str) -> None:
    who = organisation(kind, silent=True)
    items = profile(types(), catalogue(), who, {})

    assert [item.requirement.id for item in items] == [r.id for r in catalogue().requirements]
    assert [item.requirement.id for item in items if item.applies] == asked(who)
    for item in items:
        for words in (item.because.nb, item.because.en):
            assert words.endswith((".", "?")), item.requirement.id
        assert item.applies == (not item.because.nb.startswith(("Gjelder ikke", "Spørres ikke"))), item.requirement.id
