"""The library against what CISO Assistant's loader asks of one, as its public source tells it.

The schema is ours: required keys of the importers, the lengths of the columns that they fill, and no key that an update
of a library would hand to a model that has no such field. docs/interchange.md says what was read and what was not.
"""

from __future__ import annotations

import copy
import re
from functools import cache
from typing import Any

import jsonschema
import pytest
import yaml

from sentinel import exchanging
from sentinel.comply.packs import load_packs
from sentinel.share.ciso_assistant import SMALL, library
from tests.share.oscal.sample import DAY, dossier
from tests.shared import ROOT

PACKS = load_packs(ROOT)
URN = r"^urn:[a-z0-9_-]+:[a-z0-9_-]+:[a-z0-9_-]+(?::[a-z0-9_-]+)?:[0-9a-z\[\]\(\)\-\._:]+$"
SLUG = {"type": "string", "pattern": "^[a-z0-9_-]+$", "maxLength": 100}
"""What packager and reference are made of, which the loader's own builder makes every name out of."""
TEXT = {"type": "string", "minLength": 1}
URNS = {"type": "string", "pattern": URN, "maxLength": 255}
NAME = {**TEXT, "maxLength": 200}
REF_ID = {**TEXT, "maxLength": 100}
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
        "urn": URNS,
        "assessable": {"type": "boolean"},
        "depth": {"type": "integer", "minimum": 1},
        "parent_urn": URNS,
        "ref_id": REF_ID,
        "name": NAME,
        "description": TEXT,
        "annotation": TEXT,
        "typical_evidence": TEXT,
        "implementation_groups": {"type": "array", "items": TEXT, "minItems": 1},
        "importance": {"enum": ["mandatory", "recommended", "nice_to_have"]},
        "weight": {"type": "integer", "minimum": 1},
        "translations": TRANSLATIONS,
    },
}
GROUP = {
    "type": "object",
    "required": ["ref_id", "name", "description"],
    "additionalProperties": False,
    "properties": {"ref_id": REF_ID, "name": NAME, "description": TEXT, "translations": TRANSLATIONS},
}
LIBRARY = {
    "type": "object",
    "required": ["urn", "locale", "ref_id", "name", "version", "objects"],
    "additionalProperties": False,
    "properties": {
        "urn": URNS,
        "locale": {"const": "en"},
        "ref_id": SLUG,
        "name": NAME,
        "description": TEXT,
        "copyright": {**TEXT, "maxLength": 4096},
        "version": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
        "provider": NAME,
        "packager": SLUG,
        "translations": TRANSLATIONS,
        "objects": {
            "type": "object",
            "required": ["framework"],
            "additionalProperties": False,
            "properties": {
                "framework": {
                    "type": "object",
                    "required": ["urn", "ref_id", "name", "implementation_groups_definition", "requirement_nodes"],
                    "additionalProperties": False,
                    "properties": {
                        "urn": URNS,
                        "ref_id": REF_ID,
                        "name": NAME,
                        "description": TEXT,
                        "translations": TRANSLATIONS,
                        "implementation_groups_definition": {"type": "array", "items": GROUP},
                        "requirement_nodes": {"type": "array", "minItems": 1, "items": NODE},
                    },
                }
            },
        },
    },
}


@cache
def loaded(pack: str = "") -> Any:  # noqa: ANN401 -- YAML
    chosen = PACKS.get(pack)
    made = library(exchanging.catalogue_of(chosen.checklist, chosen.overview(DAY))) if chosen else None
    return yaml.load(made or exchanging.library_of(ROOT, DAY), yaml.CSafeLoader)  # noqa: TID251 -- their loader reads it so


@pytest.fixture
def made() -> Any:  # noqa: ANN401 -- YAML
    return loaded()


def nodes(made: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- YAML
    found: list[dict[str, Any]] = made["objects"]["framework"]["requirement_nodes"]
    return found


@pytest.mark.parametrize("pack", ["", *PACKS])
def test_the_loader_finds_all_that_it_asks_for(pack: str) -> None:
    jsonschema.validate(loaded(pack), LIBRARY)


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (("locale",), "nb"),
        (("version",), "2026.2"),
        (("name",), "x" * 201),
        (("urn",), "urn:Helse Sentinel:risk:library:x"),
        (("objects", "frameworks"), []),
        (("objects", "framework", "reference"), "x"),
        (("objects", "framework", "requirement_nodes", 0, "questions"), {}),
        (("objects", "framework", "requirement_nodes", 0, "assessable"), None),
        (("objects", "framework", "requirement_nodes", 1, "importance"), "must"),
    ],
)
def test_the_schema_would_tell_what_the_loader_would_not_take(where: tuple[str | int, ...], what: object) -> None:
    broken = copy.deepcopy(loaded("ai-use"))
    inside = broken
    for key in where[:-1]:
        inside = inside[key]
    inside[where[-1]] = what

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, LIBRARY)


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_is_whole_and_says_whether_it_binds(pack: str) -> None:
    chosen = PACKS[pack]
    library = loaded(pack)
    groups = library["objects"]["framework"]["implementation_groups_definition"]
    named = {node["ref_id"]: node["implementation_groups"] for node in nodes(library) if node["assessable"]}

    assert set(named) == {one.id for one in chosen.checklist.requirements}
    assert {group["ref_id"] for group in groups} == {name for names in named.values() for name in names}
    assert SMALL not in {group["ref_id"] for group in groups}
    assert chosen.overview(DAY).says.en in library["description"]
    assert chosen.overview(DAY).says.nb in library["translations"]["nb"]["description"]


def test_no_two_libraries_name_anything_alike() -> None:
    every = [loaded(pack) for pack in ("", *PACKS)]
    urns = [one["urn"] for one in every] + [one["objects"]["framework"]["urn"] for one in every]
    urns += [node["urn"] for one in every for node in nodes(one)]

    assert len(urns) == len(set(urns))


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
