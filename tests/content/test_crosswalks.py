"""Walks every crosswalk: it agrees with the references of the requirements, and is no surer than they are."""

from __future__ import annotations

from functools import cache

from sentinel.comply.checklist import load_checklist
from sentinel.comply.crosswalk.read import Atlas, load_atlas
from sentinel.comply.crosswalk.relations import SUREST
from sentinel.model.compliance import Confidence
from tests.shared import ROOT

SOURCES = {"NSM": "nsm-2.1", "ISO27002": "iso-27002-2022", "NIS2": "nis2-art21"}
SIZES = {"nsm-2.1": 21, "iso-27002-2022": 93, "nis2-art21": 10, "cis-ig1": 56}


@cache
def atlas() -> Atlas:
    return load_atlas(ROOT)


def named(framework: str) -> dict[tuple[str, str], Confidence]:
    """Return the places that references of requirements name, with how sure each is."""
    return {
        (need.id, reference.place.removeprefix("art. 21(2)(").removesuffix(")")): reference.confidence
        for need in load_checklist(ROOT).requirements
        for reference in need.references
        if SOURCES.get(reference.source) == framework
    }


def test_a_crosswalk_holds_what_the_references_name_and_nothing_else() -> None:
    wrong = {}
    for framework in SOURCES.values():
        walk = next(one for one in atlas().crosswalks if one.id == f"normen-{framework}")
        if differing := {(link.first, link.second) for link in walk.links} ^ set(named(framework)):
            wrong[framework] = sorted(differing)

    assert wrong == {}


def test_no_link_is_surer_than_the_reference_behind_it_or_its_own_crosswalk() -> None:
    surer = []
    for walk in atlas().crosswalks:
        references = named(walk.second)
        for link in walk.links:
            most = references.get((link.first, link.second), walk.confidence)
            if SUREST.index(link.confidence) < max(SUREST.index(most), SUREST.index(walk.confidence)):
                surer.append(f"{walk.id} {link.first} {link.second}")

    assert surer == []


def test_outside_frameworks_are_whole() -> None:
    assert {name: len(atlas().frameworks[name].labels) for name in SIZES} == SIZES


def test_only_one_requirement_at_most_is_equal_to_a_place() -> None:
    doubled = []
    for walk in atlas().crosswalks:
        equal = [link.second for link in walk.links if link.relation == "equal"]
        doubled += [f"{walk.id} {place}" for place in set(equal) if equal.count(place) > 1]

    assert doubled == []
