"""The library against what CISO Assistant's loader asks of one, as its public source tells it."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
import yaml

from sentinel import exchanging
from sentinel.share.ciso_assistant import SMALL, library
from tests.share.oscal.sample import DAY, dossier
from tests.shared import ROOT

URN = r"^urn:([a-zA-Z0-9_-]+):([a-zA-Z0-9_-]+):([a-zA-Z0-9_-]+)(?::([a-zA-Z0-9_-]+))?:([0-9A-Za-z\[\]\(\)\-\._:]+)$"
TEXT = {"type": "string", "minLength": 1}
TRANSLATIONS = {
    "type": "object",
    "required": ["nb"],
    "additionalProperties": {"type": "object", "additionalProperties": TEXT},
}
NODE = {
    "type": "object",
    "required": ["urn", "assessable", "depth", "ref_id", "name", "translations"],
    "additionalProperties": False,
    "properties": {
        "urn": {"type": "string", "pattern": URN},
        "assessable": {"type": "boolean"},
        "depth": {"type": "integer", "minimum": 1},
        "parent_urn": {"type": "string", "pattern": URN},
        "ref_id": TEXT,
        "name": TEXT,
        "description": TEXT,
        "annotation": TEXT,
        "typical_evidence": TEXT,
        "implementation_groups": {"type": "array", "items": TEXT, "minItems": 1},
        "importance": {"enum": ["mandatory", "recommended", "nice_to_have"]},
        "weight": {"type": "integer", "minimum": 1},
        "translations": TRANSLATIONS,
    },
}
LIBRARY = {
    "type": "object",
    "required": ["urn", "locale", "ref_id", "name", "version", "objects"],
    "properties": {
        "urn": {"type": "string", "pattern": URN},
        "locale": {"const": "en"},
        "version": {"type": "integer", "minimum": 1},
        "packager": TEXT,
        "translations": TRANSLATIONS,
        "objects": {
            "type": "object",
            "required": ["framework"],
            "additionalProperties": False,
            "properties": {
                "framework": {
                    "type": "object",
                    "required": ["urn", "ref_id", "requirement_nodes"],
                    "properties": {
                        "urn": {"type": "string", "pattern": URN},
                        "implementation_groups_definition": {
                            "type": "array",
                            "items": {"type": "object", "required": ["ref_id", "name", "description"]},
                        },
                        "requirement_nodes": {"type": "array", "minItems": 1, "items": NODE},
                    },
                }
            },
        },
    },
}


@pytest.fixture(scope="module")
def made() -> Any:  # noqa: ANN401 -- YAML
    return yaml.load(exchanging.library_of(ROOT, DAY), yaml.CSafeLoader)  # noqa: TID251 -- their loader reads it so


def nodes(made: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- YAML
    found: list[dict[str, Any]] = made["objects"]["framework"]["requirement_nodes"]
    return found


def test_the_loader_finds_all_that_it_asks_for(made: Any) -> None:  # noqa: ANN401 -- YAML
    jsonschema.validate(made, LIBRARY)


def test_every_requirement_hangs_below_its_chapter_which_stands_before_it(made: Any) -> None:  # noqa: ANN401 -- YAML
    seen: list[str] = []
    wrong = []
    for node in nodes(made):
        parent = node.get("parent_urn", "")
        if node["assessable"] != bool(parent) or (parent and parent not in seen):
            wrong.append(node["ref_id"])
        seen.append(node["urn"])

    assert wrong == []
    assert len(seen) == len(set(seen)) == 170 + 15
    assert all(urn == urn.lower() and re.fullmatch(URN, urn) for urn in seen)


def test_groups_are_the_classes_and_the_part_of_small_practices(made: Any) -> None:  # noqa: ANN401 -- YAML
    defined = {group["ref_id"] for group in made["objects"]["framework"]["implementation_groups_definition"]}
    used = {name for node in nodes(made) for name in node.get("implementation_groups", ())}
    small = {node["ref_id"] for node in nodes(made) if SMALL in node.get("implementation_groups", ())}

    assert used == defined
    assert small == dossier().catalogue.small
    assert len(small) == 82


def test_importance_and_weight_follow_duty_and_weight(made: Any) -> None:  # noqa: ANN401 -- YAML
    told = {node["ref_id"]: (node["importance"], node["weight"]) for node in nodes(made) if node["assessable"]}

    assert told == {
        one.id: ("mandatory" if one.duty == "must" else "recommended", one.weight)
        for one in dossier().catalogue.requirements
    }


def test_bokmaal_is_as_whole_as_english(made: Any) -> None:  # noqa: ANN401 -- YAML
    said = ("name", "description", "annotation", "typical_evidence")
    poor = [
        f"{node['ref_id']}: {key}"
        for node in nodes(made)
        for key in said
        if key in node and not node["translations"]["nb"].get(key)
    ]
    by_id = {one.id: one for one in dossier().catalogue.requirements}
    wrong = [
        node["ref_id"]
        for node in nodes(made)
        if node["assessable"] and by_id[node["ref_id"]].how.nb not in node["translations"]["nb"]["annotation"]
    ]

    assert (poor, wrong) == ([], [])


def test_how_sure_a_reference_is_and_that_nothing_is_approved_is_said(made: Any) -> None:  # noqa: ANN401 -- YAML
    led = next(node for node in nodes(made) if node["ref_id"] == "LED-01")

    assert "normen-6.1 2 (unverified)" in led["annotation"]
    assert led["annotation"].startswith("Gate: must be met")
    assert "not an approval" in made["description"]
    assert "ikke juridisk rådgivning" in made["translations"]["nb"]["description"]


def test_a_later_version_of_the_checklist_is_a_greater_number(made: Any) -> None:  # noqa: ANN401 -- YAML
    assert made["version"] == 202602
    assert library(dossier().catalogue) == library(dossier().catalogue)
