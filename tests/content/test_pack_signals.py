"""Holds which requirements of packs a machine can say something about, apart from those of Normen, and how little."""

from __future__ import annotations

from functools import cache

from sentinel.comply.checklist import load_checklist
from sentinel.comply.crosswalk.read import load_atlas
from sentinel.comply.crosswalk.routes import routes
from sentinel.comply.evidence import Effect, EvidenceMap, Place, load_evidence_map
from sentinel.comply.packs import load_packs
from sentinel.model.crosswalks import Relation
from tests.shared import ROOT

# What bears a signal in each pack. The others are about people, or nothing of ours looks there.
TOUCHED = {
    "cloud": "SKY-01 SKY-04 SKY-05 SKY-08",
    "digitalsikkerhetsloven": "DS-04 DS-07 DS-10 DS-11 DS-12 DS-13",
    "gdpr": (
        "GD-28 GD-32 GD-36 GD-43 GD-49 GD-50 GD-51 GD-52 GD-53 GD-54 GD-55 GD-56 GD-58 GD-67"
    ),
    "nis2": "NI-05 NI-06 NI-08 NI-11 NI-12 NI-13 NI-14",
    "supplier": "LS-02 LS-08 LS-09 LS-10 LS-11 LS-12 LS-16 LS-18 LS-19",
}  # fmt: skip

# What a signal may lower, each thought through: it is about machines, and holds what the signal speaks of.
LOWERED = {
    ("GD-51", "image-archive-open", "seen"),
    ("GD-51", "image-search-open", "seen"),
    ("LS-11", "epj", "absent"),
    ("LS-11", "epj", "gap"),
    ("LS-11", "epj.access", "absent"),
    ("LS-11", "epj.access", "gap"),
    ("LS-12", "known-exploited", "seen"),
    ("LS-12", "product-unsupported", "seen"),
    ("LS-19", "windows_backup_catalog_deleted", "seen"),
}


@cache
def maps() -> dict[str, EvidenceMap]:
    return {name: load_evidence_map(ROOT, pack.checklist) for name, pack in load_packs(ROOT).items()}


def effects() -> list[tuple[str, Place, Effect]]:
    return [(name, place, one) for name, found in maps().items() for place, own in found.effects.items() for one in own]


def test_of_each_pack_it_is_known_what_a_machine_says_something_of() -> None:
    found: dict[str, set[str]] = {}
    for name, _, effect in effects():
        found.setdefault(name, set()).add(effect.requirement)

    assert {name: " ".join(sorted(ids)) for name, ids in found.items()} == TOUCHED
    assert sum(len(ids) for ids in found.values()) == 40


def test_normen_is_counted_apart_and_no_map_names_requirements_of_another() -> None:
    normen = load_evidence_map(ROOT, load_checklist(ROOT))
    theirs = {one.requirement for place, own in normen.effects.items() if place[0] != "document" for one in own}

    assert len(theirs) == 61
    assert theirs & {effect.requirement for _, _, effect in effects()} == set()


def test_a_measurement_lowers_only_what_is_listed_and_supports_nothing() -> None:
    lowering = {(one.requirement, key, when) for _, (_, key, when), one in effects() if one.role != "informs"}

    assert lowering == LOWERED
    assert {one.role for _, _, one in effects()} == {"informs", "caps"}
    assert {one.cap for _, _, one in effects() if one.role == "caps"} == {"partly"}


def test_what_people_decided_is_never_lowered() -> None:
    governed = {name for found in maps().values() for name in found.governed}

    assert {one.requirement for _, _, one in effects() if one.role != "informs"} & governed == set()
    for name, pack in load_packs(ROOT).items():
        assert maps()[name].governed <= pack.checklist.known(), name


def test_a_pack_without_a_map_is_about_people_alone() -> None:
    packs = load_packs(ROOT)

    assert {name for name, found in maps().items() if not found.effects} == set(packs) - set(TOUCHED)
    assert all(maps()[name].governed == packs[name].checklist.known() for name in set(packs) - set(TOUCHED))


def test_every_mapping_says_that_nobody_has_confirmed_it() -> None:
    assert {one.confidence for _, _, one in effects()} == {"unverified"}


def test_what_is_equal_to_or_holds_a_requirement_that_a_signal_bears_on_is_mapped_too() -> None:
    """The plain cases: left out is only what no signal that Normen has says anything of in the words of the pack."""
    within: set[Relation] = {"equal", "broader"}
    normen = load_evidence_map(ROOT, load_checklist(ROOT))
    theirs = {one.requirement for place, own in normen.effects.items() if place[0] != "document" for one in own}
    ours = {effect.requirement for _, _, effect in effects()}
    missing = {
        (way.steps[0], place)
        for name in load_packs(ROOT)
        for place, ways in routes(load_atlas(ROOT).crosswalks, name, "normen").items()
        for way in ways
        if place in theirs and way.relation in within and way.steps[0] not in ours
    }

    assert missing == set()


def test_alerts_about_people_and_what_is_only_possible_inform_alone() -> None:
    odd = [
        (place, one.requirement)
        for _, place, one in effects()
        if one.role != "informs" and (place[1].endswith(".possible") or (place[0] == "rule" and "epj" in place[1]))
    ]

    assert odd == []
