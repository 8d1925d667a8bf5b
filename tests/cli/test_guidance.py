from __future__ import annotations

import json

import jsonschema
import pytest

from sentinel.comply.checklist import load_checklist
from sentinel.comply.guidance import guidance
from sentinel.comply.packs import load_packs
from sentinel.model.records import json_schema
from sentinel.model.text import LANGUAGES, Language
from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"


def test_one_requirement_of_a_pack_is_shown_with_the_email_in_the_name_of_the_site(run: Run) -> None:
    done = run("packs", "show", "gdpr", "gd-52", "--profile", CLINIC)

    assert done.stdout.startswith("GD-52 Opplysningene kan hentes tilbake (skal, en lov krever det, vekt 3)\n")
    assert "Vennlig hilsen\nLyngvik tannklinikk" in done.stdout
    assert done.exit_code == 0


def test_normen_is_shown_by_the_same_words(run: Run) -> None:
    done = run("assess", "show", "LEV-08", "--language", "en")

    assert "E-mail that can be sent:" in done.stdout
    assert done.exit_code == 0


def test_a_requirement_is_a_published_record(run: Run) -> None:
    (item,) = json.loads(run("packs", "show", "cloud", "SKY-08", "--format", "json").stdout)

    jsonschema.validate(item, json_schema("sentinel.requirement/1"))
    assert run("packs", "show", "cloud", "SKY-08", "--format", "csv").stdout.startswith("id,requirement,question\n")


@pytest.mark.parametrize("name", ["GD-99", "\x1b[2J", "x" * 5000, "'; drop table"])
def test_an_unknown_one_is_a_line_and_not_a_traceback(run: Run, name: str) -> None:
    done = run("packs", "show", "gdpr", name)

    assert "gdpr has no requirement" in done.stderr
    assert "\x1b" not in done.stderr
    assert len(done.stderr) < 500
    assert done.exit_code == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_requirement_of_every_pack_has_the_help_that_normen_has(language: Language) -> None:
    every = [
        *load_checklist(ROOT).requirements,
        *(r for p in load_packs(ROOT).values() for r in p.checklist.requirements),
    ]
    lacking = []
    for need in every:
        parts = (need.text, need.why, need.how, need.question, *need.guidance.knows)
        parts += (need.guidance.large, need.guidance.example, need.guidance.evidence)
        told = " ".join(guidance(need, "Fjellvik", language).split())
        lacking += [need.id for part in parts if not part.say(language) or part.say(language) not in told]
        lacking += [need.id for one in need.references if f"{one.source} {one.place}" not in told]
        lacking += [need.id] if bool(need.guidance.supplier) != ("Fjellvik" in told) else []

    assert len(every) == 170 + 215
    assert lacking == []
