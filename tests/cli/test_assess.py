from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema

from sentinel.model.records import json_schema
from tests.cli.conftest import Run
from tests.shared import ROOT

CLINIC = ROOT / "examples" / "clinic" / "site.toml"


def test_the_score_is_a_published_record_with_its_three_numbers(run: Run) -> None:
    done = run("assess", "score", CLINIC, "--format", "json")

    (score,) = json.loads(done.stdout)
    jsonschema.validate(score, json_schema("sentinel.score/1"))
    assert all(0 <= score[name] <= 100 for name in ("score", "coverage", "worst_case"))
    assert done.exit_code == 0


def test_the_table_lists_every_requirement(run: Run) -> None:
    listed = run("assess", "score", CLINIC, "--format", "jsonl").stdout.splitlines()

    assert len(listed) == 75
    assert {json.loads(line)["state"] for line in listed} >= {"met", "partly", "not_met", "not_assessed"}


def test_the_three_numbers_are_said_together(run: Run) -> None:
    told = run("assess", "score", CLINIC).stderr

    assert "score" in told
    assert "coverage" in told
    assert "worst case" in told


def test_what_looks_like_a_patient_in_the_answers_is_warned_of(run: Run, tmp_path: Path) -> None:
    shutil.copytree(CLINIC.parent, tmp_path / "clinic", ignore=shutil.ignore_patterns("logs", "capture", "generate"))
    answers = tmp_path / "clinic" / "answers.yml"
    answers.write_text(answers.read_text().replace("note: ", "note: Pasient Kari Nordmann klaget. ", 1))

    done = run("assess", "score", tmp_path / "clinic" / "site.toml")

    assert "answers.yml:" in done.stderr
    assert "warning: holds what looks like a person's name" in done.stderr
    assert "Nordmann" not in done.stderr
    assert done.exit_code == 0
    assert "warning" not in run("assess", "score", CLINIC).stderr


def test_other_ways_to_count_are_shown_beside_our_three_numbers(run: Run) -> None:
    done = run("assess", "compare", CLINIC, "--format", "jsonl")

    counts = [json.loads(line) for line in done.stdout.splitlines()]
    for count in counts:
        jsonschema.validate(count, json_schema("sentinel.othercount/1"))
    assert {count["unit"] for count in counts} == {"percent", "points", "verdict"}
    assert "worst case" in done.stderr
    assert "yes" not in run("assess", "compare", CLINIC).stdout  # the clinic has open gates
