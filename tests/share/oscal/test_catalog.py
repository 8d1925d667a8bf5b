from __future__ import annotations

from typing import Any

from sentinel.share.oscal.catalog import catalog, objective
from sentinel.share.oscal.common import NS
from tests.share.oscal.sample import DAY, dossier


def controls() -> list[dict[str, Any]]:
    made = catalog(dossier().catalogue, DAY)["catalog"]
    return [control for group in made["groups"] for control in group["controls"]]


def test_every_requirement_is_a_control_in_the_group_of_its_chapter() -> None:
    made = catalog(dossier().catalogue, DAY)["catalog"]

    assert [group["id"] for group in made["groups"]] == list(dossier().catalogue.chapters)
    assert {control["id"]: group["id"] for group in made["groups"] for control in group["controls"]} == {
        one.id: one.chapter for one in dossier().catalogue.requirements
    }


def test_both_languages_are_whole_in_every_control() -> None:
    by_id = {one.id: one for one in dossier().catalogue.requirements}
    poor = []
    for control in controls():
        need = by_id[control["id"]]
        told = str(control)
        parts = {part["name"] for part in control["parts"]}
        texts = [need.title, need.text, need.question, need.how, need.guidance.large, need.guidance.evidence]
        if not parts >= {"statement", "guidance", "assessment-objective", "assessment-method", "why", "example"}:
            poor.append(f"{need.id}: parts")
        poor += [f"{need.id}: {text.nb[:30]}" for text in texts if repr(text.nb)[1:-1] not in told]
        poor += [f"{need.id}: {text.en[:30]}" for text in texts if repr(text.en)[1:-1] not in told]

    assert poor == []


def test_weight_gate_duty_basis_and_class_are_properties_of_our_namespace() -> None:
    led = next(control for control in controls() if control["id"] == "LED-01")
    own = {prop["name"]: prop["value"] for prop in led["props"] if prop["ns"] == NS}

    assert {name: own[name] for name in ("weight", "gate", "duty", "basis", "applies")} == {
        "weight": "3",
        "gate": "yes",
        "duty": "must",
        "basis": "law",
        "applies": "ALL",
    }


def test_every_reference_keeps_how_sure_it_is() -> None:
    told = {
        (control["id"], prop["value"], prop["class"])
        for control in controls()
        for prop in control["props"]
        if prop["name"] == "reference"
    }

    assert told == {
        (one.id, f"{source.source} {source.place}", source.confidence)
        for one in dossier().catalogue.requirements
        for source in one.references
    }


def test_every_link_leads_to_a_source_in_the_back_matter() -> None:
    made = catalog(dossier().catalogue, DAY)["catalog"]
    there = {f"#{resource['uuid']}" for resource in made["back-matter"]["resources"]}

    assert {link["href"] for control in controls() for link in control["links"]} == there


def test_no_part_has_the_name_of_another() -> None:
    def ids(parts: list[dict[str, Any]]) -> list[str]:
        return [name for part in parts for name in (part["id"], *ids(part.get("parts", [])))]

    names = [name for control in controls() for name in ids(control["parts"])]

    assert len(names) == len(set(names))
    assert objective("LED-01") in names


def test_the_catalogue_says_that_it_is_no_approval() -> None:
    made = catalog(dossier().catalogue, DAY)["catalog"]

    assert "ikke en godkjenning" in made["metadata"]["remarks"]
    assert made["metadata"]["last-modified"] == "2026-11-21T00:00:00+00:00"
