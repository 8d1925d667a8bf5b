from __future__ import annotations

from dataclasses import replace

from sentinel.share.oscal.profile import profile, profile_key
from tests.share.oscal.sample import dossier


def test_what_is_not_asked_is_excluded_by_name_with_its_reason() -> None:
    made = profile(dossier())["profile"]
    out = {item.requirement.id: item for item in dossier().items if not item.applies}
    reasons = {prop["value"]: prop for prop in made["metadata"]["props"] if prop["name"] == "excluded"}

    assert made["imports"] == [
        {"href": "catalog.json", "include-all": {}, "exclude-controls": [{"with-ids": list(out)}]}
    ]
    assert {name: prop["remarks"] for name, prop in reasons.items()} == {
        name: f"{item.because.nb} / {item.because.en}" for name, item in out.items()
    }
    assert len(out) == 102


def test_what_is_asked_says_why() -> None:
    made = profile(dossier())["profile"]
    asked = {alter["control-id"]: alter["adds"][0]["props"][0]["value"] for alter in made["modify"]["alters"]}

    assert asked == {item.requirement.id: item.because.nb for item in dossier().items if item.applies}


def test_where_all_is_asked_nothing_is_excluded() -> None:
    everything = replace(dossier(), items=tuple(replace(item, applies=True) for item in dossier().items))

    assert profile(everything)["profile"]["imports"] == [{"href": "catalog.json", "include-all": {}}]
    assert profile_key(everything) != profile_key(dossier())
