"""Crosswalks as a mapping collection: nothing of them is lost, and every place that is named is in a catalog."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from sentinel import exchanging
from sentinel.comply.crosswalk.read import Atlas, load_atlas
from sentinel.model.crosswalks import Crosswalk, Framework, Link, Relation
from sentinel.model.text import Text
from sentinel.share.oscal.mapping import MAPPINGS, RELATIONSHIPS, control_id, mapping_collection
from tests.share.oscal.sample import DAY
from tests.shared import ROOT

OURS: Mapping[str, Relation] = {theirs: ours for ours, theirs in RELATIONSHIPS.items()}


@cache
def atlas() -> Atlas:
    return load_atlas(ROOT)


@cache
def documents() -> dict[str, Any]:
    return {name: json.loads(text) for name, text in exchanging.mapped(ROOT, DAY)}


def mappings() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = documents()[MAPPINGS]["mapping-collection"]["mappings"]
    return found


def own(node: Mapping[str, Any]) -> dict[str, str]:
    return {one["name"]: one["value"] for one in node["props"]}


def controls(node: Mapping[str, Any]) -> set[str]:
    inside = [one for group in node.get("groups", ()) for one in group["controls"]]
    return {one["id"] for one in [*inside, *node.get("controls", ())]}


def back(mapping: Mapping[str, Any]) -> Crosswalk:
    """Return the crosswalk that a mapping was made of, by OSCAL's own words where it has any."""
    said, links = own(mapping), []
    for one in mapping["maps"]:
        told = own(one)
        note = Text(told["note"], told["note-en"]) if "note" in told else None
        sure = one["confidence-score"]["category"]
        links.append(Link(told["from"], told["to"], OURS[one["relationship"]], sure, note))
    first, second = (own(mapping[f"{side}-resource"])["checklist-id"] for side in ("source", "target"))
    sure = mapping["confidence-score"]["category"]
    source = Text(mapping["mapping-description"], said["source-en"])
    return Crosswalk(said["crosswalk-id"], first, second, source, sure, tuple(links))


def test_every_crosswalk_can_be_made_again_out_of_its_mapping() -> None:
    assert tuple(map(back, mappings())) == atlas().crosswalks
    assert len(mappings()) == 8


def test_relations_are_called_as_oscal_calls_them() -> None:
    used = {one["relationship"] for mapping in mappings() for one in mapping["maps"]}

    assert used <= {"equivalent-to", "subset-of", "superset-of", "intersects-with"}
    assert set(RELATIONSHIPS) == {"equal", "narrower", "broader", "intersects"}


def test_every_place_is_a_control_of_the_catalog_that_the_mapping_points_at() -> None:
    wrong = []
    for mapping in mappings():
        for side in ("source", "target"):
            there = controls(documents()[mapping[f"{side}-resource"]["href"]]["catalog"])
            linked = {item["id-ref"] for one in mapping["maps"] for item in one[f"{side}s"]}
            gap = mapping.get(f"{side}-gap-summary", {"unmapped-controls": [{"with-ids": []}]})
            left = {name for one in gap["unmapped-controls"] for name in one["with-ids"]}
            if linked | left != there or linked & left:
                wrong.append((own(mapping)["crosswalk-id"], side))

    assert wrong == []


def test_what_nobody_checked_is_never_said_to_be_surer_than_it_is() -> None:
    body = documents()[MAPPINGS]["mapping-collection"]

    assert body["provenance"]["status"] == "draft"
    assert "Ingen utenfor prosjektet" in body["provenance"]["mapping-description"]
    assert {one["confidence-score"]["category"] for mapping in mappings() for one in mapping["maps"]} == {"unverified"}


def test_an_outside_framework_is_numbers_and_our_own_labels() -> None:
    catalog = documents()["catalog-iso-27002-2022.json"]["catalog"]

    assert len(catalog["controls"]) == 93
    assert {tuple(sorted(one)) for one in catalog["controls"]} == {("class", "id", "props", "title")}
    assert "vernet" in catalog["metadata"]["remarks"]


def test_a_number_is_named_after_its_framework_and_a_requirement_by_itself() -> None:
    said = Text("x", "x")
    framework = Framework("nsm-2.1", said, said, said, "known", {})

    assert control_id(framework, "2.10") == "nsm-2.1_2.10"
    assert control_id(framework, "art. 5 (a)") == "nsm-2.1_art._5__a_"
    assert control_id(framework, "LED-01") == "LED-01"


def test_the_same_crosswalks_give_the_same_document() -> None:
    again = mapping_collection(atlas().crosswalks, atlas().frameworks, DAY)

    assert again == mapping_collection(atlas().crosswalks, atlas().frameworks, DAY)
    assert json.loads(json.dumps(again)) == documents()[MAPPINGS]
